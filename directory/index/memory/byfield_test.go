package memory

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/indextest"
	"github.com/havenloop/havenloop/internal/geo"
)

// TestRankByField holds the order found level by level against that of all
// documents, on an index that was built and then changed.
func TestRankByField(t *testing.T) {
	entries, other := indextest.Generate(3, 600), indextest.Generate(4, 60)
	x := filled(t, entries)
	for i, e := range other {
		e.ServiceID = entries[i*7].ServiceID
		change := directory.Change{ServiceID: e.ServiceID, Entries: []directory.Entry{e}}
		if err := x.Apply(context.Background(), []directory.Change{change}); err != nil {
			t.Fatalf("Apply: %v", err)
		}
	}
	typed := []string{
		"food", "foo", "fo", "services", "pantri", "transpotation", "counsel", "rent", "help", "food stamps", "light bill", "refugio",
		"legal", "aid", "eviction", "mental", "health", "free", "for", "seniors", "san", "ba", "program", "comida", "shleter", "oakland",
	}
	var placed []*geo.Point
	for _, e := range entries {
		if e.Point != nil {
			placed = append(placed, e.Point)
		}
	}
	first := 0
	rapid.Check(t, func(t *rapid.T) {
		q := directory.Query{Language: "es", Page: rapid.IntRange(1, 3).Draw(t, "page"), PerPage: rapid.SampledFrom([]int{1, 5, 20}).Draw(t, "per page")}
		for range rapid.IntRange(1, 3).Draw(t, "words") {
			q.Text += rapid.SampledFrom(typed).Draw(t, "word") + " "
		}
		q.Sort = rapid.SampledFrom([]directory.Sort{directory.ByRelevance, directory.ByRelevance, directory.ByDistance, directory.ByName}).Draw(t, "sort")
		if rapid.Bool().Draw(t, "near") {
			q.Near = placed[rapid.IntRange(0, len(placed)-1).Draw(t, "place")]
		}
		if rapid.Bool().Draw(t, "areas") {
			q.Areas = []string{"county:06075", "state:06", "us"}
		}
		s, all := new(scratch), new(scratch)
		got := x.core.search(&q, s)

		s.taken, s.stemmers = 0, stemmersFor(q.Language)
		all.stemmers = s.stemmers
		seeker := newSeeker(&q)
		found, clauses := x.core.match(&q, &seeker, x.core.filter(&q, &seeker, all), all)
		from, to := page(&q, x.core.servicesIn(found, all))
		want := []directory.Hit{}
		if from < to {
			r := ranking{by: q.Sort, seeker: &seeker, clauses: clauses, upTo: inText, n: to}
			all.podium.begin(x.core, r.n, r.by)
			x.core.price(clauses, inText, found, all)
			x.core.scan(r, found, all)
			for _, m := range all.podium.end(all)[from:] {
				want = append(want, x.core.hit(&q, m, len(clauses) > 0))
			}
			if len(s.outer.of) < len(all.outer.of) {
				first++
			}
		}
		if diff := cmp.Diff(want, got.Hits); diff != "" {
			t.Fatalf("Search(%+v) (-all +by field):\n%s", q, diff)
		}
	})
	if first == 0 {
		t.Error("no search ended early")
	}
}
