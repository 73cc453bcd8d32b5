package accounts

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Kind says what an organization does in the network.
type Kind string

// The kinds.
const (
	Care    Kind = "care"    // screens patients and sends referrals
	Agency  Kind = "agency"  // receives referrals
	Network Kind = "network" // runs the network
)

// roles says which roles the users of an organization can have.
var roles = map[Kind][]identity.Role{
	Care:    {identity.CHW, identity.CareManager, identity.Supervisor},
	Agency:  {identity.AgencyStaff, identity.AgencyAdmin},
	Network: {identity.NetworkAdmin},
}

// RolesOf lists the roles that users of an organization of the kind can have;
// none for a kind that there is not.
func RolesOf(k Kind) []identity.Role { return slices.Clone(roles[k]) }

// Organization is one that users work for. The id of an agency is the id of
// its organization in the directory.
type Organization struct {
	docstore.Meta
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// TimeZone is an IANA name such as "America/Los_Angeles".
	TimeZone string `json:"timeZone"`
	// Holidays are the dates on which nobody works; empty takes the US federal holidays.
	Holidays []string `json:"holidays,omitempty"`
	// OpeningHours are the weekly ones; empty takes Monday to Friday from 9 to 17.
	OpeningHours []clock.Opening `json:"openingHours,omitempty"`
	Phone        string          `json:"phone,omitempty"`
	Email        string          `json:"email,omitempty"`
}

var organizationSpec = docstore.Spec[Organization]{
	Name:   "account_organizations",
	Schema: 1,
	Meta:   func(o *Organization) *docstore.Meta { return &o.Meta },
	Keys: docstore.Keys[Organization]{
		"kind": func(o Organization) docstore.Value { return docstore.String(string(o.Kind)) },
		"name": func(o Organization) docstore.Value { return docstore.String(strings.ToLower(o.Name)) },
	},
	Indexes: []docstore.Index{{"kind", "name"}, {"name"}},
}

// PutOrganization stores o, as a new one or in place of the one with its id. A
// version other than 0 must be the stored one. The network makes and changes
// all; others change their own, but not its kind.
func (s *Service) PutOrganization(ctx context.Context, o Organization) (Organization, error) {
	actor, err := identity.Require(ctx, identity.UsersManage)
	if err != nil {
		return Organization{}, err
	}
	if !actor.May(identity.NetworkManage) && o.ID != actor.OrganizationID {
		return Organization{}, docstore.ErrNotFound
	}
	if err := o.check(); err != nil {
		return Organization{}, err
	}
	if o.ID != "" {
		changed, err := s.changeOrganization(ctx, actor, o)
		if !errors.Is(err, docstore.ErrNotFound) || o.Version != 0 || !actor.May(identity.NetworkManage) {
			return changed, err
		}
	} else {
		o.ID = docstore.NewID(ctx, actor.ID)
	}
	o.emitChanged(s.now())
	_, err = s.orgs.InsertOnce(ctx, &o, s.now())
	return o, err
}

// AddOrganization stores an organization under an id that another room gave it,
// and fails when there is one already, unless the same request made it. Only the
// network may.
func (s *Service) AddOrganization(ctx context.Context, o Organization) (Organization, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return Organization{}, err
	}
	if err := o.check(); err != nil {
		return Organization{}, err
	}
	o.emitChanged(s.now())
	_, err := s.orgs.InsertOnce(ctx, &o, s.now())
	if _, there := errors.AsType[*docstore.DuplicateError](err); there {
		return Organization{}, fault.New(fault.Conflict, "This organization is in the network already.")
	}
	return o, err
}

func (s *Service) changeOrganization(ctx context.Context, actor identity.Actor, o Organization) (Organization, error) {
	changed, err := s.orgs.Update(ctx, o.ID, func(stored *Organization) error {
		if done, err := stored.Replayed(ctx); done || err != nil {
			return cmp.Or(err, errUnchanged)
		}
		if o.Version != 0 && o.Version != stored.Version {
			return docstore.ErrConflict
		}
		if o.Kind != stored.Kind && !actor.May(identity.NetworkManage) {
			return fault.New(fault.Forbidden, "Only the network can change what kind of organization this is.")
		}
		meta := stored.Meta
		*stored = o
		stored.Meta = meta
		stored.Remember(ctx, s.now())
		stored.emitChanged(s.now())
		return nil
	})
	if errors.Is(err, errUnchanged) {
		return s.orgs.Get(ctx, o.ID)
	}
	return changed, err
}

func (o *Organization) emitChanged(now time.Time) {
	o.Emit(now, "organization.changed", map[string]any{"organizationIds": []string{o.ID}})
}

// maxText is how many characters a name or another short entry may have.
const maxText = 200

func short(s string) bool { return utf8.RuneCountInString(s) <= maxText }

// check tidies an organization and tells what is wrong with it.
func (o *Organization) check() error {
	o.Name, o.Phone, o.Email = strings.TrimSpace(o.Name), strings.TrimSpace(o.Phone), strings.TrimSpace(o.Email)
	var wrong fault.Fields
	wrong.Check(o.Name != "", "name", "Give the organization's name.")
	wrong.Check(short(o.Name), "name", "Use at most %d characters.", maxText)
	wrong.Check(short(o.Phone), "phone", "Use at most %d characters.", maxText)
	wrong.Check(roles[o.Kind] != nil, "kind", "Choose care, agency or network as the kind of organization.")
	wrong.Check(o.Email == "" || validEmail(o.Email), "email", "Write the email address as name@example.org.")
	if err := wrong.Err(); err != nil {
		return err
	}
	_, err := clock.NewCalendar(o.TimeZone, o.Holidays, o.OpeningHours)
	return err
}

// Organization reads an organization. It is for other rooms and for pages, and
// checks nothing.
func (s *Service) Organization(ctx context.Context, id string) (Organization, error) {
	return s.orgs.Get(ctx, id)
}

// Organizations lists the organizations of a kind, or all with an empty kind,
// by name.
func (s *Service) Organizations(ctx context.Context, kind Kind) ([]Organization, error) {
	if _, err := identity.Require(ctx, identity.SignedIn); err != nil {
		return nil, err
	}
	q := docstore.Query{OrderBy: []string{"name"}}
	if kind != "" {
		q.Where = []docstore.Cond{docstore.Eq("kind", docstore.String(string(kind)))}
	}
	p, err := s.orgs.Find(ctx, q)
	return p.Items, err
}

// holidayYears is how many years from last year on a calendar knows the
// federal holidays of.
const holidayYears = 5

// Calendar makes the calendar of an organization. It is for other rooms and
// checks nothing.
func (s *Service) Calendar(ctx context.Context, organizationID string) (clock.Calendar, error) {
	o, err := s.orgs.Get(ctx, organizationID)
	if err != nil {
		return clock.Calendar{}, err
	}
	holidays := o.Holidays
	if len(holidays) == 0 {
		for first, y := s.now().Year()-1, 0; y < holidayYears; y++ {
			holidays = append(holidays, clock.FederalHolidays(first+y)...)
		}
	}
	return clock.NewCalendar(o.TimeZone, holidays, o.OpeningHours)
}
