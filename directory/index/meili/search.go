package meili

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// found is what is read of a document that was found.
type found struct {
	EntryID     string     `json:"entry_id"`
	ServiceID   string     `json:"service_id"`
	Geo         *geo.Point `json:"_geo"`
	HasPoint    bool       `json:"has_point"`
	Areas       []string   `json:"area_codes"`
	AreaUnknown bool       `json:"area_unknown"`
	SortName    string     `json:"sort_name"`
	Score       float64    `json:"_rankingScore"`
}

var foundFields = []string{"entry_id", "service_id", "_geo", "has_point", "area_codes", "area_unknown", "sort_name"}

// answer is the server's answer to one query.
type answer struct {
	hits   []found
	total  int
	facets map[string]map[string]int
}

// Search implements [directory.Index].
func (x *Index) Search(ctx context.Context, q directory.Query) (directory.Results, error) {
	if err := x.ensure(ctx); err != nil {
		return directory.Results{}, err
	}
	text := clean(q.Text)
	results, err := x.search(ctx, &q, text)
	if err != nil || results.Total > 0 || len(strings.Fields(text)) < 2 {
		return results, err
	}
	return x.relax(ctx, &q, text)
}

func (x *Index) search(ctx context.Context, q *directory.Query, text string) (directory.Results, error) {
	if q.Sort != directory.ByRelevance && text != "" {
		return x.searchSorted(ctx, q, text)
	}
	return x.searchTiers(ctx, q, text)
}

// page answers the page asked for: its first hit and the number of hits.
func page(q *directory.Query) (from, per int) {
	per = q.PerPage
	if per <= 0 {
		per = 20
	}
	per = min(per, 100)
	return min(max(q.Page, 1)-1, maxHits) * per, per
}

// request is a query for services, each once, that fit the filters and the condition.
func (x *Index) request(q *directory.Query, text string, more condition) *meilisearch.SearchRequest {
	r := &meilisearch.SearchRequest{
		IndexUID: x.uid, Query: text, MatchingStrategy: meilisearch.All, Distinct: "service_id",
		AttributesToRetrieve: foundFields, Sort: order(q),
	}
	if f := and(filters(q), more); f != "" {
		r.Filter = string(f)
	}
	return r
}

// count makes a request answer only how many services fit, all of them counted.
func count(r *meilisearch.SearchRequest) *meilisearch.SearchRequest {
	zero := int64(0)
	r.HitsPerPage, r.Page = &zero, 1
	return r
}

// order is the order behind how well the text fits.
func order(q *directory.Query) []string {
	var list []string
	if near(q) && q.Sort != directory.ByName {
		list = append(list, fmt.Sprintf("_geoPoint(%s, %s):asc", number(q.Near.Lat), number(q.Near.Lng)))
	}
	if q.Sort == directory.ByRelevance {
		list = append(list, "quality_score:desc", "verified_epoch:desc", "last_modified_epoch:desc")
	}
	return append(list, "sort_name:asc", "service_id:asc", "entry_id:asc")
}

// ask sends the requests in one call.
func (x *Index) ask(ctx context.Context, requests ...*meilisearch.SearchRequest) ([]answer, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	response, err := x.server.MultiSearchWithContext(ctx, &meilisearch.MultiSearchRequest{Queries: requests})
	if err != nil {
		return nil, failed(ctx, "search", err)
	}
	if len(response.Results) != len(requests) {
		return nil, fmt.Errorf("search: the search server answers %d of %d queries", len(response.Results), len(requests))
	}
	out := make([]answer, len(requests))
	for i, r := range response.Results {
		if err := r.Hits.DecodeInto(&out[i].hits); err != nil {
			return nil, fmt.Errorf("search: read what was found: %w", err)
		}
		out[i].total = int(r.TotalHits)
		if len(r.FacetDistribution) > 0 {
			if err := json.Unmarshal(r.FacetDistribution, &out[i].facets); err != nil {
				return nil, fmt.Errorf("search: read the facets: %w", err)
			}
		}
	}
	return out, nil
}

// hit turns a document into a hit of the query.
func hit(q *directory.Query, f *found, text string) directory.Hit {
	h := directory.Hit{ServiceID: f.ServiceID, EntryID: f.EntryID}
	if text != "" {
		h.Score = f.Score
	}
	isNear := false
	if near(q) && f.HasPoint && f.Geo != nil {
		meters := geo.Distance(*q.Near, *f.Geo)
		h.DistanceMeters, isNear = &meters, meters <= reach(q)
	}
	covers := slices.ContainsFunc(f.Areas, func(a string) bool { return slices.Contains(q.Areas, a) })
	switch {
	case !near(q) && len(q.Areas) == 0, covers && isNear:
		h.Tier = directory.CoversAndNear
	case covers:
		h.Tier = directory.Covers
	case isNear:
		h.Tier = directory.NearUnknown
	default:
		h.Tier = directory.Unknown
	}
	return h
}

// facetFields names the field that holds the values of a facet.
var facetFields = map[string]string{
	"needs": "needs", "languages": "facets.languages", "city": "facets.city", "capacity": "facets.capacity",
	"accessibility": "facets.accessibility", "organizationId": "organization_id", "taxonomyIds": "taxonomy_ids",
}

// withFacets makes a request count the facets too.
func withFacets(r *meilisearch.SearchRequest, names []string) *meilisearch.SearchRequest {
	for _, name := range names {
		if field, ok := facetFields[name]; ok {
			r.Facets = append(r.Facets, field)
		}
	}
	return r
}

// facets brings the counted facets into our form; nil when none were asked for.
func facets(names []string, counted map[string]map[string]int) map[string][]directory.FacetCount {
	if len(names) == 0 {
		return nil
	}
	out := map[string][]directory.FacetCount{}
	for _, name := range names {
		field, ok := facetFields[name]
		if !ok {
			continue
		}
		out[name] = []directory.FacetCount{}
		for value, n := range counted[field] {
			out[name] = append(out[name], directory.FacetCount{Value: value, Count: n})
		}
		slices.SortFunc(out[name], func(a, b directory.FacetCount) int {
			return cmp.Or(b.Count-a.Count, strings.Compare(a.Value, b.Value))
		})
	}
	return out
}

// maxText is how much of a text is sent, in bytes; the server reads ten words.
const maxText = 1000

// clean takes out of a typed text what the server would read as an operator
// (quotes, and a minus before a word) or cannot read.
func clean(text string) string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == '-' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	return strings.Join(strings.Fields(text), " ")
}
