package directory

import (
	"context"
	"strings"
	"sync"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// PutTaxonomy stores a taxonomy, new or changed. It needs NetworkManage.
func (d *Directory) PutTaxonomy(ctx context.Context, in TaxonomyDoc) (TaxonomyDoc, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return in, err
	}
	if in.Taxonomy.ID == "" {
		in.Taxonomy.ID = in.ID
	}
	if err := needName(in.Taxonomy.Name); err != nil {
		return in, err
	}
	defer d.forgetTerms()
	return put(ctx, d.taxonomies, in, actor, entity[TaxonomyDoc]{
		event: "taxonomy.changed",
		id:    func(t *TaxonomyDoc) *string { return &t.Taxonomy.ID },
		meta:  taxonomySpec.Meta,
		owner: func(*TaxonomyDoc) string { return "" },
		ready: func(*TaxonomyDoc, *TaxonomyDoc) error { return nil },
	}, d.now())
}

// PutTerm stores a taxonomy term, new or changed. It needs NetworkManage.
// Services that carry the term are mapped and indexed anew when they are next
// saved, or by Reindex.
func (d *Directory) PutTerm(ctx context.Context, in TermDoc) (TermDoc, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return in, err
	}
	if in.Term.ID == "" {
		in.Term.ID = in.ID
	}
	if err := needName(in.Term.Name); err != nil {
		return in, err
	}
	defer d.forgetTerms()
	return put(ctx, d.terms, in, actor, entity[TermDoc]{
		event: "taxonomy.changed",
		id:    func(t *TermDoc) *string { return &t.Term.ID },
		meta:  termSpec.Meta,
		owner: func(*TermDoc) string { return "" },
		ready: func(*TermDoc, *TermDoc) error { return nil },
	}, d.now())
}

func needName(name string) error {
	var f fault.Fields
	f.Check(strings.TrimSpace(name) != "", "name", "Enter a name.")
	return f.Err()
}

// termCache keeps terms that were read; there are some thousands at most.
type termCache struct {
	mu sync.RWMutex
	m  map[string]TaxonomyTerm
}

func (c *termCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m = nil
}

func (c *termCache) get(id string) (TaxonomyTerm, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	t, ok := c.m[id]
	return t, ok
}

func (c *termCache) add(terms map[string]TermDoc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil {
		c.m = map[string]TaxonomyTerm{}
	}
	for id, t := range terms {
		c.m[id] = t.Term
	}
}

// forgetTerms drops what was read of taxonomies and terms.
func (d *Directory) forgetTerms() {
	d.termCache.clear()
	d.stock.terms.forget()
	d.cards.forget()
}

// deepest bounds how far up a taxonomy is followed, so that a circle ends.
const deepest = 10

// termsOf answers the terms that attributes name, and all above them.
func (d *Directory) termsOf(ctx context.Context, attributes []Attribute) (map[string]TaxonomyTerm, error) {
	out := map[string]TaxonomyTerm{}
	var wanted []string
	for _, a := range attributes {
		id := a.TaxonomyTermID
		if t := a.TaxonomyTerm; t != nil {
			id = t.ID
			out[id] = *t
			if t.ParentID != "" {
				wanted = append(wanted, t.ParentID)
			}
		} else if id != "" {
			wanted = append(wanted, id)
		}
	}
	for range deepest {
		var missing []string
		for _, id := range wanted {
			if _, ok := out[id]; ok {
				continue
			}
			if t, ok := d.termCache.get(id); ok {
				out[id] = t
			} else {
				missing = append(missing, id)
			}
		}
		read, err := d.terms.GetMany(ctx, missing)
		if err != nil {
			return nil, err
		}
		d.termCache.add(read)
		above := []string{}
		for _, id := range wanted {
			if t, ok := read[id]; ok {
				out[id] = t.Term
			}
			if p := out[id].ParentID; p != "" {
				above = append(above, p)
			}
		}
		if wanted = above; len(wanted) == 0 {
			break
		}
	}
	return out, nil
}

// mapNeeds finds the need domains of a service about to be stored.
func (d *Directory) mapNeeds(ctx context.Context, in ServiceDoc) ([]NeedMapping, error) {
	crosswalk, err := d.Crosswalk(ctx)
	if err != nil {
		return nil, err
	}
	return d.mapWith(ctx, crosswalk, in)
}

// mapWith finds the need domains of a service with a crosswalk.
func (d *Directory) mapWith(ctx context.Context, crosswalk *Crosswalk, in ServiceDoc) ([]NeedMapping, error) {
	terms, err := d.termsOf(ctx, in.Service.Attributes)
	if err != nil {
		return nil, err
	}
	var names, codes []string
	for _, t := range terms {
		names, codes = append(names, t.Name), append(codes, t.Code)
	}
	return mergeNeeds(in.Needs, crosswalk.Map(in.Service, names, codes)), nil
}

// Unmapped lists active services of which no need domain is known, as work for
// the network; it needs NetworkManage.
func (d *Directory) Unmapped(ctx context.Context, cursor string, limit int) (docstore.Page[ServiceDoc], error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return docstore.Page[ServiceDoc]{}, err
	}
	return d.services.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("mapped", docstore.Bool(false)), docstore.Eq("status", docstore.String(string(Active)))},
		OrderBy: []string{"name"},
		After:   cursor,
		Limit:   limit,
	})
}
