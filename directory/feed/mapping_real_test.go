package feed_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
)

// mapping is a ready one, or one of the files kept with the tests.
func mapping(t *testing.T, name string) *feed.Mapping {
	t.Helper()
	if f, err := os.Open(filepath.Join("testdata", "mappings", name+".json")); err == nil {
		defer f.Close() //nolint:errcheck // it was only read
		m, err := feed.ParseMapping(f)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m, err := feed.ReadyMapping(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// layouts are the real tables that are no HSDS, with what is in them.
var layouts = []struct {
	mapping, path string
	files         []string // those that are tables of the layout
	decides       string   // a column that says what a row is, and becomes nothing else
	want          tally
	state         string  // where it is
	areas         float64 // the least share of its areas that become codes
}{
	{"icarol", "vendor-formats/iCarol", []string{"iCarolData.csv"}, "TaxonomyLevelName", tally{2, 5, 6, 8, 28, 37, 7, 29}, "MD", 0.85},
	{"icarol", "vendor-formats/iCarol2", []string{"iCarolData.csv"}, "TaxonomyLevelName", tally{2, 5, 6, 8, 13, 37, 7, 29}, "MD", 0.85},
	{"icarol", "vendor-formats/iCarol3", []string{"iCarolData1.csv"}, "TaxonomyLevelName", tally{2, 5, 6, 8, 25, 37, 7, 29}, "MD", 0.85},
	{"visionlink", "vendor-formats/visionlink", []string{"visionlinkorg.csv", "visionlinkservice.csv"}, "", tally{2, 9, 10, 10, 8, 29, 14, 15}, "PA", 0.28},
	{"wellsky", "vendor-formats/wellskydata", []string{"breorganization.csv", "brevlocation.csv", "brevlocationphone.csv", "brevphysicaladdress.csv", "brevservices.csv"}, "", tally{10, 14, 18, 18, 19, 31, 69, 17}, "FL", 0.98},
	{"icarol", "sf-211-icarol/211.csv", []string{""}, "TaxonomyLevelName", tally{494, 2114, 1637, 1622, 5402, 2028, 2910, 1852}, "DC", 0.38},
	{"florida", "fl-sample", []string{"organizations.csv", "locations.csv", "services.csv"}, "", tally{20, 376, 135, 0, 90, 0, 1493, 116}, "FL", 1},
	{"ohana", "ohana-sample/data/sample-csv", []string{"organizations.csv", "locations.csv", "services.csv"}, "", tally{8, 22, 23, 23, 54, 15, 32, 390}, "CA", 0.5},
}

// tally counts what a feed holds.
type tally struct {
	Organizations, Locations, Services, Places, Phones, Schedules, Areas, Terms int
}

// TestRealLayouts reads the exports of the systems that agencies and 211 centers
// use: all that is in them comes in or has a line in the report, and the same
// again changes nothing.
func TestRealLayouts(t *testing.T) {
	for _, tt := range layouts {
		t.Run(strings.ReplaceAll(tt.path, "/", "_"), func(t *testing.T) {
			path := shared(t, filepath.Join("data/directory", tt.path))
			m := mapping(t, tt.mapping)
			t.Parallel()
			got, said, lines := objectsOf(t, path, m)
			holdAreas(t, got.areas, tt.state, tt.areas)
			if d := cmp.Diff(tt.want, got.tally); d != "" {
				t.Errorf("what is in it (-want +got):\n%s", d)
			}
			for _, file := range tt.files {
				lostWithoutALine(t, filepath.Join(path, file), tt.decides, said, lines)
			}
			h := open(t)
			use := func(o *feed.Options) { o.Mapping = m }
			part := beginning(t, path, 300)
			for again := range 2 {
				r, err := h.tryPath(part, use)
				if err != nil {
					t.Fatal(err)
				}
				for kind, n := range r.Counts {
					if again == 1 && n.New+n.Changed+n.Missing > 0 {
						t.Errorf("the same again: %s %+v", kind, *n)
					}
				}
			}
		})
	}
}

// readLayout is what a folder has, and the areas of its services.
type readLayout struct {
	tally
	areas []directory.ServiceArea
}

// objectsOf reads a folder: what is in it, all texts of its objects, whole and
// in parts, and the report.
func objectsOf(t *testing.T, path string, m *feed.Mapping) (got readLayout, said map[string]bool, lines []feed.Line) {
	t.Helper()
	s, err := feed.OpenSource(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it was only read
	r, err := feed.Read(t.Context(), s, feed.Feed{Name: "test", Mapping: m}, &feed.Report{Each: func(l feed.Line) { lines = append(lines, l) }})
	if err != nil {
		t.Fatal(err)
	}
	said = map[string]bool{}
	walked := map[string]bool{} // most texts stand in many objects
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if walked[v] {
				return
			}
			walked[v] = true
			said[letters(v)] = true
			for _, part := range parts.Split(v, -1) {
				said[letters(part)] = true
			}
			for _, word := range strings.Fields(v) {
				said[letters(word)] = true
			}
		case []any:
			for _, one := range v {
				walk(one)
			}
		case map[string]any:
			for _, one := range v {
				walk(one)
			}
		}
	}
	say := func(object any) {
		b, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		walk(v)
	}
	for term := range r.Terms() {
		got.Terms++
		say(term)
	}
	for o := range r.Organizations() {
		got.Organizations++
		got.Phones += len(o.Phones) + phonesOf(o.Contacts)
		say(o)
	}
	for l := range r.Locations() {
		got.Locations++
		got.Phones += len(l.Phones) + phonesOf(l.Contacts)
		got.Schedules += len(l.Schedules)
		say(l)
	}
	for s := range r.Services() {
		got.Services++
		got.Places += len(s.ServiceAtLocations)
		got.Phones += len(s.Phones) + phonesOf(s.Contacts)
		got.Schedules += len(s.Schedules)
		got.Areas += len(s.ServiceAreas)
		got.areas = append(got.areas, s.ServiceAreas...)
		for _, at := range s.ServiceAtLocations {
			got.Phones += len(at.Phones)
			got.Schedules += len(at.Schedules)
		}
		say(s)
	}
	r.Finish()
	return got, said, lines
}

func phonesOf(contacts []directory.Contact) (n int) {
	for _, c := range contacts {
		n += len(c.Phones)
	}
	return n
}

// letters are those of a text, and its digits, in small.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// parts cuts a cell where lists are cut.
var parts = regexp.MustCompile(`[;,|\n"'{}\[\]:]+`)

// members are the names in the objects of a list.
var members = regexp.MustCompile(`["'][a-z_]+["']:`)

// lostWithoutALine looks for texts of a table that no object has and no line of
// the report is about, column by column.
func lostWithoutALine(t *testing.T, file, decides string, said map[string]bool, lines []feed.Line) {
	t.Helper()
	told := map[string]bool{}
	for _, l := range lines {
		if l.File != filepath.Base(file) {
			continue
		}
		told[fmt.Sprint(l.Row)] = told[fmt.Sprint(l.Row)] || l.Column == ""
		for c := range strings.SplitSeq(l.Column, ",") {
			list, _, _ := strings.Cut(c, ".") // a member of the objects in a list
			told[fmt.Sprint(l.Row, " ", letters(list))] = true
		}
	}
	const short = 10 // shorter parts are codes and counts, which become other things
	in := func(text string) bool {
		text = strings.TrimPrefix(letters(text), "1") // of telephone numbers
		return len(text) < short || said[text] || said["1"+text]
	}
	has := func(part string) bool {
		return in(part) || strings.ContainsAny(part, "0123456789") && !slices.ContainsFunc(strings.Fields(part), func(w string) bool { return !said[letters(w)] })
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	rows := csv.NewReader(f)
	rows.FieldsPerRecord, rows.LazyQuotes = -1, true
	headings, err := rows.Read()
	if err != nil {
		t.Fatal(err)
	}
	var plain []string
	for _, h := range headings {
		plain = append(plain, letters(h))
	}
	missing := 0
	for {
		cells, err := rows.Read()
		if err != nil {
			break
		}
		line, _ := rows.FieldPos(0)
		if told[fmt.Sprint(line)] {
			continue
		}
		for i, c := range cells {
			if len(c) < short {
				continue
			}
			h := plain[min(i, len(plain)-1)]
			if told["0 "+h] || told[fmt.Sprint(line, " ", h)] || h == letters(decides) || strings.Contains(h, "phone") && strings.ContainsAny(c, "TALKDCVOTE") || has(c) {
				continue
			}
			lost := slices.DeleteFunc(parts.Split(members.ReplaceAllString(c, ""), -1), has)
			if len(lost) == 0 {
				continue
			}
			if missing++; missing <= 5 {
				t.Errorf("%s row %d: %s is gone without a line: %.100q", filepath.Base(file), line, h, lost)
			}
		}
	}
	if missing > 5 {
		t.Errorf("%s: %d cells are gone without a line", filepath.Base(file), missing)
	}
}
