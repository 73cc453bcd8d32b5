package joining

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

// Proposal is what the directory offers as first values for taking an agency in.
type Proposal struct {
	OrganizationID string `json:"organizationId"`
	Name           string `json:"name"`
	// Email is the public one; somebody has to say whether notices may go there.
	Email    string `json:"email,omitempty"`
	TimeZone string `json:"timeZone"`
}

// Propose answers what is known of an agency that is to be taken in.
func (s *Service) Propose(ctx context.Context, organizationID string) (Proposal, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return Proposal{}, err
	}
	o, err := s.outside(ctx, organizationID)
	if err != nil {
		return Proposal{}, err
	}
	return s.proposal(ctx, actor, o)
}

func (s *Service) proposal(ctx context.Context, actor identity.Actor, o directory.OrganizationDoc) (Proposal, error) {
	p := Proposal{OrganizationID: o.ID, Name: o.Organization.Name, Email: o.Organization.Email, TimeZone: o.TimeZone}
	if p.TimeZone == "" {
		own, err := s.opt.Accounts.Organization(ctx, actor.OrganizationID)
		if err != nil {
			return p, err
		}
		p.TimeZone = own.TimeZone
	}
	return p, nil
}

// TakeInput takes an agency of the directory into the network.
type TakeInput struct {
	OrganizationID string `json:"organizationId"`
	// Email and Phone are where its notices and codes go; one of them is needed.
	// The phone is one that gets text messages.
	Email string `json:"email"`
	Phone string `json:"phone"`
	// TimeZone is an IANA name; empty takes what the directory or the network has.
	TimeZone string `json:"timeZone"`
	// Confirmed says that somebody of the agency agreed to referrals, and to this
	// address: codes that open referrals go there.
	Confirmed bool `json:"confirmed"`
}

// tidy brings the input into form and tells what is wrong with it.
func (in *TakeInput) tidy() error {
	in.Email, in.Phone = strings.TrimSpace(in.Email), strings.TrimSpace(in.Phone)
	var wrong fault.Fields
	wrong.Check(in.OrganizationID != "", "organizationId", "Choose the organization.")
	wrong.Check(in.Email != "" || in.Phone != "", "email", "Give an email address or a mobile phone, so that the agency hears of referrals.")
	wrong.Check(in.Confirmed, "confirmed", "Ask the agency first, and say here that it agreed.")
	if in.Phone != "" {
		n, err := phonenumbers.Parse(in.Phone, "US")
		if err != nil || !phonenumbers.IsValidNumber(n) {
			wrong.Add("phone", "Write the phone number with its area code, for example 415-555-0123.")
			return wrong.Err()
		}
		in.Phone = phonenumbers.Format(n, phonenumbers.E164)
	}
	return wrong.Err()
}

// Take takes an agency of the directory into the network: an organization with
// the same id, which can be sent referrals from then on. Those who wished for it
// are told.
func (s *Service) Take(ctx context.Context, in TakeInput) (accounts.Organization, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return accounts.Organization{}, err
	}
	if err := in.tidy(); err != nil {
		return accounts.Organization{}, err
	}
	doc, err := s.opt.Directory.OrganizationByID(ctx, in.OrganizationID)
	if err != nil {
		return accounts.Organization{}, err
	}
	p, err := s.proposal(ctx, actor, doc)
	if err != nil {
		return accounts.Organization{}, err
	}
	o, err := s.opt.Accounts.AddOrganization(ctx, accounts.Organization{
		Meta: docstore.Meta{ID: p.OrganizationID}, Name: p.Name, Kind: accounts.Agency,
		TimeZone: cmp.Or(in.TimeZone, p.TimeZone), Email: in.Email, Phone: in.Phone,
	})
	if err != nil {
		return accounts.Organization{}, fmt.Errorf("take organization %s in: %w", in.OrganizationID, err)
	}
	return o, s.joined(ctx, o.ID)
}

// Consumer ends the wishes for agencies that came into the network in any way.
func (s *Service) Consumer() docstore.Consumer {
	return docstore.Consumer{Name: "agency-wishes", Handle: func(ctx context.Context, events []docstore.Event) error {
		var errs []error
		for _, e := range events {
			if e.Type == "organization.changed" {
				errs = append(errs, s.joined(ctx, e.DocumentID))
			}
		}
		return errors.Join(errs...)
	}}
}

// joined ends the wish for an agency that is in the network, and tells those who
// wished for it. It may be repeated at will.
func (s *Service) joined(ctx context.Context, organizationID string) error {
	w, err := s.wishes.Get(ctx, organizationID)
	if errors.Is(err, docstore.ErrNotFound) || err == nil && w.State == Joined {
		return nil
	}
	if err != nil {
		return err
	}
	if kind, err := s.kindOf(ctx, organizationID); err != nil || kind != accounts.Agency {
		return err
	}
	var errs []error
	for _, by := range w.By {
		errs = append(errs, s.opt.Notices.Tell(ctx, notify.News{
			To: notify.ToUser(by.UserID), Template: "agency.joined", Path: "/directory", Key: organizationID,
		}))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	_, err = s.update(ctx, organizationID, func(w *Wish) error {
		if w.State == Joined {
			return errUnchanged
		}
		w.State = Joined
		return nil
	})
	return err
}
