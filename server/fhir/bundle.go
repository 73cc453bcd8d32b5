package fhir

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
)

// Bundle is FHIR R4 Bundle of the type searchset.
type Bundle struct {
	ResourceType string        `json:"resourceType"`
	Meta         *Meta         `json:"meta,omitempty"`
	Type         string        `json:"type"`
	Total        *int          `json:"total,omitempty"` // nil where it was not counted
	Link         []BundleLink  `json:"link"`
	Entry        []BundleEntry `json:"entry,omitempty"`
}

// BundleLink names a page of the search: self or next.
type BundleLink struct {
	Relation string `json:"relation"`
	URL      string `json:"url"`
}

// BundleEntry is one resource found.
type BundleEntry struct {
	FullURL  string       `json:"fullUrl"`
	Resource any          `json:"resource"`
	Search   BundleSearch `json:"search"`
}

// BundleSearch says why a resource is in the bundle.
type BundleSearch struct {
	Mode string `json:"mode"`
}

func newBundle(self string) *Bundle {
	return &Bundle{ResourceType: "Bundle", Type: "searchset", Link: []BundleLink{{"self", self}}}
}

func (b *Bundle) add(fullURL string, resource any) {
	b.Entry = append(b.Entry, BundleEntry{fullURL, resource, BundleSearch{"match"}})
}

// parameters are those of one request, and what is wrong with them.
type parameters struct {
	url.Values
	wrong fault.Fields
}

// formats are the values of _format that ask for what is answered anyway.
var formats = []string{"json", "application/json", "application/fhir+json"}

// readParameters reads a request's parameters: those named and _format. Any
// other is refused, since leaving out a filter would answer more than was
// asked for.
func readParameters(c echo.Context, names ...string) (*parameters, error) {
	p := &parameters{Values: c.QueryParams()}
	for name := range p.Values {
		p.wrong.Check(name == "_format" || slices.Contains(names, name), name, "There is no such search parameter here.")
	}
	if f, _, _ := strings.Cut(p.Get("_format"), ";"); f != "" {
		p.wrong.Check(slices.Contains(formats, strings.TrimSpace(strings.ReplaceAll(f, " ", "+"))), "_format", "Only JSON is offered.")
	}
	return p, p.wrong.Err()
}

// count reads _count; more than the most is the most, as FHIR allows.
func (p *parameters) count() int {
	text := p.Get("_count")
	if text == "" {
		return countUsual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		p.wrong.Add("_count", "This must be a whole number of at least 1.")
	}
	return min(n, countMost)
}

// link is the address of the search itself or, with a cursor, of a further page.
func (p *parameters) link(address, cursor string) string {
	v := url.Values{}
	for name, values := range p.Values {
		if name != "_format" {
			v[name] = values
		}
	}
	if cursor != "" {
		v.Set("_cursor", cursor)
	}
	if len(v) == 0 {
		return address
	}
	return address + "?" + v.Encode()
}
