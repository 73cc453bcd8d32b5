// Package links keeps links that only name one thing to do, for somebody
// without an account. A link holds no personal data: its address ends with a
// random code behind a #, which browsers do not send, so neither a log nor a
// mail scanner sees it; the page sends the code by POST, and reading the page
// uses nothing up. Before anything personal is shown, a PIN that was chosen
// with the worker, or a code sent as a text message, is asked for: never a
// birth date, which an abuser knows.
//
// Sources: OWASP ASVS 5.0.0, 6.5 (single-use codes, their length and life) and
// 14.2.1 (nothing secret in an address).
package links

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/throttle"
)

// Kind says what a link is for.
type Kind string

// The kinds.
const (
	// SelfScreening opens one screening, which the patient answers alone.
	SelfScreening Kind = "self-screening"
	// AtKiosk is the same on a device of the organization. Its code is short
	// and lives briefly; staff see who types it, so no PIN is asked for.
	AtKiosk Kind = "kiosk"
	// OwnPages opens what is done for a patient, to the patient, again and again.
	OwnPages Kind = "own-pages"
	// AgencyReferral opens one referral to an agency that has no account.
	AgencyReferral Kind = "agency-referral"
)

// patientKinds are the kinds whose codes a patient enters.
var patientKinds = []Kind{SelfScreening, AtKiosk, OwnPages}

// Proof says what is asked for beside the code.
type Proof string

// The proofs.
const (
	ByPIN  Proof = "pin"
	ByText Proof = "text" // a code sent to the patient's phone, or to the agency's address
	ByDesk Proof = "desk" // staff see the person; links of kind AtKiosk alone
)

// Link is one link. What is secret of it is stored as a hash.
type Link struct {
	docstore.Meta
	Kind Kind `json:"kind"`
	// PatientID is empty for an agency's link.
	PatientID      string `json:"patientId"`
	OrganizationID string `json:"organizationId"`
	// Subject is the id of the one thing that the link opens: of the screening,
	// which has it from its first draft on, of a referral, or of the patient.
	Subject string `json:"subject"`
	// Instrument ("url|version") and Language (BCP 47) are what the screening
	// begins with. At a kiosk the device says it, and in which Languages alone.
	Instrument string   `json:"instrument,omitempty"`
	Language   string   `json:"language,omitempty"`
	Languages  []string `json:"languages,omitempty"`

	// Seed gives the code together with a key that is not in the store; Code is
	// what the code is found by.
	Seed    string `json:"seed"`
	Code    string `json:"code"`
	Proof   Proof  `json:"proof"`
	PINHash string `json:"pinHash,omitempty"`
	// Text is the hash of the code that was texted last, good until TextUntil.
	Text      string    `json:"text,omitempty"`
	TextUntil time.Time `json:"textUntil,omitzero"`
	TextedAt  time.Time `json:"textedAt,omitzero"`
	Texts     int       `json:"texts,omitempty"` // how many were sent
	// Attempts counts the wrong PINs and codes since the last right one.
	Attempts int `json:"attempts,omitempty"`

	CreatedBy   string    `json:"createdBy"`
	CreatedAt   time.Time `json:"createdAt"`
	ExpiresAt   time.Time `json:"expiresAt"`
	OpenedAt    time.Time `json:"openedAt,omitzero"`   // the code was entered
	UnlockedAt  time.Time `json:"unlockedAt,omitzero"` // PIN or texted code were right
	WithdrawnAt time.Time `json:"withdrawnAt,omitzero"`
	UsedAt      time.Time `json:"usedAt,omitzero"` // what it opens is done
}

var linkSpec = docstore.Spec[Link]{
	Name: "links", Schema: 1,
	Meta: func(l *Link) *docstore.Meta { return &l.Meta },
	Keys: docstore.Keys[Link]{
		"code":    func(l Link) docstore.Value { return docstore.String(l.Code) },
		"patient": func(l Link) docstore.Value { return docstore.String(l.PatientID) },
		"created": func(l Link) docstore.Value { return docstore.Time(l.CreatedAt) },
		"subject": func(l Link) docstore.Value { return docstore.String(l.Subject) },
		"expires": func(l Link) docstore.Value { return docstore.Time(l.ExpiresAt) },
	},
	Kinds:   map[string]docstore.Kind{"created": docstore.IntKind, "expires": docstore.IntKind},
	Indexes: []docstore.Index{{"patient", "created"}, {"subject"}, {"expires"}},
	Unique:  []string{"code"},
}

// State says how far a link is.
type State string

// The states.
const (
	NotOpened State = "not-opened"
	Opened    State = "opened"
	Answering State = "answering"
	Done      State = "done"
	Expired   State = "expired"
	Withdrawn State = "withdrawn"
	Locked    State = "locked" // too many wrong PINs or codes
)

// State is how far the link is at an instant.
func (l Link) State(now time.Time) State {
	switch {
	case !l.UsedAt.IsZero():
		return Done
	case !l.WithdrawnAt.IsZero():
		return Withdrawn
	case l.Attempts >= maxAttempts:
		return Locked
	case !now.Before(l.ExpiresAt):
		return Expired
	case !l.UnlockedAt.IsZero():
		return Answering
	case !l.OpenedAt.IsZero():
		return Opened
	}
	return NotOpened
}

// Works tells whether the link still opens what it names.
func (l Link) Works(now time.Time) bool {
	s := l.State(now)
	return s == NotOpened || s == Opened || s == Answering
}

// emit notes an event about the link, which says nothing of what it opens.
func (l *Link) emit(at time.Time, event string) {
	about := map[string]any{"organizationIds": []string{l.OrganizationID}}
	if l.PatientID != "" {
		about["patientId"] = l.PatientID
	}
	l.Emit(at, event, about)
}

// Options are what a Service needs besides its engine.
type Options struct {
	Now clock.Now
	// Key makes codes of seeds and hashes them; at least 32 bytes. With another
	// key no link works any more.
	Key []byte
	// PINCost is the cost of PIN hashes; the zero value takes DefaultPINCost.
	PINCost argon2id.Params
}

// DefaultPINCost are the costs of PIN hashes: 46 MiB, one pass, one lane.
// Source: OWASP Password Storage Cheat Sheet.
var DefaultPINCost = argon2id.Params{Memory: 46 << 10, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Service keeps links, the sessions that they open, and kiosks. It is for
// other rooms, which say who may make and see links. It is safe for
// concurrent use.
type Service struct {
	now      clock.Now
	key      []byte
	cost     argon2id.Params
	links    *docstore.Collection[Link]
	sessions *docstore.Collection[session]
	kiosks   *docstore.Collection[Kiosk]
	// addresses counts wrong codes by network address, all those of everybody.
	addresses, all *throttle.Throttle
	// hashing bounds how many PINs are hashed at once, and so their memory.
	hashing chan struct{}
}

// minKey is the least length of Options.Key: that of the hash (RFC 2104, section 3).
const minKey = 32

// New opens the collections.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	if len(o.Key) < minKey {
		return nil, errors.New("links: the key needs at least 32 bytes")
	}
	if o.PINCost == (argon2id.Params{}) {
		o.PINCost = DefaultPINCost
	}
	s := &Service{
		now: o.Now, key: o.Key, cost: o.PINCost, hashing: make(chan struct{}, runtime.NumCPU()),
		addresses: throttle.New(addressBurst, addressRefill), all: throttle.New(allBurst, allRefill),
	}
	var err error
	if s.links, err = docstore.Open(ctx, e, linkSpec); err != nil {
		return nil, err
	}
	if s.sessions, err = docstore.Open(ctx, e, sessionSpec); err != nil {
		return nil, err
	}
	s.kiosks, err = docstore.Open(ctx, e, kioskSpec)
	return s, err
}
