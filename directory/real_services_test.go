package directory_test

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/havenloop/havenloop/directory"
)

// realService is a record of a real directory as the crosswalk sees it.
type realService struct {
	service directory.Service
	terms   []string
}

// realServices reads the directories that the labels are of, by set and id; it
// skips where they are not at hand.
func realServices(t *testing.T) map[string]realService {
	t.Helper()
	dir := filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../shared"), "data", "directory")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("No real directories at hand to measure the crosswalk with (%s): nothing is measured.", dir)
	}
	r := reader{t, dir, map[string]realService{}}
	r.orServices("dc-orservices-hsds2")
	r.programs("bay-area-baynavigator")
	r.linked("sf-linksf-2016")
	r.foodBanks("foodbanks-haarrrvest-us")
	r.pages("uk-hsds-uk-3.0-mocks")
	for _, row := range r.table("sf-211-icarol/211.csv") {
		r.add("sf-211-icarol", row["ResourceAgencyNum"], row["PublicName"], row["AgencyDescription"], strings.Split(row["TaxonomyTerms"], ";")...)
	}
	for _, row := range r.table("fl-sample/services.csv") {
		r.add("fl-sample", row["service_uuid"], row["service_name"], row["service_description"], strings.Split(row["service_problem_codes"], ";")...)
	}
	for _, row := range r.table("ohana-sample/data/sample-csv/services.csv") {
		r.add("ohana-sample", row["id"], row["name"], row["description"], strings.Split(row["keywords"], ",")...)
	}
	return r.records
}

type reader struct {
	*testing.T
	dir     string
	records map[string]realService
}

var tags = regexp.MustCompile(`<[^>]*>`)

func (r reader) add(set, id, name, description string, terms ...string) {
	plain := func(s string) string { return html.UnescapeString(tags.ReplaceAllString(s, " ")) }
	r.records[set+"/"+id] = realService{directory.Service{Name: plain(name), Description: plain(description)}, terms}
}

func (r reader) file(path string) []byte {
	r.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, path))
	if err != nil {
		r.Fatal(err)
	}
	return b
}

func (r reader) json(path string, into any) {
	r.Helper()
	if err := json.Unmarshal(r.file(path), into); err != nil {
		r.Fatalf("%s: %v", path, err)
	}
}

// table reads a CSV file; one that is not UTF-8 is read as Windows-1252.
func (r reader) table(path string) []map[string]string {
	r.Helper()
	text := strings.TrimPrefix(string(r.file(path)), "\ufeff")
	if strings.ToValidUTF8(text, "") != text {
		decoded, err := charmap.Windows1252.NewDecoder().String(text)
		if err != nil {
			r.Fatalf("%s: %v", path, err)
		}
		text = decoded
	}
	c := csv.NewReader(strings.NewReader(text))
	c.LazyQuotes, c.FieldsPerRecord = true, -1
	rows, err := c.ReadAll()
	if err != nil {
		r.Fatalf("%s: %v", path, err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, v := range row[:min(len(row), len(rows[0]))] {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

func (r reader) orServices(set string) {
	names, parents := map[string]string{}, map[string][]string{}
	for _, row := range r.table(set + "/taxonomy_terms.csv") {
		names[row["taxonomy_recordid"]] = row["taxonomy_name"]
		parents[row["taxonomy_recordid"]] = strings.Split(row["taxonomy_parent_name"], ",")
	}
	terms := map[string][]string{}
	for _, row := range r.table(set + "/service_attributes.csv") {
		id := row["taxonomy_term_id"]
		terms[row["service_id"]] = append(terms[row["service_id"]], names[id])
		for _, p := range parents[id] {
			terms[row["service_id"]] = append(terms[row["service_id"]], names[p])
		}
	}
	for _, row := range r.table(set + "/services.csv") {
		r.add(set, row["service_recordid"], row["service_name"], row["service_description"], terms[row["service_recordid"]]...)
	}
}

// programs reads lists in YAML, as far as these files use it: each program
// begins with its id, each field with its name, and goes on farther in.
func (r reader) programs(set string) {
	files, err := filepath.Glob(filepath.Join(r.dir, set, "src", "data", "*.yml"))
	if err != nil || len(files) == 0 {
		r.Fatalf("no files in %s: %v", set, err)
	}
	field := regexp.MustCompile(`^(?:- |  )([a-z_]+):(.*)$`)
	for _, f := range files {
		p := map[string]string{}
		name := ""
		flush := func() {
			if p["id"] != "" {
				r.add(set, p["id"], p["name"], p["description"]+"\n"+p["what_they_offer"], p["category"])
			}
			p, name = map[string]string{}, ""
		}
		path, err := filepath.Rel(r.dir, f)
		if err != nil {
			r.Fatal(err)
		}
		indent := ""
		for line := range strings.Lines(string(r.file(path))) {
			line = strings.TrimRight(line, "\n")
			if rest, inside := strings.CutPrefix(line, "  - id:"); inside { // in a group of programs
				indent, line = "  ", "- id:"+rest
			} else {
				line = strings.TrimPrefix(line, indent)
			}
			if strings.HasPrefix(line, "- id:") {
				flush()
			}
			if m := field.FindStringSubmatch(line); m != nil {
				name = m[1]
				p[name] = strings.Trim(strings.TrimSpace(m[2]), `'"|>-`)
			} else if name != "" {
				p[name] += "\n" + strings.TrimSpace(line)
			}
		}
		flush()
	}
}

func (r reader) linked(set string) {
	var locations map[string]struct {
		Services json.RawMessage `json:"services"`
	}
	r.json(set+"/linksf/locations.json", &locations)
	for _, l := range locations {
		var services map[string]struct{ ID, Name, Description string }
		if err := json.Unmarshal(l.Services, &services); err != nil {
			continue // a place without services
		}
		for _, s := range services {
			r.add(set, s.ID, s.Name, s.Description)
		}
	}
}

// foodBanks reads records whose id is the number of their line.
func (r reader) foodBanks(set string) {
	number := 0
	for line := range strings.Lines(string(r.file(set + "/harvested.ndjson"))) {
		number++
		var l struct {
			Record struct {
				Name, Description, Notes any
				Services                 any
			}
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			r.Fatalf("%s, line %d: %v", set, number, err)
		}
		text := func(v any) string { s, _ := v.(string); return s }
		var terms []string
		list, _ := l.Record.Services.([]any)
		for _, v := range list {
			terms = append(terms, text(v))
		}
		r.add(set, strconv.Itoa(number), text(l.Record.Name), cmp.Or(text(l.Record.Description), text(l.Record.Notes)), terms...)
	}
}

func (r reader) pages(set string) {
	for _, kind := range []string{"V3.0-UK-Default", "V3.0-UK-Fail"} {
		var s struct{ ID, Name, Description string }
		r.json(set+"/"+kind+"/service_full.json", &s)
		r.add(set, kind+"/"+s.ID, s.Name, s.Description)
	}
}
