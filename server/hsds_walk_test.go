package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// walk asks the HSDS API as nobody, and holds every answer against our own
// description and, where they are here, the standard's schemas.
type walk struct {
	visit
	official, own map[string]*jsonschema.Schema
	met           map[string]bool // records that were resolved
}

// newWalk opens the county with a taxonomy, and services of every status.
func newWalk(t *testing.T) walk {
	t.Helper()
	w := walk{visit{t, servertest.Open(t)}, map[string]*jsonschema.Schema{}, map[string]*jsonschema.Schema{}, map[string]bool{}}
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	put := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Add(time.Minute)
	}
	for _, scheme := range []string{"help", "people"} {
		_, err := w.Directory.PutTaxonomy(ctx, directory.TaxonomyDoc{Taxonomy: directory.Taxonomy{ID: seed.ID(scheme), Name: "Kinds of " + scheme, Description: "A test's own."}})
		put(err)
	}
	for _, term := range [][3]string{{"help", "basics", ""}, {"help", "meals", "basics"}, {"help", "law", ""}, {"people", "everybody", ""}} {
		n := directory.TaxonomyTerm{ID: seed.ID(term[1]), TaxonomyID: seed.ID(term[0]), Name: term[1], Description: "Services with " + term[1], Code: term[1]}
		if term[2] != "" {
			n.ParentID = seed.ID(term[2])
		}
		_, err := w.Directory.PutTerm(ctx, directory.TermDoc{Term: n})
		put(err)
	}
	all := map[string]bool{}
	for n, s := range w.services(ctx) {
		terms := []string{}
		for i, name := range []string{"meals", "law", "everybody"} {
			if n%(i+2) == 0 {
				terms = append(terms, name)
			}
		}
		for _, name := range terms {
			s.Service.Attributes = append(s.Service.Attributes, directory.Attribute{
				ID: seed.ID(s.ID + name), LinkID: s.ID, LinkEntity: "service", TaxonomyTermID: seed.ID(name),
			})
		}
		if n%11 == 3 {
			s.Service.Status = directory.Inactive
		}
		if n%13 == 5 {
			s.Service.Status = directory.Defunct
		}
		all[s.ID] = true
		_, err := w.Directory.PutService(ctx, s)
		put(err)
	}
	w.drain()
	return w
}

// services are all of the county, by name.
func (w walk) services(ctx context.Context) []directory.ServiceDoc {
	w.t.Helper()
	l, err := w.Directory.ListServices(ctx, directory.ListQuery{}, directory.Brief)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []directory.ServiceDoc
	for s, err := range l.All(ctx) {
		if err != nil {
			w.t.Fatal(err)
		}
		doc, err := w.Directory.ServiceByID(ctx, s.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, doc)
	}
	return out
}

func (w walk) drain() {
	w.t.Helper()
	if err := w.Relay.Drain(identity.With(w.t.Context(), identity.SystemActor("test"))); err != nil {
		w.t.Fatal(err)
	}
}

// get wants 200 of an address of the API.
func (w walk) get(path string) object {
	w.t.Helper()
	a := w.Send(w.t, http.MethodGet, "/hsds"+path, "", nil)
	if a.Status != http.StatusOK {
		w.t.Fatalf("GET %s = %d: %.300s", path, a.Status, a.Body)
	}
	w.holdOwn(http.MethodGet, path, a)
	return a.JSON(w.t)
}

// pages reads a list page by page, and wants the arithmetic of each to hold.
func (w walk) pages(endpoint string, q url.Values, per int) []object {
	w.t.Helper()
	q = cloned(q)
	q.Set("per_page", strconv.Itoa(per))
	var out []object
	for n := 1; ; n++ {
		q.Set("page", strconv.Itoa(n))
		p := w.get(endpoint + "?" + q.Encode())
		contents := p["contents"].([]any)
		total := int(p["total_items"].(float64))
		pages := (total + per - 1) / per
		want := object{
			"total_items": total, "total_pages": pages, "page_number": n, "size": len(contents),
			"first_page": n == 1, "last_page": n >= pages, "empty": len(contents) == 0, "contents": contents,
		}
		if jsonText(p) != jsonText(want) {
			w.t.Errorf("page %d of %s?%s = %.300s, want %.300s", n, endpoint, q.Encode(), jsonText(p), jsonText(want))
		}
		if n < pages && len(contents) != per {
			w.t.Errorf("page %d of %s has %d records, want %d", n, endpoint, len(contents), per)
		}
		for _, c := range contents {
			out = append(out, c.(object))
		}
		if n >= pages {
			if len(out) != total {
				w.t.Errorf("the pages of %s?%s have %d records, want %d", endpoint, q.Encode(), len(out), total)
			}
			return out
		}
	}
}

// lines reads a list as ndjson.
func (w walk) lines(endpoint string, q url.Values) []object {
	w.t.Helper()
	q = cloned(q)
	q.Set("format", "ndjson")
	a := w.Send(w.t, http.MethodGet, "/hsds"+endpoint+"?"+q.Encode(), "", nil)
	if kind := a.Header.Get("Content-Type"); a.Status != http.StatusOK || kind != "application/x-ndjson" {
		w.t.Fatalf("%s as ndjson = %d %s", endpoint, a.Status, kind)
	}
	var out []object
	for line := range bytes.Lines(a.Body) {
		var o object
		if err := json.Unmarshal(line, &o); err != nil {
			w.t.Fatalf("%s as ndjson: %v in %.200s", endpoint, err, line)
		}
		out = append(out, o)
	}
	return out
}

func cloned(q url.Values) url.Values {
	out := url.Values{}
	maps.Copy(out, q)
	return out
}

func idsIn(list []object) []string {
	out := make([]string, len(list))
	for i, o := range list {
		out[i] = o["id"].(string)
	}
	return out
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// lists are the endpoints that answer lists.
var lists = []string{"/services", "/organizations", "/service_at_locations", "/taxonomies", "/taxonomy_terms", "/locations", "/tombstones"}

// TestHSDSWalk walks every list, in every view and form, and every record that
// the lists name.
func TestHSDSWalk(t *testing.T) {
	w := newWalk(t)
	views := map[string][]url.Values{
		"/services":             {{}, {"full": {"true"}}},
		"/service_at_locations": {{}, {"full": {"true"}}},
		"/locations":            {{}, {"full": {"true"}}},
		"/organizations":        {{}, {"full": {"true"}}, {"full_service": {"true"}}, {"full": {"true"}, "full_service": {"true"}}},
		"/taxonomies":           {{}}, "/taxonomy_terms": {{}}, "/tombstones": {{}},
	}
	for _, endpoint := range lists {
		for _, q := range views[endpoint] {
			records := w.pages(endpoint, q, 7)
			if len(records) == 0 {
				t.Errorf("%s?%s is empty", endpoint, q.Encode())
			}
			ids := idsIn(records)
			if len(slices.Compact(sorted(ids))) != len(ids) {
				t.Errorf("%s?%s has a record twice", endpoint, q.Encode())
			}
			if got := w.lines(endpoint, q); jsonText(got) != jsonText(records) {
				t.Errorf("%s?%s as ndjson has %d records, the pages %d, or other ones", endpoint, q.Encode(), len(got), len(records))
			}
			w.posts(endpoint, q)
			for _, r := range records {
				w.hold(endpoint, len(q) == 0, r)
				if len(q) == 0 && endpoint != "/tombstones" {
					noArrays(t, endpoint, r)
				}
			}
			if endpoint == "/tombstones" || len(q) == 0 && len(views[endpoint]) > 1 || q.Has("full_service") {
				continue
			}
			for _, r := range records {
				one := w.get(endpoint + "/" + r["id"].(string))
				if jsonText(one) != jsonText(r) && !strings.HasPrefix(endpoint, "/taxonom") {
					t.Errorf("%s/%v = %.600s, in the full list %.600s", endpoint, r["id"], jsonText(one), jsonText(r))
				}
				w.hold(endpoint, false, one)
				w.resolve(one)
			}
		}
	}
}

// noArrays wants a record in a list with direct fields and one-to-one objects only.
func noArrays(t *testing.T, endpoint string, v object) {
	t.Helper()
	for field, value := range v {
		switch value := value.(type) {
		case []any:
			t.Errorf("%s lists the array %s", endpoint, field)
		case object:
			noArrays(t, endpoint+"."+field, value)
		}
	}
}

// resolve wants every record that stands in another to be there by its id.
func (w walk) resolve(v any) {
	w.t.Helper()
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			w.resolve(e)
		}
	case object:
		for field, e := range v {
			endpoint := map[string]string{
				"organization": "/organizations", "service": "/services", "location": "/locations",
				"taxonomy_term": "/taxonomy_terms", "taxonomy_detail": "/taxonomies",
			}[field]
			if o, ok := e.(object); ok && endpoint != "" {
				w.there(endpoint, o["id"].(string))
			}
			plural := map[string]string{"services": "/services", "service_at_locations": "/service_at_locations", "locations": "/locations"}[field]
			if list, ok := e.([]any); ok && plural != "" {
				for _, o := range list {
					w.there(plural, o.(object)["id"].(string))
				}
			}
			w.resolve(e)
		}
	}
}

func (w walk) there(endpoint, id string) {
	w.t.Helper()
	if w.met[endpoint+id] {
		return
	}
	w.met[endpoint+id] = true
	if a := w.Send(w.t, http.MethodGet, "/hsds"+endpoint+"/"+id, "", nil); a.Status != http.StatusOK {
		w.t.Errorf("GET %s/%s = %d", endpoint, id, a.Status)
	}
}

// posts wants the same of a POST, however the parameters are sent.
func (w walk) posts(endpoint string, q url.Values) {
	w.t.Helper()
	want := w.get(endpoint + "?" + q.Encode())
	body := object{}
	for name, v := range q {
		body[name] = v
	}
	for kind, send := range map[string]struct{ query, body, contentType string }{
		"address": {"?" + q.Encode(), "", ""},
		"form":    {"", q.Encode(), "application/x-www-form-urlencoded"},
		"JSON":    {"", jsonText(body), "application/json"},
	} {
		header := http.Header{}
		if send.contentType != "" {
			header.Set("Content-Type", send.contentType)
		}
		a := w.Send(w.t, http.MethodPost, "/hsds"+endpoint+send.query, send.body, header)
		w.holdOwn(http.MethodPost, endpoint, a)
		if a.Status != http.StatusOK || jsonText(a.JSON(w.t)) != jsonText(want) {
			w.t.Errorf("POST %s with %s as %s = %d %.200s, want what GET answers", endpoint, q.Encode(), kind, a.Status, a.Body)
		}
		if a.Header.Get("Cache-Control") != "no-store" {
			w.t.Errorf("POST %s may be kept: %s", endpoint, a.Header.Get("Cache-Control"))
		}
	}
}

func (w walk) change(service string, change func(*directory.ServiceDoc)) {
	w.t.Helper()
	ctx := identity.With(w.t.Context(), identity.SystemActor("test"))
	doc, err := w.Directory.ServiceByID(ctx, service)
	if err != nil {
		w.t.Fatal(err)
	}
	change(&doc)
	doc.Meta = docstore.Meta{ID: doc.ID}
	if _, err := w.Directory.PutService(ctx, doc); err != nil {
		w.t.Fatal(err)
	}
	w.drain()
}
