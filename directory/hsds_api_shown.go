package directory

import (
	"context"
	"sync"
	"time"
)

// shown keeps the services that lists of the HSDS API showed last, with all
// that is published of them, so that a page that is asked for again, or that a
// client has already, is not read from the store. Nobody changes what it holds.
type shown struct {
	mu sync.Mutex
	// revision is that of the cards when all this was read: whatever changes in
	// the directory, all of it is forgotten.
	revision uint64
	services map[string]shownService
}

type shownService struct {
	Service
	at time.Time // when it was read
}

const (
	// shownAge is how long that may be shown where another process changed it.
	shownAge = 5 * time.Second
	maxShown = 1000 // services, at about 8 KB each
)

// fresh finds the services that are in memory and young enough; the rest is
// read when the directory was at the revision.
func (c *shown) fresh(ids []string, revision uint64, now time.Time) (found map[string]Service, missing []string) {
	found = make(map[string]Service, len(ids))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.revision != revision {
		return found, ids
	}
	for _, id := range ids {
		if s, ok := c.services[id]; ok && now.Sub(s.at) < shownAge {
			found[id] = s.Service
		} else {
			missing = append(missing, id)
		}
	}
	return found, missing
}

// add keeps services that were read at a revision.
func (c *shown) add(services map[string]Service, revision uint64, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.services == nil || c.revision != revision || len(c.services)+len(services) > maxShown {
		c.services, c.revision = make(map[string]shownService, len(services)), revision
	}
	for id, s := range services {
		c.services[id] = shownService{s, at}
	}
}

// published are the services that may be listed, by id, with all that HSDS
// puts below them.
func (d *Directory) published(ctx context.Context, ids []string) (map[string]Service, error) {
	revision, at := d.cards.revision(), d.now()
	out, missing := d.stock.shown.fresh(ids, revision, at)
	if len(missing) == 0 {
		return out, nil
	}
	listings, err := d.listings(ctx, missing)
	if err != nil {
		return nil, err
	}
	read := make(map[string]Service, len(listings))
	for _, l := range listings {
		if l.offered() {
			read[l.doc.ID] = l.publishFull()
			out[l.doc.ID] = read[l.doc.ID]
		}
	}
	d.stock.shown.add(read, revision, at)
	return out, nil
}
