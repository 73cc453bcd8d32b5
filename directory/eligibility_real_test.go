package directory

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// labelOf writes a condition as the labels do: "age 18-", "residence state:11".
func labelOf(c Condition) string {
	bound := func(p *float64) string {
		if p == nil {
			return ""
		}
		return fmt.Sprintf("%g", *p)
	}
	out := []string{string(c.Kind)}
	if c.Value != "" {
		out = append(out, c.Value)
	}
	if c.Min != nil || c.Max != nil {
		out = append(out, bound(c.Min)+"-"+bound(c.Max))
	}
	if len(c.Areas) > 0 {
		out = append(out, strings.Join(c.Areas, "+"))
	}
	return strings.Join(out, " ")
}

// labelsOf are the requirements of which the reader is sure.
func labelsOf(e Eligibility) []string {
	out := []string{}
	for _, r := range e.Requirements {
		if r.Sure < firm {
			continue
		}
		var any []string
		for _, c := range r.AnyOf {
			any = append(any, labelOf(c))
		}
		slices.Sort(any)
		out = append(out, strings.Join(any, "|"))
	}
	if e.Everyone {
		out = append(out, "everyone")
	}
	slices.Sort(out)
	return out
}

// leastPrecision and leastRecall are what the reader must reach on labelled
// texts: what it is sure of is right; the rest stays to be read by people.
const (
	leastPrecision = 0.95
	leastRecall    = 0.35
)

// TestEligibilityOfRealTexts holds readings against texts of two directories
// read by hand. The rules were made while looking at the first of them; the
// second was labelled before it was read by them.
func TestEligibilityOfRealTexts(t *testing.T) {
	b, err := os.ReadFile("testdata/eligibility-labels.json")
	if err != nil {
		t.Fatal(err)
	}
	var labels struct{ DC, SF map[string][]string }
	if err := json.Unmarshal(b, &labels); err != nil {
		t.Fatal(err)
	}
	var right, read, all int
	for _, set := range []struct {
		name, state string
		texts       map[string]string
		labels      map[string][]string
	}{
		{"dc", "11", tableTexts(t, "data/directory/sf-211-icarol/211.csv"), labels.DC},
		{"sf", "06", treeTexts(t, "data/directory/sf-211-icarol/sf.json"), labels.SF},
	} {
		var r, n, m int
		for id, want := range set.labels {
			text, ok := set.texts[id]
			if !ok {
				t.Errorf("%s has no text %s", set.name, id)
			}
			got := labelsOf(ReadEligibility(Service{EligibilityDescription: text}, nil, set.state))
			n, m = n+len(got), m+len(want)
			for _, g := range got {
				if slices.Contains(want, g) {
					r++
				} else {
					t.Logf("%s %s: read %q, want one of %q", set.name, id, g, want)
				}
			}
		}
		t.Logf("%s: %d texts, %d readings, precision %.3f, recall %.3f of %d", set.name, len(set.labels), n, share(r, n, 1), share(r, m, 1), m)
		right, read, all = right+r, read+n, all+m
	}
	p, r := share(right, read, 0), share(right, all, 0)
	t.Logf("together: precision %.3f of %d readings, recall %.3f of %d labels", p, read, r, all)
	if p < leastPrecision || r < leastRecall {
		t.Errorf("precision %.3f and recall %.3f, want at least %v and %v", p, r, leastPrecision, leastRecall)
	}
}

// realSet is a file of real directories, which may be used for tests only; the
// test skips where it is not there.
func realSet(t testing.TB, path string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../shared"), path))
	if err != nil {
		t.Skipf("%s is not on this machine: real texts are not tried", path)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func tableTexts(t testing.TB, path string) map[string]string {
	t.Helper()
	r := csv.NewReader(realSet(t, path))
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	id, text := 0, slices.Index(rows[0], "Eligibility") // the first name has a mark before it
	for _, row := range rows[1:] {
		if len(row) > text {
			out[row[id]] = row[text]
		}
	}
	return out
}

func treeTexts(t testing.TB, path string) map[string]string {
	t.Helper()
	out := map[string]string{}
	lines := bufio.NewScanner(realSet(t, path))
	lines.Buffer(nil, 1<<24)
	for n := 0; lines.Scan(); n++ {
		var org struct {
			Locations []struct {
				Services []struct {
					Eligibility string `json:"eligibility"`
				} `json:"services_attributes"`
			} `json:"locations"`
		}
		if err := json.Unmarshal(lines.Bytes(), &org); err != nil {
			t.Fatal(err)
		}
		for i, l := range org.Locations {
			for j, s := range l.Services {
				out[fmt.Sprintf("%d/%d/%d", n, i, j)] = s.Eligibility
			}
		}
	}
	return out
}

func BenchmarkReadEligibility(b *testing.B) {
	var texts []string
	for _, text := range tableTexts(b, "data/directory/sf-211-icarol/211.csv") {
		if text != "" {
			texts = append(texts, text)
		}
	}
	for i := 0; b.Loop(); i++ {
		ReadEligibility(Service{Name: "Food pantry", EligibilityDescription: texts[i%len(texts)]}, nil, "11")
	}
}
