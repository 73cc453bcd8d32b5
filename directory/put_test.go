package directory_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

func TestWhoMayWrite(t *testing.T) {
	w := pantryWorld(t)
	w.organization("other", "Other")
	service := func(organization string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := w.dir.PutService(ctx, pantry(func(s *directory.ServiceDoc) {
				s.Service.OrganizationID = organization
			}))
			return err
		}
	}
	location := func(ctx context.Context) error {
		_, err := w.dir.PutLocation(ctx, directory.LocationDoc{
			Location: directory.Location{ID: "p1", OrganizationID: "pantry", LocationType: directory.Physical},
		})
		return err
	}
	organization := func(id string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := w.dir.PutOrganization(ctx, directory.OrganizationDoc{Organization: directory.Organization{ID: id, Name: "N"}})
			return err
		}
	}
	capacity := func(ctx context.Context) error {
		_, err := w.dir.SetCapacity(ctx, "food", directory.CapacityFull, 0)
		return err
	}
	term := func(ctx context.Context) error {
		_, err := w.dir.PutTerm(ctx, directory.TermDoc{Term: directory.TaxonomyTerm{ID: "t", Name: "Food"}})
		return err
	}
	own, others := w.as(identity.AgencyAdmin, "pantry"), w.as(identity.AgencyAdmin, "other")
	tests := []struct {
		name string
		ctx  context.Context
		do   func(context.Context) error
		want fault.Kind // "" for allowed
	}{
		{"own service", own, service("pantry"), ""},
		{"the network any service", w.network(), service("pantry"), ""},
		{"another's service does not exist", others, service("pantry"), fault.NotFound},
		{"another's service cannot be taken over", others, service("other"), fault.NotFound},
		{"staff may not write", w.as(identity.AgencyStaff, "pantry"), service("pantry"), fault.Forbidden},
		{"health workers may not write", w.chw(), service("pantry"), fault.Forbidden},
		{"nobody may not write", t.Context(), service("pantry"), fault.Login},
		{"own location", own, location, ""},
		{"another's location", others, location, fault.NotFound},
		{"own organization", own, organization("pantry"), ""},
		{"another organization", others, organization("pantry"), fault.NotFound},
		{"own capacity", own, capacity, ""},
		{"another's capacity", others, capacity, fault.NotFound},
		{"staff may not set capacity", w.as(identity.AgencyStaff, "pantry"), capacity, fault.Forbidden},
		{"terms are the network's", w.network(), term, ""},
		{"terms are not an agency's", own, term, fault.Forbidden},
	}
	for _, tt := range tests {
		err := tt.do(tt.ctx)
		if tt.want == "" && err != nil || tt.want != "" && !fault.Is(err, tt.want) {
			t.Errorf("%s: error = %v, want %q", tt.name, err, tt.want)
		}
	}
	if err := organization("new")(w.as(identity.AgencyAdmin, "new")); err != nil {
		t.Errorf("an agency makes its own organization: error = %v, want none", err)
	}
	if err := organization("newer")(own); !fault.Is(err, fault.NotFound) {
		t.Errorf("an agency makes another organization: error = %v, want not-found", err)
	}
	if got, err := w.dir.OrganizationByID(t.Context(), "new"); err != nil || got.Organization.Name != "N" {
		t.Errorf("OrganizationByID(new) = %q, %v, want N", got.Organization.Name, err)
	}
}

func TestPutServiceChecks(t *testing.T) {
	w := pantryWorld(t)
	for field, change := range map[string]func(*directory.ServiceDoc){
		"name":                 func(s *directory.ServiceDoc) { s.Service.Name = " " },
		"status":               func(s *directory.ServiceDoc) { s.Service.Status = "open" },
		"url":                  func(s *directory.ServiceDoc) { s.Service.URL = "www.example.org" },
		"organization_id":      func(s *directory.ServiceDoc) { s.Service.OrganizationID = "nobody" },
		"service_at_locations": func(s *directory.ServiceDoc) { s.Service.ServiceAtLocations[0].LocationID = "nowhere" },
		"capacity":             func(s *directory.ServiceDoc) { s.Capacity.Status = "some" },
		"timeZone":             func(s *directory.ServiceDoc) { s.TimeZone = "Pacific" },
		"needs":                func(s *directory.ServiceDoc) { s.Needs = []directory.NeedMapping{{Domain: "hunger"}} },
		"minimum_age": func(s *directory.ServiceDoc) {
			ten, nine := 10.0, 9.0
			s.Service.MinimumAge, s.Service.MaximumAge = &ten, &nine
		},
	} {
		if _, err := w.dir.PutService(w.network(), pantry(change)); !names(err, field) {
			t.Errorf("PutService with a wrong %s = %v, want an invalid fault that names it", field, err)
		}
	}
}

// names tells whether err is an invalid fault about that field alone.
func names(err error, field string) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.Invalid && len(f.Fields) == 1 && f.Fields[0].Name == field
}

func TestPutServiceCompletes(t *testing.T) {
	w := pantryWorld(t)
	s, err := w.dir.ServiceByID(t.Context(), "food")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]directory.NeedMapping{{Domain: "food-insecurity", Confidence: 0.9, Source: "name"}}, s.Needs); d != "" {
		t.Errorf("Needs (-want +got):\n%s", d)
	}
	if d := cmp.Diff(directory.Coverage{Areas: []string{"county:06075"}}, s.Coverage); d != "" {
		t.Errorf("Coverage (-want +got):\n%s", d)
	}
	if s.Service.Schedules[0].ID == "" || s.Service.Languages[0].ID == "" {
		t.Error("parts have no ids")
	}
	again := w.put(pantry(nil))
	if again.Service.Schedules[0].ID != s.Service.Schedules[0].ID {
		t.Errorf("id of a part = %s, then %s, want the same", s.Service.Schedules[0].ID, again.Service.Schedules[0].ID)
	}
	l, err := w.dir.LocationByID(t.Context(), "p1")
	if err != nil || l.TimeZone != "America/Los_Angeles" {
		t.Errorf("TimeZone of a place in 94109 = %q, %v", l.TimeZone, err)
	}
}

func TestManualNeedsStay(t *testing.T) {
	w := pantryWorld(t)
	said := []directory.NeedMapping{{Domain: "material-hardship", Confidence: 1, Source: directory.Manual}}
	out := w.put(pantry(func(s *directory.ServiceDoc) { s.Needs = said }))
	if d := cmp.Diff(said, out.Needs); d != "" {
		t.Errorf("Needs (-want +got):\n%s", d)
	}
}

func TestVersionsAndReplays(t *testing.T) {
	w := pantryWorld(t)
	first, err := w.dir.ServiceByID(t.Context(), "food")
	if err != nil {
		t.Fatal(err)
	}
	second := w.put(first)
	if second.Version != first.Version+1 {
		t.Errorf("version after a change = %d, want %d", second.Version, first.Version+1)
	}
	if _, err := w.dir.PutService(w.network(), first); !fault.Is(err, fault.Conflict) {
		t.Errorf("PutService with an old version = %v, want a conflict", err)
	}
	if _, err := w.dir.SetCapacity(w.network(), "food", directory.CapacityOpen, first.Version); !fault.Is(err, fault.Conflict) {
		t.Errorf("SetCapacity with an old version = %v, want a conflict", err)
	}

	ctx := docstore.WithRequest(w.network(), "key-1", "hash-1")
	created, err := w.dir.PutService(ctx, pantry(func(s *directory.ServiceDoc) { s.Service.ID = "" }))
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(time.Minute)
	again, err := w.dir.PutService(ctx, pantry(func(s *directory.ServiceDoc) { s.Service.ID = "" }))
	if err != nil || again.ID != created.ID || again.Version != created.Version {
		t.Errorf("the same create again = %s version %d, %v, want %s version %d", again.ID, again.Version, err, created.ID, created.Version)
	}
	other := docstore.WithRequest(w.network(), "key-1", "hash-2")
	if _, err := w.dir.PutService(other, pantry(func(s *directory.ServiceDoc) { s.Service.ID = "" })); !fault.Is(err, fault.BusinessRule) {
		t.Errorf("another create under the key = %v, want a business-rule fault", err)
	}
}

func TestSetCapacity(t *testing.T) {
	w := pantryWorld(t)
	w.search(directory.Search{}) // so that the summary is in memory
	if _, err := w.dir.SetCapacity(w.as(identity.AgencyAdmin, "pantry"), "food", directory.CapacityWaitlist, 0); err != nil {
		t.Fatal(err)
	}
	if got := w.search(directory.Search{}).Items[0]; got.Capacity != "waitlist" || !got.CapacityUpdatedAt.Equal(w.clock.Now()) {
		t.Errorf("capacity at once = %s since %v, want waitlist since now", got.Capacity, got.CapacityUpdatedAt)
	}
	w.put(pantry(func(s *directory.ServiceDoc) { s.Capacity.Status = directory.CapacityOpen }))
	w.drain()
	if got := ids(w.search(directory.Search{Capacity: []string{"waitlist"}})); len(got) != 1 {
		t.Errorf("after an edit of the listing, services with a waitlist = %v, want food", got)
	}
	if _, err := w.dir.SetCapacity(w.network(), "food", "plenty", 0); !fault.Is(err, fault.Invalid) {
		t.Errorf(`SetCapacity("plenty") = %v, want an invalid fault`, err)
	}
	if _, err := w.dir.SetCapacity(w.network(), "none", directory.CapacityOpen, 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("SetCapacity of no service = %v, want not-found", err)
	}
}

func TestUnmapped(t *testing.T) {
	w := pantryWorld(t)
	w.put(pantry(func(s *directory.ServiceDoc) { s.Service.ID, s.Service.Name = "odd", "Quux" }))
	p, err := w.dir.Unmapped(w.network(), "", 10)
	if err != nil || len(p.Items) != 1 || p.Items[0].ID != "odd" {
		t.Errorf("Unmapped = %v, %v, want odd", p.Items, err)
	}
	if _, err := w.dir.Unmapped(w.chw(), "", 10); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Unmapped by a health worker = %v, want forbidden", err)
	}
}

func TestTermsMapServices(t *testing.T) {
	w := pantryWorld(t)
	for _, term := range []directory.TaxonomyTerm{
		{ID: "t-top", Name: "Transit"}, {ID: "t-sub", Name: "Vouchers", ParentID: "t-top"},
		{ID: "loop-a", Name: "A", ParentID: "loop-b"}, {ID: "loop-b", Name: "B", ParentID: "loop-a"},
	} {
		if _, err := w.dir.PutTerm(w.network(), directory.TermDoc{Term: term}); err != nil {
			t.Fatal(err)
		}
	}
	out := w.put(pantry(func(s *directory.ServiceDoc) {
		s.Service.Name = "Vouchers"
		s.Service.Attributes = []directory.Attribute{{TaxonomyTermID: "t-sub"}, {TaxonomyTermID: "loop-a"}, {TaxonomyTermID: "gone"}}
	}))
	if d := cmp.Diff([]directory.NeedMapping{{Domain: "transportation-insecurity", Confidence: 0.5, Source: "term"}}, out.Needs); d != "" {
		t.Errorf("Needs by a term above (-want +got):\n%s", d)
	}
	w.drain()
	if got := ids(w.search(directory.Search{TaxonomyIDs: []string{"t-top"}})); len(got) != 1 {
		t.Errorf("services below the term t-top = %v, want food", got)
	}
}
