package screening

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
)

// catalogAge is how old the catalog of instruments may be: another process of
// the server sees an import, or that an instrument was retired, after so long.
const catalogAge = 5 * time.Second

// catalog puts the instruments that come with the program together with those
// that are stored.
type catalog struct {
	base *Library
	docs *docstore.Collection[StoredInstrument]
	now  clock.Now

	mu     sync.Mutex
	all    *Library
	readAt time.Time
	parsed map[string]parsed // by id of the document
}

// parsed is a stored instrument as it was read from one version of its document.
type parsed struct {
	version    int64
	instrument *Instrument
	err        error
}

// library answers all instruments, at most catalogAge old.
func (c *catalog) library(ctx context.Context) (*Library, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := c.now().Sub(c.readAt); c.all != nil && age >= 0 && age < catalogAge {
		return c.all, nil
	}
	return c.read(ctx)
}

// fresh answers all instruments as they are stored now.
func (c *catalog) fresh(ctx context.Context) (*Library, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read(ctx)
}

func (c *catalog) read(ctx context.Context) (*Library, error) {
	all := &Library{list: append([]*Instrument(nil), c.base.list...), topics: c.base.topics, retired: map[string]bool{}, broken: map[string]error{}}
	known := map[string]parsed{}
	for doc, err := range c.docs.All(ctx) {
		if err != nil {
			return nil, fmt.Errorf("read the instruments: %w", err)
		}
		all.retired[doc.Ref] = doc.Retired
		if doc.Shipped {
			continue
		}
		p, ok := c.parsed[doc.ID]
		if !ok || p.version != doc.Version {
			p.version = doc.Version
			p.instrument, p.err = ParseInstrument(doc.Questionnaire, doc.rules(), c.base.topics)
		}
		known[doc.ID] = p
		if p.err != nil {
			all.broken[doc.Ref] = p.err // a later program may refuse what an earlier one took
			continue
		}
		all.list = append(all.list, p.instrument)
	}
	c.all, c.parsed, c.readAt = all, known, c.now()
	return all, nil
}

// find answers the instrument with the id, url or "url|version". One that is
// not known is looked for in the store at once: another process may just have
// taken it in.
func (c *catalog) find(ctx context.Context, ref string) (*Instrument, error) {
	all, err := c.library(ctx)
	if err != nil {
		return nil, err
	}
	if i := all.Find(ref); i != nil {
		return i, nil
	}
	if all, err = c.fresh(ctx); err != nil {
		return nil, err
	}
	if i := all.Find(ref); i != nil {
		return i, nil
	}
	return nil, fmt.Errorf("instrument %q: %w", ref, docstore.ErrNotFound)
}
