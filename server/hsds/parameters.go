package hsds

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/geo"
)

// Bounds of paging.
const (
	perPageDefault = 50
	perPageMost    = 100
	pageMost       = 1 << 30
)

// asked is what a request asks for.
type asked struct {
	directory.ListQuery
	view        directory.View
	minimal     bool
	fullService bool
	topOnly     bool
	parents     []string
	ndjson      bool
	page, per   int // per is 0 where not given
	lat, lng    *float64
}

// terms is the query for taxonomies and terms.
func (a asked) terms() directory.TermQuery {
	return directory.TermQuery{Search: a.Search, Taxonomies: a.Taxonomies, Parents: a.parents, TopOnly: a.topOnly}
}

// parameter is one that lists take.
type parameter struct {
	name   string
	kind   string // of JSON
	format string // of JSON schema; "" for none
	enum   []string
	most   int // of a whole number
	// usual is the value that counts where none is given; nil for none.
	usual any
	help  string
	// many says that it may be given several times, of which one must fit.
	many bool
	set  func(r *reader, values []string)
}

// parameters are all there are, in the order in which they are described.
// Names, types and meaning are those of HSDS 3.2.3, openapi.json, and of our
// profile for the others.
var parameters = []parameter{
	{name: "search", kind: "string", help: "Words. Services and service_at_locations are found as by our search: with typos, beginnings of words and synonyms, active ones only, the 10,000 best; other records by the beginnings of words.",
		set: func(r *reader, v []string) { r.Search = strings.TrimSpace(v[0]) }},
	{name: "taxonomy_term_id", kind: "string", format: "uuid", many: true, help: "Records with this taxonomy term. An organization has the terms of its services too, a service_at_location those of its service and its location.",
		set: func(r *reader, v []string) { r.Terms = r.uuids("taxonomy_term_id", v) }},
	{name: "taxonomy_id", kind: "string", format: "uuid", many: true, help: "Records with any term of this taxonomy.",
		set: func(r *reader, v []string) { r.Taxonomies = r.uuids("taxonomy_id", v) }},
	{name: "organization_id", kind: "string", format: "uuid", many: true, help: "Records of this organization.",
		set: func(r *reader, v []string) { r.Organizations = r.uuids("organization_id", v) }},
	{name: "modified_after", kind: "string", format: "date-time", help: "Records that changed at this instant or later, oldest first. A change of a child, a location or the organization counts as one of the service. To follow the directory, ask again from the last_modified of the last record, and for tombstones.",
		set: func(r *reader, v []string) { r.ModifiedAfter = r.instant("modified_after", v[0]) }},
	{name: "top_only", kind: "boolean", help: "Terms without a parent.",
		set: func(r *reader, v []string) { r.topOnly = r.flag("top_only", v[0]) }},
	{name: "parent_id", kind: "string", format: "uuid", many: true, help: "Terms right below this one.",
		set: func(r *reader, v []string) { r.parents = r.uuids("parent_id", v) }},
	{name: "postcode", kind: "string", many: true, help: "A ZIP code. Places for people of other areas only are left out; an area that is not known stays.",
		set: func(r *reader, v []string) { r.PostalCodes = v }},
	{name: "proximity", kind: "number", help: "The most metres from the middle of postcode; a place whose position is not known is left out.",
		set: func(r *reader, v []string) { r.Proximity = r.metres("proximity", v[0]) }},
	{name: "lat", kind: "number", help: "Where distance counts from, in degrees north. Needs lng.",
		set: func(r *reader, v []string) { r.lat = r.number("lat", v[0]) }},
	{name: "lng", kind: "number", help: "Where distance counts from, in degrees east. Needs lat.",
		set: func(r *reader, v []string) { r.lng = r.number("lng", v[0]) }},
	{name: "radius", kind: "number", help: "The most metres from lat and lng. What needs no visit or is statewide is never cut, nor is a place whose position is not known.",
		set: func(r *reader, v []string) { r.RadiusMeters = r.metres("radius", v[0]) }},
	{name: "language", kind: "string", many: true, help: "A language spoken there: ISO 639 code, tag or English name.",
		set: func(r *reader, v []string) { r.Languages = v }},
	{name: "open_now", kind: "boolean", help: "Surely open now; unknown hours do not count.",
		set: func(r *reader, v []string) {
			if r.flag("open_now", v[0]) {
				r.OpenAt = append(r.OpenAt, r.now)
			}
		}},
	{name: "open_at", kind: "string", format: "date-time", help: "Surely open at this instant.",
		set: func(r *reader, v []string) {
			r.OpenAt = append(r.OpenAt, r.instant("open_at", v[0]))
		}},
	{name: "status", kind: "string", enum: []string{"active", "inactive", "temporarily closed"}, many: true, help: "Services with this status; without it, all but defunct ones.",
		set: func(r *reader, v []string) {
			for _, s := range v {
				r.Statuses = append(r.Statuses, directory.Status(s))
			}
		}},
	{name: "narrower", kind: "boolean", help: "With taxonomy_term_id: terms below it count too.",
		set: func(r *reader, v []string) { r.Narrower = r.flag("narrower", v[0]) }},
	{name: "sort", kind: "string", enum: []string{"name", "last_modified", "distance", "relevance"}, help: "The order. Without it: relevance with search, last_modified with modified_after, else name. Ties go by name, then by id.",
		set: func(r *reader, v []string) { r.Sort = directory.ListSort(v[0]) }},
	{name: "minimal", kind: "boolean", help: "id and last_modified only; all on one page unless per_page is given.",
		set: func(r *reader, v []string) { r.minimal = r.flag("minimal", v[0]) }},
	{name: "full", kind: "boolean", help: "Everything below each record, as when it is asked for by its id.",
		set: func(r *reader, v []string) {
			if r.flag("full", v[0]) {
				r.view = directory.Full
			}
		}},
	{name: "full_service", kind: "boolean", help: "The whole organization with its services in full.",
		set: func(r *reader, v []string) { r.fullService = r.flag("full_service", v[0]) }},
	{name: "page", kind: "integer", most: pageMost, usual: 1, help: "The number of the page, from 1. A page behind the last is empty.",
		set: func(r *reader, v []string) { r.page = r.count("page", v[0], pageMost) }},
	{name: "per_page", kind: "integer", most: perPageMost, usual: perPageDefault, help: "The most records on a page.",
		set: func(r *reader, v []string) { r.per = r.count("per_page", v[0], perPageMost) }},
	{name: "format", kind: "string", enum: []string{"json", "ndjson"}, usual: "json", help: "ndjson streams every record, one a line, without pages.",
		set: func(r *reader, v []string) {
			r.wrong.Check(v[0] == "json" || v[0] == "ndjson", "format", "Choose json or ndjson.")
			r.ndjson = v[0] == "ndjson"
		}},
}

func parameterOf(name string) parameter {
	return parameters[slices.IndexFunc(parameters, func(p parameter) bool { return p.name == name })]
}

// reader collects what is asked, and what is wrong with it.
type reader struct {
	asked
	now   time.Time
	wrong fault.Fields
}

// take reads the values of the parameters that an endpoint has. A parameter it
// has not is refused, since leaving out a filter would answer more than was asked for.
func (e endpoint) take(values map[string][]string, now time.Time) (asked, error) {
	r := reader{asked: asked{page: 1}, now: now}
	names := slices.Concat(e.standard, e.profile)
	for name := range values {
		r.wrong.Check(slices.Contains(names, name), name, "There is no such parameter.")
	}
	for _, name := range names {
		v := slices.DeleteFunc(slices.Clone(values[name]), func(s string) bool { return strings.TrimSpace(s) == "" })
		if len(v) == 0 {
			continue
		}
		p := parameterOf(name)
		if len(v) > 1 && !p.many {
			r.wrong.Add(name, "Give this once.")
			continue
		}
		p.set(&r, v)
	}
	r.wrong.Check((r.lat == nil) == (r.lng == nil), "lat", "Give both lat and lng, or neither.")
	if r.lat != nil && r.lng != nil {
		r.Near = &geo.Point{Lat: *r.lat, Lng: *r.lng}
	}
	r.wrong.Check(!r.minimal || r.view == directory.Brief, "minimal", "Use minimal or full, not both.")
	return r.asked, r.wrong.Err()
}

func (r *reader) uuids(name string, values []string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		id, err := uuid.Parse(v)
		if err != nil {
			r.wrong.Add(name, "This must be a UUID.")
			continue
		}
		out = append(out, id.String())
	}
	return out
}

func (r *reader) flag(name, value string) bool {
	b, err := strconv.ParseBool(value)
	if err != nil {
		r.wrong.Add(name, "This must be true or false.")
	}
	return b
}

func (r *reader) number(name, value string) *float64 {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || n != n {
		r.wrong.Add(name, "This must be a number.")
		return nil
	}
	return &n
}

func (r *reader) metres(name, value string) float64 {
	n := r.number(name, value)
	if n == nil {
		return 0
	}
	r.wrong.Check(*n > 0, name, "Give a distance of more than 0.")
	return *n
}

func (r *reader) count(name, value string, most int) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > most {
		r.wrong.Add(name, "This must be a whole number from 1 to %d.", most)
		return 1
	}
	return n
}

// instants are the forms of an instant, the first RFC 3339; without a zone UTC is meant.
var instants = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", time.DateOnly}

func (r *reader) instant(name, value string) time.Time {
	value = strings.Replace(strings.TrimSpace(value), " ", "+", 1) // a plus sign that was not escaped
	for _, form := range instants {
		if t, err := time.Parse(form, value); err == nil {
			return t
		}
	}
	r.wrong.Add(name, "This must be a date and time such as 2026-01-31T08:00:00Z.")
	return time.Time{}
}
