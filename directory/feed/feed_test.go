package feed_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// house is a directory that feeds are taken into.
type house struct {
	*testing.T
	dir   *directory.Directory
	ctx   context.Context // of a network admin
	clock *clock.Fake
	lines []feed.Line // of the last import
}

func open(t *testing.T) *house {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{T: t, clock: clock.NewFake(time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC))}
	h.ctx = identity.With(t.Context(), identity.Actor{ID: "ann", Role: identity.NetworkAdmin})
	if h.dir, err = directory.New(t.Context(), e, memory.New(), directory.Options{Now: h.clock.Now}); err != nil {
		t.Fatal(err)
	}
	return h
}

// take imports files; a name without ending is a folder or file on disk.
func (h *house) take(files map[string]string, change ...func(*feed.Options)) feed.Result {
	h.Helper()
	r, err := h.try(files, change...)
	if err != nil {
		h.Fatalf("import: %v", err)
	}
	return r
}

func (h *house) try(files map[string]string, change ...func(*feed.Options)) (feed.Result, error) {
	h.Helper()
	dir := h.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			h.Fatal(err)
		}
	}
	return h.tryPath(dir, change...)
}

func (h *house) tryPath(path string, change ...func(*feed.Options)) (feed.Result, error) {
	h.Helper()
	s, err := feed.OpenSource(path)
	if err != nil {
		return feed.Result{}, err
	}
	defer s.Close() //nolint:errcheck // it was only read
	o := feed.Options{Feed: feed.Feed{Name: "test"}}
	for _, c := range change {
		c(&o)
	}
	h.lines = nil
	return feed.Run(h.ctx, h.dir, s, o, &feed.Report{Each: func(l feed.Line) { h.lines = append(h.lines, l) }})
}

// told tells whether the report has a line about a row by that rule.
func (h *house) told(file string, row int, rule string) bool {
	return slices.ContainsFunc(h.lines, func(l feed.Line) bool { return l.File == file && l.Row == row && l.Rule == rule })
}

// found are the active services by name, as anybody may see them.
func (h *house) found() []directory.Service {
	h.Helper()
	x, err := h.dir.Export(h.ctx)
	if err != nil {
		h.Fatal(err)
	}
	var list []directory.Service
	for s := range x.Services() {
		if s.Status == directory.Active {
			list = append(list, s)
		}
	}
	if x.Err() != nil {
		h.Fatal(x.Err())
	}
	slices.SortFunc(list, func(a, b directory.Service) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// small is a package of HSDS 3 with one service.
func small() map[string]string {
	return map[string]string{
		"organizations.csv":       "id,name,description,url\no1,Mission &amp; Pantry,\"<p>We feed people.</p>\",www.example.org\n",
		"locations.csv":           "id,organization_id,name,latitude,longitude\nl1,o1,Main hall,-122.41,37.77\n",
		"physical_addresses.csv":  "id,location_id,address_1,address_2,address_3,city,state_province,postal_code\na1,l1,1 Main St,Suite 2,Door B,San Francisco,CA,94103\n",
		"services.csv":            "id,organization_id,name,description,status,fees\ns1,o1,Food Pantry,NA,active,None\n",
		"service_at_location.csv": "id,service_id,location_id\nsl1,s1,l1\n",
		"phones.csv":              "id,service_id,location_id,number,extension\np1,s1,l1,\"415-555-0100 x12 / 415-555-0101 (fax)\",\n",
		"regular_schedules.csv":   "id,service_id,location_id,weekday,opens_at,closes_at\nh1,s1,l1,Monday-Wednesday,9:00AM,5:00PM\nh2,s1,l1,ask us,,\n",
		"eligibility.csv":         "id,service_id,eligibility\n1,s1,Ages 18 and older\n",
		"service_areas.csv":       "id,service_id,service_area\n1,s1,San Francisco County\n",
		"languages.csv":           "id,service_id,language\n1,s1,Spanish\n",
	}
}

func TestTables(t *testing.T) {
	h := open(t)
	r := h.take(small())
	if got := *r.Counts["service"]; got != (directory.ImportCounts{New: 1}) {
		t.Fatalf("services: %+v", got)
	}
	list := h.found()
	if len(list) != 1 {
		t.Fatalf("found %d services", len(list))
	}
	s := list[0]
	if s.Organization.Name != "Mission & Pantry" || s.Organization.Description != "We feed people." || s.Organization.Website != "https://www.example.org" {
		t.Errorf("organization = %+v", s.Organization)
	}
	if s.Description != "" || s.EligibilityDescription != "Ages 18 and older" || s.MinimumAge == nil || *s.MinimumAge != 18 {
		t.Errorf("service = %+v", s)
	}
	at := s.ServiceAtLocations[0]
	if lat := at.Location.Latitude; lat == nil || *lat != 37.77 {
		t.Errorf("latitude = %v, want the pair turned", lat)
	}
	if a := at.Location.Addresses[0]; a.Address2 != "Suite 2, Door B" || a.AddressType != directory.Physical || a.Country != "US" {
		t.Errorf("address = %+v", a)
	}
	var phones []string
	for _, p := range at.Phones {
		phones = append(phones, p.Number+" "+p.Type)
	}
	if d := cmp.Diff([]string{"(415) 555-0100 ", "(415) 555-0101 fax"}, phones); d != "" || *at.Phones[0].Extension != 12 {
		t.Errorf("phones of the place (-want +got):\n%s", d)
	}
	if len(at.Schedules) != 2 || at.Schedules[0].ByDay != "MO,TU,WE" || at.Schedules[0].OpensAt != "09:00" || at.Schedules[0].Freq != "WEEKLY" {
		t.Errorf("schedules = %+v", at.Schedules)
	}
	if len(at.Schedules) == 2 && (at.Schedules[1].ByDay != "" || at.Schedules[1].Description != "ask us") {
		t.Errorf("hours that cannot be read = %+v, want them as text", at.Schedules[1])
	}
	if len(s.ServiceAreas) != 1 || len(s.Languages) != 1 || s.Languages[0].Name != "Spanish" {
		t.Errorf("areas %v, languages %v", s.ServiceAreas, s.Languages)
	}
	for _, want := range []struct {
		file string
		row  int
		rule string
	}{
		{"organizations.csv", 2, "html-entities"}, {"organizations.csv", 2, "html-tags"}, {"organizations.csv", 2, "web-address"},
		{"locations.csv", 2, "swapped"}, {"services.csv", 2, "placeholder"}, {"phones.csv", 2, "several-in-one"}, {"phones.csv", 2, "extension"},
		{"regular_schedules.csv", 2, "days"}, {"regular_schedules.csv", 2, "times"}, {"regular_schedules.csv", 3, "unreadable"},
	} {
		if !h.told(want.file, want.row, want.rule) {
			t.Errorf("the report has no line %q for %s row %d", want.rule, want.file, want.row)
		}
	}
}

func TestTwiceChangesNothing(t *testing.T) {
	h := open(t)
	h.take(small())
	before := h.found()
	h.clock.Add(time.Hour)
	r := h.take(small())
	for kind, n := range r.Counts {
		if n.New+n.Changed+n.Missing+n.Refused > 0 {
			t.Errorf("%s: %+v, want all unchanged", kind, *n)
		}
	}
	if d := cmp.Diff(before, h.found()); d != "" {
		t.Errorf("the same file again changed (-before +after):\n%s", d)
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	h := open(t)
	r := h.take(small(), func(o *feed.Options) { o.DryRun = true })
	if r.Counts["service"].New != 1 || !r.DryRun {
		t.Errorf("result = %+v", r.Counts["service"])
	}
	if list := h.found(); len(list) != 0 {
		t.Errorf("a dry run stored %d services", len(list))
	}
}

func TestGoodRowsLoadAlthoughOthersFail(t *testing.T) {
	h := open(t)
	files := small()
	files["services.csv"] += "s2,nobody,Orphan,,active,\ns3,o1,,,active,\n\"s4,o1,broken\n"
	files["organizations.csv"] += "o2,,nameless,\n"
	r := h.take(files)
	if got := r.Counts["service"]; got.New != 1 || got.Refused < 2 {
		t.Errorf("services: %+v", got)
	}
	if r.Refused < 3 || !h.told("organizations.csv", 3, "no-name") || !h.told("service", 0, "no-organization") {
		t.Errorf("refused %d; lines: %v", r.Refused, h.lines)
	}
}

func TestAFeedUpdatesAndWhatVanishesIsMarkedFirst(t *testing.T) {
	h := open(t)
	files := small()
	files["services.csv"] += "s2,o1,Hot Meals,,active,\n"
	h.take(files)
	gone := small()
	gone["services.csv"] = "id,organization_id,name,description,status\ns1,o1,Food Pantry and Bank,,active\n"
	for run := 1; run <= directory.InactiveAfter; run++ {
		r := h.take(gone)
		if run == 1 && r.Counts["service"].Changed != 1 || r.Counts["service"].Missing != 1 {
			t.Fatalf("run %d: %+v", run, *r.Counts["service"])
		}
		status := map[string]directory.Status{}
		for _, s := range h.found() {
			status[s.Name] = s.Status
		}
		_, active := status["Hot Meals"]
		if status["Food Pantry and Bank"] != directory.Active || active != (run < directory.InactiveAfter) {
			t.Errorf("after %d imports without it: %v", run, status)
		}
	}
	back := h.take(files)
	if len(h.found()) != 2 || back.Counts["service"].Changed != 2 {
		t.Errorf("when it is back: %d services, %+v", len(h.found()), *back.Counts["service"])
	}
}

func TestWhatAPersonSaidStays(t *testing.T) {
	h := open(t)
	h.take(small())
	doc, err := h.dir.ServiceByID(h.ctx, h.found()[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	doc.Service.Description = "Bags of food on Mondays."
	if _, err := h.dir.PutService(h.ctx, doc); err != nil {
		t.Fatal(err)
	}
	files := small()
	files["services.csv"] = "id,organization_id,name,description,status\ns1,o1,Pantry,From the feed,active\n"
	h.take(files)
	s := h.found()[0]
	if s.Description != "Bags of food on Mondays." || s.Name != "Pantry" {
		t.Errorf("name %q, description %q", s.Name, s.Description)
	}
	if !h.told("service", 0, "edited-here") {
		t.Errorf("the report does not tell what was kept: %v", h.lines)
	}
}

func TestAnImportThatEndedInTheMiddleCanBeRunAgain(t *testing.T) {
	h := open(t)
	whole := h.ctx
	ctx, cancel := context.WithCancel(whole)
	h.ctx = ctx
	_, err := h.try(small(), func(o *feed.Options) {
		o.Progress = func(p feed.Progress) {
			if p.Step == "location" {
				cancel()
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("import = %v, want it cut off", err)
	}
	h.ctx = whole
	h.take(small())
	if list := h.found(); len(list) != 1 || len(list[0].ServiceAtLocations) != 1 {
		t.Errorf("after the second run: %+v", list)
	}
}

func TestWhoMayImport(t *testing.T) {
	h := open(t)
	for _, role := range []identity.Role{identity.CHW, identity.AgencyAdmin, identity.Supervisor} {
		h.ctx = identity.With(t.Context(), identity.Actor{ID: "x", Role: role})
		if _, err := h.try(small()); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v, want forbidden", role, err)
		}
	}
}

func TestSourcesThatAreRefused(t *testing.T) {
	h := open(t)
	if _, err := h.try(nil); err == nil {
		t.Error("an empty folder was taken")
	}
	if _, err := h.try(map[string]string{"prices.csv": "a,b\n1,2\n"}); err == nil {
		t.Error("a table of another kind was taken")
	}
	if _, err := h.tryPath(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file was taken")
	}
	if _, err := h.try(small(), func(o *feed.Options) { o.Name = "" }); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a name: %v", err)
	}
}

func archive(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchives(t *testing.T) {
	inFolder := map[string]string{"datapackage.json": "{}", "__MACOSX/data/services.csv": "junk"}
	for name, text := range small() {
		inFolder["export/data/"+name] = text
	}
	b := archive(t, inFolder)
	s, err := feed.OpenArchive(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	h := open(t)
	r, err := feed.Run(h.ctx, h.dir, s, feed.Options{Feed: feed.Feed{Name: "zip"}}, &feed.Report{})
	if err != nil || r.Counts["service"].New != 1 {
		t.Errorf("archive: %+v, %v", r.Counts["service"], err)
	}
	for name, files := range map[string]map[string]string{
		"bomb":       {"services.csv": strings.Repeat("0", 8<<20)},
		"path trick": {"../../etc/services.csv": "id,name\n1,x\n"},
	} {
		b := archive(t, files)
		s, err := feed.OpenArchive(bytes.NewReader(b), int64(len(b)))
		if err == nil {
			_, err = feed.Read(t.Context(), s, feed.Feed{Name: "x"}, &feed.Report{})
		}
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := feed.OpenArchive(strings.NewReader("no zip"), 6); err == nil {
		t.Error("a file that is no archive was taken")
	}
}

// TestEveryOldColumnIsKnown: the small package has no column that is dropped.
func TestEveryOldColumnIsKnown(t *testing.T) {
	h := open(t)
	h.take(small())
	for _, l := range h.lines {
		if l.Rule == "unknown-column" && l.Column != "id" {
			t.Errorf("%s: column %s is dropped", l.File, l.Column)
		}
	}
}

// FuzzRead: arbitrary files are read without a panic, and what is read can be taken apart.
func FuzzRead(f *testing.F) {
	f.Add("services.csv", []byte("id,organization_id,name\ns1,o1,\"x\n"))
	f.Add("phones.csv", []byte("id,number,service_id\r1,1-800-FLOWERS ext 5,\r"))
	f.Add("x.json", []byte(`{"contents":[{"id":"1","name":"a","status":"active","phones":[{"number":"1"}],"service_at_locations":[{"location":{"id":"l"}}]}]}`))
	f.Add("x.ndjson", []byte("{\"name\":\"a\",\"description\":\"b\"}\n{\"name\":1}\n"))
	f.Add("schedules.csv", []byte("id,service_id,byday,opens_at\n1,1,\"Mon-Fri, 9-5\",25:99\n"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		if !slices.Contains([]string{".csv", ".json", ".ndjson"}, filepath.Ext(name)) || strings.ContainsAny(name, `/\`) || !fstestValid(name) {
			return
		}
		s, err := feed.OpenFS(fstest.MapFS{name: {Data: b}})
		if err != nil {
			return
		}
		r, err := feed.Read(t.Context(), s, feed.Feed{Name: "fuzz"}, &feed.Report{})
		if err != nil {
			return
		}
		for s := range r.Services() {
			if s.ID == "" {
				t.Error("a service without id")
			}
		}
		for range r.Locations() {
		}
		for range r.Organizations() {
		}
		r.Finish()
	})
}

func fstestValid(name string) bool { return name != "" && name[0] != '.' }
