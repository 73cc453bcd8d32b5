package directory

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// hsdsTypes are the objects of HSDS 3.2.3 by the names of their schema files.
var hsdsTypes = map[string]reflect.Type{
	"accessibility": reflect.TypeFor[Accessibility](), "address": reflect.TypeFor[Address](),
	"attribute": reflect.TypeFor[Attribute](), "contact": reflect.TypeFor[Contact](),
	"cost_option": reflect.TypeFor[CostOption](), "funding": reflect.TypeFor[Funding](),
	"language": reflect.TypeFor[Language](), "location": reflect.TypeFor[Location](),
	"meta_table_description": reflect.TypeFor[MetaTableDescription](), "metadata": reflect.TypeFor[Metadata](),
	"organization": reflect.TypeFor[Organization](), "organization_identifier": reflect.TypeFor[OrganizationIdentifier](),
	"phone": reflect.TypeFor[Phone](), "program": reflect.TypeFor[Program](),
	"required_document": reflect.TypeFor[RequiredDocument](), "schedule": reflect.TypeFor[Schedule](),
	"service": reflect.TypeFor[Service](), "service_area": reflect.TypeFor[ServiceArea](),
	"service_at_location": reflect.TypeFor[ServiceAtLocation](), "service_capacity": reflect.TypeFor[ServiceCapacity](),
	"taxonomy": reflect.TypeFor[Taxonomy](), "taxonomy_term": reflect.TypeFor[TaxonomyTerm](),
	"unit": reflect.TypeFor[Unit](), "url": reflect.TypeFor[URL](),
}

// additions are fields that the schema files do not have: our own, and two
// that only the standard's compiled schemas have.
var additions = []string{"schedule.x_closed", "organization.services", "service_at_location.service"}

// standard is a path below the HSDS files, or skips the test.
func standard(t *testing.T, path ...string) string {
	t.Helper()
	dir := filepath.Join(append([]string{cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../shared"), "standards", "hsds"}, path...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the files of the standard are not here: %v", err)
	}
	return dir
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

type property struct {
	Type  string `json:"type"`
	Ref   string `json:"$ref"`
	Items struct {
		Ref string `json:"$ref"`
	} `json:"items"`
}

// goType is what the field of a property must be.
func (p property) goType(required bool) string {
	object := func(ref string) string {
		return hsdsTypes[strings.TrimSuffix(filepath.Base(ref), ".json")].String()
	}
	switch {
	case p.Ref != "":
		return "*" + object(p.Ref)
	case p.Type == "array":
		return "[]" + object(p.Items.Ref)
	case p.Type == "number" && required:
		return "float64"
	case p.Type == "number":
		return "*float64"
	default:
		return p.Type
	}
}

func TestTypesHaveTheFieldsOfTheStandard(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(standard(t, "schema"), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(hsdsTypes) {
		t.Errorf("schema files = %d, types = %d", len(files), len(hsdsTypes))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		var schema struct {
			Properties map[string]property `json:"properties"`
			Required   []string            `json:"required"`
		}
		readJSON(t, file, &schema)
		typ, ok := hsdsTypes[name]
		if !ok {
			t.Errorf("no type for %s", name)
			continue
		}
		for i := range typ.NumField() {
			f := typ.Field(i)
			field, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			p, ok := schema.Properties[field]
			if !ok {
				if !slices.Contains(additions, name+"."+field) {
					t.Errorf("%s.%s is not in the standard", name, field)
				}
				continue
			}
			delete(schema.Properties, field)
			required := slices.Contains(schema.Required, field)
			if got := f.Type.String(); got != p.goType(required) && !(f.Type.Kind() == reflect.String && p.Type == "string") {
				t.Errorf("%s.%s is a %s, want %s", name, field, got, p.goType(required))
			}
			if required != (options == "") {
				t.Errorf("%s.%s has options %q, and required is %v", name, field, options, required)
			}
		}
		for field := range schema.Properties {
			t.Errorf("%s.%s of the standard has no field", name, field)
		}
	}
}

func TestOfficialExamplesSurvive(t *testing.T) {
	contents := func(into any) any { return &struct{ Contents any }{into} }
	for file, into := range map[string]any{
		"organization_full.json":                 &Organization{},
		"service_full.json":                      &Service{},
		"service_at_location_full.json":          &ServiceAtLocation{},
		"location.json":                          &Location{},
		"taxonomy.json":                          &Taxonomy{},
		"taxonomy_term.json":                     &TaxonomyTerm{},
		"organization_list.json":                 contents(&[]Organization{}),
		"service_list.json":                      contents(&[]Service{}),
		"service_at_location_list.json":          contents(&[]ServiceAtLocation{}),
		"taxonomy_list.json":                     contents(&[]Taxonomy{}),
		"taxonomy_term_list.json":                contents(&[]TaxonomyTerm{}),
		"field-guidance/schedules/services.json": &struct{ Services []Service }{},
	} {
		t.Run(file, func(t *testing.T) {
			path := standard(t, "examples", filepath.FromSlash(file))
			var want map[string]any
			readJSON(t, path, &want)
			readJSON(t, path, into)
			b, err := json.Marshal(into)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatal(err)
			}
			for _, page := range []string{"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty"} {
				delete(want, page)
			}
			if d := gocmp.Diff(lower(want), lower(got)); d != "" {
				t.Errorf("decoded and encoded again (-want +got):\n%s", d)
			}
		})
	}
}

// lower drops what carries nothing, null, and brings the wrapper's names to lower case.
func lower(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			if e != nil {
				out[strings.ToLower(k)] = lower(e)
			}
		}
		return out
	case []any:
		for i := range v {
			v[i] = lower(v[i])
		}
	}
	return v
}
