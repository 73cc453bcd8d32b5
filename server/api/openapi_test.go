package api

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestOpenAPIIsWhole(t *testing.T) {
	b, err := OpenAPI()
	if err != nil {
		t.Fatalf("OpenAPI: %v", err)
	}
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatalf("decode: %v", err)
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("openapi = %q, want 3.1.0", doc.OpenAPI)
	}
	for rest := string(b); ; {
		_, after, ok := strings.Cut(rest, `"#/components/schemas/`)
		if !ok {
			break
		}
		name, tail, _ := strings.Cut(after, `"`)
		if doc.Components.Schemas[name] == nil {
			t.Errorf("the schema %s is referred to and missing", name)
		}
		rest = tail
	}
	if strings.Contains(string(b), "$defs") {
		t.Error("schemas refer to definitions outside the components")
	}
}
