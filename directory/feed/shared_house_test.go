package feed_test

import (
	"context"
	"sync"
	"testing"

	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/identity"
)

// cityPath is the directory of a whole city, with 1,639 services.
const cityPath = "data/directory/dc-orservices-hsds2"

// city and somewhat of it are imported once for all tests, none of which
// changes them.
var city, partOfCity onceTaken

// onceTaken is a house that tests share.
type onceTaken struct {
	once  sync.Once
	house *house
	first feed.Result
	err   error
}

// take answers the house with what is in the folder, and what its first import
// did; services says how many of them are enough, 0 for all.
func (o *onceTaken) take(t *testing.T, folder string, services int) (*house, feed.Result) {
	t.Helper()
	o.once.Do(func() {
		if services > 0 {
			folder = slice(t, folder, services)
		}
		h, _ := newHouse(t)
		h.ctx = context.WithoutCancel(h.ctx)
		o.first, o.err = h.tryPath(folder)
		o.house = h
	})
	if o.err != nil || o.house == nil {
		t.Fatalf("the import of %s: %v", folder, o.err)
	}
	return &house{T: t, dir: o.house.dir, clock: o.house.clock, ctx: identity.With(t.Context(), identity.From(o.house.ctx))}, o.first
}
