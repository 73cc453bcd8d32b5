package referrals

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Why something is withheld from an agency.
const (
	withheldConsent = "consent-ended"
	withheldRequest = "until-accepted"
)

// viewer is somebody who looks at a referral, and what they may see of it.
type viewer struct {
	actor    identity.Actor
	party    Party
	consent  Consent          // read for an agency only
	fields   func(Field) bool // what may be shown
	withheld string
	own      bool // the patient, on their own pages
}

// viewerOf tells what the actor is to the referral, consent being the one it
// was sent under. For strangers, and agencies of a draft, it does not exist.
func viewerOf(actor identity.Actor, r Referral, consent Consent, now time.Time) (viewer, error) {
	v := viewer{actor: actor, consent: consent, fields: func(Field) bool { return true }}
	switch {
	case actor.Role == identity.System, actor.Care() && actor.OrganizationID == r.Sender.ID:
		v.party = Sender
	case actor.AnswersFor(r.Agency.ID, r.ID) && r.Status != Draft && !r.LogOnly:
		v.party = Agency
		v.fields = consent.Shares
		switch {
		case r.Status == EnteredInError, !consent.Covers(r.Agency.ID, r.Need.Domain, now):
			v.withheld, v.fields = withheldConsent, nothing
		case r.RequestID != "" && !r.everAccepted():
			v.withheld = withheldRequest
			v.fields = func(f Field) bool { return f == FieldNeed && consent.Shares(f) }
		}
	default:
		return viewer{}, docstore.ErrNotFound
	}
	return v, nil
}

func nothing(Field) bool { return false }

// viewer is viewerOf with the consent read, which only an agency needs.
func (s *Service) viewer(ctx context.Context, actor identity.Actor, r Referral) (viewer, error) {
	var consent Consent
	if actor.AnswersFor(r.Agency.ID, r.ID) {
		var err error
		if consent, err = s.consents.Get(ctx, r.ConsentID); err != nil && !errors.Is(err, docstore.ErrNotFound) {
			return viewer{}, err
		}
	}
	return viewerOf(actor, r, consent, s.Now())
}

// permissions says what a party needs to act on a referral.
var permissions = map[Party]identity.Permission{Sender: identity.ReferralsSend, Agency: identity.ReferralsAnswer}

// mayAct refuses those who only look, and agencies without a consent.
func (v viewer) mayAct() error {
	if !v.own && !v.actor.May(permissions[v.party]) {
		return fault.New(fault.Forbidden, identity.RoleForbids)
	}
	if v.withheld == withheldConsent {
		return fault.New(fault.Conflict, "The consent for this referral has ended. Nothing more can be done here.")
	}
	return nil
}

// seen remembers which agency user saw which patient in a list, so that a list
// that is loaded again and again is recorded once an hour.
type seen struct {
	mu sync.Mutex
	at map[sight]time.Time
}

type sight struct{ actorID, sessionID, referralID string }

const (
	seenFor  = time.Hour
	seenMost = 100_000 // sights remembered; then all are forgotten and recorded anew
)

// lately tells whether the sight was recorded within the hour.
func (s *seen) lately(k sight, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.at[k]
	return ok && now.Sub(at) < seenFor
}

// note remembers that the sight is recorded.
func (s *seen) note(k sight, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.at) >= seenMost {
		clear(s.at)
	}
	s.at[k] = now
}
