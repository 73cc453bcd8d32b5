package seed

import (
	"context"
	"fmt"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// The organizations that are no agencies.
const (
	networkSlug = "network"
	careSlug    = "alder-health"
	clinicSlug  = "tamarack-clinic"
)

var carers = []struct {
	slug, name string
	kind       accounts.Kind
}{
	{networkSlug, "Alder Valley Care Network", accounts.Network},
	{careSlug, "Alder Community Health", accounts.Care},
	{clinicSlug, "Tamarack Family Clinic", accounts.Care},
}

// Account is a person who can sign in. Passwords are for the caller to set.
type Account struct {
	UserID, Name, Email string
	Role                identity.Role
	OrganizationID      string
}

// Actor is the account acting.
func (a Account) Actor() identity.Actor {
	return identity.Actor{ID: a.UserID, Name: a.Name, Role: a.Role, OrganizationID: a.OrganizationID}
}

// Accounts lists the people who can sign in: those of the care organizations,
// of five agencies and of the network.
func Accounts() []Account {
	out := make([]Account, len(staff))
	for i, p := range staff {
		out[i] = Account{
			UserID: ID("user/" + p.slug), Name: p.name, Email: p.slug + "@" + p.org + ".example.org",
			Role: p.role, OrganizationID: ID(p.org),
		}
	}
	return out
}

var staff = []struct {
	slug, name, org string
	role            identity.Role
}{
	{"vega", "Inés Vega", careSlug, identity.CHW},
	{"ortiz", "Daniel Ortiz", careSlug, identity.CHW},
	{"bell", "Monica Bell", careSlug, identity.CareManager},
	{"lindqvist", "Karin Lindqvist", careSlug, identity.Supervisor},
	{"chan", "Wei Chan", clinicSlug, identity.CHW},
	{"dubois", "Anne Dubois", clinicSlug, identity.Supervisor},
	{"harris", "Tom Harris", "valley-food-bank", identity.AgencyStaff},
	{"moreno", "Lucia Moreno", "valley-food-bank", identity.AgencyAdmin},
	{"patel", "Ravi Patel", "bridgeway", identity.AgencyStaff},
	{"stone", "Erin Stone", "bridgeway", identity.AgencyAdmin},
	{"young", "Gus Young", "valley-wheels", identity.AgencyStaff},
	{"cole", "Nadine Cole", "valley-wheels", identity.AgencyAdmin},
	{"flores", "Beatriz Flores", "community-action", identity.AgencyStaff},
	{"reed", "Sam Reed", "community-action", identity.AgencyAdmin},
	{"quinn", "Maeve Quinn", "harbor-house", identity.AgencyStaff},
	{"abadi", "Samira Abadi", "harbor-house", identity.AgencyAdmin},
	{"park", "June Park", networkSlug, identity.NetworkAdmin},
}

// loadStaff makes the organizations of the network and their people. Every
// organization of the directory takes referrals.
func loadStaff(ctx context.Context, s Services, county []organization) error {
	for _, c := range carers {
		if err := putOrganization(ctx, s, c.slug, c.name, c.kind, nil); err != nil {
			return err
		}
	}
	for _, o := range county {
		if err := putOrganization(ctx, s, o.slug, o.name, accounts.Agency, openings(o.hours)); err != nil {
			return err
		}
	}
	var ids []string
	var users []accounts.NewUser
	for _, a := range Accounts() {
		ids = append(ids, a.UserID)
		users = append(users, accounts.NewUser{Email: a.Email, Name: a.Name, OrganizationID: a.OrganizationID, Role: a.Role})
	}
	_, err := s.Accounts.CreateUsers(ctx, ids, users)
	return err
}

func putOrganization(ctx context.Context, s Services, slug, name string, kind accounts.Kind, hours []clock.Opening) error {
	_, err := s.Accounts.PutOrganization(ctx, accounts.Organization{
		Meta: docstore.Meta{ID: ID(slug)}, Name: name, Kind: kind, TimeZone: zone, OpeningHours: hours,
		Email: "hello@" + slug + ".example.org",
	})
	if err != nil {
		return fmt.Errorf("%s: %w", slug, err)
	}
	return nil
}

// openings are the office hours of an agency: its weekly hours where they are
// known, else the usual ones.
func openings(code string) []clock.Opening {
	var out []clock.Opening
	for _, s := range hourCodes[code] {
		if s.freq != "WEEKLY" {
			return nil
		}
		for _, d := range list(s.days) {
			out = append(out, clock.Opening{Day: d, Opens: s.opens, Closes: s.closes})
		}
	}
	return out
}
