package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/geo"
)

// OrganizationView says how much of an organization is shown.
type OrganizationView struct {
	View
	// Services adds whole services to the full view; without it, their direct fields.
	Services bool
}

// ListOrganizations lists organizations. One has a taxonomy term when it, or
// one of its services, has. Of the query it takes Search, Terms, Narrower,
// Taxonomies, ModifiedAfter and Sort.
func (d *Directory) ListOrganizations(ctx context.Context, q ListQuery, view OrganizationView) (List[Organization], error) {
	ids, err := d.pickOrganizations(ctx, q)
	if err != nil {
		return List[Organization]{}, err
	}
	return List[Organization]{ids: ids, read: func(ctx context.Context, ids []string) ([]Organization, error) {
		docs, err := d.organizations.GetMany(ctx, ids)
		if err != nil {
			return nil, err
		}
		out := make(map[string]Organization, len(docs))
		for id, o := range docs {
			if view.View == Brief && !view.Services {
				out[id] = conformed(briefOrganization(o.Organization))
			} else if out[id], err = d.wholeOrganization(ctx, o, view.Services); err != nil {
				return nil, err
			}
		}
		return inOrder(ids, out), nil
	}}, nil
}

// PublishedOrganization is one organization with all that HSDS puts below it;
// its services whole, or their direct fields only.
func (d *Directory) PublishedOrganization(ctx context.Context, id string, services bool) (Organization, error) {
	o, err := resolved(ctx, d, KindOrganization, id, d.organizations.Get)
	if err != nil {
		return Organization{}, err
	}
	return d.wholeOrganization(ctx, o, services)
}

func (d *Directory) pickOrganizations(ctx context.Context, q ListQuery) ([]string, error) {
	p, err := d.plan(ctx, q)
	if err != nil {
		return nil, err
	}
	if sort := q.Sort; sort != ByFit && sort != SortName && sort != SortModified {
		var f fault.Fields
		f.Add("sort", "Sort by name or last_modified.")
		return nil, f.Err()
	}
	s, err := d.shelf(ctx)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(geo.Normal(q.Search))
	s.mu.RLock()
	defer s.mu.RUnlock()
	changed, fitting := s.ofOrganizations(&p)
	var out []*named
	for _, o := range s.orgsByName.items {
		if last := max(o.modified, changed[o.id]); last < p.since || !says(o.text, words) {
			continue
		}
		if fitting[o.id] || p.fitsTerms(nil, o.terms) {
			out = append(out, o)
		}
	}
	if p.Sort == SortModified || p.Sort == ByFit && p.since > 0 {
		slices.SortStableFunc(out, func(a, b *named) int {
			return cmp.Compare(max(a.modified, changed[a.id]), max(b.modified, changed[b.id]))
		})
	}
	return namedIDs(out), nil
}

// ofOrganizations tells by organization when its services or places last
// changed, and which have a service with the terms asked for.
func (s *shelf) ofOrganizations(p *listPlan) (changed map[string]int64, fitting map[string]bool) {
	changed, fitting = map[string]int64{}, map[string]bool{}
	asked := len(p.Terms) > 0 || p.inTaxonomies != nil
	if !asked && p.since == 0 && p.Sort != SortModified {
		return changed, fitting
	}
	for _, r := range s.services {
		changed[r.organization] = max(changed[r.organization], r.modified)
		if asked && p.offers(r) && p.fitsTerms(r.above, r.terms) {
			fitting[r.organization] = true
		}
	}
	for _, l := range s.locations {
		changed[l.organization] = max(changed[l.organization], l.modified)
	}
	return changed, fitting
}

// wholeOrganization is an organization with its locations and services.
func (d *Directory) wholeOrganization(ctx context.Context, doc OrganizationDoc, whole bool) (Organization, error) {
	o := conformed(doc.Organization)
	own := docstore.Query{Where: []docstore.Cond{docstore.Eq("organization", docstore.String(doc.ID))}, OrderBy: []string{"name"}}
	locations, err := d.locations.Find(ctx, own)
	if err != nil {
		return o, err
	}
	for _, l := range locations.Items {
		shown, err := d.publishLocation(ctx, l)
		if err != nil {
			return o, err
		}
		o.Locations = append(o.Locations, shown)
	}
	services, err := d.services.Find(ctx, own)
	if err != nil {
		return o, err
	}
	listings, err := d.complete(ctx, services.Items)
	if err != nil {
		return o, err
	}
	for _, l := range listings {
		if !l.offered() {
			continue
		}
		s := l.publishFull()
		if !whole {
			s = briefService(s)
		}
		s.Organization = nil // it stands around the service
		o.Services = append(o.Services, s)
	}
	return o, nil
}

// ListLocations lists locations; of the query it takes Search, Organizations and ModifiedAfter.
func (d *Directory) ListLocations(ctx context.Context, q ListQuery, view View) (List[Location], error) {
	p, err := d.plan(ctx, q)
	if err != nil {
		return List[Location]{}, err
	}
	s, err := d.shelf(ctx)
	if err != nil {
		return List[Location]{}, err
	}
	words := strings.Fields(geo.Normal(q.Search))
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []*named
	for _, l := range s.placesByName.items {
		if l.modified >= p.since && anyOf(p.Organizations, l.organization) && says(l.text, words) {
			out = append(out, l)
		}
	}
	return List[Location]{ids: namedIDs(out), read: func(ctx context.Context, ids []string) ([]Location, error) {
		docs, err := d.locations.GetMany(ctx, ids)
		if err != nil {
			return nil, err
		}
		shown := make(map[string]Location, len(docs))
		for id, l := range docs {
			if shown[id], err = d.publishLocation(ctx, l); err != nil {
				return nil, err
			}
			if view == Brief {
				shown[id] = briefLocation(shown[id])
			}
		}
		return inOrder(ids, shown), nil
	}}, nil
}

// PublishedLocation is one location; a confidential one without its place.
func (d *Directory) PublishedLocation(ctx context.Context, id string) (Location, error) {
	l, err := resolved(ctx, d, KindLocation, id, d.locations.Get)
	if err != nil {
		return Location{}, err
	}
	return d.publishLocation(ctx, l)
}

// publishLocation is a location as anybody may see it: a confidential one
// without its place.
func (d *Directory) publishLocation(ctx context.Context, l LocationDoc) (Location, error) {
	secret, err := d.secretPlaces(ctx)
	if err != nil || l.Confidential || secret[l.ID] {
		return hiddenLocation(l.Location), err
	}
	return conformed(l.Location), nil
}

func namedIDs(list []*named) []string {
	ids := make([]string, len(list))
	for i, n := range list {
		ids[i] = n.id
	}
	return ids
}
