package feed_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
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
	h, end := newHouse(t)
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// newHouse makes an empty house; end closes its store.
func newHouse(t *testing.T) (h *house, end func() error) {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h = &house{T: t, clock: clock.NewFake(time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC))}
	h.ctx = identity.With(t.Context(), identity.Actor{ID: "ann", Role: identity.NetworkAdmin})
	if h.dir, err = directory.New(t.Context(), e, memory.New(), directory.Options{Now: h.clock.Now}); err != nil {
		t.Fatal(err)
	}
	return h, e.Close
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
