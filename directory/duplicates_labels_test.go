package directory

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// labelled is a pair of organizations of which a person said whether they are
// the same.
type labelled struct {
	a, b *subject
	same bool
}

// labelledPairs reads the pairs of the open dedupe project for 211 directories:
// organizations of two real feeds labelled by hand, and organizations of one
// feed with misspelt copies of themselves. Tests alone may use them.
func labelledPairs(t *testing.T) (byHand, misspelt []labelled) {
	t.Helper()
	root := filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../shared"), "data/directory/dedupe-labelled-pairs")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("%s is not on this machine: duplicates are not measured", root)
	}
	return handLabelled(t, filepath.Join(root, "libs/workers/ml/names_urls_addresses/names_orgs_training.json")),
		append(misspeltPairs(t, filepath.Join(root, "training_sets/training_set_102622.csv")),
			misspeltPairs(t, filepath.Join(root, "training_sets/training_set_103122.csv"))...)
}

func handLabelled(t *testing.T, path string) (out []labelled) {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	type record struct {
		ID         string  `json:"organization_id"`
		Name       string  `json:"o_name"`
		URL        string  `json:"o_url"`
		Lat        *string `json:"latitude"`
		Lng        *string `json:"longitude"`
		Line       string  `json:"address_1"`
		City       string  `json:"city"`
		State      string  `json:"state_province"`
		PostalCode string  `json:"postal_code"`
	}
	var file map[string][]struct {
		Value [2]record `json:"__value__"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	subjectOf := func(r record) *subject {
		l := Location{Addresses: []Address{{Address1: r.Line, City: r.City, StateProvince: r.State, PostalCode: r.PostalCode}}}
		if r.Lat != nil && r.Lng != nil {
			lat, errLat := strconv.ParseFloat(*r.Lat, 64)
			lng, errLng := strconv.ParseFloat(*r.Lng, 64)
			if errLat == nil && errLng == nil {
				l.Latitude, l.Longitude = &lat, &lng
			}
		}
		return subjectOf(Organization{ID: r.ID, Name: r.Name, Website: r.URL}, []Location{l})
	}
	for label, pairs := range file {
		for _, p := range pairs {
			if p.Value[0].ID == p.Value[1].ID {
				continue // two places of one record
			}
			out = append(out, labelled{subjectOf(p.Value[0]), subjectOf(p.Value[1]), label == "match"})
		}
	}
	return out
}

// misspeltPairs reads rows of which one marked 1 is the misspelt copy of the
// row before. Each is also paired with the next row of another name.
func misspeltPairs(t *testing.T, path string) (out []labelled) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var last *subject
	lastName := ""
	for i, r := range rows[2:] {
		r[len(r)-1] = strings.TrimSpace(r[len(r)-1]) // lines end twice
		s := subjectOf(Organization{ID: filepath.Base(path) + strconv.Itoa(i), Name: r[0], Website: r[2]},
			[]Location{{Addresses: []Address{{Address1: r[3], City: r[5], StateProvince: r[6], PostalCode: r[7]}}}})
		if copied := r[len(r)-1] == "1"; copied || last != nil && r[0] != lastName {
			out = append(out, labelled{last, s, copied})
		}
		if r[len(r)-1] == "0" {
			last, lastName = s, r[0]
		}
	}
	return out
}

// TestLabelledDuplicates measures how well duplicates are told, and holds a
// floor at the threshold. Of the misspelt copies, one in seven has nothing in
// common with its original but the name, which never is enough.
func TestLabelledDuplicates(t *testing.T) {
	byHand, misspelt := labelledPairs(t)
	for _, set := range []struct {
		name                           string
		pairs                          []labelled
		leastPrecision, leastOfAllSame float64
	}{
		{"labelled by hand", byHand, 0.80, 0.80},
		{"misspelt copies", misspelt, 0.98, 0.80},
	} {
		c, known := newCommon(), map[string]bool{}
		for _, p := range set.pairs {
			if !known[p.a.id] {
				known[p.a.id] = true
				c.add(p.a)
			}
		}
		for _, at := range []float64{0.2, 0.3, 0.4, 0.5, 0.6, 0.7, ProposeFrom, 0.9, 0.95} {
			precision, recall := measure(set.pairs, c, at)
			t.Logf("%s, %d pairs, at %.2f: precision %.3f, recall %.3f", set.name, len(set.pairs), at, precision, recall)
			if at == ProposeFrom && (precision < set.leastPrecision || recall < set.leastOfAllSame) {
				t.Errorf("%s: precision %.3f and recall %.3f, want at least %.2f and %.2f", set.name, precision, recall, set.leastPrecision, set.leastOfAllSame)
			}
		}
	}
}

// measure tells how many of the pairs proposed at a threshold are the same, and
// how many of the same are proposed.
func measure(pairs []labelled, c *common, at float64) (precision, recall float64) {
	var proposed, right, same float64
	for _, p := range pairs {
		score, _ := like(p.a, p.b, c)
		if p.same {
			same++
		}
		if score >= at {
			proposed++
			if p.same {
				right++
			}
		}
	}
	return right / max(proposed, 1), right / max(same, 1)
}
