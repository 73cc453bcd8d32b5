// Package indextest holds what every directory.Index must do, as files: the
// entries of a small made-up directory, and queries with what they must find.
// Where filters and an explicit order decide, the ids are exact; for texts a
// set must be on top, or one service before another, so that engines may differ
// in the rest. The package also makes large directories for benchmarks.
package indextest

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

//go:embed testdata
var files embed.FS

// seekerPlace and seekerAreas are those of a seeker in San Francisco.
var (
	seekerPlace = geo.Point{Lat: 37.7749, Lng: -122.4194}
	seekerAreas = []string{"zip:94109", "county:06075", "state:06", "us"}
)

// activeServices is how many services of the made-up directory can be found.
const activeServices = 20

// Zone is the time zone of the made-up directory.
const Zone = "America/Los_Angeles"

// Run tests an engine. open returns an empty one, closed through t.Cleanup.
func Run(t *testing.T, open func(*testing.T) directory.Index) {
	run(t, open, func(testCase) bool { return true })
}

// RunFilters tests what does not depend on how an engine weighs texts: an
// adapter against a stand-in of its server that only finds words.
func RunFilters(t *testing.T, open func(*testing.T) directory.Index) {
	run(t, open, func(c testCase) bool { return c.Query.Text == "" || c.IDs != nil })
}

func run(t *testing.T, open func(*testing.T) directory.Index, use func(testCase) bool) {
	x := open(t)
	entries := Entries(t)
	if err := x.Rebuild(t.Context(), all(entries)); err != nil {
		t.Fatalf("Rebuild: %v", err)
	}
	if err := x.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
	for _, c := range cases(t) {
		if use(c) {
			t.Run(c.Name, func(t *testing.T) { c.check(t, x) })
		}
	}
	t.Run("odd texts", func(t *testing.T) { testOddTexts(t, x) })
	t.Run("suggest", func(t *testing.T) { testSuggest(t, x) })
	t.Run("apply", func(t *testing.T) { testApply(t, open(t), entries) })
	t.Run("words", func(t *testing.T) { testWords(t, open(t), entries) })
	t.Run("empty index", func(t *testing.T) { testEmpty(t, open(t)) })
	t.Run("failed rebuild", func(t *testing.T) { testFailedRebuild(t, open(t), entries) })
	t.Run("whole answers", func(t *testing.T) { testWholeAnswers(t, open(t), entries) })
	t.Run("rebuild while searching", func(t *testing.T) { testRebuildWhileSearching(t, open(t), entries) })
}

// Entries reads the made-up directory: about twenty services around San Francisco.
func Entries(tb testing.TB) []directory.Entry {
	tb.Helper()
	var list []struct {
		directory.Entry
		Schedules []directory.Schedule
	}
	read(tb, "entries.json", &list)
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		tb.Fatalf("load the time zone of the test data: %v", err)
	}
	out := make([]directory.Entry, len(list))
	for i, e := range list {
		if e.Status == "" {
			e.Status = "active"
		}
		e.Hours = directory.CompileHours(e.Schedules, zone)
		out[i] = e.Entry
	}
	return out
}

func read(tb testing.TB, name string, into any) {
	tb.Helper()
	data, err := files.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		tb.Fatalf("read %s: %v", name, err)
	}
}

func all(entries []directory.Entry) iter.Seq2[directory.Entry, error] {
	return func(yield func(directory.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// testOddTexts makes sure that nothing a person may paste breaks the search.
func testOddTexts(t *testing.T, x directory.Index) {
	for _, text := range []string{
		strings.Repeat("food ", 5000), strings.Repeat("a", 100_000), strings.Repeat("é", 3000), "\x00\x00", "\xff\xfe", "٣٤٥", "食物 住房",
		"👨‍👩‍👧‍👦", "' OR 1=1 --", "/../", "%00", strings.Repeat("pantry shelter ", 40), "-", "*", "\u202e",
	} {
		if _, err := x.Search(t.Context(), directory.Query{Text: text, Facets: []string{"needs"}}); err != nil {
			t.Errorf("Search(%.20q…): %v", text, err)
		}
		if _, err := x.Suggest(t.Context(), text, 5); err != nil {
			t.Errorf("Suggest(%.20q…): %v", text, err)
		}
	}
}

func testSuggest(t *testing.T, x directory.Index) {
	for _, tt := range []struct {
		typed string
		limit int
		want  directory.Suggestion
	}{
		{"mission fo", 5, directory.Suggestion{Text: "Mission Food Pantry", Kind: "service"}},
		{"bay ri", 5, directory.Suggestion{Text: "Bay Rides", Kind: "organization"}},
		{"grocer", 5, directory.Suggestion{Text: "groceries", Kind: "need"}},
		{"transp", 8, directory.Suggestion{Text: "Medical Transportation", Kind: "service"}},
	} {
		got, err := x.Suggest(t.Context(), tt.typed, tt.limit)
		if err != nil {
			t.Fatalf("Suggest(%q): %v", tt.typed, err)
		}
		if !slices.Contains(got, tt.want) || len(got) > tt.limit {
			t.Errorf("Suggest(%q, %d) = %v, want it to contain %v", tt.typed, tt.limit, got, tt.want)
		}
	}
	for _, typed := range []string{"", "  ", "zzqqxxyy"} {
		if got, err := x.Suggest(t.Context(), typed, 5); err != nil || len(got) != 0 {
			t.Errorf("Suggest(%q) = %v, %v, want nothing", typed, got, err)
		}
	}
	if got, err := x.Suggest(t.Context(), "closed", 5); err != nil || len(got) != 0 {
		t.Errorf("Suggest(%q) = %v, %v, want no inactive service", "closed", got, err)
	}
}

func testEmpty(t *testing.T, x directory.Index) {
	for _, q := range []directory.Query{{}, {Text: "food"}, {Near: &seekerPlace, Areas: seekerAreas, Facets: []string{"needs"}}} {
		if r, err := x.Search(t.Context(), q); err != nil || r.Total != 0 || len(r.Hits) != 0 {
			t.Errorf("Search(%+v) of an empty index = %+v, %v, want nothing", q, r, err)
		}
	}
	if s, err := x.Suggest(t.Context(), "food", 5); err != nil || len(s) != 0 {
		t.Errorf("Suggest of an empty index = %v, %v, want nothing", s, err)
	}
}

var errBroken = errors.New("the store broke off")

func testFailedRebuild(t *testing.T, x directory.Index, entries []directory.Entry) {
	rebuild(t, x, entries)
	broken := func(yield func(directory.Entry, error) bool) {
		for _, e := range entries[:3] {
			e.ServiceID = "half-" + e.ServiceID
			e.ID = "half-" + e.ID
			if !yield(e, nil) {
				return
			}
		}
		yield(directory.Entry{}, errBroken)
	}
	if err := x.Rebuild(t.Context(), broken); !errors.Is(err, errBroken) {
		t.Errorf("Rebuild error = %v, want %v", err, errBroken)
	}
	wantTotal(t, x, directory.Query{}, activeServices)
	rebuild(t, x, entries[:2]) // and the next one works
	wantTotal(t, x, directory.Query{}, 2)
}

func rebuild(t *testing.T, x directory.Index, entries []directory.Entry) {
	t.Helper()
	if err := x.Rebuild(t.Context(), all(entries)); err != nil {
		t.Fatalf("Rebuild: %v", err)
	}
}

func wantTotal(t *testing.T, x directory.Index, q directory.Query, want int) {
	t.Helper()
	if r, err := x.Search(t.Context(), q); err != nil || r.Total != want {
		t.Errorf("Search(%+v): Total = %d, %v, want %d", q, r.Total, err, want)
	}
}

// describe tells a change in the message of a failed test.
func describe(c directory.Change) string {
	return fmt.Sprintf("Apply(%s, %d entries)", c.ServiceID, len(c.Entries))
}
