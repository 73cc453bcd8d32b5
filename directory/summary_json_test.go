package directory

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

// TestSearchPageJSON: what is written in parts reads the same as what
// encoding/json writes of the whole.
func TestSearchPageJSON(t *testing.T) {
	at := time.Date(2026, 3, 4, 17, 30, 0, 5_000_000, time.UTC)
	yes, no, far := true, false, 12.75
	facts := ServiceFacts{ID: "s1", Name: "A \"b\" <c> & ü\n", Status: "active", Needs: []string{"food-insecurity"}, Languages: []string{}}
	written := facts.write()
	pages := map[string]SearchPage{
		"empty":   {Items: []ServiceSummary{}},
		"nothing": {Total: 1, Items: []ServiceSummary{{ServiceFacts: facts, written: written}}},
		"then":    {Items: []ServiceSummary{{ServiceFacts: facts, written: written, Then: &OpenThen{Open: &yes, From: at, Until: at}}, {ServiceFacts: facts, written: written, Then: &OpenThen{}}}},
		"all": {Total: 3, Facets: map[string][]FacetCount{"needs": {{Value: "x", Count: 2}}}, Items: []ServiceSummary{
			{ServiceFacts: facts, written: written, DistanceMeters: &far, Tier: "covers", OpenNow: &yes, Next: &HoursChange{At: at, Open: &no}},
			{ServiceFacts: facts, written: written, Tier: "near", OpenNow: &no, Next: &HoursChange{At: at}},
			{ServiceFacts: facts, Tier: "unknown"},
		}},
	}
	for name, page := range pages {
		got, err := page.AppendJSON(nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, err := json.Marshal(page)
		if err != nil {
			t.Fatal(err)
		}
		if g, w := read(t, got), read(t, want); !reflect.DeepEqual(g, w) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

func read(t *testing.T, b []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return v
}
