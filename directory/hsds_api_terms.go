package directory

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/geo"
)

// taxonomies keeps all taxonomies and terms in memory, of which there are some
// thousands at most.
type taxonomies struct {
	mu sync.Mutex
	at time.Time // when they were read; zero for not
	*termList
}

// termList is all taxonomies and terms, by name.
type termList struct {
	taxonomies []Taxonomy
	terms      []TaxonomyTerm
}

// termAge is how old the list may be where another process changed it.
const termAge = 30 * time.Second

func (t *taxonomies) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at = time.Time{}
}

// termList answers all taxonomies and terms.
func (d *Directory) termList(ctx context.Context) (*termList, error) {
	t := &d.stock.terms
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.at.IsZero() && d.now().Sub(t.at) < termAge {
		return t.termList, nil
	}
	list := &termList{}
	for doc, err := range d.taxonomies.All(ctx) {
		if err != nil {
			return nil, err
		}
		list.taxonomies = append(list.taxonomies, conformed(doc.Taxonomy))
	}
	for doc, err := range d.terms.All(ctx) {
		if err != nil {
			return nil, err
		}
		list.terms = append(list.terms, conformed(doc.Term))
	}
	slices.SortFunc(list.taxonomies, func(a, b Taxonomy) int { return compareNames(a.Name, b.Name, a.ID, b.ID) })
	slices.SortFunc(list.terms, func(a, b TaxonomyTerm) int { return compareNames(a.Name, b.Name, a.ID, b.ID) })
	t.termList, t.at = list, d.now()
	return list, nil
}

// in are the ids of the terms of taxonomies; nil when none are named.
func (l *termList) in(taxonomies []string) map[string]bool {
	if len(taxonomies) == 0 {
		return nil
	}
	out := map[string]bool{}
	for _, t := range l.terms {
		if slices.Contains(taxonomies, schemeOf(t)) {
			out[t.ID] = true
		}
	}
	return out
}

// schemeOf is the id of the taxonomy of a term; "" where the term names none.
func schemeOf(t TaxonomyTerm) string {
	if t.TaxonomyID == "" && t.TaxonomyDetail != nil {
		return t.TaxonomyDetail.ID
	}
	return t.TaxonomyID
}

// TermQuery asks for taxonomies or their terms as [ListQuery] does for services.
type TermQuery struct {
	Search     string // words, of which each begins a word of name, description or code
	Taxonomies []string
	Parents    []string // ids of terms right above
	TopOnly    bool     // terms without one above
}

// ListTaxonomies lists taxonomies by name; of the query it takes Search.
func (d *Directory) ListTaxonomies(ctx context.Context, q TermQuery) (List[Taxonomy], error) {
	all, err := d.termList(ctx)
	if err != nil {
		return List[Taxonomy]{}, err
	}
	words := strings.Fields(geo.Normal(q.Search))
	var found []Taxonomy
	for _, t := range all.taxonomies {
		if len(words) == 0 || says(searchText(t.Name, t.Description), words) {
			found = append(found, t)
		}
	}
	return listOf(found, func(t Taxonomy) string { return t.ID }), nil
}

// ListTerms lists taxonomy terms by name.
func (d *Directory) ListTerms(ctx context.Context, q TermQuery) (List[TaxonomyTerm], error) {
	all, err := d.termList(ctx)
	if err != nil {
		return List[TaxonomyTerm]{}, err
	}
	words := strings.Fields(geo.Normal(q.Search))
	var found []TaxonomyTerm
	for _, t := range all.terms {
		if anyOf(q.Taxonomies, schemeOf(t)) && anyOf(q.Parents, t.ParentID) && (!q.TopOnly || t.ParentID == "") &&
			(len(words) == 0 || says(searchText(t.Name, t.Description, t.Code), words)) {
			found = append(found, t)
		}
	}
	return listOf(found, func(t TaxonomyTerm) string { return t.ID }), nil
}

// PublishedTaxonomy is one taxonomy.
func (d *Directory) PublishedTaxonomy(ctx context.Context, id string) (Taxonomy, error) {
	doc, err := d.taxonomies.Get(ctx, id)
	return conformed(doc.Taxonomy), err
}

// PublishedTerm is one taxonomy term, with its taxonomy.
func (d *Directory) PublishedTerm(ctx context.Context, id string) (TaxonomyTerm, error) {
	doc, err := d.terms.Get(ctx, id)
	if err != nil {
		return TaxonomyTerm{}, err
	}
	t := conformed(doc.Term)
	if t.TaxonomyDetail == nil && t.TaxonomyID != "" {
		found, err := d.taxonomies.GetMany(ctx, []string{t.TaxonomyID})
		if err != nil {
			return TaxonomyTerm{}, err
		}
		if s, ok := found[t.TaxonomyID]; ok {
			scheme := conformed(s.Taxonomy)
			t.TaxonomyDetail = &scheme
		}
	}
	return t, nil
}

// listOf is a list of what is in memory anyway.
func listOf[T any](all []T, id func(T) string) List[T] {
	items := make(map[string]T, len(all))
	l := List[T]{ids: make([]string, len(all))}
	for i, t := range all {
		l.ids[i] = id(t)
		items[l.ids[i]] = t
	}
	l.read = func(_ context.Context, ids []string) ([]T, error) { return inOrder(ids, items), nil }
	return l
}
