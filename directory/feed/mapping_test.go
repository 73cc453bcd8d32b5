package feed_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/fault"
)

// one is a mapping with one rule that sets those fields.
func one(set string) string { return `{"tables": [{"rows": [{"set": [` + set + `]}]}]}` }

const (
	agency  = `{"to": "organization.name", "from": "Agency"}`
	program = agency + `, {"to": "service.name", "from": "Program"}`
)

// mapped reads a table as a mapping says; services and locations by their names.
func mapped(t *testing.T, mapping, file, table string) (services []directory.Service, locations []directory.Location, lines []feed.Line) {
	t.Helper()
	m, err := feed.ParseMapping(strings.NewReader(mapping))
	if err != nil {
		t.Fatal(err)
	}
	s, err := feed.OpenFS(fstest.MapFS{file: {Data: []byte(table)}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := feed.Read(t.Context(), s, feed.Feed{Name: "x", Mapping: m}, &feed.Report{Each: func(l feed.Line) { lines = append(lines, l) }})
	if err != nil {
		t.Fatal(err)
	}
	for range r.Organizations() {
	}
	for v := range r.Services() {
		services = append(services, v)
	}
	for v := range r.Locations() {
		locations = append(locations, v)
	}
	r.Finish()
	slices.SortFunc(services, func(a, b directory.Service) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(locations, func(a, b directory.Location) int { return strings.Compare(a.Name, b.Name) })
	return services, locations, lines
}

// TestMistakesOfAMapping: all are told at once, each with its place.
func TestMistakesOfAMapping(t *testing.T) {
	tests := map[string]string{ // mapping: place and words
		`{`:                              "ends too early",
		"{\n\"tables\": [,]}":            "in line 2",
		`{} {}`:                          "goes on after its end",
		`[]`:                             "mapping: This must be an object",
		`{"tables": []}`:                 "tables: There must be at least one table",
		`{"table": []}`:                  `mapping: There is no "table" here; there are name, about, others, tables`,
		`{"others": "csv", "tables": 1}`: `others: This may only be "hsds"`,
		`{"tables": [{"rows": []}]}`:     "tables[0].rows: There must be at least one rule",
		`{"tables": [{"delimiter": "x", "rows": []}]}`:                                                                      "tables[0].delimiter",
		`{"tables": [{"headings": 0, "rows": []}]}`:                                                                         "a number from 1 to 100",
		`{"tables": [{"files": ["[a"], "rows": []}]}`:                                                                       "no pattern of file names",
		`{"tables": [{"rows": [{"set": []}]}]}`:                                                                             "at least one field",
		`{"tables": [{"rows": [{"when": [{"column": "A"}], "set": [` + agency + `]}]}]}`:                                    `rows[0].when[0]: A condition has a "column"`,
		`{"tables": [{"rows": [{"existing": ["location"], "set": [` + agency + `]}]}]}`:                                     `Set "location.id"`,
		`{"tables": [{"rows": [{"existing": ["place"], "set": [` + agency + `]}]}]}`:                                        `There is no object "place"`,
		one(`{"to": "organisation.name", "from": "A"}`):                                                                     "does not begin with an object",
		one(`{"to": "organization.nam", "from": "A"}`):                                                                      `There is no "nam" in organization`,
		one(`{"to": "organization", "from": "A"}`):                                                                          "Say which field of organization",
		one(`{"to": "organization.phones[].numbr", "from": "A"}`):                                                           `no "numbr" in phone`,
		one(`{"to": "organization.phones[].organization_id", "from": "A"}`):                                                 `no "organization_id" in phone`,
		one(`{"to": "organization.locations[].name", "from": "A"}`):                                                         `begin with "location."`,
		one(`{"to": "organization.phones(1)", "from": "A"}`):                                                                "is no name of a field",
		one(`{"to": "organization.name"}`):                                                                                  `Say with "from"`,
		one(`{"from": "A"}`):                                                                                                "set[0].to: Say which field",
		one(`{"to": "organization.name", "from": "A", "value": "x"}`):                                                       `either "from" or "value"`,
		one(`{"to": "organization.name", "from": "A", "split": ";"}`):                                                       "cannot take several values",
		one(`{"to": "organization.name", "from": "A", "as": "capitals"}`):                                                   `There is no "capitals"; there are county`,
		one(`{"to": "organization.name", "from": "{A"}`):                                                                    "in a pair of { }",
		one(`{"to": "organization.name", "from": ""}`):                                                                      "heading of a column",
		one(`{"to": "organization.name", "from": 1}`):                                                                       "must be a list",
		one(`{"to": "organization.name", "from": "A", "first": "yes"}`):                                                     "true or false",
		one(agency + `, {"to": "organization.phones[].number", "from": "P#", "numbers": "1-900"}`):                          "up to 50 numbered",
		one(agency + `, {"to": "organization.phones[].number", "from": "P#", "numbers": "all"}`):                            `for example "1-5"`,
		one(agency + `, {"to": "organization.phones[].number", "from": "P", "numbers": "1-5"}`):                             "Write # where",
		one(agency + `, {"to": "organization.phones[].number", "from": "P#", "numbers": "1-5", "split": ";"}`):              "a list in a list",
		one(agency + `, {"to": "organization.phones[].number", "from": "P", "list": "L", "split": ";"}`):                    "either split or read as a list",
		one(`{"to": "service.name", "from": "A"}`):                                                                          "A service needs its organization",
		one(`{"to": "service_at_location.service_id", "from": "A"}`):                                                        `needs "service_at_location.location_id"`,
		one(`{"to": "organization.description", "from": "A"}`):                                                              `Nothing sets "organization.name"`,
		`{"tables": [{"rows": [{"set": [{"to": "organization.x", "from": "A"}, {"to": "organization.y", "from": "B"}]}]}]}`: "set[1].to",
	}
	for mapping, want := range tests {
		_, err := feed.ParseMapping(strings.NewReader(mapping))
		wrong, ok := errors.AsType[*fault.Error](err)
		if !ok || wrong.Kind != fault.Invalid {
			t.Errorf("%s: %v, want it refused", mapping, err)
			continue
		}
		said := wrong.Detail()
		for _, f := range wrong.Fields {
			said += "\n" + f.Name + ": " + f.Detail()
		}
		if !strings.Contains(said, want) {
			t.Errorf("%s\nsays %s\nwant %q", mapping, said, want)
		}
	}
	if _, err := feed.ParseMapping(strings.NewReader(`"` + strings.Repeat("x", 2<<20))); !fault.Is(err, fault.TooLong) {
		t.Errorf("a mapping of 2 MB: %v", err)
	}
}

func TestReadyMappings(t *testing.T) {
	for _, m := range feed.ReadyMappings() {
		if m.Name == "" || m.About == "" {
			t.Errorf("a mapping is called %q and says %q of itself", m.Name, m.About)
		}
	}
	if _, err := feed.ReadyMapping("unheard-of"); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "icarol") {
		t.Errorf("an unknown one: %v", err)
	}
}

// TestOneRowIsSeveralThings: an organization in every row is one, its id comes
// from its name; the service is at the location of its row.
func TestOneRowIsSeveralThings(t *testing.T) {
	services, locations, lines := mapped(t, one(program+`,
		{"to": "service.schedules", "from": "Hours"},
		{"to": "service.phones[].number", "from": "Phone#", "numbers": "1-3"},
		{"to": "service.phones[].description", "from": "Phone# name", "numbers": "1-3"},
		{"to": "service.languages[]", "from": "Languages", "split": ","},
		{"to": "service.status", "from": "Open?", "map": {"y": "active"}, "otherwise": "inactive"},
		{"to": "service.fees_description", "from": "Fee", "map": {"none": "Free"}, "default": "Ask"},
		{"to": "service.attributes[c].taxonomy_term.name", "from": "Category", "split": "/", "as": "title"},
		{"to": "service.attributes[c].taxonomy_term.taxonomy", "value": "Ours"},
		{"to": "location.addresses", "from": "Address"},
		{"to": "location.name", "from": ["Site", "Agency"], "first": true}`), "list.csv",
		`Agency,Program,Hours,Phone1,Phone1 name,Phone2,Phone2 name,Languages,Open?,Fee,Category,Address,Site,Our notes
Food Bank,Pantry,Mon-Fri 9am-5pm,415-555-0100,Front desk,,Kitchen,"English, Spanish",y,None,FOOD/EMERGENCY FOOD,"1 Main St, San Francisco, CA 94103",,ask Jo
Food Bank,Hot Meals,when we can,415-555-0101,,,,English,n,,FOOD,"1 Main St, San Francisco, CA 94103",Hall,
`)
	if len(services) != 2 || len(locations) != 2 || services[0].OrganizationID != services[1].OrganizationID {
		t.Fatalf("%d services, %d locations", len(services), len(locations))
	}
	s, other := services[1], services[0]
	if len(s.Schedules) != 1 || s.Schedules[0].OpensAt != "09:00" || s.Schedules[0].ByDay != "MO,TU,WE,TH,FR" {
		t.Errorf("schedules = %+v", s.Schedules)
	}
	if len(s.Phones) != 1 || s.Phones[0].Number != "(415) 555-0100" || s.Phones[0].Description != "Front desk" {
		t.Errorf("phones = %+v", s.Phones)
	}
	if len(s.Languages) != 2 || len(s.Attributes) != 2 || s.Status != directory.Active || s.FeesDescription != "Free" {
		t.Errorf("service = %+v", s)
	}
	if other.Status != directory.Inactive || other.FeesDescription != "Ask" || other.Schedules[0].Description != "when we can" {
		t.Errorf("the other service = %+v", other)
	}
	if at := s.ServiceAtLocations; len(at) != 1 || at[0].LocationID != locations[0].ID {
		t.Errorf("places = %+v, locations %v", at, locations)
	}
	if a := locations[0].Addresses; len(a) != 1 || a[0].Address1 != "1 Main St" || a[0].City != "San Francisco" || a[0].PostalCode != "94103" || locations[0].Name != "Food Bank" {
		t.Errorf("location = %+v", locations[0])
	}
	told := map[string]string{}
	for _, l := range lines {
		told[l.Rule] = l.Column
	}
	for rule, column := range map[string]string{"not-mapped": "Our notes", "incomplete-part": "Phone2 name", "hours-read": "Hours"} {
		if told[rule] != column {
			t.Errorf("line %q is about %q, want %q; lines: %v", rule, told[rule], column, lines)
		}
	}
}

// TestLevelsInOneTable: a column says what the row is; private numbers stay out.
func TestLevelsInOneTable(t *testing.T) {
	mapping := `{"tables": [{"has": ["Level"], "ignore": {"Staff": "for staff only"}, "rows": [
		{"when": [{"column": "Level", "is": "Agency"}], "set": [{"to": "organization.id", "from": "Id"}, {"to": "organization.name", "from": "Name"}]},
		{"when": [{"column": "Level", "is": ["Program"]}], "set": [
			{"to": "service.id", "from": "Id"}, {"to": "service.organization_id", "from": "Parent"}, {"to": "service.name", "from": "Name"},
			{"to": "service.phones", "from": "Phone", "when": [{"column": "Private", "not": ["yes"]}]}]},
		{"when": [{"column": "Level", "is": "Program"}, {"column": "Sites", "not": ""}], "each": "Sites", "existing": ["service"],
			"set": [{"to": "service.id", "from": "Id"}, {"to": "location.id", "from": "site {site}"}, {"to": "location.name", "from": "name"}]}
	]}]}`
	services, locations, lines := mapped(t, mapping, "all.csv", `Level;Id;Parent;Name;Phone;Private;Sites;Staff
Agency;1;0;Help;;;;Jo knows
Program;2;1;Meals;415-555-0100;Yes;;
Program;3;1;Beds;415-555-0101;No;"[{'site': 7, 'name': ""Hall"", 'x': None}, {'site': 8, 'name': 'Annex'}]";
Planet;4;1;Mars;;;;
`)
	if len(services) != 2 || len(locations) != 2 {
		t.Fatalf("%d services, %d locations: %v", len(services), len(locations), lines)
	}
	beds, meals := services[0], services[1]
	if len(meals.Phones) != 0 || len(beds.Phones) != 1 || len(beds.ServiceAtLocations) != 2 {
		t.Errorf("%d and %d phones, %d places", len(meals.Phones), len(beds.Phones), len(beds.ServiceAtLocations))
	}
	var rules []string
	for _, l := range lines {
		rules = append(rules, l.Rule+" "+l.Column)
	}
	for _, want := range []string{"no-rule ", "not-used Phone", "left-out Staff"} {
		if !strings.Contains(strings.Join(rules, ";"), want) {
			t.Errorf("no line %q in %v", want, rules)
		}
	}
}

// TestFormsOfTables: the sign between cells and the encoding are found out.
func TestFormsOfTables(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("Agency\tProgram\nCafé\tMeals\n")
	if err != nil {
		t.Fatal(err)
	}
	western, err := charmap.Windows1252.NewEncoder().String("Agency,Program\nCafé,Meals\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, table := range map[string]string{
		"semicolons": "Agency;Program\nCafé;Meals\n", "bars": "\"Agency\"|Program\nCafé|Meals\n", "mark": "\ufeffAgency,Program\nCafé,Meals\n",
		"old lines": "Agency,Program\rCafé,Meals\r", "utf-16": utf16, "windows-1252": western, "spaces": " agency , PROGRAM\nCafé,Meals\n",
	} {
		services, _, lines := mapped(t, one(program+`,{"to": "service.description", "from": "Agency"}`), "x.tsv", table)
		if len(services) != 1 || services[0].Name != "Meals" || services[0].Description != "Café" {
			t.Errorf("%s: %+v, %v", name, services, lines)
		}
	}
	services, _, _ := mapped(t, `{"tables": [{"headings": 3, "delimiter": ",", "rows": [{"set": [`+program+`]}]}]}`, "x.csv", "Our list,\nof 2026,\nAgency,Program\nA,B;C\n")
	if len(services) != 1 || services[0].Name != "B;C" {
		t.Errorf("headings in the third row: %+v", services)
	}
}

// TestTransforms tries what a value can be made into.
func TestTransforms(t *testing.T) {
	for _, tt := range []struct{ as, in, want string }{
		{"title", "FOOD AND SHELTER", "Food and Shelter"}, {"title", "YMCA of Reno", "YMCA of Reno"}, {"upper", "ca", "CA"}, {"lower", "CA", "ca"},
		{"digits", "12-345", "12345"}, {"digits", "none at all", ""}, {"number", "$1,250.50 a month", "1250.50"}, {"date", "3/4/2024", "2024-03-04"},
		{"date", "soon", ""}, {"year", "January 01, 1970", "1970"}, {"year", "long ago", ""}, {"yes-no", "Y", "true"}, {"yes-no", "No", "false"},
		{"yes-no", "maybe", ""}, {"phone", "4155550100 (Jo)", "(415) 555-0100"}, {"phone", "call us", ""}, {"hours", "Mon 9-5", "Mon 9-5"}, {"hours", "Mon; Tue", ""},
		{"county", "Marin", "Marin County"}, {"county", "Orleans Parish", "Orleans Parish"},
		{"visionlink-hours", `{""open"":{""Friday"":[[[9,0],[17,30]]]}}`, "Friday 09:00-17:30"}, {"visionlink-hours", "{}", ""},
	} {
		services, _, lines := mapped(t, one(program+`,{"to": "service.description", "from": "In", "as": "`+tt.as+`"}`), "x.csv", "Agency,Program,In\nA,B,\""+tt.in+"\"\n")
		if len(services) != 1 || services[0].Description != tt.want {
			t.Errorf("%s of %q = %+v, want %q", tt.as, tt.in, services, tt.want)
		}
		if tt.want == "" && (len(lines) == 0 || lines[0].Rule != "unreadable") {
			t.Errorf("%s of %q: no line says that it cannot be read: %v", tt.as, tt.in, lines)
		}
	}
}

// TestFilesThatNoTableTakes are read as HSDS where the mapping says so.
func TestFilesThatNoTableTakes(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"list.csv": "Agency,Program\nA,B\n", "organizations.csv": "id,name\no1,Org\n", "services.csv": "id,organization_id,name\ns1,o1,S\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for others, want := range map[string]int{``: 1, `"others": "hsds", `: 2} {
		m, err := feed.ParseMapping(strings.NewReader(`{` + others + `"tables": [{"files": ["list*.csv"], "rows": [{"set": [` + program + `]}]}]}`))
		if err != nil {
			t.Fatal(err)
		}
		h := open(t)
		r, err := h.tryPath(dir, func(o *feed.Options) { o.Mapping = m })
		if err != nil || r.Counts["service"].New != want {
			t.Errorf("others %q: %+v, %v", others, r.Counts["service"], err)
		}
		if d := cmp.Diff(want == 1, h.told("services.csv", 0, "unknown-file")); d != "" {
			t.Errorf("others %q: the file that was left (-want +got):\n%s", others, d)
		}
	}
}

// FuzzMapping: arbitrary mappings and tables are read without a panic.
func FuzzMapping(f *testing.F) {
	f.Add([]byte(one(program)), []byte("Agency,Program\nA,B\n"))
	f.Add([]byte(one(agency+`, {"to": "organization.phones[a].number", "list": "L", "from": "{n}-{m}", "when": [{"column": "n", "not": ""}]}`)), []byte("Agency;L\nA;\"[{'n': 1, 'm': '\\u00e9\\x41'}]\"\n"))
	f.Add([]byte(one(program+`, {"to": "service.phones[].languages[]", "from": "P#", "numbers": "1-9", "split": ","}`)), []byte("P1\tP2\nx,y\t\n"))
	f.Add([]byte(one(agency+`, {"to": "location.addresses", "from": "A"}, {"to": "location.schedules", "from": "A", "as": "visionlink-hours"}`)), []byte("A\n\"{\"\"open\"\":{}}\"\n"))
	f.Fuzz(func(t *testing.T, mapping, table []byte) {
		m, err := feed.ParseMapping(strings.NewReader(string(mapping)))
		if err != nil {
			return
		}
		s, err := feed.OpenFS(fstest.MapFS{"x.csv": {Data: table}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := feed.Read(t.Context(), s, feed.Feed{Name: "fuzz", Mapping: m}, &feed.Report{})
		if err != nil {
			return
		}
		for s := range r.Services() {
			if s.ID == "" {
				t.Error("a service without id")
			}
		}
		for range r.Locations() {
		}
		r.Finish()
	})
}
