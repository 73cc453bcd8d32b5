package links

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/secret"
)

// kioskLife is how long a device stays a kiosk: a working day.
const kioskLife = 12 * time.Hour

// Kiosk is a device in a waiting room, for one person after the other. Its id
// is the fingerprint of the token that the device keeps.
type Kiosk struct {
	docstore.Meta
	OrganizationID string `json:"organizationId"`
	// Instrument ("url|version") is what people answer there, in one of the Languages.
	Instrument string    `json:"instrument"`
	Languages  []string  `json:"languages"`
	PINHash    string    `json:"pinHash"`
	Attempts   int       `json:"attempts,omitempty"`
	CreatedBy  string    `json:"createdBy"`
	ExpiresAt  time.Time `json:"expiresAt"`
}

var kioskSpec = docstore.Spec[Kiosk]{
	Name: "kiosks", Schema: 1,
	Meta:    func(k *Kiosk) *docstore.Meta { return &k.Meta },
	Keys:    docstore.Keys[Kiosk]{"expires": func(k Kiosk) docstore.Value { return docstore.Time(k.ExpiresAt) }},
	Kinds:   map[string]docstore.Kind{"expires": docstore.IntKind},
	Indexes: []docstore.Index{{"expires"}},
}

// StartKiosk makes a device of the actor's organization a kiosk for 12 hours
// and answers the token that the device keeps. The PIN ends it before.
func (s *Service) StartKiosk(ctx context.Context, instrument string, languages []string, pin secret.Text) (token string, _ Kiosk, err error) {
	var wrong fault.Fields
	CheckPIN(string(pin), "", nil, &wrong)
	if err := wrong.Err(); err != nil {
		return "", Kiosk{}, err
	}
	actor := identity.From(ctx)
	token = newToken()
	k := Kiosk{
		Meta: docstore.Meta{ID: fingerprint(token)}, OrganizationID: actor.OrganizationID,
		Instrument: instrument, Languages: languages, CreatedBy: actor.ID, ExpiresAt: s.now().Add(kioskLife),
	}
	if k.PINHash, err = s.hash(ctx, pin); err != nil {
		return "", Kiosk{}, err
	}
	k.Emit(s.now(), "kiosk.started", map[string]any{"organizationIds": []string{k.OrganizationID}})
	return token, k, s.kiosks.Insert(ctx, &k)
}

// Kiosk reads the kiosk of a token; found is false when the device is none,
// or no longer.
func (s *Service) Kiosk(ctx context.Context, token string) (k Kiosk, found bool, err error) {
	k, err = s.kiosks.Get(ctx, fingerprint(token))
	if fault.Is(err, fault.NotFound) || err == nil && !s.now().Before(k.ExpiresAt) {
		return Kiosk{}, false, nil
	}
	return k, err == nil, err
}

// EndKiosk ends a kiosk; its token is then good for nothing.
func (s *Service) EndKiosk(ctx context.Context, token string) error {
	return remove(ctx, s.kiosks, fingerprint(token))
}

// LeaveKiosk ends a kiosk with its PIN. After five wrong ones only somebody
// who signs in ends it.
func (s *Service) LeaveKiosk(ctx context.Context, token string, pin secret.Text) error {
	var wrong fault.Fields
	k, err := s.kiosks.Update(ctx, fingerprint(token), func(k *Kiosk) error {
		if k.Attempts >= maxAttempts {
			return fault.New(fault.Throttled, "Too many wrong PINs. Sign in to use this device for other work.")
		}
		k.Attempts++
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	ok, err := s.matches(ctx, pin, k.PINHash)
	if err != nil {
		return err
	}
	wrong.Check(ok, "pin", "This PIN is not right. Check it and try again.")
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.EndKiosk(ctx, token)
}
