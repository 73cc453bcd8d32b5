package hsds

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

// endpoint describes one path of the API.
type endpoint struct {
	path string
	// id is the operation's id in the standard; "" for one of our profile.
	id      string
	summary string
	// required says that the standard requires it.
	required bool
	// standard and profile are the names of its parameters.
	standard, profile []string
	// of is a value of the type that it answers with, or lists.
	of   any
	list bool
	// minimal says that it can answer with ids alone.
	minimal bool
}

// endpoints are all but the base and the description itself. Paths, operation
// ids and standard parameters are those of HSDS 3.2.3, openapi.json.
var endpoints = []endpoint{
	{path: "/services", id: "getPaginatedListOfServices", required: true, list: true, minimal: true, of: directory.Service{},
		summary:  "A list of services, all but defunct ones, each with its organization and program.",
		standard: []string{"search", "page", "per_page", "format", "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "minimal", "full"},
		profile:  []string{"postcode", "proximity", "lat", "lng", "radius", "language", "open_now", "open_at", "status", "narrower", "sort"}},
	{path: "/services/{id}", id: "getFullyNestedServiceById", required: true, of: directory.Service{},
		summary: "One service with everything below it."},
	{path: "/organizations", id: "getPaginatedListOfOrganizations", list: true, of: directory.Organization{},
		summary:  "A list of organizations.",
		standard: []string{"search", "full_service", "full", "taxonomy_term_id", "taxonomy_id", "page", "per_page", "format"},
		profile:  []string{"modified_after", "narrower", "sort"}},
	{path: "/organizations/{id}", id: "getOrganizationById", of: directory.Organization{},
		summary:  "One organization with everything below it, and the direct fields of its services.",
		standard: []string{"full_service"}},
	{path: "/service_at_locations", id: "getPaginatedListOfServiceAtLocation", list: true, of: directory.ServiceAtLocation{},
		summary:  "A list of services at their locations.",
		standard: []string{"search", "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "full", "page", "per_page", "format", "postcode", "proximity"},
		profile:  []string{"lat", "lng", "radius", "language", "open_now", "open_at", "status", "narrower", "sort"}},
	{path: "/service_at_locations/{id}", id: "getServiceAtLocationWithNestedDataById", of: directory.ServiceAtLocation{},
		summary: "One service at one location with everything below both."},
	{path: "/taxonomies", id: "getPaginatedListOfTaxonomies", list: true, of: directory.Taxonomy{},
		summary:  "A list of taxonomies.",
		standard: []string{"search", "page", "per_page", "format"}},
	{path: "/taxonomies/{id}", id: "getTaxonomyById", of: directory.Taxonomy{},
		summary: "One taxonomy."},
	{path: "/taxonomy_terms", id: "getPaginatedListOfTaxonomyTerms", list: true, of: directory.TaxonomyTerm{},
		summary:  "A list of taxonomy terms.",
		standard: []string{"search", "page", "per_page", "format", "taxonomy_id", "top_only", "parent_id"}},
	{path: "/taxonomy_terms/{id}", id: "getTaxonomyTermById", of: directory.TaxonomyTerm{},
		summary: "One taxonomy term with its taxonomy."},
	{path: "/locations", list: true, of: directory.Location{},
		summary: "A list of locations.",
		profile: []string{"search", "organization_id", "modified_after", "full", "page", "per_page", "format"}},
	{path: "/locations/{id}", of: directory.Location{},
		summary: "One location with everything below it."},
	{path: "/tombstones", list: true, of: directory.Tombstone{},
		summary: "Services that were withdrawn and are listed no longer, oldest first.",
		profile: []string{"modified_after", "organization_id", "page", "per_page", "format"}},
}

// read takes the parameters of a request. A POST is a query too: parameters in
// its body, as a form or as JSON, count like those of the address, so that what
// somebody searches for need not stand in addresses and logs.
func (h *Handlers) read(c echo.Context, path string) (asked, error) {
	r := c.Request()
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return asked{}, fault.New(fault.Invalid, "The address could not be read. Check how its parameters are written.")
	}
	if r.Method == http.MethodPost {
		body, err := bodyParameters(r)
		if err != nil {
			return asked{}, err
		}
		for name, v := range body {
			values[name] = append(values[name], v...)
		}
	}
	for _, e := range endpoints {
		if e.path == path {
			return e.take(values, h.now())
		}
	}
	return asked{}, fmt.Errorf("no endpoint %s", path)
}

var errNoBody = fault.New(fault.Invalid, "Send parameters as a form (application/x-www-form-urlencoded) or as one JSON object.")

func bodyParameters(r *http.Request) (url.Values, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == echo.MIMEApplicationForm:
		if err := r.ParseForm(); err != nil {
			return nil, errNoBody
		}
		return r.PostForm, nil
	case err == nil && kind == echo.MIMEApplicationJSON:
		return jsonParameters(r)
	}
	return nil, errNoBody
}

// jsonParameters reads {"name": value or [values]}.
func jsonParameters(r *http.Request) (url.Values, error) {
	var body map[string]any
	d := json.NewDecoder(r.Body)
	d.UseNumber()
	if err := d.Decode(&body); err != nil || d.More() {
		return nil, errNoBody
	}
	out := url.Values{}
	for name, v := range body {
		list, many := v.([]any)
		if !many {
			list = []any{v}
		}
		for _, one := range list {
			switch one := one.(type) {
			case nil:
			case string, bool, json.Number:
				out.Add(name, strings.TrimSpace(fmt.Sprint(one)))
			default:
				return nil, errNoBody
			}
		}
	}
	return out, nil
}
