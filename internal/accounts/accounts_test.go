package accounts

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// cheap hashes fast; for tests only.
var cheap = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const password = "four plain words here"

// house is a service with a clinic and a pantry, and the people in them.
type house struct {
	*Service
	engine docstore.Engine
	clock  *clock.Fake
}

var start = time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC)

func newHouse(t testing.TB) house {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	fake := clock.NewFake(start)
	s, err := New(t.Context(), engine, Options{Now: fake.Now, Params: cheap})
	if err != nil {
		t.Fatal(err)
	}
	h := house{s, engine, fake}
	system := identity.With(t.Context(), identity.SystemActor("test"))
	for _, o := range []Organization{
		{Meta: docstore.Meta{ID: "clinic"}, Name: "Clinic", Kind: Care, TimeZone: "America/Los_Angeles"},
		{Meta: docstore.Meta{ID: "pantry"}, Name: "Pantry", Kind: Agency, TimeZone: "America/Los_Angeles"},
		{Meta: docstore.Meta{ID: "network"}, Name: "Network", Kind: Network, TimeZone: "America/Los_Angeles"},
	} {
		if _, err := s.PutOrganization(system, o); err != nil {
			t.Fatal(err)
		}
	}
	ids := []string{"ana", "sam", "pat", "nia"}
	_, err = s.CreateUsers(system, ids, []NewUser{
		{Email: "Ana@Clinic.example", Name: "Ana", Password: password, OrganizationID: "clinic", Role: identity.CHW},
		{Email: "sam@clinic.example", Name: "Sam", Password: password, OrganizationID: "clinic", Role: identity.Supervisor},
		{Email: "pat@pantry.example", Name: "Pat", Password: password, OrganizationID: "pantry", Role: identity.AgencyAdmin},
		{Email: "nia@network.example", Name: "Nia", Password: password, OrganizationID: "network", Role: identity.NetworkAdmin},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// as answers a context in which the user acts.
func (h house) as(t *testing.T, id string) context.Context {
	t.Helper()
	r, err := h.users.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return identity.With(t.Context(), r.actor("session-of-"+id))
}

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if want == "" && err != nil || want != "" && !fault.Is(err, want) {
		t.Errorf("%s error = %v, want kind %q", what, err, want)
	}
}

func wantField(t *testing.T, what string, err error, field string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(f fault.Field) bool { return f.Name == field }) {
		t.Errorf("%s error = %v, want field %s as invalid", what, err, field)
	}
}

func TestPutOrganization(t *testing.T) {
	h := newHouse(t)
	clinic, err := h.Organization(t.Context(), "clinic")
	if err != nil {
		t.Fatal(err)
	}
	network := clinic
	network.Kind = Network
	stale := clinic
	stale.Version = 7
	tests := []struct {
		name, as string
		in       Organization
		want     fault.Kind
	}{
		{"the network makes one", "nia", Organization{Name: "Shelter", Kind: Agency, TimeZone: "UTC"}, ""},
		{"the network changes one", "nia", clinic, ""},
		{"a supervisor changes their own", "sam", Organization{Meta: docstore.Meta{ID: "clinic"}, Name: "Clinic 2", Kind: Care, TimeZone: "UTC"}, ""},
		{"a supervisor makes none", "sam", Organization{Name: "Shelter", Kind: Agency, TimeZone: "UTC"}, fault.NotFound},
		{"another's does not exist", "pat", clinic, fault.NotFound},
		{"a worker changes nothing", "ana", clinic, fault.Forbidden},
		{"the kind is the network's", "sam", Organization{Meta: docstore.Meta{ID: "clinic"}, Name: "Clinic", Kind: Network, TimeZone: "UTC"}, fault.Forbidden},
		{"an old version", "nia", stale, fault.Conflict},
		{"no such organization in that version", "nia", Organization{Meta: docstore.Meta{ID: "gone", Version: 2}, Name: "Gone", Kind: Care, TimeZone: "UTC"}, fault.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := h.PutOrganization(h.as(t, tt.as), tt.in)
			wantKind(t, "PutOrganization", err, tt.want)
		})
	}
	_, err = h.PutOrganization(h.as(t, "nia"), Organization{Name: strings.Repeat("x", maxText+1), Kind: Care, TimeZone: "UTC"})
	wantField(t, "PutOrganization with a name without end", err, "name")
	_, err = h.PutOrganization(t.Context(), clinic)
	wantKind(t, "PutOrganization by nobody", err, fault.Login)
	for field, o := range map[string]Organization{
		"name":            {Kind: Care, TimeZone: "UTC"},
		"kind":            {Name: "X", Kind: "shop", TimeZone: "UTC"},
		"timeZone":        {Name: "X", Kind: Care, TimeZone: "Mars"},
		"email":           {Name: "X", Kind: Care, TimeZone: "UTC", Email: "nobody"},
		"holidays":        {Name: "X", Kind: Care, TimeZone: "UTC", Holidays: []string{"25.12."}},
		"openingHours[0]": {Name: "X", Kind: Care, TimeZone: "UTC", OpeningHours: []clock.Opening{{Day: "XX", Opens: "1", Closes: "2"}}},
		"phone":           {Name: "X", Kind: Care, TimeZone: "UTC", Phone: strings.Repeat("5", maxText+1)},
	} {
		_, err := h.PutOrganization(h.as(t, "nia"), o)
		wantField(t, "PutOrganization", err, field)
	}
}

func TestOrganizationsListsByName(t *testing.T) {
	h := newHouse(t)
	for kind, want := range map[Kind][]string{"": {"clinic", "network", "pantry"}, Agency: {"pantry"}} {
		got, err := h.Organizations(h.as(t, "ana"), kind)
		var ids []string
		for _, o := range got {
			ids = append(ids, o.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" || err != nil {
			t.Errorf("Organizations(%q) error %v (-want +got):\n%s", kind, err, diff)
		}
	}
	_, err := h.Organizations(t.Context(), "")
	wantKind(t, "Organizations by nobody", err, fault.Login)
}

func TestCalendarTakesFederalHolidaysUnlessTheOrganizationHasItsOwn(t *testing.T) {
	h := newHouse(t)
	own := Organization{Meta: docstore.Meta{ID: "own"}, Name: "Own", Kind: Agency, TimeZone: "UTC", Holidays: []string{"2026-11-20"}}
	if _, err := h.PutOrganization(h.as(t, "nia"), own); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		id, day string
		want    bool
	}{
		{"clinic", "2026-11-26", false}, {"clinic", "2028-07-04", false}, {"clinic", "2026-11-20", true},
		{"own", "2026-11-26", true}, {"own", "2026-11-20", false},
	} {
		c, err := h.Calendar(t.Context(), tt.id)
		if err != nil {
			t.Fatal(err)
		}
		day, _ := time.ParseInLocation(clock.DateLayout, tt.day, c.Location)
		if got := c.IsBusinessDay(day); got != tt.want {
			t.Errorf("%s: IsBusinessDay(%s) = %v, want %v", tt.id, tt.day, got, tt.want)
		}
	}
	_, err := h.Calendar(t.Context(), "gone")
	wantKind(t, "Calendar", err, fault.NotFound)
}

func TestCreateUser(t *testing.T) {
	h := newHouse(t)
	good := NewUser{Email: "new@example.org", Name: "New", Password: password, OrganizationID: "clinic", Role: identity.CHW, Language: "es"}
	change := func(f func(*NewUser)) NewUser { n := good; f(&n); return n }
	inPantry := func(n *NewUser) { n.OrganizationID, n.Role = "pantry", identity.AgencyStaff }
	tests := []struct {
		name, as string
		in       NewUser
		want     fault.Kind
		field    string
	}{
		{"a supervisor for their own", "sam", good, "", ""},
		{"the network for any", "nia", change(func(n *NewUser) { inPantry(n); n.Email = "x@example.org" }), "", ""},
		{"an agency admin for their own", "pat", change(func(n *NewUser) { inPantry(n); n.Email = "y@example.org" }), "", ""},
		{"a supervisor for another", "sam", change(inPantry), fault.NotFound, ""},
		{"a worker for nobody", "ana", good, fault.Forbidden, ""},
		{"a role of another kind", "sam", change(func(n *NewUser) { n.Role = identity.NetworkAdmin }), fault.Invalid, "role"},
		{"no such organization", "nia", change(func(n *NewUser) { n.OrganizationID = "gone" }), fault.Invalid, "organizationId"},
		{"an address that is taken, in other case", "sam", change(func(n *NewUser) { n.Email = "ANA@clinic.EXAMPLE" }), fault.Conflict, ""},
		{"no address", "sam", change(func(n *NewUser) { n.Email = "" }), fault.Invalid, "email"},
		{"an address with a name", "sam", change(func(n *NewUser) { n.Email = "A <a@example.org>" }), fault.Invalid, "email"},
		{"an address without a domain", "sam", change(func(n *NewUser) { n.Email = "a@localhost" }), fault.Invalid, "email"},
		{"no name", "sam", change(func(n *NewUser) { n.Name = " " }), fault.Invalid, "name"},
		{"a name without end", "sam", change(func(n *NewUser) { n.Name = strings.Repeat("ñ", maxText+1) }), fault.Invalid, "name"},
		{"no language tag", "sam", change(func(n *NewUser) { n.Language = "Spanish!" }), fault.Invalid, "language"},
		{"a short password", "sam", change(func(n *NewUser) { n.Password = "14 characters." }), fault.Invalid, "password"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := h.CreateUser(h.as(t, tt.as), tt.in)
			wantKind(t, "CreateUser", err, tt.want)
			if tt.field != "" {
				wantField(t, "CreateUser", err, tt.field)
			}
		})
	}
}

func TestCreateUserAnswersAReplay(t *testing.T) {
	h := newHouse(t)
	n := NewUser{Email: "new@example.org", Name: "New", Password: password, OrganizationID: "clinic", Role: identity.CHW}
	ctx := docstore.WithRequest(h.as(t, "sam"), "key-1", "hash-1")
	first, err := h.CreateUser(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.CreateUser(ctx, n)
	if err != nil || again.ID != first.ID {
		t.Errorf("CreateUser again = %s, %v, want %s", again.ID, err, first.ID)
	}
	_, err = h.CreateUser(docstore.WithRequest(h.as(t, "sam"), "key-1", "hash-2"), n)
	wantKind(t, "CreateUser with another body", err, fault.BusinessRule)
}

func TestUsersAreSeenByWhoManagesThem(t *testing.T) {
	h := newHouse(t)
	for _, tt := range []struct {
		as, organization string
		kind             fault.Kind
		want             []string
	}{
		{"sam", "clinic", "", []string{"ana", "sam"}},
		{"nia", "pantry", "", []string{"pat"}},
		{"sam", "pantry", fault.NotFound, nil},
		{"ana", "clinic", fault.Forbidden, nil},
	} {
		got, err := h.Users(h.as(t, tt.as), tt.organization)
		wantKind(t, "Users", err, tt.kind)
		var ids []string
		for _, u := range got {
			ids = append(ids, u.ID)
		}
		if diff := cmp.Diff(tt.want, ids); diff != "" {
			t.Errorf("Users(%s) as %s (-want +got):\n%s", tt.organization, tt.as, diff)
		}
	}
	for _, tt := range []struct {
		as, id string
		want   fault.Kind
	}{{"ana", "ana", ""}, {"sam", "ana", ""}, {"nia", "pat", ""}, {"pat", "ana", fault.NotFound}, {"ana", "sam", fault.Forbidden}, {"nia", "gone", fault.NotFound}} {
		_, err := h.User(h.as(t, tt.as), tt.id)
		wantKind(t, "User "+tt.id+" as "+tt.as, err, tt.want)
	}
}

func TestUsersWithRoleLeavesOutTheDisabled(t *testing.T) {
	h := newHouse(t)
	for range 2 {
		got, err := h.UsersWithRole(t.Context(), "clinic", identity.CHW, identity.CareManager)
		if err != nil || len(got) != 1 || got[0].ID != "ana" {
			t.Errorf("UsersWithRole = %v, %v, want ana", got, err)
		}
		if _, err := h.CreateUser(docstore.WithID(h.as(t, "sam"), "off"), NewUser{Email: "off@example.org", Name: "Off", OrganizationID: "clinic", Role: identity.CHW}); err != nil {
			break // the second round
		}
		if _, err := h.Disable(h.as(t, "sam"), "off", true); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		id, organization string
		want             bool
	}{{"ana", "clinic", true}, {"ana", "pantry", false}, {"off", "clinic", false}, {"gone", "clinic", false}} {
		if got, err := h.WorksFor(t.Context(), tt.id, tt.organization); got != tt.want || err != nil {
			t.Errorf("WorksFor(%s, %s) = %v, %v, want %v", tt.id, tt.organization, got, err, tt.want)
		}
	}
	if email, err := h.Email(t.Context(), "off"); email != "" || err != nil {
		t.Errorf("Email of a disabled user = %q, %v, want none", email, err)
	}
	if email, err := h.Email(t.Context(), "ana"); email != "Ana@Clinic.example" || err != nil {
		t.Errorf("Email = %q, %v, want Ana's", email, err)
	}
}

func TestSetMemberships(t *testing.T) {
	h := newHouse(t)
	u, err := h.SetMemberships(h.as(t, "sam"), "ana", []Membership{{"clinic", identity.CareManager}}, 1)
	if err != nil || u.Memberships[0].Role != identity.CareManager {
		t.Fatalf("SetMemberships = %v, %v, want a care manager", u.Memberships, err)
	}
	_, err = h.SetMemberships(h.as(t, "sam"), "ana", []Membership{{"clinic", identity.CHW}}, 1)
	wantKind(t, "SetMemberships with an old version", err, fault.Conflict)
	_, err = h.SetMemberships(h.as(t, "sam"), "ana", nil, 2)
	wantKind(t, "SetMemberships with none", err, fault.Invalid)
	_, err = h.SetMemberships(h.as(t, "sam"), "ana", []Membership{{"pantry", identity.AgencyStaff}}, 2)
	wantKind(t, "SetMemberships in another organization", err, fault.NotFound)
	_, err = h.SetMemberships(h.as(t, "nia"), "ana", []Membership{{"clinic", identity.CHW}, {"pantry", identity.AgencyStaff}}, 2)
	wantKind(t, "SetMemberships by the network", err, "")
	_, err = h.Disable(h.as(t, "sam"), "ana", true)
	wantKind(t, "Disable of somebody who also works elsewhere", err, fault.Forbidden)
}

func TestUsersCarryNoHash(t *testing.T) {
	h := newHouse(t)
	r, err := h.users.Get(t.Context(), "ana")
	if err != nil || !strings.HasPrefix(r.PasswordHash, "$argon2id$") {
		t.Fatalf("stored hash = %.10q, %v, want argon2id", r.PasswordHash, err)
	}
	events, err := h.engine.Pending(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if strings.Contains(string(e.Data), "argon2id") {
			t.Errorf("event %s carries a hash", e.ID)
		}
	}
}
