package accounts

import (
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/identity"
)

const (
	// cachedFor is how long it may take until a change made by another process is seen.
	cachedFor = 5 * time.Second
	// cacheRoom is how many sessions are remembered before the old ones are dropped.
	cacheRoom = 10_000
)

// actorCache remembers for a few seconds who is behind a session or a token family.
type actorCache struct {
	mu sync.Mutex
	// changes counts drops, so that what was read before one is not remembered after it.
	changes int
	entries map[string]entry
}

type entry struct {
	actor identity.Actor
	until time.Time
}

func newActorCache() *actorCache { return &actorCache{entries: map[string]entry{}} }

// get answers the actor of a session, from memory or by read, whose answer it
// keeps for cachedFor at most and no longer than its until.
func (c *actorCache) get(id string, now clock.Now, read func() (entry, error)) (identity.Actor, error) {
	c.mu.Lock()
	e, ok := c.entries[id]
	changes := c.changes
	c.mu.Unlock()
	if ok && now().Before(e.until) {
		return e.actor, nil
	}
	e, err := read()
	if err != nil {
		return identity.Actor{}, err
	}
	if kept := now().Add(cachedFor); kept.Before(e.until) {
		e.until = kept
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes == changes {
		if len(c.entries) >= cacheRoom {
			c.expire(now())
		}
		c.entries[id] = e
	}
	return e.actor, nil
}

// expire makes room: of entries that are over or, when there are none, of all.
func (c *actorCache) expire(now time.Time) {
	for id, e := range c.entries {
		if !now.Before(e.until) {
			delete(c.entries, id)
		}
	}
	if len(c.entries) >= cacheRoom {
		clear(c.entries)
	}
}

// drop forgets one session.
func (c *actorCache) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	delete(c.entries, id)
}

// forget forgets all sessions of a user.
func (c *actorCache) forget(userID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	for id, e := range c.entries {
		if e.actor.ID == userID {
			delete(c.entries, id)
		}
	}
}
