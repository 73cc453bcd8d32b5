package directory_test

import (
	"cmp"
	"encoding/csv"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory"
)

// label is what somebody who read the name and the description of a service
// decided that it serves. Half of the labels are for improving the crosswalk
// ("tune"), the others are for measuring only ("held"); one person read both.
type label struct {
	set, half, id string
	domains       []string
}

// readLabels reads the labels that stand beside this test.
func readLabels(t *testing.T) []label {
	t.Helper()
	f, err := os.Open("testdata/crosswalk_labels.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []label
	for _, r := range rows[1:] {
		out = append(out, label{set: r[0], half: r[1], id: r[2], domains: strings.Fields(r[3])})
	}
	return out
}

// tally counts what was found right, found wrong and not found.
type tally struct{ right, wrong, lost int }

func (c tally) precision() float64 { return float64(c.right) / float64(max(1, c.right+c.wrong)) }
func (c tally) recall() float64    { return float64(c.right) / float64(max(1, c.right+c.lost)) }

// What the crosswalk must not fall below, micro-averaged over all domains, in
// either half.
const (
	leastPrecision = 0.90
	leastRecall    = 0.80
)

// TestCrosswalkAgainstLabels measures the shipped crosswalk on services of real
// directories.
func TestCrosswalkAgainstLabels(t *testing.T) {
	labels := readLabels(t)
	if len(labels) < 200 {
		t.Fatalf("%d services are labelled, want at least 200", len(labels))
	}
	records := realServices(t)
	halves, byDomain := map[string]tally{}, map[string]tally{}
	for _, l := range labels {
		r, ok := records[l.set+"/"+l.id]
		if !ok {
			t.Errorf("there is no record %s in %s", l.id, l.set)
			continue
		}
		var found []string
		for _, m := range directory.DefaultCrosswalk().Map(r.service, r.terms, nil) {
			found = append(found, m.Domain)
		}
		for _, d := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(found, l.domains)))) {
			c := tally{}
			switch {
			case !slices.Contains(l.domains, d):
				c.wrong = 1
			case !slices.Contains(found, d):
				c.lost = 1
			default:
				c.right = 1
			}
			if c.right == 0 && l.half == "tune" {
				t.Logf("%s/%s %s: %s", l.set, l.id, map[bool]string{true: "found wrongly", false: "not found"}[c.wrong == 1], d)
			}
			for _, sum := range []struct {
				of  map[string]tally
				key string
			}{{halves, l.half}, {halves, "all"}, {byDomain, d}} {
				have := sum.of[sum.key]
				sum.of[sum.key] = tally{have.right + c.right, have.wrong + c.wrong, have.lost + c.lost}
			}
		}
	}
	for _, half := range []string{"tune", "held", "all"} {
		c := halves[half]
		t.Logf("%s: precision %.3f, recall %.3f (%+v)", half, c.precision(), c.recall(), c)
		if c.precision() < leastPrecision || c.recall() < leastRecall {
			t.Errorf("%s: precision %.3f, recall %.3f, want at least %.2f and %.2f", half, c.precision(), c.recall(), leastPrecision, leastRecall)
		}
	}
	for _, d := range slices.SortedFunc(maps.Keys(byDomain), func(a, b string) int {
		return cmp.Or(byDomain[b].right-byDomain[a].right, strings.Compare(a, b))
	}) {
		t.Logf("%-34s precision %.2f, recall %.2f (%+v)", d, byDomain[d].precision(), byDomain[d].recall(), byDomain[d])
	}
}
