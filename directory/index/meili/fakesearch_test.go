package meili

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/geo"
)

// search answers one query as Meilisearch does, but for the weighing of texts:
// a document fits or does not.
func (f *fakeIndex) search(q *meilisearch.SearchRequest) (map[string]any, error) {
	filter, _ := q.Filter.(string)
	var found []record
	for _, key := range f.keys() {
		doc := f.docs[key]
		ok, err := evaluate(filter, f.settings.FilterableAttributes, doc)
		if err != nil {
			return nil, err
		}
		if ok && f.matches(doc, q) {
			found = append(found, doc)
		}
	}
	if err := f.sort(found, q.Sort); err != nil {
		return nil, err
	}
	if q.Distinct != "" {
		if !slices.Contains(f.settings.FilterableAttributes, q.Distinct) {
			return nil, fmt.Errorf("attribute %q is not filterable and cannot be distinct", q.Distinct)
		}
		seen := map[string]bool{}
		found = slices.DeleteFunc(found, func(d record) bool {
			v := fmt.Sprint(d[q.Distinct])
			again := seen[v]
			seen[v] = true
			return again
		})
	}
	counted := map[string]map[string]int{}
	for _, field := range q.Facets {
		if !slices.Contains(f.settings.FilterableAttributes, field) {
			return nil, fmt.Errorf("attribute %q is not filterable and cannot be a facet", field)
		}
		counted[field] = map[string]int{}
		for _, d := range found {
			for _, v := range valuesOf(d, field) {
				counted[field][v]++
			}
		}
	}
	answer := map[string]any{"indexUid": q.IndexUID, "query": q.Query, "processingTimeMs": 1, "facetDistribution": counted}
	from, to := int(q.Offset), int(q.Offset)+cmp.Or(int(q.Limit), 20)
	if q.HitsPerPage != nil {
		per := int(*q.HitsPerPage)
		from, to = per*(max(int(q.Page), 1)-1), per*max(int(q.Page), 1)
		answer["totalHits"] = len(found)
	}
	hits := []record{}
	for _, d := range found[min(from, len(found)):min(to, len(found))] {
		h := record{"_rankingScore": 1}
		for _, field := range q.AttributesToRetrieve {
			if v, ok := d[field]; ok {
				h[field] = v
			}
		}
		hits = append(hits, h)
	}
	answer["hits"] = hits
	return answer, nil
}

// matches tells whether the document has all words of the query, the last as a
// prefix, each perhaps with one letter wrong; or those with a synonym in place
// of one phrase.
func (f *fakeIndex) matches(doc record, q *meilisearch.SearchRequest) bool {
	fields := f.settings.SearchableAttributes
	if q.AttributesToSearchOn != nil {
		fields = q.AttributesToSearchOn
	}
	var have []string
	for _, field := range fields {
		for _, v := range valuesOf(doc, field) {
			have = slices.AppendSeq(have, words.Split(words.Fold(v)))
		}
	}
	typed := slices.Collect(words.Split(words.Fold(q.Query)))
	if len(typed) == 0 {
		return len(q.Query) == 0
	}
	return slices.ContainsFunc(f.variants(typed), func(typed []string) bool { return f.hasAll(have, typed) })
}

func (f *fakeIndex) hasAll(have, typed []string) bool {
	for i, w := range typed {
		if slices.Contains(f.settings.StopWords, w) {
			continue
		}
		if !slices.ContainsFunc(have, func(h string) bool {
			return h == w || i == len(typed)-1 && strings.HasPrefix(h, w) || oneWrong(h, w)
		}) {
			return false
		}
	}
	return true
}

// variants are the typed words, and the same with one phrase replaced by a synonym.
func (f *fakeIndex) variants(typed []string) [][]string {
	out := [][]string{typed}
	for from := range typed {
		for to := from + 1; to <= len(typed); to++ {
			for _, s := range f.settings.Synonyms[strings.Join(typed[from:to], " ")] {
				out = append(out, slices.Concat(typed[:from], strings.Fields(s), typed[to:]))
			}
		}
	}
	return out
}

func oneWrong(a, b string) bool {
	if len(a) != len(b) || len(a) < 5 {
		return false
	}
	wrong := 0
	for i := range len(a) {
		if a[i] != b[i] {
			wrong++
		}
	}
	return wrong == 1
}

func (f *fakeIndex) sort(docs []record, by []string) error {
	var orders []func(a, b record) int
	for _, s := range by {
		field, direction, _ := strings.Cut(s, ":")
		if rest, ok := strings.CutPrefix(s, "_geoPoint("); ok {
			var p geo.Point
			if _, err := fmt.Sscanf(rest, "%g, %g):asc", &p.Lat, &p.Lng); err != nil {
				return fmt.Errorf("bad order %q: %w", s, err)
			}
			orders = append(orders, func(a, b record) int { return cmp.Compare(distance(a, p), distance(b, p)) })
			field = "_geo"
		} else {
			orders = append(orders, func(a, b record) int {
				d := compareAny(a[field], b[field])
				if direction == "desc" {
					d = -d
				}
				return d
			})
		}
		if !slices.Contains(f.settings.SortableAttributes, field) {
			return fmt.Errorf("attribute %q is not sortable", field)
		}
	}
	slices.SortStableFunc(docs, func(a, b record) int {
		for _, o := range orders {
			if d := o(a, b); d != 0 {
				return d
			}
		}
		return 0
	})
	return nil
}

func distance(d record, p geo.Point) float64 {
	at, ok := pointOf(d)
	if !ok {
		return 1e12
	}
	return geo.Distance(at, p)
}

func compareAny(a, b any) int {
	x, okX := a.(float64)
	y, okY := b.(float64)
	if okX && okY {
		return cmp.Compare(x, y)
	}
	return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
}
