package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/invopop/jsonschema"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/files"
)

// OpenAPI is the description of the API (OpenAPI 3.1), made from the table of
// operations and the Go types that handlers read and answer with.
var OpenAPI = sync.OnceValues(func() ([]byte, error) {
	d := describer{schemas: map[string]json.RawMessage{}}
	paths := map[string]map[string]any{}
	for _, o := range operations {
		path := "/api/v1" + openPath(o.path)
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		op, err := d.operation(o)
		if err != nil {
			return nil, err
		}
		paths[path][strings.ToLower(o.method)] = op
	}
	problem, err := d.schema(problemBody{})
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "Havenloop API", "version": "1",
			"description": "Social needs screening, the directory of services, consent and referrals. " +
				"Errors are problem details (RFC 9457). A POST or PATCH may carry an Idempotency-Key: " +
				"sent again with the same body it changes nothing and answers with what now stands.",
			"license": map[string]any{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers":  []any{map[string]any{"url": "/"}},
		"security": []any{map[string]any{"bearer": []string{}}},
		"paths":    paths,
		"components": map[string]any{
			"schemas":         d.schemas,
			"securitySchemes": map[string]any{"bearer": map[string]any{"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
			"responses": map[string]any{"problem": map[string]any{
				"description": "What went wrong and what to do.",
				"content":     map[string]any{"application/problem+json": map[string]any{"schema": problem}},
			}},
		},
	})
})

// ServeOpenAPI handles GET /api/openapi.json.
func (h *Handlers) ServeOpenAPI(c echo.Context) error {
	b, err := OpenAPI()
	if err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, b)
}

// Operations lists the described routes as "METHOD /api/v1/path/:param".
func Operations() []string {
	out := make([]string, len(operations))
	for i, o := range operations {
		out[i] = o.method + " /api/v1" + o.path
	}
	return out
}

// problemBody is the form of errors (RFC 9457) with what we add.
type problemBody struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	// Kind is a FHIR IssueType code.
	Kind   string         `json:"kind"`
	Detail string         `json:"detail"`
	Errors []problemField `json:"errors,omitempty"`
	// Candidates are patients that may be the same person.
	Candidates []any `json:"candidates,omitempty"`
}

type problemField struct {
	Name   string `json:"name"`
	Detail string `json:"detail"`
}

// describer collects the schemas that operations use.
type describer struct {
	schemas map[string]json.RawMessage
}

func (d describer) operation(o operation) (map[string]any, error) {
	op := map[string]any{"summary": o.summary, "operationId": o.id(), "tags": []string{o.tag()}}
	if o.public {
		op["security"] = []any{}
	}
	params := []any{}
	for part := range strings.SplitSeq(o.path, "/") {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			params = append(params, map[string]any{"name": name, "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
		}
	}
	for _, p := range o.query {
		schema := map[string]any{"type": p.kind}
		if p.enum != nil {
			schema["enum"] = p.enum
		}
		params = append(params, map[string]any{"name": p.name, "in": "query", "description": p.help, "required": p.required, "schema": schema})
	}
	if o.method != http.MethodGet {
		params = append(params, map[string]any{"name": "Idempotency-Key", "in": "header", "schema": map[string]any{"type": "string", "maxLength": 255}})
	}
	op["parameters"] = params
	if o.in != nil {
		schema, err := d.schema(o.in)
		if err != nil {
			return nil, err
		}
		content := map[string]any{"application/json": map[string]any{"schema": schema}}
		if o.text != "" {
			content[o.text] = map[string]any{"schema": map[string]any{"type": "string"}}
		}
		op["requestBody"] = map[string]any{"required": !o.optional, "content": content}
	}
	if o.fileIn {
		op["requestBody"] = map[string]any{"required": true, "content": fileTypes}
	}
	answer := map[string]any{"description": http.StatusText(o.status)}
	if o.fileOut {
		answer["content"] = fileTypes
	}
	if o.out != nil {
		schema, err := d.schema(o.out)
		if err != nil {
			return nil, err
		}
		kind := o.contentType
		if kind == "" {
			kind = "application/json"
		}
		answer["content"] = map[string]any{kind: map[string]any{"schema": schema}}
	} else if o.contentType != "" {
		answer["content"] = map[string]any{o.contentType: map[string]any{"schema": map[string]any{"type": "string"}}}
	}
	responses := map[string]any{
		strconv.Itoa(o.status): answer,
		"default":              map[string]any{"$ref": "#/components/responses/problem"},
	}
	for status, out := range o.also {
		schema, err := d.schema(out)
		if err != nil {
			return nil, err
		}
		responses[strconv.Itoa(status)] = map[string]any{
			"description": http.StatusText(status), "content": map[string]any{"application/json": map[string]any{"schema": schema}},
		}
	}
	op["responses"] = responses
	return op, nil
}

// fileTypes are the types of files. What is no JSON has no schema (OpenAPI 3.1, 4.8.14.3).
var fileTypes = map[string]any{
	string(files.PDF): struct{}{}, string(files.JPEG): struct{}{}, string(files.PNG): struct{}{}, string(files.WebP): struct{}{},
}

// schema describes the type of v, adds it and what it is made of to the
// components and answers with a reference. For oneOf it describes each type.
func (d describer) schema(v any) (any, error) {
	if many, ok := v.(oneOf); ok {
		var refs []any
		for _, each := range many {
			ref, err := d.schema(each)
			if err != nil {
				return nil, err
			}
			refs = append(refs, ref)
		}
		return map[string]any{"anyOf": refs}, nil
	}
	if s := mapType(reflect.TypeOf(v)); s != nil {
		return s, nil
	}
	types := map[string]reflect.Type{}
	r := jsonschema.Reflector{
		Anonymous: true,
		Namer: func(t reflect.Type) string {
			name := schemaName(t)
			if name != "" {
				types[name] = t
			}
			return name
		},
		Mapper: mapType,
	}
	root := r.ReflectFromType(reflect.TypeOf(v))
	for name, s := range root.Definitions {
		b, err := json.Marshal(s)
		if err != nil {
			return nil, err
		}
		b = bytes.ReplaceAll(b, []byte("#/$defs/"), []byte("#/components/schemas/"))
		if b, err = allowNull(b, types[name]); err != nil {
			return nil, err
		}
		d.schemas[name] = b
	}
	return map[string]any{"$ref": "#/components/schemas/" + schemaName(reflect.TypeOf(v))}, nil
}

// allowNull lets the fields of t that are pointers and always written be null.
func allowNull(schema []byte, t reflect.Type) ([]byte, error) {
	if t == nil || t.Kind() != reflect.Struct {
		return schema, nil
	}
	var s map[string]any
	if err := json.Unmarshal(schema, &s); err != nil {
		return nil, err
	}
	properties, _ := s["properties"].(map[string]any)
	for _, f := range reflect.VisibleFields(t) {
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Type.Kind() == reflect.Pointer && properties[name] != nil && !strings.Contains(opts, "omit") {
			properties[name] = map[string]any{"anyOf": []any{properties[name], map[string]any{"type": "null"}}}
		}
	}
	return json.Marshal(s)
}

// schemaName is the name of a type in the components: its package and name
// without what generic types add; "" for a type without a name.
func schemaName(t reflect.Type) string {
	name := t.Name()
	if name == "" {
		return ""
	}
	if base, arg, generic := strings.Cut(name, "["); generic {
		arg = strings.TrimSuffix(arg, "]")
		name = base + arg[strings.LastIndexByte(arg, '.')+1:]
	}
	pkg := t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]
	if pkg == "api" || pkg == "" {
		return upper(name)
	}
	return upper(pkg) + upper(name)
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// openPath writes /a/:id as /a/{id}.
func openPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

// tag groups operations by the first word of their path.
func (o operation) tag() string { return strings.Split(o.path, "/")[1] }

// id is a name for the operation, such as "post-referrals-id-moves".
func (o operation) id() string {
	words := append([]string{strings.ToLower(o.method)}, strings.Split(strings.ReplaceAll(o.path, ":", ""), "/")...)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "-")
}
