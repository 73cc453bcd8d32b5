package server_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/havenloop/havenloop/server/hsds"
	"github.com/havenloop/havenloop/server/servertest"
)

// standardFile reads a file of the standard, or answers nil where they are not here.
func standardFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../shared"), "standards/hsds", filepath.FromSlash(path)))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return b
}

// described is our own description of the HSDS API, ready to hold answers against.
var described = sync.OnceValues(func() (*jsonschema.Compiler, error) {
	b, err := hsds.OpenAPI()
	if err != nil {
		return nil, err
	}
	return compiler("our.json", b)
})

func compiler(name string, b []byte) (*jsonschema.Compiler, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	return c, c.AddResource(name, doc)
}

// officialFiles are the standard's schemas: of a record by endpoint, and of one
// in a list where that has its own.
var officialFiles = map[string]struct{ full, listed string }{
	"/services":             {"compiled/service.bundle.json", "compiled/service_list.json"},
	"/organizations":        {"compiled/organization.bundle.json", "compiled/organization_list.json"},
	"/service_at_locations": {"compiled/service_at_location.bundle.json", "compiled/service_at_location_list.json"},
	"/locations":            {"compiled/service.bundle.json#/$defs/location", ""},
	"/taxonomies":           {"compiled/service.bundle.json#/$defs/taxonomy", ""},
	"/taxonomy_terms":       {"compiled/service.bundle.json#/$defs/taxonomy_term", ""},
}

// official is the standard's schema in the file, or nil where the files are not here.
func official(t testing.TB, file string) *jsonschema.Schema {
	t.Helper()
	path, part, _ := strings.Cut(file, "#")
	b := standardFile(t, path)
	if b == nil {
		return nil
	}
	c, err := compiler(path, b)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(path + "#" + part)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// hold wants a record as the standard and our own description have it.
func (w walk) hold(endpoint string, listed bool, record any) {
	w.t.Helper()
	files := officialFiles[endpoint]
	file := files.full
	if listed {
		file = cmp.Or(files.listed, file)
	}
	if file == "" {
		return
	}
	s, known := w.official[file]
	if !known {
		s = official(w.t, file)
		w.official[file] = s
	}
	if s == nil {
		return // TestHSDSFilesOfTheStandard says so
	}
	if err := s.Validate(record); err != nil {
		w.t.Errorf("%s: a record is not as HSDS has it: %v\n%.800s", endpoint, err, jsonText(record))
	}
}

// holdOwn wants an answer as our own description of the operation has it.
func (w walk) holdOwn(method, path string, a servertest.Answer) {
	w.t.Helper()
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if len(parts) == 3 {
		path = "/" + parts[1] + "/{id}"
	}
	c, err := described()
	if err != nil {
		w.t.Fatal(err)
	}
	at := "/paths/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace("/hsds"+path) + "/" + strings.ToLower(method)
	answer := at + "/responses/200/content/application~1json/schema"
	if a.Status >= http.StatusBadRequest {
		answer = "/components/schemas/problem"
	}
	s, known := w.own[answer]
	if !known {
		if s, err = c.Compile("our.json#" + answer); err != nil {
			w.t.Fatalf("%s %s is not described: %v", method, path, err)
		}
		w.own[answer] = s
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.Body))
	if err == nil {
		err = s.Validate(body)
	}
	if err != nil {
		w.t.Errorf("%s %s is not as we describe it: %v\n%.600s", method, path, err, a.Body)
	}
}

// TestHSDSFilesOfTheStandard says aloud when answers cannot be held against them.
func TestHSDSFilesOfTheStandard(t *testing.T) {
	if standardFile(t, "openapi-3.2.3.json") == nil {
		t.Skip("the standard's files are not here (set HAVENLOOP_SHARED); answers are held against our own description only")
	}
}

type openAPI struct {
	Paths map[string]map[string]json.RawMessage
}

type openOperation struct {
	OperationID string `json:"operationId"`
	Tags        []string
	Parameters  []struct {
		Ref    string `json:"$ref"`
		Name   string
		Schema struct{ Type string }
	}
}

// TestHSDSDescriptionIsOfTheStandard holds our description against the official
// one: it has every path, operation and parameter, and objects of the same fields.
func TestHSDSDescriptionIsOfTheStandard(t *testing.T) {
	b := standardFile(t, "openapi-3.2.3.json")
	if b == nil {
		t.Skip("the standard's files are not here (set HAVENLOOP_SHARED)")
	}
	ours, err := hsds.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var want, got openAPI
	for from, into := range map[*[]byte]*openAPI{&b: &want, &ours: &got} {
		if err := json.Unmarshal(*from, into); err != nil {
			t.Fatal(err)
		}
	}
	for path, item := range want.Paths {
		mine := got.Paths["/hsds"+strings.TrimSuffix(path, "/")]
		for method, raw := range item {
			if method == "parameters" {
				continue
			}
			var w, g openOperation
			if err := json.Unmarshal(raw, &w); err != nil {
				t.Fatal(err)
			}
			if mine[method] == nil {
				t.Errorf("%s %s of the standard is not described", method, path)
				continue
			}
			if err := json.Unmarshal(mine[method], &g); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(w.Tags, g.Tags) {
				t.Errorf("%s %s has the tags %v, want %v", method, path, g.Tags, w.Tags)
			}
			if id := strings.TrimPrefix(w.OperationID, "get"); !strings.HasSuffix(g.OperationID, id) {
				t.Errorf("%s %s is the operation %s, want %s", method, path, g.OperationID, w.OperationID)
			}
			for _, p := range w.Parameters {
				name := cmp.Or(p.Name, p.Ref[strings.LastIndexByte(p.Ref, '/')+1:])
				if !slices.ContainsFunc(g.Parameters, func(q struct {
					Ref    string `json:"$ref"`
					Name   string
					Schema struct{ Type string }
				}) bool {
					return strings.HasSuffix(q.Ref, "/"+name)
				}) {
					t.Errorf("%s %s does not take %s", method, path, name)
				}
			}
		}
	}
	describedObjects(t, ours)
}

// describedObjects wants the fields, their types, formats and values, and what
// is required, as the standard's schemas have them.
func describedObjects(t *testing.T, ours []byte) {
	t.Helper()
	type object struct {
		Required   []string
		Properties map[string]map[string]any
	}
	var doc struct {
		Components struct{ Schemas map[string]object }
	}
	if err := json.Unmarshal(ours, &doc); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../shared"), "standards/hsds/schema/*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the standard's schemas: %d, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		var want object
		if err := json.Unmarshal(standardFile(t, "schema/"+name+".json"), &want); err != nil {
			t.Fatal(err)
		}
		got, ok := doc.Components.Schemas[name]
		if !ok && name != "meta_table_description" { // stands in tables only
			t.Errorf("there is no schema %s", name)
		}
		slices.Sort(want.Required)
		slices.Sort(got.Required)
		if ok && !slices.Equal(want.Required, got.Required) {
			t.Errorf("%s requires %v, want %v", name, got.Required, want.Required)
		}
		for field, w := range want.Properties {
			g := got.Properties[field]
			if !ok {
				continue
			}
			for _, key := range []string{"type", "format", "enum"} {
				if w["$ref"] == nil && jsonText(w[key]) != jsonText(g[key]) {
					t.Errorf("%s.%s has the %s %v, want %v", name, field, key, g[key], w[key])
				}
			}
		}
	}
}
