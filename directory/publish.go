package directory

import (
	"context"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
)

// Published are services as anybody may see them, by name, with how many there
// are in all; page counts from 1. The directory is public, so it checks
// nothing; what must not show of confidential places is left out.
func (d *Directory) Published(ctx context.Context, page, perPage int) ([]Service, int, error) {
	r, err := d.find(ctx, Query{Sort: ByName, Page: page, PerPage: perPage})
	if err != nil {
		return nil, 0, err
	}
	ids := serviceIDs(r.Hits)
	listings, err := d.listings(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	slices.SortFunc(listings, func(a, b listing) int {
		return slices.Index(ids, a.doc.ID) - slices.Index(ids, b.doc.ID)
	})
	out := make([]Service, len(listings))
	for i, l := range listings {
		out[i] = l.publish()
	}
	return out, r.Total, nil
}

// PublishedService is one service as anybody may see it, with all that HSDS
// puts below it. It checks nothing.
func (d *Directory) PublishedService(ctx context.Context, id string) (Service, error) {
	listings, err := d.listings(ctx, []string{id})
	if err != nil {
		return Service{}, err
	}
	if len(listings) == 0 || listings[0].org.ID == "" || listings[0].doc.Service.Status == Defunct {
		return Service{}, docstore.ErrNotFound
	}
	return listings[0].publish(), nil
}

// publish is the service as an HSDS object with its organization and places.
func (l listing) publish() Service {
	s := l.doc.Service
	org := l.org.Organization
	s.Organization = &org
	s.ServiceAtLocations = slices.Clone(s.ServiceAtLocations)
	for i, sp := range l.spots() {
		if sp.sal.ID == "" {
			continue
		}
		loc := sp.loc.Location
		if l.confidential(sp) {
			loc = Location{ID: loc.ID, LocationType: Virtual, Name: loc.Name, Phones: loc.Phones, Languages: loc.Languages}
		}
		s.ServiceAtLocations[i].Location = &loc
	}
	return s
}
