package referrals

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// readers are the roles that read referrals on each side.
var readers = map[Party][]identity.Role{
	Sender: {identity.CHW, identity.CareManager, identity.Supervisor},
	Agency: {identity.AgencyStaff, identity.AgencyAdmin},
}

// Colleagues lists whom the asker may mention on a referral: the others of the
// own organization who may read it.
func (s *Service) Colleagues(ctx context.Context, id string) ([]Ref, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return nil, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return s.colleagues(ctx, r, v)
}

func (s *Service) colleagues(ctx context.Context, r Referral, v viewer) ([]Ref, error) {
	out := []Ref{}
	users, err := s.Accounts.UsersWithRole(ctx, v.organization(r), readers[v.party]...)
	for _, u := range users {
		if u.ID != v.actor.ID {
			out = append(out, Ref{ID: u.ID, Name: u.Name})
		}
	}
	return out, err
}

// mentioned finds the colleagues with the ids.
func (s *Service) mentioned(ctx context.Context, r Referral, v viewer, ids []string) ([]Ref, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	colleagues, err := s.colleagues(ctx, r, v)
	if err != nil {
		return nil, err
	}
	var out []Ref
	for _, id := range ids {
		at := slices.IndexFunc(colleagues, func(c Ref) bool { return c.ID == id })
		if at < 0 {
			var wrong fault.Fields
			wrong.Add("mentions", "Choose people who work with you.")
			return nil, wrong.Err()
		}
		out = append(out, colleagues[at])
	}
	return out, nil
}

// tellMentions tells colleagues that they were mentioned. Of referrals about
// violence nobody is told anything outside of the pages.
func (s *Service) tellMentions(ctx context.Context, events []docstore.Event) error {
	var errs []error
	for _, e := range events {
		if e.Type != "referral.messaged" && e.Type != "referral.note-added" {
			continue
		}
		d := dataOf(e)
		if len(d.Mentions) == 0 {
			continue
		}
		r, err := s.referrals.Get(ctx, d.ReferralID)
		if err == nil && !Violence(r.Need.Domain) && !r.Need.Private {
			err = s.tell(ctx, "referral.mentioned", e.ID, r, d.Mentions...)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("mentions of %s: %w", e.ID, err))
		}
	}
	return errors.Join(errs...)
}
