// Package meili lets a Meilisearch server be the search engine: a
// directory.Index for directories that have outgrown one machine's memory, or
// are searched by several instances.
//
// A document is one entry; answers are distinct by service. Filters, order and
// typos are Meilisearch's; the ranking tiers, which it does not have, are
// separate filtered queries that the adapter joins. Words that no document has
// together are left out as in the embedded engine.
package meili

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
)

// Config says where the server is.
type Config struct {
	URL string // http://host:port
	Key string // a key that may search and change the indexes; "" for a server without keys
	// Prefix begins the names of our indexes, "havenloop" if empty.
	Prefix string
	Client *http.Client // nil: one that waits 30 seconds for an answer
	Now    clock.Now    // clock.System if nil; opening hours are indexed for two weeks from now
	// Poll is how often a task of the server is looked at while we wait for it, 20 ms if 0.
	Poll time.Duration
}

// Index is a search index on a Meilisearch server; see [Open].
type Index struct {
	server meilisearch.ServiceManager
	uid    string // of the index that is searched
	next   string // of the index that is built
	now    clock.Now
	poll   time.Duration

	rebuild sync.Mutex // one rebuild at a time in this process

	made atomic.Bool // the index is there with our settings

	mu sync.Mutex // held by a change, and by the end of a rebuild
	// missed are the changes since a rebuild began, which the new index needs
	// too; nil when none runs.
	missed map[string]directory.Change

	words atomic.Pointer[words.Set] // with which indexes are made; changed with mu held
}

var _ directory.Index = (*Index)(nil)

// Open connects to the server and makes sure that the index is there with our
// settings; while the server is away, the first call that reaches it does so.
func Open(ctx context.Context, cfg Config) (*Index, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("the search server's address %q is not an http or https address", cfg.URL)
	}
	prefix := cmp.Or(cfg.Prefix, "havenloop")
	client := cfg.Client
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	now := cfg.Now
	if now == nil {
		now = clock.System
	}
	x := &Index{
		server: meilisearch.New(strings.TrimRight(cfg.URL, "/"), meilisearch.WithAPIKey(cfg.Key),
			meilisearch.WithCustomClient(client), meilisearch.DisableRetries()),
		uid: prefix + "_services", next: prefix + "_services_next",
		now: now, poll: cmp.Or(cfg.Poll, 20*time.Millisecond),
	}
	shipped := words.Default()
	x.words.Store(&shipped)
	if err := x.ensure(ctx); err != nil && !fault.Is(err, fault.Transient) {
		return nil, err
	}
	return x, nil
}

// ensure makes the index the first time the server can be reached.
func (x *Index) ensure(ctx context.Context) error {
	if x.made.Load() {
		return nil
	}
	if err := x.create(ctx, x.uid); err != nil {
		return err
	}
	x.made.Store(true)
	return nil
}

// Ping implements [directory.Index].
func (x *Index) Ping(ctx context.Context) error {
	health, err := x.server.HealthWithContext(ctx)
	if err != nil {
		return failed(ctx, "ask for the health of the search server", err)
	}
	if health.Status != "available" {
		return failed(ctx, "ask for the health of the search server", fmt.Errorf("its status is %q", health.Status))
	}
	return nil
}

// retryAfter is when a client should try again while the server is away.
const retryAfter = 10 * time.Second

// away is what a person reads while the server is away.
func away() *fault.Error {
	f := fault.New(fault.Transient, "Search is not available right now. Try again in a moment.")
	f.RetryAfter = retryAfter
	return f
}

// failed tells what went wrong with the server: the end of ctx as it is, a
// server that is away, busy or lets us wait too long as a fault.Transient, and
// a request it refuses as our own error.
func failed(ctx context.Context, doing string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	}
	if e, ok := errors.AsType[*meilisearch.Error](err); ok {
		answered := e.StatusCode != 0 && e.StatusCode != http.StatusTooManyRequests && e.StatusCode < http.StatusInternalServerError
		if answered && e.ErrCode != meilisearch.MeilisearchCommunicationError && e.ErrCode != meilisearch.MeilisearchTimeoutError {
			return fmt.Errorf("%s: the search server refuses: status %d, %s: %s", doing, e.StatusCode, e.MeilisearchApiError.Code, e.MeilisearchApiError.Message)
		}
	}
	return fmt.Errorf("%s: %w (%v)", doing, away(), err)
}
