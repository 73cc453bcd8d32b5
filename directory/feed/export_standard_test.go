package feed_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/havenloop/havenloop/directory/feed"
)

// bundle is the standard's compiled schema of everything.
const bundle = "service.bundle.json"

// standard compiles parts of the bundle, with formats asserted, each once.
var standard struct {
	sync.Mutex
	compiler *jsonschema.Compiler
}

// standardSchema is the schema of a kind of object or row.
func standardSchema(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	standard.Lock()
	defer standard.Unlock()
	if standard.compiler == nil {
		b, err := os.ReadFile(filepath.Join(shared(t, "standards/hsds/compiled"), bundle))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft2020)
		c.AssertFormat()
		if err := c.AddResource(bundle, doc); err != nil {
			t.Fatal(err)
		}
		standard.compiler = c
	}
	s, err := standard.compiler.Compile(bundle + "#/$defs/" + kind)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestExportIsAsTheStandardHasIt holds every object and every row that is
// exported against the standard's compiled schemas.
func TestExportIsAsTheStandardHasIt(t *testing.T) {
	schemas := map[string]*jsonschema.Schema{}
	for _, kind := range []string{"service", "organization", "location", "taxonomy", "taxonomy_term"} {
		schemas[kind] = standardSchema(t, kind)
	}
	for name, path := range map[string]string{
		"official service": "standards/hsds/examples/service_full.json", "official organization": "standards/hsds/examples/organization_full.json",
		"official place": "standards/hsds/examples/service_at_location_full.json", "official tables": "standards/hsds/examples/csv",
		"city": cityPath, "small": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			if path == "" {
				h.take(small())
			} else if path == cityPath {
				h, _ = city.take(t, shared(t, path), 0)
			} else if _, err := h.tryPath(shared(t, path)); err != nil {
				t.Fatal(err)
			}
			lines := bytes.Split(bytes.TrimSpace(h.export(feed.NDJSON)), []byte("\n"))
			var list []json.RawMessage
			if err := json.Unmarshal(h.export(feed.HSDSJSON), &list); err != nil || len(list) != len(lines) {
				t.Errorf("hsds-json has %d objects, %v, want the %d of ndjson", len(list), err, len(lines))
			}
			wrong := 0
			for i, line := range lines {
				if i < len(list) && !bytes.Equal(line, list[i]) {
					t.Errorf("object %d of hsds-json is not that of ndjson", i)
				}
				v, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
				if err != nil {
					t.Fatal(err)
				}
				kind := kindOfExport(v.(map[string]any))
				if err := schemas[kind].Validate(v); err != nil {
					if wrong++; wrong < 20 {
						t.Errorf("a %s is not as HSDS has it: %v\n%.300s", kind, err, line)
					}
				}
			}
			t.Logf("%d objects, %d wrong", len(lines), wrong)
			// Where the feed names records that it does not have, so do we.
			holdTables(t, tables(t, h.export(feed.HSDSCSV)), name != "city" && name != "official tables")
		})
	}
}

// kindOfExport tells the kind of an exported object by what only it has.
func kindOfExport(v map[string]any) string {
	_, service := v["status"]
	_, location := v["location_type"]
	_, term := v["parent_id"]
	_, taxonomy := v["taxonomy_id"]
	switch {
	case v["x_kind"] != nil:
		return v["x_kind"].(string)
	case service:
		return "service"
	case location:
		return "location"
	case term || taxonomy:
		return "taxonomy_term"
	}
	return "organization"
}

// dataPackage is what a test reads of datapackage.json.
type dataPackage struct {
	Resources []struct {
		Name, Path string
		Schema     struct {
			Fields []struct {
				Name, Type  string
				Constraints struct{ Required bool }
			}
			ForeignKeys []struct {
				Fields    any
				Reference struct{ Resource string }
			}
		}
	}
}

// holdTables wants each row as the standard's schema of its table has it, the
// columns that its data package requires and, with keys, every key to name a row.
func holdTables(t *testing.T, files map[string]string, keys bool) {
	t.Helper()
	b, err := os.ReadFile(shared(t, "standards/hsds/datapackage.json"))
	if err != nil {
		t.Fatal(err)
	}
	var p dataPackage
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	rows, ids := map[string][]map[string]string{}, map[string]map[string]bool{}
	for _, r := range p.Resources {
		ids[r.Name] = map[string]bool{}
		for _, row := range readTable(t, files[r.Path]) {
			if ids[r.Name][row["id"]] {
				t.Errorf("%s has the id %s twice", r.Path, row["id"])
			}
			ids[r.Name][row["id"]] = true
			rows[r.Name] = append(rows[r.Name], row)
		}
		delete(files, r.Path)
	}
	delete(files, "datapackage.json")
	for name := range files {
		t.Errorf("the standard has no table %s", name)
	}
	for _, r := range p.Resources {
		schema := standardSchema(t, r.Name)
		for _, row := range rows[r.Name] {
			object := map[string]any{}
			for _, f := range r.Schema.Fields {
				text, there := row[f.Name]
				if f.Constraints.Required && !there {
					t.Errorf("%s has no column %s", r.Path, f.Name)
				}
				if number, err := strconv.ParseFloat(text, 64); f.Type == "number" && err == nil {
					object[f.Name] = number
				} else if text != "" || f.Constraints.Required {
					object[f.Name] = text
				}
			}
			if r.Name == "service_capacity" { // an object in JSON, a key in a table
				object["unit"] = map[string]any{"id": row["unit_id"], "name": "unit"}
			}
			if err := schema.Validate(object); err != nil {
				t.Errorf("a row of %s is not as HSDS has it: %v", r.Path, err)
			}
			for _, k := range r.Schema.ForeignKeys {
				if field, ok := k.Fields.(string); ok && keys && row[field] != "" && !ids[k.Reference.Resource][row[field]] {
					t.Errorf("%s names the %s %s, which is not there", r.Path, k.Reference.Resource, row[field])
				}
			}
		}
	}
}

func readTable(t *testing.T, text string) []map[string]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for i := 1; i < len(all); i++ {
		row := map[string]string{}
		for n, name := range all[0] {
			row[name] = all[i][n]
		}
		out = append(out, row)
	}
	return out
}
