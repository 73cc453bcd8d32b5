package guests

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/referrals"
)

// Standing is how far an agency without an account is with a referral.
type Standing struct {
	// Via is how it was told, To the masked address; both empty when there is none.
	Via notify.Channel
	To  string
	// State is how far the link is; [links.NotOpened] until it was opened.
	State    links.State
	ToldAt   time.Time
	OpenedAt time.Time
	Until    time.Time
}

// errNoLink refuses what only makes sense for an agency without an account.
var errNoLink = fault.New(fault.Conflict, "This agency answers with its own account. It needs no link.")

// own reads a referral that the asker's organization sent.
func (s *Service) own(ctx context.Context, id string) (referrals.View, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return referrals.View{}, err
	}
	r, err := s.opt.Referrals.Get(ctx, id)
	if err == nil && r.SenderOrganization.ID != actor.OrganizationID {
		err = docstore.ErrNotFound
	}
	return r, err
}

// Standing answers the sender how far the agency is; false when it has
// accounts of its own and was never told by a link.
func (s *Service) Standing(ctx context.Context, referralID string) (Standing, bool, error) {
	r, err := s.own(ctx, referralID)
	if err != nil {
		return Standing{}, false, err
	}
	staffed, err := s.staffed(ctx, r.OrganizationID)
	if err != nil {
		return Standing{}, false, err
	}
	l, err := s.current(ctx, referralID)
	if err != nil || l.ID == "" && (staffed || !tellable(r)) {
		return Standing{}, false, err
	}
	a, err := s.address(ctx, r.OrganizationID)
	if err != nil {
		return Standing{}, false, err
	}
	out := Standing{Via: a.Via, To: a.Masked(), State: links.NotOpened}
	if l.ID != "" {
		out.State, out.ToldAt, out.OpenedAt, out.Until = l.State(s.opt.Now()), l.CreatedAt, l.OpenedAt, l.ExpiresAt
	}
	return out, true, nil
}

// Withdraw ends the link of a referral at once, also for who has opened it.
func (s *Service) Withdraw(ctx context.Context, referralID string) error {
	if _, err := s.own(ctx, referralID); err != nil {
		return err
	}
	return s.withdraw(ctx, referralID)
}

// SendAgain withdraws the links there are and tells the agency anew.
func (s *Service) SendAgain(ctx context.Context, referralID string) error {
	r, err := s.own(ctx, referralID)
	if err != nil {
		return err
	}
	staffed, err := s.staffed(ctx, r.OrganizationID)
	switch {
	case err != nil:
		return err
	case staffed:
		return errNoLink
	case !tellable(r):
		return fault.New(fault.Conflict, "This referral does not wait for the agency, or must not be told in a message.")
	}
	if err := s.withdraw(ctx, referralID); err != nil {
		return err
	}
	l, err := s.make(ctx, r)
	if err != nil {
		return err
	}
	return s.tell(ctx, r, l, "guest.received", l.ID)
}
