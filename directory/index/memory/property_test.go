package memory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/indextest"
	"github.com/havenloop/havenloop/internal/geo"
)

// TestAgainstReference holds the engine, after random changes, against one
// that goes through all entries.
func TestAgainstReference(t *testing.T) {
	pool := indextest.Generate(5, 60)
	sparse(pool)
	rapid.Check(t, func(t *rapid.T) {
		x := New()
		state := map[string][]directory.Entry{}
		if rapid.Bool().Draw(t, "start with a rebuild") {
			first := pool[:rapid.IntRange(0, len(pool)).Draw(t, "built")]
			if err := x.Rebuild(context.Background(), all(first)); err != nil {
				t.Fatalf("Rebuild: %v", err)
			}
			for _, e := range first {
				state[e.ServiceID] = append(state[e.ServiceID], e)
			}
		}
		for range rapid.IntRange(0, 30).Draw(t, "changes") {
			change := drawChange(t, pool)
			state[change.ServiceID] = change.Entries
			if err := x.Apply(context.Background(), []directory.Change{change}); err != nil {
				t.Fatalf("Apply: %v", err)
			}
			if rapid.IntRange(0, 9).Draw(t, "start anew") == 0 {
				x = loaded(t, saved(t, x))
			}
		}
		var entries []directory.Entry
		for _, list := range state {
			entries = append(entries, list...)
		}
		for range 5 {
			q := drawQuery(t, pool)
			got, err := x.Search(context.Background(), q)
			if err != nil {
				t.Fatalf("Search: %v", err)
			}
			want := indextest.Reference(entries, q)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("Search(%+v) (-want +got):\n%s", q, diff)
			}
		}
		check(t, x.core)
	})
}

// sparse makes the entries share values and lack some, so that random queries
// find something and ties occur.
func sparse(entries []directory.Entry) {
	for i := range entries {
		e := &entries[i]
		e.Name = fmt.Sprint("Service ", i%7)
		e.Quality = float64(i%3) / 4
		e.Needs = e.Needs[:i%2]
		e.City = []string{"", "Oakland", "Fresno"}[i%3]
		if i%11 == 0 {
			e.Status = "inactive"
		}
		if i%5 != 0 {
			e.VerifiedAt, e.LastModified = time.Time{}, time.Unix(1_700_000_000, 0)
		}
		if i > 0 && entries[i-1].ServiceID == e.ServiceID {
			e.Name, e.VerifiedAt, e.LastModified = entries[i-1].Name, entries[i-1].VerifiedAt, entries[i-1].LastModified
		}
	}
}

// drawChange draws the new state of a service: perhaps nothing, perhaps
// entries with what others say.
func drawChange(t *rapid.T, pool []directory.Entry) directory.Change {
	at := rapid.IntRange(0, len(pool)-1).Draw(t, "service")
	change := directory.Change{ServiceID: pool[at].ServiceID}
	for n := range rapid.IntRange(0, 3).Draw(t, "entries") {
		e := pool[rapid.IntRange(0, len(pool)-1).Draw(t, "entry")]
		e.ServiceID, e.ID = change.ServiceID, fmt.Sprint(change.ServiceID, "-", n)
		if n > 0 { // these are the service's
			e.Name, e.VerifiedAt, e.LastModified = change.Entries[0].Name, change.Entries[0].VerifiedAt, change.Entries[0].LastModified
		}
		change.Entries = append(change.Entries, e)
	}
	return change
}

func drawQuery(t *rapid.T, pool []directory.Entry) directory.Query {
	entry := func(label string) directory.Entry { return rapid.SampledFrom(pool).Draw(t, label) }
	often := func(label string) bool { return rapid.IntRange(0, 3).Draw(t, label) == 0 }
	q := directory.Query{
		Sort:    rapid.SampledFrom([]directory.Sort{directory.ByRelevance, directory.ByDistance, directory.ByName}).Draw(t, "sort"),
		Page:    rapid.IntRange(-1, 4).Draw(t, "page"),
		PerPage: rapid.SampledFrom([]int{0, 1, 3, 7, 100, 1000}).Draw(t, "per page"),
	}
	if often("needs") {
		q.Needs = append([]string{"unheard-of"}, entry("need").Needs...)
	}
	if often("languages") {
		q.Languages = entry("language").Languages
	}
	if often("taxonomy") {
		q.TaxonomyIDs = entry("taxonomy").TaxonomyIDs[:1]
	}
	if often("accessibility") {
		q.Accessibility = []string{"wheelchair"}
	}
	if often("capacity") {
		q.Capacity = []string{entry("capacity").Capacity, directory.CapacityUnknown}
	}
	if often("organization") {
		q.OrganizationID = entry("organization").OrganizationID
	}
	q.CostFree = often("free")
	if often("age") {
		age := rapid.SampledFrom([]float64{0, 17, 17.5, 18, 24.99, 25, 60, 65.5}).Draw(t, "age")
		q.Age = &age
	}
	if often("open") {
		at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 7*24*4).Draw(t, "quarter hours")) * 15 * time.Minute)
		q.OpenAt = &at
		if rapid.Bool().Draw(t, "until") {
			until := at.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "more quarter hours")) * 15 * time.Minute)
			q.OpenUntil = &until
		}
		q.HoursUnknown = rapid.Bool().Draw(t, "hours unknown")
	}
	if rapid.Bool().Draw(t, "near") {
		q.Near = &geo.Point{Lat: rapid.Float64Range(37, 38.5).Draw(t, "lat"), Lng: rapid.Float64Range(-123, -121.5).Draw(t, "lng")}
		q.RadiusMeters = rapid.SampledFrom([]float64{0, 500, 10_000, 60_000, 5_000_000}).Draw(t, "radius")
	}
	if often("areas") {
		q.Areas = rapid.SampledFrom([][]string{{"zip:94109", "county:06075", "state:06", "us"}, {"county:06001"}, {"us"}, {"zip:99999"}}).Draw(t, "areas")
	}
	if often("facets") {
		q.Facets = []string{"needs", "languages", "city", "capacity", "accessibility", "organizationId", "taxonomyIds"}
	}
	return q
}

// check makes sure that nothing of what was taken away is left in the index.
func check(t *rapid.T, c *core) {
	if n := c.marks[live].count(); n+len(c.free) != len(c.docs) {
		t.Fatalf("%d live and %d free documents, want %d together", n, len(c.free), len(c.docs))
	}
	for _, term := range c.words.terms {
		for l, p := range term.lists {
			docs := p.docs
			if p.dense != nil {
				docs = p.dense.list(nil)
			}
			if !slices.IsSorted(docs) || len(docs) != len(p.places) {
				t.Fatalf("postings of %q are out of order: %v", term.text, p)
			}
			for i, id := range docs {
				if !c.marks[live].has(id) {
					t.Fatalf("%q is in document %d, which is no more", term.text, id)
				}
				if at, found := p.find(id); !found || at != i || p.places[i].level() != level(l) {
					t.Fatalf("%q in document %d stands at %d of level %d, place %v, want %d", term.text, id, at, l, p.places[i], i)
				}
			}
		}
	}
	inGrid := 0
	for _, list := range c.grid {
		inGrid += len(list)
	}
	points := c.marks[placed].count()
	if inGrid != points {
		t.Fatalf("%d documents in the grid, %d have a point", inGrid, points)
	}
	if !slices.IsSortedFunc(c.words.sorted, func(a, b uint32) int {
		return strings.Compare(c.words.terms[a].text, c.words.terms[b].text)
	}) {
		t.Fatal("the vocabulary is out of order")
	}
}

// TestGridFindsAll makes sure that the grid leaves out nothing within a circle,
// also across the date line and near the poles.
func TestGridFindsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := func(label string) geo.Point {
			return geo.Point{
				Lat: rapid.OneOf(rapid.Float64Range(-90, 90), rapid.Float64Range(84, 90)).Draw(t, label+" lat"),
				Lng: rapid.OneOf(rapid.Float64Range(-180, 180), rapid.Float64Range(179, 180), rapid.Float64Range(-180, -179)).Draw(t, label+" lng"),
			}
		}
		g, center := grid{}, point("center")
		meters := rapid.Float64Range(0, 3_000_000).Draw(t, "meters")
		points := make([]geo.Point, 20)
		for i := range points {
			points[i] = point("point")
			g.add(uint32(i), points[i])
		}
		mark := make(docset, 1)
		if !g.around(center, meters, mark) {
			return
		}
		for i, p := range points {
			if geo.Distance(center, p) <= meters && !mark.has(uint32(i)) {
				t.Fatalf("around(%v, %g) leaves out %v", center, meters, p)
			}
		}
	})
}
