package patients

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// seen records what the audit was told; it fails while broken is set.
type seen struct {
	list   []string
	broken bool
}

func (s *seen) Saw(ctx context.Context, action, patientID, subject string) error {
	if s.broken {
		return errors.New("audit is away")
	}
	s.list = append(s.list, identity.From(ctx).ID+" "+action+" "+patientID+" "+subject)
	return nil
}

type ward struct {
	*Service
	engine docstore.Engine
	clock  *clock.Fake
	seen   *seen
}

var key = []byte("0123456789abcdef0123456789abcdef")

func newWard(t testing.TB) ward {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	w := ward{engine: engine, clock: clock.NewFake(time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC)), seen: &seen{}}
	if w.Service, err = New(t.Context(), engine, Options{Now: w.clock.Now, MatchKey: key, Audit: w.seen}); err != nil {
		t.Fatal(err)
	}
	return w
}

func as(t testing.TB, id string, role identity.Role, organizationID string) context.Context {
	return identity.With(t.Context(), identity.Actor{ID: id, Name: id, Role: role, OrganizationID: organizationID})
}

// chw is a context in which a worker of the clinic acts.
func chw(t testing.TB) context.Context { return as(t, "ana", identity.CHW, "clinic") }

func maria() Patient {
	return Patient{GivenName: "María", FamilyName: "González", BirthDate: "1987-04-30", Phone: "(415) 555-2671"}
}

func (w ward) register(t testing.TB, ctx context.Context, p Patient) Patient {
	t.Helper()
	got, err := w.Register(ctx, p, true)
	if err != nil {
		t.Fatalf("Register = %v", err)
	}
	return got
}

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if want == "" && err != nil || want != "" && !fault.Is(err, want) {
		t.Errorf("%s error = %v, want kind %q", what, err, want)
	}
}

func TestRegister(t *testing.T) {
	w := newWard(t)
	p := maria()
	p.GivenName, p.OrganizationID, p.CreatedBy, p.Version = "  María\t José ", "other", "other", 9
	p.Languages, p.Address = Languages{"ES", "zh-hans"}, Address{State: "ca", PostalCode: "94109"}
	got, err := w.Register(chw(t), p, false)
	if err != nil {
		t.Fatal(err)
	}
	want := p
	want.Meta = docstore.Meta{ID: got.ID, Version: 1}
	want.GivenName, want.Phone, want.OrganizationID, want.CreatedBy = "María José", "+14155552671", "clinic", "ana"
	want.Languages, want.Address.State = Languages{"es", "zh-Hans"}, "CA"
	want.CreatedAt, want.ChangedAt = w.clock.Now(), w.clock.Now()
	stored, err := w.Open(t.Context(), got.ID)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]Patient{"answered": got, "stored": stored} {
		p.Meta = docstore.Meta{ID: p.ID, Version: p.Version}
		want.Representatives = p.Representatives // nil or empty
		if diff := cmp.Diff(want, p, cmp.Comparer(func(a, b docstore.Meta) bool { return a.ID == b.ID && a.Version == b.Version })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	events, err := w.engine.Pending(t.Context(), 10)
	if err != nil || len(events) != 1 || events[0].Type != "patient.registered" ||
		string(events[0].Data) != fmt.Sprintf(`{"organizationIds":["clinic"],"patientId":"%s"}`, got.ID) {
		t.Errorf("events = %v, %v, want patient.registered with ids only", events, err)
	}
}

func TestRegisterChecksEntries(t *testing.T) {
	long := strings.Repeat("é", maxText+1)
	tests := []struct {
		name   string
		change func(*Patient)
		field  string // empty: accepted
	}{
		{"all in order", func(p *Patient) {}, ""},
		{"no given name", func(p *Patient) { p.GivenName = " " }, "givenName"},
		{"no family name", func(p *Patient) { p.FamilyName = "" }, "familyName"},
		{"a long name", func(p *Patient) { p.FamilyName = long }, "familyName"},
		{"a name as long as may be", func(p *Patient) { p.FamilyName = long[:2*maxText] }, ""},
		{"no birth date", func(p *Patient) { p.BirthDate = "" }, "birthDate"},
		{"a day that is not", func(p *Patient) { p.BirthDate = "2023-02-29" }, "birthDate"},
		{"a leap day", func(p *Patient) { p.BirthDate = "2024-02-29" }, ""},
		{"another way to write dates", func(p *Patient) { p.BirthDate = "04/30/1987" }, "birthDate"},
		{"born today", func(p *Patient) { p.BirthDate = "2026-11-16" }, ""},
		{"born in two days", func(p *Patient) { p.BirthDate = "2026-11-18" }, "birthDate"},
		{"too old to be true", func(p *Patient) { p.BirthDate = "1887-04-30" }, "birthDate"},
		{"no phone", func(p *Patient) { p.Phone = "" }, ""},
		{"a phone of another country", func(p *Patient) { p.Phone = "+52 55 1234 5678" }, ""},
		{"a phone without area code", func(p *Patient) { p.Phone = "555-2671" }, "phone"},
		{"words for a phone", func(p *Patient) { p.Phone = "ask her sister" }, "phone"},
		{"an email address", func(p *Patient) { p.Email = "maria@example.org" }, ""},
		{"no email address", func(p *Patient) { p.Email = "maria at home" }, "email"},
		{"an email address with a name", func(p *Patient) { p.Email = "Maria <maria@example.org>" }, "email"},
		{"a state in full", func(p *Patient) { p.Address.State = "California" }, "address.state"},
		{"a ZIP code of nine", func(p *Patient) { p.Address.PostalCode = "94109-1234" }, "address.postalCode"},
		{"a ZIP code of four", func(p *Patient) { p.Address.PostalCode = "9410" }, "address.postalCode"},
		{"a long address", func(p *Patient) { p.Address.Line = long }, "address.line"},
		{"a language by name", func(p *Patient) { p.Languages.Spoken = "Spanish language" }, "languages.spoken"},
		{"a written language by name", func(p *Patient) { p.Languages.Written = "?" }, "languages.written"},
		{"a representative", func(p *Patient) {
			p.Representatives = []Representative{{Name: "Rosa", Relationship: "parent", Phone: "415-555-2672"}}
		}, ""},
		{"a representative without a name", func(p *Patient) { p.Representatives = []Representative{{Relationship: "parent"}} }, "representatives[0].name"},
		{"a representative who is a friend", func(p *Patient) { p.Representatives = []Representative{{Name: "Rosa", Relationship: "friend"}} }, "representatives[0].relationship"},
		{"a representative with half a phone", func(p *Patient) {
			p.Representatives = []Representative{{Name: "Rosa", Relationship: "proxy"}, {Name: "Luz", Relationship: "guardian", Phone: "1"}}
		}, "representatives[1].phone"},
		{"eleven representatives", func(p *Patient) { p.Representatives = make([]Representative, 11) }, "representatives"},
	}
	w := newWard(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := maria()
			tt.change(&p)
			_, err := w.Register(chw(t), p, true)
			if tt.field == "" {
				wantKind(t, "Register", err, "")
				return
			}
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(f fault.Field) bool { return f.Name == tt.field }) {
				t.Fatalf("Register error = %v, want field %s as invalid", err, tt.field)
			}
			if strings.Contains(err.Error(), "Gonz") {
				t.Error("the error names the patient")
			}
		})
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	w := newWard(t)
	p := w.register(t, chw(t), maria())
	for _, tt := range []struct {
		role         identity.Role
		organization string
		own, create  fault.Kind
	}{
		{identity.CHW, "clinic", "", ""},
		{identity.CareManager, "clinic", "", ""},
		{identity.Supervisor, "clinic", "", ""},
		{identity.CHW, "other clinic", fault.NotFound, ""},
		{identity.AgencyStaff, "clinic", fault.Forbidden, fault.Forbidden},
		{identity.AgencyAdmin, "pantry", fault.Forbidden, fault.Forbidden},
		{identity.NetworkAdmin, "network", fault.Forbidden, fault.Forbidden},
		{identity.PatientRole, "clinic", fault.Forbidden, fault.Forbidden},
		{"", "", fault.Login, fault.Login},
	} {
		t.Run(string(tt.role)+" of "+tt.organization, func(t *testing.T) {
			ctx := as(t, "x", tt.role, tt.organization)
			_, err := w.Get(ctx, p.ID)
			wantKind(t, "Get", err, tt.own)
			current, _ := w.Open(t.Context(), p.ID)
			_, err = w.Update(ctx, current)
			wantKind(t, "Update", err, tt.own)
			_, err = w.Register(ctx, Patient{GivenName: "A", FamilyName: "B", BirthDate: "2000-01-01"}, true)
			wantKind(t, "Register", err, tt.create)
			_, err = w.List(ctx, "", 10)
			wantKind(t, "List", err, tt.create)
			found, err := w.Search(ctx, Search{Name: "Gonzalez"})
			wantKind(t, "Search", err, tt.create)
			if tt.own != "" && len(found) > 0 {
				t.Error("Search found a patient who may not be seen")
			}
		})
	}
	_, err := w.Get(chw(t), "made up")
	wantKind(t, "Get of nobody", err, fault.NotFound)
}

func TestGetIsRecorded(t *testing.T) {
	w := newWard(t)
	p := w.register(t, chw(t), maria())
	if _, err := w.Get(chw(t), p.ID); err != nil {
		t.Fatal(err)
	}
	_, _ = w.Get(as(t, "eve", identity.CHW, "other"), p.ID)
	want := []string{"ana patient.read " + p.ID + " patients/" + p.ID}
	if diff := cmp.Diff(want, w.seen.list); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	w.seen.broken = true
	if _, err := w.Get(chw(t), p.ID); err == nil {
		t.Error("Get without a record = nil error, want none to be opened")
	}
}

func TestUpdate(t *testing.T) {
	w := newWard(t)
	p := w.register(t, chw(t), maria())
	w.clock.Add(time.Hour)
	change := p
	change.FamilyName, change.Phone = "Ortega", ""
	change.OrganizationID, change.CreatedBy, change.CreatedAt = "other", "other", time.Time{}
	got, err := w.Update(chw(t), change)
	if err != nil {
		t.Fatal(err)
	}
	if got.Version != 2 || got.FamilyName != "Ortega" || got.OrganizationID != "clinic" || got.CreatedBy != "ana" || !got.CreatedAt.Equal(p.CreatedAt) || !got.ChangedAt.Equal(w.clock.Now()) {
		t.Errorf("Update = %+v, want the name changed and the rest as it was", got)
	}
	for q, want := range map[Search]int{{Name: "Gonzalez"}: 0, {Phone: "4155552671"}: 0, {Name: "Ortega"}: 1} {
		if found, err := w.Search(chw(t), q); len(found) != want || err != nil {
			t.Errorf("Search(%v) = %d, %v, want %d", q, len(found), err, want)
		}
	}
	_, err = w.Update(chw(t), change)
	wantKind(t, "Update of an old version", err, fault.Conflict)
	got.BirthDate = "x"
	_, err = w.Update(chw(t), got)
	wantKind(t, "Update with a bad entry", err, fault.Invalid)
}

// staff says that ben works for the clinic.
type staff struct{}

func (staff) WorksFor(_ context.Context, userID, organizationID string) (bool, error) {
	return userID == "ben" && organizationID == "clinic", nil
}

func TestPatientsAreAssignedToOwnWorkers(t *testing.T) {
	w := newWard(t)
	alone := w.Service
	withStaff, err := New(t.Context(), w.engine, Options{Now: w.clock.Now, MatchKey: key, Workers: staff{}})
	if err != nil {
		t.Fatal(err)
	}
	system := identity.With(t.Context(), identity.SystemActor("import"))
	for _, tt := range []struct {
		name string
		s    *Service
		ctx  context.Context
		to   string
		want fault.Kind
	}{
		{"nobody", alone, chw(t), "", ""},
		{"oneself", alone, chw(t), "ana", ""},
		{"another, without knowing the staff", alone, chw(t), "ben", fault.Invalid},
		{"a colleague", withStaff, chw(t), "ben", ""},
		{"a stranger", withStaff, chw(t), "eve", fault.Invalid},
		{"a worker of another organization", withStaff, as(t, "x", identity.CHW, "other"), "ben", fault.Invalid},
		{"anybody, by a job", withStaff, system, "eve", ""},
	} {
		p := maria()
		p.AssignedTo, p.OrganizationID = tt.to, "clinic"
		_, err := tt.s.Register(tt.ctx, p, true)
		wantKind(t, "Register assigned to "+tt.name, err, tt.want)
	}
	p := maria()
	p.AssignedTo = "ben"
	p, err = withStaff.Register(chw(t), p, true)
	if err != nil {
		t.Fatal(err)
	}
	p, err = alone.Update(chw(t), p)
	wantKind(t, "Update that leaves the worker", err, "")
	p.AssignedTo = "eve"
	_, err = withStaff.Update(chw(t), p)
	wantKind(t, "Update to a stranger", err, fault.Invalid)
}

func TestReplays(t *testing.T) {
	w := newWard(t)
	ctx := docstore.WithRequest(chw(t), "key-1", "hash-1")
	first, err := w.Register(ctx, maria(), false)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.Register(ctx, maria(), false)
	if err != nil || again.ID != first.ID {
		t.Errorf("Register again = %s, %v, want %s and not its own duplicate", again.ID, err, first.ID)
	}
	_, err = w.Register(docstore.WithRequest(chw(t), "key-1", "hash-2"), maria(), false)
	wantKind(t, "Register with another body", err, fault.BusinessRule)
	_, err = w.Register(docstore.WithRequest(chw(t), "key-2", "hash-1"), maria(), false)
	wantKind(t, "Register under another key", err, fault.Conflict)

	change := first
	change.FamilyName = "Ortega"
	ctx = docstore.WithRequest(chw(t), "key-3", "hash-3")
	for range 2 {
		got, err := w.Update(ctx, change)
		if err != nil || got.Version != 2 || got.FamilyName != "Ortega" {
			t.Errorf("Update = version %d, %v, want 2 each time", got.Version, err)
		}
	}
	_, err = w.Update(docstore.WithRequest(chw(t), "key-3", "hash-4"), change)
	wantKind(t, "Update with another body", err, fault.BusinessRule)
}

func TestListPagesFromTheNewest(t *testing.T) {
	w := newWard(t)
	var want []string
	for i := range 5 {
		w.clock.Add(time.Minute)
		p := w.register(t, chw(t), Patient{GivenName: "P", FamilyName: fmt.Sprint("Name", i), BirthDate: "2000-01-01"})
		want = append([]string{p.ID}, want...)
	}
	w.register(t, as(t, "x", identity.CHW, "other"), maria())
	var got []string
	cursor := ""
	for range 3 {
		page, err := w.List(chw(t), cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Items {
			got = append(got, p.ID)
		}
		cursor = page.Next
	}
	if diff := cmp.Diff(want, got); diff != "" || cursor != "" {
		t.Errorf("List, then %q (-want +got):\n%s", cursor, diff)
	}
	_, err := w.List(chw(t), "made up", 2)
	wantKind(t, "List with a made-up cursor", err, fault.Invalid)
}

func TestOpenMany(t *testing.T) {
	w := newWard(t)
	p := w.register(t, chw(t), maria())
	got, err := w.OpenMany(t.Context(), []string{p.ID, "gone"})
	if err != nil || len(got) != 1 || got[p.ID].FamilyName != "González" {
		t.Errorf("OpenMany = %v, %v, want María alone", got, err)
	}
	if len(w.seen.list) != 0 {
		t.Errorf("OpenMany recorded %v, want nothing", w.seen.list)
	}
}

func TestNewWantsAKey(t *testing.T) {
	w := newWard(t)
	if _, err := New(t.Context(), w.engine, Options{Now: w.clock.Now, MatchKey: key[:31]}); err == nil {
		t.Error("New with a short key = nil error")
	}
}

func TestAge(t *testing.T) {
	for now, want := range map[string]int{"2026-04-29": 38, "2026-04-30": 39, "2026-05-01": 39, "1987-05-01": 0} {
		at, _ := time.Parse(clock.DateLayout, now)
		if got := (Patient{BirthDate: "1987-04-30"}).Age(at); got != want {
			t.Errorf("Age on %s = %d, want %d", now, got, want)
		}
	}
}
