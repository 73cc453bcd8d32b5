package directory

import (
	"context"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
)

// cardCache keeps cards in memory, so that a page of results reads nothing
// from the store. The consumer of changes keeps it current; another instance's
// changes show after cardAge at the latest.
type cardCache struct {
	now clock.Now
	mu  sync.RWMutex
	m   map[string]*card
	// dropped counts forget calls; what was read before one may be old.
	dropped uint64
}

const (
	cardAge  = 30 * time.Second
	maxCards = 50_000 // at about 4 KB each
)

func newCardCache(now clock.Now) *cardCache { return &cardCache{now: now, m: map[string]*card{}} }

// fresh finds the cards that are in memory and young enough, by service id.
func (c *cardCache) fresh(ids []string) (found map[string]*card, missing []string, dropped uint64) {
	found = make(map[string]*card, len(ids))
	now := c.now()
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, id := range ids {
		if k := c.m[id]; k != nil && now.Sub(k.loadedAt) < cardAge {
			found[id] = k
		} else {
			missing = append(missing, id)
		}
	}
	return found, missing, c.dropped
}

// add keeps a card that was read when as many cards had been dropped as now;
// when there are too many, any other goes.
func (c *cardCache) add(k *card, dropped uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped != dropped {
		return
	}
	for id := range c.m {
		if len(c.m) < maxCards {
			break
		}
		delete(c.m, id)
	}
	c.m[k.id] = k
}

// revision is another one after every change of the directory that was noticed.
func (c *cardCache) revision() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.dropped
}

// forget drops the cards of services that changed; without one, it notes that
// something else did.
func (c *cardCache) forget(ids ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped++
	for _, id := range ids {
		delete(c.m, id)
	}
}

// loadCards finds the cards of services, from memory or else from the store;
// those that do not exist are missing from the answer.
func (d *Directory) loadCards(ctx context.Context, ids []string) (map[string]*card, error) {
	found, missing, dropped := d.cards.fresh(ids)
	if len(missing) == 0 {
		return found, nil
	}
	at := d.now()
	listings, err := d.listings(ctx, missing)
	if err != nil {
		return nil, err
	}
	for _, l := range listings {
		k := newCard(l, d.crosswalk, at)
		d.cards.add(k, dropped)
		found[k.id] = k
	}
	return found, nil
}

// listings reads services with all that belongs to them.
func (d *Directory) listings(ctx context.Context, ids []string) ([]listing, error) {
	services, err := d.services.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	docs := make([]ServiceDoc, 0, len(services))
	for _, s := range services {
		docs = append(docs, s)
	}
	return d.complete(ctx, docs)
}

// complete reads what belongs to services.
func (d *Directory) complete(ctx context.Context, docs []ServiceDoc) ([]listing, error) {
	var orgIDs, locIDs []string
	seen := map[string]bool{}
	note := func(list *[]string, id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			*list = append(*list, id)
		}
	}
	for _, s := range docs {
		note(&orgIDs, s.Service.OrganizationID)
		for _, l := range s.Service.ServiceAtLocations {
			note(&locIDs, l.LocationID)
		}
	}
	orgs, err := d.organizations.GetMany(ctx, orgIDs)
	if err != nil {
		return nil, err
	}
	locs, err := d.locations.GetMany(ctx, locIDs)
	if err != nil {
		return nil, err
	}
	rules, err := d.listingRules(ctx)
	if err != nil {
		return nil, err
	}
	secret, err := d.secretPlaces(ctx)
	if err != nil {
		return nil, err
	}
	now := d.now()
	out := make([]listing, len(docs))
	for i, s := range docs {
		terms, err := d.termsOf(ctx, s.Service.Attributes)
		if err != nil {
			return nil, err
		}
		out[i] = listing{doc: s, org: orgs[s.Service.OrganizationID], locations: locs, terms: terms, secret: secret, now: now, rules: rules}
		out[i].scrub()
	}
	return out, nil
}
