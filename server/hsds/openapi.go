package hsds

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"unicode"

	"github.com/invopop/jsonschema"

	"github.com/havenloop/havenloop/directory"
)

// OpenAPI is the description of this API in OpenAPI 3.1, made from the table of
// endpoints and the Go types that they answer with.
var OpenAPI = sync.OnceValues(func() ([]byte, error) {
	schemas, err := describeTypes()
	if err != nil {
		return nil, err
	}
	paths := map[string]any{
		"/hsds": map[string]any{"get": operation("getAPIMetaInformation", "What this API is.", "required", nil, reference("base"))},
		"/hsds/profile": map[string]any{"get": map[string]any{
			"operationId": "getProfile", "summary": "What this API adds to HSDS, as a page.", "tags": []string{"profile"},
			"responses": map[string]any{"200": map[string]any{"description": "A page.", "content": map[string]any{"text/html": map[string]any{"schema": map[string]any{"type": "string"}}}}},
		}},
		"/hsds/openapi.json": map[string]any{"get": operation("getOpenAPI", "This description.", "profile", nil, map[string]any{"type": "object"})},
	}
	for _, e := range endpoints {
		paths["/hsds"+e.path] = e.describe()
	}
	parts := map[string]any{}
	for _, p := range parameters {
		parts[p.name] = p.describe()
	}
	return json.Marshal(map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "Havenloop directory, HSDS " + Version, "version": "1", "summary": about,
			"description": "Parameters combine with AND; one that may be repeated fits when one of its values does. A POST is a query with the same parameters, in its address or body. Errors are problem details (RFC 9457).",
			"license":     map[string]any{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
		"externalDocs":      map[string]any{"description": "Human Services Data Specification", "url": "https://docs.openreferral.org"},
		"servers":           []any{map[string]any{"url": "/"}},
		"security":          []any{},
		"tags": []any{
			map[string]any{"name": "required", "description": "HSDS requires this."},
			map[string]any{"name": "optional", "description": "HSDS has this as optional."},
			map[string]any{"name": "profile", "description": "Our addition; see /hsds/profile."},
		},
		"paths": paths,
		"components": map[string]any{
			"schemas": schemas, "parameters": parts,
			"responses": map[string]any{"problem": map[string]any{
				"description": "What went wrong and what to do.",
				"content":     map[string]any{"application/problem+json": map[string]any{"schema": reference("problem")}},
			}},
		},
	})
})

func reference(schema string) map[string]any {
	return map[string]any{"$ref": "#/components/schemas/" + schema}
}

// operation describes one that answers with JSON.
func operation(id, summary, tag string, parameters []any, answer any) map[string]any {
	content := map[string]any{"application/json": map[string]any{"schema": answer}}
	op := map[string]any{
		"operationId": id, "summary": summary, "tags": []string{tag},
		"responses": map[string]any{
			"200":     map[string]any{"description": http.StatusText(http.StatusOK), "content": content},
			"304":     map[string]any{"description": "What the client has, by If-None-Match, is still good."},
			"default": map[string]any{"$ref": "#/components/responses/problem"},
		},
	}
	if parameters != nil {
		op["parameters"] = parameters
	}
	return op
}

// describe is the path item of an endpoint.
func (e endpoint) describe() map[string]any {
	tag, id := "optional", e.id
	switch {
	case e.required:
		tag = "required"
	case e.id == "":
		tag, id = "profile", "get"+strings.ReplaceAll(e.path, "/", "_")
		id = strings.NewReplacer("{", "", "}", "").Replace(id)
	}
	item := map[string]any{}
	schema := snake(reflect.TypeOf(e.of).Name())
	var answer any = reference(schema)
	if strings.HasSuffix(e.path, "/{id}") {
		item["parameters"] = []any{map[string]any{
			"name": "id", "in": "path", "required": true, "description": "The id of the record.", "schema": map[string]any{"type": "string"},
		}}
	}
	if e.list {
		answer = pageOf(e.contents(schema))
	}
	params := []any{}
	for _, name := range append(append([]string{}, e.standard...), e.profile...) {
		params = append(params, map[string]any{"$ref": "#/components/parameters/" + name})
	}
	get := operation(id, e.summary, tag, params, answer)
	item["get"] = get
	if !e.list {
		return item
	}
	lines := map[string]any{"schema": map[string]any{"type": "string", "description": "One record a line."}}
	get["responses"].(map[string]any)["200"].(map[string]any)["content"].(map[string]any)["application/x-ndjson"] = lines
	post := operation("query"+strings.TrimPrefix(id, "get"), e.summary, e.postTag(), params, answer)
	post["responses"].(map[string]any)["200"].(map[string]any)["content"].(map[string]any)["application/x-ndjson"] = lines
	form := map[string]any{"schema": e.form()}
	post["requestBody"] = map[string]any{
		"description": "The same parameters as in the address.",
		"content":     map[string]any{"application/x-www-form-urlencoded": form, "application/json": form},
	}
	item["post"] = post
	return item
}

func (e endpoint) postTag() string {
	if e.id == "" {
		return "profile"
	}
	return "optional"
}

// contents is the schema of the records that a list has.
func (e endpoint) contents(schema string) any {
	if e.minimal {
		return map[string]any{"anyOf": []any{reference(schema), reference("modified")}}
	}
	return reference(schema)
}

// form is the schema of a body with the endpoint's parameters.
func (e endpoint) form() map[string]any {
	properties := map[string]any{}
	for _, name := range append(append([]string{}, e.standard...), e.profile...) {
		p := parameterOf(name)
		properties[name] = p.schema()
		if p.many {
			properties[name] = map[string]any{"anyOf": []any{p.schema(), map[string]any{"type": "array", "items": p.schema()}}}
		}
	}
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

func pageOf(contents any) map[string]any {
	return map[string]any{"allOf": []any{
		reference("Page"),
		map[string]any{
			"type": "object", "required": []string{"contents"},
			"properties": map[string]any{"contents": map[string]any{"type": "array", "items": contents}},
		},
	}}
}

func (p parameter) schema() map[string]any {
	s := map[string]any{"type": p.kind}
	if p.format != "" {
		s["format"] = p.format
	}
	if p.enum != nil {
		s["enum"] = p.enum
	}
	if p.most > 0 {
		s["minimum"], s["maximum"] = 1, p.most
	}
	if p.usual != nil {
		s["default"] = p.usual
	}
	return s
}

func (p parameter) describe() map[string]any {
	schema, help := p.schema(), p.help
	out := map[string]any{"name": p.name, "in": "query", "required": false, "schema": schema}
	if p.many {
		help += " May be repeated: one of the values must fit."
	}
	out["description"] = help
	return out
}

// describeTypes makes the schemas of everything that answers hold.
func describeTypes() (map[string]any, error) {
	r := jsonschema.Reflector{
		Anonymous: true, AllowAdditionalProperties: true,
		Namer: func(t reflect.Type) string { return snake(t.Name()) },
	}
	out := map[string]any{"Page": map[string]any{}}
	for _, v := range []any{
		base{}, problem{}, directory.Organization{}, directory.Service{}, directory.ServiceAtLocation{}, directory.Location{},
		directory.Taxonomy{}, directory.TaxonomyTerm{}, directory.Modified{}, directory.Tombstone{}, page[any]{},
	} {
		root := r.ReflectFromType(reflect.TypeOf(v))
		for name, schema := range root.Definitions {
			s, err := plain(schema)
			if err != nil {
				return nil, err
			}
			if strings.HasPrefix(name, "page[") {
				name = "Page"
				delete(s["properties"].(map[string]any), "contents")
				s["required"] = []string{"empty"}
			}
			refine(name, s)
			out[name] = s
		}
	}
	return out, nil
}

// plain is a schema with references into the components.
func plain(schema *jsonschema.Schema) (map[string]any, error) {
	b, err := json.Marshal(schema)
	if err != nil {
		return nil, err
	}
	var s map[string]any
	return s, json.Unmarshal([]byte(strings.ReplaceAll(string(b), "#/$defs/", "#/components/schemas/")), &s)
}

// formats are those of fields, as the schemas of HSDS 3.2.3 have them.
var formats = map[string]string{
	"id": "uuid", "email": "email", "assurer_email": "email", "url": "uri", "uri": "uri", "website": "uri",
	"term_uri": "uri", "schedule_link": "uri", "last_modified": "date-time", "updated": "date-time",
}

// enums are the values of fields, by object and field.
var enums = map[string][]any{
	"service.status":         {"active", "inactive", "defunct", "temporarily closed"},
	"location.location_type": {"physical", "postal", "virtual"},
	"address.address_type":   {"physical", "postal", "virtual"},
	"schedule.wkst":          {"MO", "TU", "WE", "TH", "FR", "SA", "SU"},
	"schedule.freq":          {"WEEKLY", "MONTHLY"},
}

// plainFields are those that the standard gives no format although their names look like one.
var plainFields = map[string]bool{"organization.tax_id": true, "service_area.uri": true}

// refine says of an object's fields what their Go types do not.
func refine(object string, schema map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	for name, p := range properties {
		p, ok := p.(map[string]any)
		if !ok || p["type"] != "string" {
			continue
		}
		switch f := formats[name]; {
		case plainFields[object+"."+name]:
		case f != "":
			p["format"] = f
		case strings.HasSuffix(name, "_id"):
			p["format"] = "uuid"
		}
		if values := enums[object+"."+name]; values != nil {
			p["enum"] = values
		}
	}
}

// problem is the form of errors (RFC 9457) with what we add.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	// Kind is a FHIR IssueType code.
	Kind   string         `json:"kind"`
	Detail string         `json:"detail"`
	Errors []problemField `json:"errors,omitempty"`
}

type problemField struct {
	Name   string `json:"name"`
	Detail string `json:"detail"`
}

// snake turns a Go name into the standard's: ServiceAtLocation, URL.
func snake(name string) string {
	if name == strings.ToUpper(name) {
		return strings.ToLower(name)
	}
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
