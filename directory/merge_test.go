package directory_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// feedOf is what a feed has, by kind.
type feedOf struct {
	name          string
	organizations []directory.Organization
	locations     []directory.Location
	services      []directory.Service
}

// take imports a feed whole.
func (w *world) take(f feedOf) *directory.Import {
	w.Helper()
	im, err := w.dir.StartImport(w.network(), f.name, false, nil)
	if err != nil {
		w.Fatal(err)
	}
	defer func() {
		if err := im.Close(w.Context()); err != nil {
			w.Error(err)
		}
	}()
	for _, err := range []error{
		im.Organizations(w.Context(), slices.Values(f.organizations)), im.Locations(w.Context(), slices.Values(f.locations)),
		im.Services(w.Context(), slices.Values(f.services)), im.Finish(w.Context()),
	} {
		if err != nil {
			w.Fatal(err)
		}
	}
	w.drain()
	return im
}

// agency is an organization of a feed with one place and one service; prefix
// makes the ids, and phone and line tell it apart.
func agency(feed, prefix, name, phone, line string) feedOf {
	return feedOf{
		name:          feed,
		organizations: []directory.Organization{{ID: prefix, Name: name, Description: "From " + feed, Phones: []directory.Phone{{Number: phone}}}},
		locations: []directory.Location{{
			ID: prefix + "-place", OrganizationID: prefix, Name: name, LocationType: directory.Physical,
			Addresses: []directory.Address{{Address1: line, City: "San Francisco", StateProvince: "CA", PostalCode: "94109", Country: "US", AddressType: directory.Physical}},
		}},
		services: []directory.Service{{
			ID: prefix + "-food", OrganizationID: prefix, Name: "Food Pantry", Status: directory.Active, Description: "Groceries of " + feed,
			ServiceAtLocations: []directory.ServiceAtLocation{{ID: prefix + "-at", LocationID: prefix + "-place"}},
		}},
	}
}

// twins is a world with one agency as two feeds have it.
func twins(t *testing.T, o directory.Options) (w *world, p directory.Duplicate) {
	t.Helper()
	w = newWorld(t, o)
	w.take(agency("north", "n", "The Mission Pantry, Inc.", "415-555-0100", "10 Main Street"))
	w.take(agency("south", "s", "Mission Pantry", "(415) 555-0100", "10 Main St., Suite 4"))
	w.find()
	return w, w.only(directory.DuplicateOpen, directory.KindOrganization)
}

func (w *world) find() int {
	w.Helper()
	n, err := w.dir.FindDuplicates(w.network())
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// proposals lists the proposals of a status and kind.
func (w *world) proposals(s directory.DuplicateStatus, kind string) []directory.Duplicate {
	w.Helper()
	page, err := w.dir.Duplicates(w.network(), s, kind, "", 0)
	if err != nil {
		w.Fatal(err)
	}
	return page.Items
}

func (w *world) only(s directory.DuplicateStatus, kind string) directory.Duplicate {
	w.Helper()
	list := w.proposals(s, kind)
	if len(list) != 1 {
		w.Fatalf("%d %s proposals of kind %q, want 1: %+v", len(list), s, kind, list)
	}
	return list[0]
}

func (w *world) merge(p directory.Duplicate, in directory.MergeInput) {
	w.Helper()
	if _, err := w.dir.MergeDuplicate(w.network(), p.ID, in); err != nil {
		w.Fatalf("MergeDuplicate: %v", err)
	}
	w.drain()
}

// all is every document of the directory as JSON, without versions and times
// of change.
func (w *world) all() map[string]any {
	w.Helper()
	out := map[string]any{}
	for _, c := range []string{"organizations", "locations", "services"} {
		records, err := w.engine.Scan(w.Context(), c, docstore.IndexScan{})
		if err != nil {
			w.Fatal(err)
		}
		for _, r := range records {
			var doc map[string]any
			if err := json.Unmarshal(r.Body, &doc); err != nil {
				w.Fatal(err)
			}
			delete(doc, "version")
			delete(doc, "updatedAt")
			if s, ok := doc["service"].(map[string]any); ok {
				delete(s, "last_modified")
			}
			out[c+"/"+r.ID] = doc
		}
	}
	return out
}

func TestDuplicatesAreProposedOnce(t *testing.T) {
	w, p := twins(t, directory.Options{})
	if p.Score < directory.ProposeFrom || len(p.Because) == 0 || p.Records[0].Feed != "north" || p.Records[1].Feed != "south" {
		t.Errorf("proposal = %+v, want a likely pair with reasons and both feeds", p)
	}
	if n := w.find(); n != 0 {
		t.Errorf("the same again changed %d proposals, want 0", n)
	}
	other := agency("east", "e", "Mission Pantry", "510-555-0177", "900 Other Road")
	other.locations[0].Addresses[0].City = "Oakland"
	w.take(other)
	w.find()
	w.only(directory.DuplicateOpen, directory.KindOrganization) // a name alone is not enough
	if _, err := w.dir.NotTheSame(w.network(), p.ID, p.Version); err != nil {
		t.Fatal(err)
	}
	w.find()
	if list := w.proposals(directory.DuplicateOpen, ""); len(list) != 0 {
		t.Errorf("proposed again after a person said no: %+v", list)
	}
	if _, err := w.dir.NotTheSame(w.network(), p.ID, 0); !fault.Is(err, fault.Conflict) {
		t.Errorf("deciding twice = %v, want a conflict", err)
	}
}

func TestOpenProposalsThatNoLongerHoldGo(t *testing.T) {
	w, p := twins(t, directory.Options{})
	s := agency("south", "s", "Harbor Legal Aid", "415-555-0199", "77 Ocean Avenue")
	w.take(s)
	w.find()
	if list := w.proposals(directory.DuplicateOpen, ""); len(list) != 0 {
		t.Errorf("proposals after the record became another = %+v, want none; was %s", list, p.ID)
	}
}

func TestWatchLooksOnlyAfterChanges(t *testing.T) {
	w := newWorld(t, directory.Options{})
	w.take(agency("north", "n", "The Mission Pantry, Inc.", "415-555-0100", "10 Main Street"))
	w.take(agency("south", "s", "Mission Pantry", "(415) 555-0100", "10 Main St., Suite 4"))
	for i, want := range []bool{true, false} {
		if n, err := w.dir.WatchDuplicates(w.network()); err != nil || (n > 0) != want {
			t.Errorf("look %d = %d, %v, want proposals: %v", i+1, n, err, want)
		}
	}
}

func TestMergeMovesWhatBelongsToTheRecord(t *testing.T) {
	w, p := twins(t, directory.Options{})
	w.merge(p, directory.MergeInput{Keep: "n", Fields: map[string]directory.Choice{"name": directory.ChooseDrop}})
	kept, err := w.dir.OrganizationByID(w.Context(), "s")
	if err != nil || kept.ID != "n" {
		t.Fatalf("the id of the merged record leads to %q, %v, want n", kept.ID, err)
	}
	if kept.Organization.Name != "Mission Pantry" || kept.Organization.Description != "From north" || len(kept.Organization.Phones) != 1 {
		t.Errorf("merged = %+v, want the chosen name, the kept description and the phone once", kept.Organization)
	}
	if got := kept.Sources["name"]; got.Feed != "south" || got.Record != "s" {
		t.Errorf("source of the name = %+v, want the record of south", got)
	}
	services, err := w.dir.ServicesOf(w.network(), "n", "", 0)
	if err != nil || len(services.Items) != 2 {
		t.Errorf("%d services, %v, want both", len(services.Items), err)
	}
	if got := ids(w.search(directory.Search{Q: "pantry"})); len(got) != 2 {
		t.Errorf("found %v, want both services of the one organization", got)
	}
	w.find()
	w.only(directory.DuplicateOpen, directory.KindLocation) // beneath one organization, the twins show
	again := w.only(directory.DuplicateOpen, directory.KindService)
	w.merge(again, directory.MergeInput{Keep: "s-food"})
	detail, err := w.dir.Detail(w.chw(), "n-food")
	if err != nil || detail.ID != "s-food" {
		t.Errorf("the service that went is now %q, %v, want s-food", detail.ID, err)
	}
	if out, err := w.dir.PublishedService(w.Context(), "n-food"); err != nil || out.ID != "s-food" {
		t.Errorf("the published service that went is now %q, %v, want s-food", out.ID, err)
	}
	if out, err := w.dir.PublishedOrganization(w.Context(), "s", false); err != nil || out.ID != "n" {
		t.Errorf("the published organization that went is now %q, %v, want n", out.ID, err)
	}
	if got := ids(w.search(directory.Search{Q: "pantry"})); !slices.Equal(got, []string{"s-food"}) {
		t.Errorf("found %v, want the one service", got)
	}
	if _, err := w.dir.UndoMerge(w.network(), p.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("undoing a merge that a later one builds on = %v, want a conflict", err)
	}
}

func TestMergeRefuses(t *testing.T) {
	users := map[string]bool{}
	w, p := twins(t, directory.Options{HasUsers: func(_ context.Context, id string) (bool, error) { return users[id], nil }})
	before := w.all()
	for _, tt := range []struct {
		name string
		as   context.Context
		id   string
		in   directory.MergeInput
		with []string // organizations that have users
		want fault.Kind
	}{
		{"nobody", w.Context(), p.ID, directory.MergeInput{Keep: "n"}, nil, fault.Login},
		{"worker", w.chw(), p.ID, directory.MergeInput{Keep: "n"}, nil, fault.Forbidden},
		{"no such proposal", w.network(), "none", directory.MergeInput{Keep: "n"}, nil, fault.NotFound},
		{"record of another proposal", w.network(), p.ID, directory.MergeInput{Keep: "x"}, nil, fault.Invalid},
		{"unknown field", w.network(), p.ID, directory.MergeInput{Keep: "n", Fields: map[string]directory.Choice{"color": directory.ChooseKeep}}, nil, fault.Invalid},
		{"both of a text", w.network(), p.ID, directory.MergeInput{Keep: "n", Fields: map[string]directory.Choice{"name": directory.ChooseBoth}}, nil, fault.Invalid},
		{"unknown choice", w.network(), p.ID, directory.MergeInput{Keep: "n", Fields: map[string]directory.Choice{"name": "mine"}}, nil, fault.Invalid},
		{"stale page", w.network(), p.ID, directory.MergeInput{Keep: "n", Version: p.Version + 1}, nil, fault.Conflict},
		{"users of the one that goes", w.network(), p.ID, directory.MergeInput{Keep: "n"}, []string{"s"}, fault.BusinessRule},
		{"users of both", w.network(), p.ID, directory.MergeInput{Keep: "n"}, []string{"s", "n"}, fault.BusinessRule},
	} {
		clear(users)
		for _, id := range tt.with {
			users[id] = true
		}
		if _, err := w.dir.MergeDuplicate(tt.as, tt.id, tt.in); !fault.Is(err, tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	if _, err := w.dir.UndoMerge(w.network(), p.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("undoing what was not merged = %v, want a conflict", err)
	}
	if diff := cmp.Diff(before, w.all()); diff != "" {
		t.Errorf("a refused merge changed (-before +after):\n%s", diff)
	}
	clear(users)
	users["s"] = true
	w.merge(p, directory.MergeInput{Keep: "s"}) // the one with users stays
	if _, err := w.dir.MergeDuplicate(w.network(), p.ID, directory.MergeInput{Keep: "s"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("merging twice = %v, want a conflict", err)
	}
}

func TestTwoPeopleMergeAtOnce(t *testing.T) {
	w, p := twins(t, directory.Options{})
	done := make(chan error, 2)
	for _, keep := range []string{"n", "s"} {
		go func() {
			_, err := w.dir.MergeDuplicate(w.network(), p.ID, directory.MergeInput{Keep: keep})
			done <- err
		}()
	}
	var won int
	for range 2 {
		switch err := <-done; {
		case err == nil:
			won++
		case !fault.Is(err, fault.Conflict):
			t.Errorf("the slower one got %v, want a conflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of two merges succeeded, want 1", won)
	}
}

func TestImportAfterMerge(t *testing.T) {
	w, p := twins(t, directory.Options{})
	w.merge(p, directory.MergeInput{Keep: "n", Fields: map[string]directory.Choice{"name": directory.ChooseDrop}})
	merged := w.all()
	north := agency("north", "n", "The Mission Pantry, Inc.", "415-555-0100", "10 Main Street")
	south := agency("south", "s", "Mission Pantry", "(415) 555-0100", "10 Main St., Suite 4")
	w.take(north)
	w.take(south)
	if diff := cmp.Diff(merged, w.all()); diff != "" {
		t.Errorf("the same feeds again changed the merged record (-before +after):\n%s", diff)
	}
	south.organizations[0].Name, south.organizations[0].Description = "Mission Food Pantry", "New words of south"
	north.organizations[0].Name, north.organizations[0].Description = "Pantry Inc.", "New words of north"
	w.take(south)
	w.take(north)
	o, err := w.dir.OrganizationByID(w.Context(), "n")
	if err != nil || o.Organization.Name != "Mission Food Pantry" || o.Organization.Description != "New words of north" {
		t.Errorf("after both feeds = %q %q, %v, want each field from the feed it was chosen from", o.Organization.Name, o.Organization.Description, err)
	}
	south.services = append(south.services, directory.Service{ID: "s-new", OrganizationID: "s", Name: "Soup Kitchen", Status: directory.Active})
	w.take(south)
	if s, err := w.dir.ServiceByID(w.Context(), "s-new"); err != nil || s.Service.OrganizationID != "n" {
		t.Errorf("a new service of the merged record belongs to %q, %v, want n", s.Service.OrganizationID, err)
	}
	for range 4 {
		w.take(feedOf{name: "south"})
	}
	if _, err := w.dir.UndoMerge(w.network(), p.ID); err != nil {
		t.Fatal(err)
	}
	south.organizations[0].Description = "Newest words of south"
	w.take(south)
	if o, err = w.dir.OrganizationByID(w.Context(), "s"); err != nil || o.ID != "s" || o.Organization.Description != "Newest words of south" {
		t.Errorf("after undoing, south's record = %+v, %v, want its own again", o.Organization, err)
	}
}

// breaking is an engine that fails from some write on, as a crash does.
type breaking struct {
	docstore.Engine
	left int // writes until it breaks; negative: never
}

var errBroken = errors.New("the process ended")

func (b *breaking) Write(ctx context.Context, collection string, writes ...docstore.Write) []error {
	if collection != "leases" && b.left >= 0 {
		if b.left == 0 {
			errs := make([]error, len(writes))
			for i := range errs {
				errs[i] = errBroken
			}
			return errs
		}
		b.left--
	}
	return b.Engine.Write(ctx, collection, writes...)
}

// TestMergeAndUndoSurviveACrashAnywhere breaks a merge, and the undoing of it,
// at each write in turn; what is finished afterwards is as without the crash.
func TestMergeAndUndoSurviveACrashAnywhere(t *testing.T) {
	plain, p := twins(t, directory.Options{})
	before := plain.all()
	plain.merge(p, directory.MergeInput{Keep: "n"})
	merged := plain.all()
	for n := range 20 {
		w, p := twins(t, directory.Options{})
		broken := &breaking{Engine: w.engine, left: n}
		dir, err := directory.New(t.Context(), broken, w.index, directory.Options{Now: w.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		_, err = dir.MergeDuplicate(w.network(), p.ID, directory.MergeInput{Keep: "n"})
		if err != nil && n > 15 {
			t.Fatalf("a merge takes more than %d writes: %v", n, err)
		}
		if _, err := w.dir.FinishMerges(w.network()); err != nil {
			t.Fatal(err)
		}
		w.drain()
		want, state := merged, directory.DuplicateMerged
		if n == 0 { // nothing was written down
			want, state = before, directory.DuplicateOpen
		}
		if diff := cmp.Diff(want, w.all()); diff != "" {
			t.Fatalf("broken at write %d, then finished (-want +got):\n%s", n+1, diff)
		}
		p = w.only(state, directory.KindOrganization)
		if n == 0 {
			continue
		}
		broken.left = n
		_, _ = dir.UndoMerge(w.network(), p.ID) // breaks, or not
		if _, err := w.dir.FinishMerges(w.network()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, w.all()); diff != "" {
			t.Fatalf("undoing broken at write %d, then finished (-want +got):\n%s", n+1, diff)
		}
		w.only(directory.DuplicateOpen, directory.KindOrganization)
	}
}

func TestCompareShowsBothSides(t *testing.T) {
	w, p := twins(t, directory.Options{HasUsers: func(_ context.Context, id string) (bool, error) { return id == "s", nil }})
	c, err := w.dir.Compare(w.network(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.Sides[0].Services != 1 || c.Sides[0].Locations != 1 || c.Sides[0].HasUsers || !c.Sides[1].HasUsers {
		t.Errorf("sides = %+v, want one service and place each, users of the second", c.Sides)
	}
	i := slices.IndexFunc(c.Fields, func(f directory.ComparedField) bool { return f.Name == "phones" })
	if i < 0 || !c.Fields[i].Same || c.Fields[i].Sources[0].Feed != "north" {
		t.Errorf("phones = %+v, want the same number in two spellings, with its feed", c.Fields)
	}
	if _, err := w.dir.Compare(w.chw(), p.ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a worker compares: %v, want forbidden", err)
	}
}

// TestConfidentialPlacesStayHiddenWhenCompared: the page that compares two
// locations of which one must not show does not show where either is.
func TestConfidentialPlacesStayHiddenWhenCompared(t *testing.T) {
	w := newWorld(t, directory.Options{})
	w.organization("shelter", "Harbor House")
	for _, id := range []string{"a", "b"} {
		w.location(id, "shelter", func(l *directory.LocationDoc) {
			l.Location.Name, l.Confidential = "Harbor House", id == "b"
		})
	}
	w.find()
	p := w.only(directory.DuplicateOpen, directory.KindLocation)
	c, err := w.dir.Compare(w.network(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(c.Fields)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(b); strings.Contains(text, "Main Street") || strings.Contains(text, "37.79") {
		t.Errorf("the comparison tells where it is: %s", text)
	}
	w.merge(p, directory.MergeInput{Keep: "a"})
	if l, err := w.dir.LocationByID(w.Context(), "a"); err != nil || !l.Confidential {
		t.Errorf("the merged place is confidential: %v, %v, want true", l.Confidential, err)
	}
}

// TestServicesOfOneOrganizationAreNotTheSame: they share its phone, email and
// website, and feeds give them its name as another one.
func TestServicesOfOneOrganizationAreNotTheSame(t *testing.T) {
	w := newWorld(t, directory.Options{})
	f := agency("north", "n", "Mission Council", "415-555-0100", "10 Main Street")
	f.services = nil
	for _, name := range []string{"Social Work", "Transportation", "Women's Ministry at First Baptist", "Men's Ministry at First Baptist"} {
		f.services = append(f.services, directory.Service{
			ID: name, OrganizationID: "n", Name: name, AlternateName: "Mission Council", Status: directory.Active, Email: "help@council.example.org",
			URL: "https://council.example.org", Phones: []directory.Phone{{Number: "415-555-0100"}},
			ServiceAtLocations: []directory.ServiceAtLocation{{ID: name + "@", LocationID: "n-place"}},
		})
	}
	w.take(f)
	if n := w.find(); n != 0 {
		t.Errorf("%d proposals: %+v", n, w.proposals(directory.DuplicateOpen, ""))
	}
}
