package directory

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// stock keeps the shelf of the HSDS API current.
type stock struct {
	mu      sync.Mutex            // held by who changes the shelf
	shelf   atomic.Pointer[shelf] // nil until a list is first asked for
	checked atomic.Int64          // when the counts were last compared, Unix milliseconds
	terms   taxonomies
	found   searched
	shown   shown
}

// recount is how often a list looks whether the store has organizations or
// locations that no event told of: an import announces new services only.
const recount = 10 * time.Second

// ListsConsumer follows the changes of the directory for the lists of the HSDS
// API, which live in each process.
func (d *Directory) ListsConsumer() docstore.Consumer {
	return docstore.Consumer{Name: "hsds-lists", Handle: d.restock, Local: true}
}

// shelf answers the filled shelf.
func (d *Directory) shelf(ctx context.Context) (*shelf, error) {
	fresh := func() *shelf {
		if at := time.UnixMilli(d.stock.checked.Load()); d.now().Sub(at) < recount {
			return d.stock.shelf.Load()
		}
		return nil
	}
	if s := fresh(); s != nil {
		return s, nil
	}
	d.stock.mu.Lock()
	defer d.stock.mu.Unlock()
	if s := fresh(); s != nil {
		return s, nil
	}
	s := d.stock.shelf.Load()
	if s == nil {
		s = newShelf()
		if err := d.fillShelf(ctx, s); err != nil {
			return nil, fmt.Errorf("read the directory for its lists: %w", err)
		}
		d.stock.shelf.Store(s)
	} else if err := d.recount(ctx, s); err != nil {
		return nil, fmt.Errorf("count the directory for its lists: %w", err)
	}
	d.stock.checked.Store(d.now().UnixMilli())
	return s, nil
}

// fillShelf reads the whole directory, some hundred documents at a time.
func (d *Directory) fillShelf(ctx context.Context, s *shelf) error {
	var services []*shelved
	batch := make([]ServiceDoc, 0, reindexBatch)
	flush := func() error {
		listings, err := d.complete(ctx, batch)
		for _, l := range listings {
			services = append(services, l.shelve())
		}
		batch = batch[:0]
		return err
	}
	for doc, err := range d.services.All(ctx) {
		if err != nil {
			return err
		}
		if batch = append(batch, doc); len(batch) == reindexBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	for _, r := range services {
		s.services[r.id] = r
		for _, sp := range r.spots {
			if sp.id != "" && !r.gone {
				s.places[sp.id] = r
			}
		}
	}
	s.byName.fill(services)
	s.byTime.fill(append([]*shelved(nil), services...))
	if err := d.fillOrganizations(ctx, s); err != nil {
		return err
	}
	return d.fillLocations(ctx, s)
}

func (d *Directory) fillOrganizations(ctx context.Context, s *shelf) error {
	var list []*named
	for o, err := range d.organizations.All(ctx) {
		if err != nil {
			return err
		}
		list = append(list, shelveOrganization(o))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fillNamed(s.organizations, &s.orgsByName, list)
	s.generation++
	return nil
}

func (d *Directory) fillLocations(ctx context.Context, s *shelf) error {
	secret, err := d.secretPlaces(ctx)
	if err != nil {
		return err
	}
	var list []*named
	for l, err := range d.locations.All(ctx) {
		if err != nil {
			return err
		}
		list = append(list, shelveLocation(l, secret[l.ID]))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fillNamed(s.locations, &s.placesByName, list)
	s.generation++
	return nil
}

func fillNamed(into map[string]*named, order *ordered[*named], list []*named) {
	clear(into)
	for _, r := range list {
		into[r.id] = r
	}
	order.fill(list)
}

// recount reads organizations or locations anew when the store has another
// number of them than the shelf.
func (d *Directory) recount(ctx context.Context, s *shelf) error {
	organizations, err := d.organizations.Count(ctx, docstore.Query{OrderBy: []string{"name"}})
	if err != nil {
		return err
	}
	locations, err := d.locations.Count(ctx, docstore.Query{OrderBy: []string{"organization"}})
	if err != nil {
		return err
	}
	s.mu.RLock()
	more, places := int(organizations) != len(s.organizations), int(locations) != len(s.locations)
	s.mu.RUnlock()
	if more {
		if err := d.fillOrganizations(ctx, s); err != nil {
			return err
		}
	}
	if places {
		return d.fillLocations(ctx, s)
	}
	return nil
}

// restock brings what changed onto the shelf, if there is one.
func (d *Directory) restock(ctx context.Context, events []docstore.Event) error {
	d.cards.forget()
	d.stock.mu.Lock()
	defer d.stock.mu.Unlock()
	s := d.stock.shelf.Load()
	if s == nil {
		return nil
	}
	changed := map[string][]string{}
	seen := map[string]bool{}
	for _, e := range events {
		if key := e.Collection + "/" + e.DocumentID; !seen[key] {
			seen[key] = true
			changed[e.Collection] = append(changed[e.Collection], e.DocumentID)
		}
	}
	if ids := changed[serviceSpec.Name]; len(ids) > 0 {
		if err := d.restockServices(ctx, s, ids); err != nil {
			return err
		}
	}
	organizations, err := d.organizations.GetMany(ctx, changed[organizationSpec.Name])
	if err != nil {
		return err
	}
	for _, o := range organizations {
		s.putNamed(s.organizations, &s.orgsByName, shelveOrganization(o))
	}
	locations, err := d.locations.GetMany(ctx, changed[locationSpec.Name])
	if err != nil {
		return err
	}
	secret, err := d.secretPlaces(ctx)
	if err != nil {
		return err
	}
	for _, l := range locations {
		s.putNamed(s.locations, &s.placesByName, shelveLocation(l, secret[l.ID]))
	}
	return nil
}

func (d *Directory) restockServices(ctx context.Context, s *shelf, ids []string) error {
	listings, err := d.listings(ctx, ids)
	if err != nil {
		return err
	}
	more, err := d.neighbours(ctx, listings)
	if err != nil {
		return err
	}
	others, err := d.listings(ctx, more)
	if err != nil {
		return err
	}
	listings = append(listings, others...)
	there := map[string]bool{}
	for _, l := range listings {
		there[l.doc.ID] = true
		s.putService(l.shelve())
		if l.org.ID != "" && s.organizations[l.org.ID] == nil {
			s.putNamed(s.organizations, &s.orgsByName, shelveOrganization(l.org))
		}
		for _, sp := range l.spots() {
			if id := sp.loc.ID; id != "" && (s.locations[id] == nil || l.doc.Confidential) {
				s.putNamed(s.locations, &s.placesByName, shelveLocation(sp.loc, l.confidential(sp)))
			}
		}
	}
	for _, id := range ids {
		if !there[id] {
			s.removeService(id)
		}
	}
	return nil
}
