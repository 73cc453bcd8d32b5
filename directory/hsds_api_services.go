package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// ListServices lists services, all but defunct ones.
func (d *Directory) ListServices(ctx context.Context, q ListQuery, view View) (List[Service], error) {
	picked, err := d.pick(ctx, q, false)
	if err != nil {
		return List[Service]{}, err
	}
	return List[Service]{ids: serviceIDsOf(picked), read: func(ctx context.Context, ids []string) ([]Service, error) {
		out, err := d.published(ctx, ids)
		if err != nil {
			return nil, err
		}
		if view == Brief {
			for id, s := range out {
				out[id] = briefService(s)
			}
		}
		return inOrder(ids, out), nil
	}}, nil
}

// PublishedService is one service with all that HSDS puts below it; the id of
// one that was merged into another answers the other.
func (d *Directory) PublishedService(ctx context.Context, id string) (Service, error) {
	return resolved(ctx, d, KindService, id, d.publishedService)
}

func (d *Directory) publishedService(ctx context.Context, id string) (Service, error) {
	found, err := d.published(ctx, []string{id})
	if err != nil {
		return Service{}, err
	}
	s, ok := found[id]
	if !ok {
		return Service{}, docstore.ErrNotFound
	}
	return s, nil
}

// Modified is a record and when it last changed: the minimal view.
type Modified struct {
	ID           string `json:"id"`
	LastModified string `json:"last_modified"`
}

// ListModified lists what ListServices does, in the minimal view, for which
// nothing is read.
func (d *Directory) ListModified(ctx context.Context, q ListQuery) (List[Modified], error) {
	picked, err := d.pick(ctx, q, false)
	if err != nil {
		return List[Modified]{}, err
	}
	all := make([]Modified, len(picked))
	for i, c := range picked {
		all[i] = Modified{ID: c.id, LastModified: stamp(c.modified)}
	}
	return listOf(all, func(m Modified) string { return m.ID }), nil
}

// Tombstone says that a service is withdrawn: it is defunct, or so long
// unverified that it is not shown any more.
type Tombstone struct {
	ID           string `json:"id"`
	Type         string `json:"type"` // "service"
	Status       Status `json:"status"`
	LastModified string `json:"last_modified"`
}

// ListTombstones lists the services that were withdrawn, oldest first; of the
// query it takes ModifiedAfter and Organizations.
func (d *Directory) ListTombstones(ctx context.Context, q ListQuery) (List[Tombstone], error) {
	p, err := d.plan(ctx, q)
	if err != nil {
		return List[Tombstone]{}, err
	}
	s, err := d.shelf(ctx)
	if err != nil {
		return List[Tombstone]{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var gone []Tombstone
	for _, r := range s.byTime.items {
		at := r.modified
		if !r.gone { // too old to be shown, since some day
			at = max(at, r.checked.Add(time.Duration(p.hideAfter)*day).UnixMilli())
		}
		if !p.offers(r) && at >= p.since && anyOf(p.Organizations, r.organization) {
			gone = append(gone, Tombstone{ID: r.id, Type: "service", Status: r.status, LastModified: stamp(at)})
		}
	}
	slices.SortStableFunc(gone, func(a, b Tombstone) int { return strings.Compare(a.LastModified, b.LastModified) })
	return listOf(gone, func(t Tombstone) string { return t.ID }), nil
}

// ListServiceAtLocations lists services at their locations.
func (d *Directory) ListServiceAtLocations(ctx context.Context, q ListQuery, view View) (List[ServiceAtLocation], error) {
	picked, err := d.pick(ctx, q, true)
	if err != nil {
		return List[ServiceAtLocation]{}, err
	}
	l := List[ServiceAtLocation]{ids: make([]string, len(picked))}
	of := make(map[string]string, len(picked)) // their services
	for i, c := range picked {
		l.ids[i] = c.spot.id
		of[c.spot.id] = c.id
	}
	l.read = func(ctx context.Context, ids []string) ([]ServiceAtLocation, error) {
		return d.showPlaces(ctx, ids, of, view)
	}
	return l, nil
}

// PublishedServiceAtLocation is one service at one location, with all that
// HSDS puts below it.
func (d *Directory) PublishedServiceAtLocation(ctx context.Context, id string) (ServiceAtLocation, error) {
	s, err := d.shelf(ctx)
	if err != nil {
		return ServiceAtLocation{}, err
	}
	s.mu.RLock()
	r := s.places[id]
	s.mu.RUnlock()
	if r == nil {
		return ServiceAtLocation{}, docstore.ErrNotFound
	}
	list, err := d.showPlaces(ctx, []string{id}, map[string]string{id: r.id}, Full)
	if err != nil || len(list) == 0 {
		return ServiceAtLocation{}, orNotFound(err)
	}
	return list[0], nil
}

// showPlaces reads service_at_locations; of says their services.
func (d *Directory) showPlaces(ctx context.Context, ids []string, of map[string]string, view View) ([]ServiceAtLocation, error) {
	services := make([]string, 0, len(ids))
	for _, id := range ids {
		services = append(services, of[id])
	}
	found, err := d.published(ctx, services)
	if err != nil {
		return nil, err
	}
	out := make(map[string]ServiceAtLocation, len(ids))
	for _, s := range found {
		for _, at := range s.ServiceAtLocations {
			out[at.ID] = placeOfService(at, s, view)
		}
	}
	return inOrder(ids, out), nil
}

func serviceIDsOf(picked []listed) []string {
	ids := make([]string, len(picked))
	for i, c := range picked {
		ids[i] = c.id
	}
	return ids
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return docstore.ErrNotFound
}
