package feed_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/indextest"
)

// The floor under the answers from real directories: mean nDCG@10, and cases lost.
const (
	leastNDCG = 0.72
	mostLost  = 25
)

// asked is what somebody asks of the real directories.
type asked struct {
	query, language string
	grades          map[string]int // by the beginning of the service's id: 3 is what was meant, 1 helps too
	never           map[string]bool
}

// realSearches reads the cases.
func realSearches(t *testing.T) []asked {
	t.Helper()
	b, err := os.ReadFile("testdata/real_searches.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []asked
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 5 {
			t.Fatalf("a case has 5 columns: %s", line)
		}
		a := asked{strings.TrimSpace(f[0]), strings.TrimSpace(f[1]), map[string]int{}, map[string]bool{}}
		for i, grade := range []int{3, 1} {
			for _, id := range strings.Fields(f[2+i]) {
				a.grades[id] = grade
			}
		}
		for _, id := range strings.Fields(f[4]) {
			a.never[id] = true
		}
		out = append(out, a)
	}
	return out
}

// lost tells what is wrong with the answer; "" when nothing is: what was meant
// comes first, of the first three two help, and nothing that misleads is among
// the first five.
func (a asked) lost(ids []string) string {
	helpful := 0
	for _, id := range ids[:min(3, len(ids))] {
		if a.grades[id] > 0 {
			helpful++
		}
	}
	switch {
	case len(ids) == 0 || a.grades[ids[0]] < 3:
		return "the first is not what was meant"
	case helpful < min(2, len(a.grades)):
		return "little of the first three helps"
	case slices.ContainsFunc(ids[:min(5, len(ids))], func(id string) bool { return a.never[id] }):
		return "something that misleads is near the top"
	default:
		return ""
	}
}

// TestRealSearches asks what people ask of two directories of one city together.
func TestRealSearches(t *testing.T) {
	h := open(t)
	if _, err := h.tryPath(shared(t, cityPath)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.tryPath(shared(t, "data/directory/sf-211-icarol/211.csv"), func(o *feed.Options) {
		o.Feed.Name, o.Mapping = "sf", mapping(t, "icarol")
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.dir.Reindex(h.ctx); err != nil {
		t.Fatal(err)
	}
	cases, sum := realSearches(t), 0.0
	var lost []string
	for _, a := range cases {
		page, err := h.dir.Search(h.ctx, directory.Search{Q: a.query, Locale: a.language, PerPage: 10})
		if err != nil {
			t.Fatal(err)
		}
		var ids, names []string
		for _, s := range page.Items {
			ids = append(ids, s.ID[:8])
			names = append(names, s.ID[:8]+" "+s.Name[:min(len(s.Name), 40)])
		}
		score := indextest.NDCG(ids, a.grades)
		sum += score
		if why := a.lost(ids); why != "" {
			lost = append(lost, fmt.Sprintf("%s (nDCG %.2f): %s; found %s", a.query, score, why, strings.Join(names[:min(5, len(names))], "; ")))
		}
		t.Logf("%-35s %.2f", a.query, score)
	}
	mean := sum / float64(len(cases))
	t.Logf("%d cases, mean nDCG@10 %.3f, %d lost:\n%s", len(cases), mean, len(lost), strings.Join(lost, "\n"))
	if mean < leastNDCG || len(lost) > mostLost {
		t.Errorf("mean nDCG@10 %.3f, %d lost, want at least %.2f, at most %d", mean, len(lost), leastNDCG, mostLost)
	}
}
