package servertest

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/havenloop/havenloop/server/api"
)

// described is the served description of the API, ready to hold answers against.
type described struct {
	mu       sync.Mutex
	compiler *jsonschema.Compiler
	doc      map[string]any
	schemas  map[string]*jsonschema.Schema
}

const specURL = "https://havenloop.test/openapi.json"

var spec = sync.OnceValues(func() (*described, error) {
	b, err := api.OpenAPI()
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource(specURL, doc); err != nil {
		return nil, err
	}
	return &described{compiler: c, doc: doc.(map[string]any), schemas: map[string]*jsonschema.Schema{}}, nil
})

// Hold fails the test when the answer is not as the description of the API says.
func Hold(t testing.TB, method, path string, a Answer) {
	t.Helper()
	d, err := spec()
	if err != nil {
		t.Fatalf("read the description of the API: %v", err)
	}
	if err := d.check(method, path, a); err != nil {
		t.Errorf("%s %s answers %d, not as described: %v\n%.600s", method, path, a.Status, err, a.Body)
	}
}

func (d *described) check(method, path string, a Answer) error {
	template, op := d.operation(method, path)
	if op == nil {
		if a.Status == http.StatusNotFound {
			return nil
		}
		return fmt.Errorf("no such operation")
	}
	responses := op["responses"].(map[string]any)
	code := strconv.Itoa(a.Status)
	pointer := "/paths/" + escape(template) + "/" + strings.ToLower(method) + "/responses/" + code
	response, ok := responses[code].(map[string]any)
	if !ok {
		if a.Status < http.StatusBadRequest {
			return fmt.Errorf("status %d is not described", a.Status)
		}
		pointer, response = "/components/responses/problem", d.doc["components"].(map[string]any)["responses"].(map[string]any)["problem"].(map[string]any)
	}
	content, ok := response["content"].(map[string]any)
	if !ok {
		if len(a.Body) > 0 {
			return fmt.Errorf("a body where none is described")
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil || content[kind] == nil {
		return fmt.Errorf("content type %q is not described", a.Header.Get("Content-Type"))
	}
	if strings.HasPrefix(kind, "text/") {
		return nil // any text is as described
	}
	if described, _ := content[kind].(map[string]any); described["schema"] == nil {
		return nil // a file
	}
	schema, err := d.schema(pointer + "/content/" + escape(kind) + "/schema")
	if err != nil {
		return err
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.Body))
	if err != nil {
		return err
	}
	return schema.Validate(body)
}

// operation finds the described path that fits, and what it says of the method.
func (d *described) operation(method, path string) (string, map[string]any) {
	path, _, _ = strings.Cut(path, "?")
	var best string
	var found map[string]any
	for template, item := range d.doc["paths"].(map[string]any) {
		if op, ok := item.(map[string]any)[strings.ToLower(method)].(map[string]any); ok && fits(template, path) {
			if found == nil || strings.Count(template, "{") < strings.Count(best, "{") {
				best, found = template, op
			}
		}
	}
	return best, found
}

func fits(template, path string) bool {
	ts, ps := strings.Split(template, "/"), strings.Split(path, "/")
	if len(ts) != len(ps) {
		return false
	}
	for i := range ts {
		if ts[i] != ps[i] && !strings.HasPrefix(ts[i], "{") {
			return false
		}
	}
	return true
}

func (d *described) schema(pointer string) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s, ok := d.schemas[pointer]; ok {
		return s, nil
	}
	s, err := d.compiler.Compile(specURL + "#" + pointer)
	if err == nil {
		d.schemas[pointer] = s
	}
	return s, err
}

// escape writes a word of a JSON pointer (RFC 6901) for a URL fragment.
func escape(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "+").Replace(s)
}
