// Package guests lets agencies without an account answer referrals: a notice
// with a link that names one referral, a code sent to the agency's registered
// address that opens it, and an invitation to make an account.
//
// The notice says nothing about anybody. The link alone opens nothing, works
// for 30 days and can be withdrawn by the sender. What somebody does by it goes
// through the same methods of package referrals as everything else.
package guests

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/referrals"
)

// Referrals reads referrals; *referrals.Service does.
type Referrals interface {
	Get(ctx context.Context, id string) (referrals.View, error)
}

// Accounts knows organizations and makes accounts; *accounts.Service does.
type Accounts interface {
	Organization(ctx context.Context, id string) (accounts.Organization, error)
	HasUsers(ctx context.Context, organizationID string) (bool, error)
	UsersWithRole(ctx context.Context, organizationID string, roles ...identity.Role) ([]accounts.User, error)
	FirstAgencyAdmin(ctx context.Context, n accounts.NewUser, approved bool) (accounts.User, error)
}

// Notices tells people that something waits for them; *notify.Service does.
type Notices interface {
	Tell(ctx context.Context, n notify.News) error
}

// Network answers the network's settings; *network.Service does.
type Network interface {
	Settings(ctx context.Context) (network.Settings, error)
}

// Options are the parts a Service works with.
type Options struct {
	Now       clock.Now
	Links     *links.Service
	Referrals Referrals
	Accounts  Accounts
	Notices   Notices
	Network   Network
	// Senders hand codes over at once; a code is kept nowhere but as a hash.
	Senders map[notify.Channel]notify.Sender
}

// Service is the room.
type Service struct{ opt Options }

// New makes the service.
func New(o Options) *Service { return &Service{opt: o} }

// Path is the address of the page where a link leads.
const Path = "/a"

// linkSpace is the namespace of ids of the first link of a referral.
var linkSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:agency-link"))

// Consumer follows referrals: a new one to an agency without an account is
// told to its registered address, a reminder as well, and the link of one that
// was called off ends.
func (s *Service) Consumer() docstore.Consumer {
	return docstore.Consumer{Name: "agency-guests", Handle: s.follow}
}

// templates are the notices of events.
var templates = map[string]string{"referral.created": "guest.received", "referral.reminded": "guest.reminded"}

func (s *Service) follow(ctx context.Context, events []docstore.Event) error {
	ctx = identity.With(ctx, identity.SystemActor("guests"))
	staffed := map[string]bool{} // by agency, as far as asked
	var errs []error
	for _, e := range events {
		if err := s.heed(ctx, e, staffed); err != nil && !fault.Is(err, fault.NotFound) {
			errs = append(errs, fmt.Errorf("tell the agency of %s: %w", e.DocumentID, err))
		}
	}
	return errors.Join(errs...)
}

// heed does what follows from one event. Agencies with accounts hear of it there.
func (s *Service) heed(ctx context.Context, e docstore.Event, staffed map[string]bool) error {
	template := templates[e.Type]
	if template == "" && e.Type != "referral.moved" {
		return nil
	}
	agency, status := referrals.About(e)
	if template == "" {
		if calledOff(status) {
			return s.ended(ctx, e.DocumentID)
		}
		return nil
	}
	if _, asked := staffed[agency]; !asked {
		some, err := s.staffed(ctx, agency)
		if err != nil {
			return err
		}
		staffed[agency] = some
	}
	if staffed[agency] {
		return nil
	}
	return s.told(ctx, e.DocumentID, template, e.ID)
}

// told tells an agency without an account of a referral that waits for it, with
// its link, which is made where there is none yet. Referrals about violence are
// told to nobody.
func (s *Service) told(ctx context.Context, id, template, key string) error {
	r, err := s.opt.Referrals.Get(ctx, id)
	if err != nil || !tellable(r) {
		return err
	}
	l, err := s.current(ctx, r.ID)
	if err != nil {
		return err
	}
	if l.ID == "" {
		first := uuid.NewSHA1(linkSpace, []byte(r.ID)).String()
		if l, err = s.make(docstore.WithID(ctx, first), r); err != nil {
			return err
		}
	}
	if !l.Works(s.opt.Now()) { // withdrawn on purpose: nothing is told
		return nil
	}
	return s.tell(ctx, r, l, template, key)
}

// staffed tells whether somebody of the agency can sign in.
func (s *Service) staffed(ctx context.Context, organizationID string) (bool, error) {
	users, err := s.opt.Accounts.UsersWithRole(ctx, organizationID, identity.AgencyStaff, identity.AgencyAdmin)
	return len(users) > 0, err
}

// tellable tells whether a notice may go out about the referral: it waits for
// the agency, and knowing of it endangers nobody.
func tellable(r referrals.View) bool {
	return r.Turn != nil && r.Turn.Party == referrals.Agency && r.Need != nil && !referrals.Violence(r.Need.Domain)
}

func (s *Service) make(ctx context.Context, r referrals.View) (links.Link, error) {
	l, err := s.opt.Links.Make(ctx, links.NewLink{
		Kind: links.AgencyReferral, OrganizationID: r.OrganizationID, Subject: r.ID, Proof: links.ByText,
		ExpiresAt: s.opt.Now().Add(links.MaxLife),
	})
	if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok && dup.Key == "id" { // made at the same moment
		return s.current(ctx, r.ID)
	}
	return l, err
}

func (s *Service) tell(ctx context.Context, r referrals.View, l links.Link, template, key string) error {
	return s.opt.Notices.Tell(ctx, notify.News{
		To: notify.ToOrganization(r.OrganizationID), Template: template, Path: Path + "#" + s.opt.Links.Code(l), Key: key,
	})
}

// current is the newest link of a referral; the zero Link when there is none.
func (s *Service) current(ctx context.Context, referralID string) (links.Link, error) {
	all, err := s.opt.Links.ForSubject(ctx, referralID)
	if err != nil || len(all) == 0 {
		return links.Link{}, err
	}
	return all[0], nil
}

// calledOff tells whether the agency has no more to do with a referral.
func calledOff(s referrals.Status) bool {
	return s == referrals.Cancelled || s == referrals.EnteredInError
}

// ended withdraws the links of a referral that was called off, unless the agency
// has it in hand again.
func (s *Service) ended(ctx context.Context, id string) error {
	r, err := s.opt.Referrals.Get(ctx, id)
	if err != nil || !calledOff(r.Status) {
		return err
	}
	return s.withdraw(ctx, id)
}

func (s *Service) withdraw(ctx context.Context, referralID string) error {
	all, err := s.opt.Links.ForSubject(ctx, referralID)
	for _, l := range all {
		_, each := s.opt.Links.Withdraw(ctx, l.ID)
		err = errors.Join(err, each)
	}
	return err
}

// Address is where an agency is reached: its email, else its phone.
type Address struct {
	Via notify.Channel
	To  string
}

// address finds the registered address of an agency; the zero Address when it
// has none that messages can be sent to.
func (s *Service) address(ctx context.Context, organizationID string) (Address, error) {
	o, err := s.opt.Accounts.Organization(ctx, organizationID)
	if err != nil {
		return Address{}, err
	}
	for _, a := range []Address{{notify.Email, o.Email}, {notify.SMS, o.Phone}} {
		if a.To != "" && s.opt.Senders[a.Via] != nil {
			return a, nil
		}
	}
	return Address{}, nil
}

// Masked is the address so that who knows it recognizes it: "f…@example.org", "…0177".
func (a Address) Masked() string {
	name, domain, mail := strings.Cut(a.To, "@")
	switch {
	case mail && name != "":
		return string([]rune(name)[:1]) + "…@" + domain
	case len(a.To) > 4:
		return "…" + a.To[len(a.To)-4:]
	}
	return ""
}
