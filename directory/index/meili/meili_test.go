package meili

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/directory/indextest"
	"github.com/havenloop/havenloop/internal/geo"
)

var update = flag.Bool("update", false, "write golden files")

// sunday is before the week of which the suite asks for opening hours.
func sunday() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func open(t *testing.T, f *fake) *Index {
	t.Helper()
	x, err := Open(t.Context(), Config{URL: f.URL, Key: testKey, Prefix: "t", Now: sunday, Poll: time.Millisecond})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return x
}

// TestFake runs what does not depend on the weighing of texts on the stand-in.
func TestFake(t *testing.T) {
	indextest.RunFilters(t, func(t *testing.T) directory.Index { return open(t, newFake(t)) })
}

// TestAgainstReference compares pages across tiers, with services that have
// entries in several, to the reference.
func TestAgainstReference(t *testing.T) {
	entries := indextest.Generate(9, 150)
	for i := range entries {
		entries[i].Quality, entries[i].Hours = 0.5, nil
		if i > 0 && entries[i-1].ServiceID == entries[i].ServiceID {
			entries[i].Name = entries[i-1].Name
		}
	}
	x := open(t, newFake(t))
	if err := x.Rebuild(t.Context(), func(yield func(directory.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}); err != nil {
		t.Fatalf("Rebuild: %v", err)
	}
	near := geo.Point{Lat: 37.7749, Lng: -122.4194}
	age := 17.5
	for _, q := range []directory.Query{
		{Near: &near, Areas: []string{"county:06075", "state:06", "us"}},
		{Near: &near, Areas: []string{"county:06075", "state:06", "us"}, RadiusMeters: 9000, Facets: []string{"needs", "taxonomyIds"}},
		{Near: &near, RadiusMeters: 12000},
		{Areas: []string{"county:06001"}, Age: &age},
		{Near: &near, Sort: directory.ByDistance, CostFree: true},
		{Near: &near, Areas: []string{"county:06075"}, Languages: []string{"es", "zh"}, Capacity: []string{"open"}},
	} {
		for q.Page = 1; q.Page < 30; q.Page++ {
			q.PerPage = 7
			got, err := x.Search(t.Context(), q)
			if err != nil {
				t.Fatalf("Search(%+v): %v", q, err)
			}
			want := indextest.Reference(entries, q)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("Search(%+v) (-want +got):\n%s", q, diff)
			}
			if len(got.Hits) == 0 {
				break
			}
		}
	}
}

// TestRequests holds each call to the server, with method, path, key and body,
// against a golden file.
func TestRequests(t *testing.T) {
	f := newFake(t)
	x := open(t, f)
	entries := indextest.Entries(t)
	services := []directory.Entry{entries[0], entries[14]}
	at := time.Date(2026, 11, 23, 18, 10, 0, 0, time.UTC)
	age := 30.0
	near := geo.Point{Lat: 37.7749, Lng: -122.4194}
	for _, do := range []func() error{
		func() error { return x.Ping(t.Context()) },
		func() error { return x.Rebuild(t.Context(), slicesAll(services)) },
		func() error {
			return x.Apply(t.Context(), []directory.Change{{ServiceID: "shop", Entries: []directory.Entry{entries[len(entries)-2]}}, {ServiceID: "gone"}})
		},
		func() error {
			_, err := x.Search(t.Context(), directory.Query{
				Text: `fresh "food" -pantry`, Needs: []string{"food-insecurity"}, TaxonomyIDs: []string{"tx-food"}, Languages: []string{"en", "es"},
				Accessibility: []string{"wheelchair"}, Capacity: []string{"open"}, OrganizationID: `odd "org"`, CostFree: true, Age: &age, OpenAt: &at, PerPage: 5, Page: 2,
				Facets: []string{"needs", "city"},
			})
			return err
		},
		func() error {
			_, err := x.Search(t.Context(), directory.Query{Near: &near, RadiusMeters: 5000, Areas: []string{"zip:94109", "us"}})
			return err
		},
		func() error { _, err := x.Suggest(t.Context(), "gro", 5); return err },
	} {
		if err := do(); err != nil {
			t.Fatalf("%v", err)
		}
	}
	var b strings.Builder
	for _, c := range f.calls {
		if c.Authorization != "Bearer "+testKey {
			t.Errorf("%s %s: Authorization = %q, want the key as a bearer token", c.Method, c.Path, c.Authorization)
		}
		fmt.Fprintf(&b, "%s %s\n%s\n\n", c.Method, c.Path, withoutWords(t, c))
	}
	golden := "testdata/requests.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("read the golden file: %v", err)
	}
	if diff := gocmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("requests (-want +got); write them anew with -update:\n%s", diff)
	}
}

// withoutWords is the body of a call, in which the shared words are replaced by
// their number: they are data that may change.
func withoutWords(t *testing.T, c call) string {
	t.Helper()
	if c.Method != http.MethodPatch {
		return c.Body
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(c.Body), &body); err != nil {
		t.Fatalf("read the settings that were sent: %v", err)
	}
	typos := body["typoTolerance"].(map[string]any)
	sent := []int{len(body["synonyms"].(map[string]any)), len(body["stopWords"].([]any)), len(typos["disableOnWords"].([]any))}
	if want := []int{len(words.Default().Synonyms), len(words.Stop()), len(words.Exact())}; !slices.Equal(sent, want) {
		t.Errorf("settings have %d synonyms, stop words and codes, want %d", sent, want)
	}
	delete(body, "synonyms")
	delete(body, "stopWords")
	delete(typos, "disableOnWords")
	short, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(short)
}

func slicesAll(entries []directory.Entry) func(yield func(directory.Entry, error) bool) {
	return func(yield func(directory.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestKeyOf(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{"0b1c-AZ_9", "with space", "naïve", "", "a/b", strings.Repeat("x", 300)} {
		key := keyOf(id)
		if !keyPattern.MatchString(key) {
			t.Errorf("keyOf(%q) = %q, which the server refuses", id, key)
		}
		if other, twice := seen[key]; twice {
			t.Errorf("keyOf(%q) = keyOf(%q)", id, other)
		}
		seen[key] = id
	}
	if got := keyOf("0b1c-AZ_9"); got != "0b1c-AZ_9" {
		t.Errorf("keyOf(%q) = %q, want the id itself", "0b1c-AZ_9", got)
	}
}

func TestSettingsNameFieldsThatExist(t *testing.T) {
	s := settings(&words.Set{})
	for _, list := range [][]string{s.SearchableAttributes, s.FilterableAttributes, s.SortableAttributes} {
		for _, field := range list {
			if !slices.Contains(documentFields(), field) {
				t.Errorf("settings name %q, which documents do not have", field)
			}
		}
	}
}

// documentFields lists the names of a document's fields, nested ones with a dot.
func documentFields() []string {
	var out []string
	var walk func(prefix string, of reflect.Type)
	walk = func(prefix string, of reflect.Type) {
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			out = append(out, prefix+name)
			if t := of.Field(i).Type; t.Kind() == reflect.Struct {
				walk(prefix+name+".", t)
			}
		}
	}
	walk("", reflect.TypeFor[document]())
	return out
}
