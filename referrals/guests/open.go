package guests

import (
	"context"
	"fmt"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/secret"
)

// Enter takes the code of a link and begins a session, which is locked until
// the code that was sent to the agency's address is given.
func (s *Service) Enter(ctx context.Context, code, address string) (token string, err error) {
	token, _, err = s.opt.Links.Enter(ctx, code, address, nil, links.AgencyReferral)
	return token, err
}

// session reads the session of a token of an agency's link.
func (s *Service) session(ctx context.Context, token string) (links.Session, error) {
	x, err := s.opt.Links.Session(ctx, token)
	if err == nil && x.Link.Kind != links.AgencyReferral {
		err = fault.New(fault.Login, "Your time is over. Enter your code again to go on.")
	}
	return x, err
}

// Session reads who holds the token, and where a code goes to.
func (s *Service) Session(ctx context.Context, token string) (links.Session, Address, error) {
	x, err := s.session(ctx, token)
	if err != nil {
		return x, Address{}, err
	}
	a, err := s.address(ctx, x.Link.OrganizationID)
	return x, a, err
}

// Words makes the message of a code, in the language of who asks for it.
type Words func(code string) (subject, body string)

// SendCode sends a new code to the registered address of the session's agency.
func (s *Service) SendCode(ctx context.Context, token string, words Words) error {
	x, a, err := s.Session(ctx, token)
	if err != nil {
		return err
	}
	if a.To == "" {
		return fault.New(fault.BusinessRule, "We have no address to send a code to. Call who sent you this link.")
	}
	code, l, err := s.opt.Links.NewText(ctx, token)
	if err != nil {
		return err
	}
	m := notify.Message{ID: fmt.Sprint("code/", x.Link.ID, "/", l.Texts), Channel: a.Via, To: a.To}
	m.Subject, m.Body = words(code)
	if err := s.opt.Senders[a.Via].Send(ctx, m); err != nil {
		return fmt.Errorf("send a code to an agency: %w", err)
	}
	return nil
}

// Unlock gives the code that was sent; see [links.Service.Unlock].
func (s *Service) Unlock(ctx context.Context, token string, given secret.Text) (fresh string, err error) {
	if _, err := s.session(ctx, token); err != nil {
		return "", err
	}
	fresh, _, err = s.opt.Links.Unlock(ctx, token, given)
	return fresh, err
}

// MayJoin tells whether the guest's agency may make its first account.
func (s *Service) MayJoin(ctx context.Context) (bool, error) {
	actor, err := identity.Require(ctx, identity.GuestAnswer)
	if err != nil {
		return false, err
	}
	has, err := s.opt.Accounts.HasUsers(ctx, actor.OrganizationID)
	return !has, err
}

// Join makes the first account of the guest's agency, whose holder may then add
// others. Where the network looks at new agencies first, it waits to be switched
// on; open tells that it works at once.
func (s *Service) Join(ctx context.Context, n accounts.NewUser) (open bool, err error) {
	actor, err := identity.Require(ctx, identity.GuestAnswer)
	if err != nil {
		return false, err
	}
	settings, err := s.opt.Network.Settings(ctx)
	if err != nil {
		return false, err
	}
	n.OrganizationID, n.Role = actor.OrganizationID, identity.AgencyAdmin
	u, err := s.opt.Accounts.FirstAgencyAdmin(ctx, n, !settings.ApproveAgencies)
	return !u.Disabled, err
}
