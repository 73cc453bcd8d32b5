// Package directory is the room of services: the HSDS model, its documents,
// the search over them through the [Index] port, and the matching of services
// with a person's need.
//
// A service is written by a Put method, which checks who acts and what is
// written, maps it to need domains and leaves an event; the consumer of those
// events keeps the search index current. Search, Detail and Match read.
package directory

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/network"
)

// Directory keeps organizations, locations and services and finds services.
// (The name Service is the standard's, for what an organization does.)
type Directory struct {
	engine        docstore.Engine
	organizations *docstore.Collection[OrganizationDoc]
	locations     *docstore.Collection[LocationDoc]
	services      *docstore.Collection[ServiceDoc]
	taxonomies    *docstore.Collection[TaxonomyDoc]
	terms         *docstore.Collection[TermDoc]
	duplicates    *docstore.Collection[Duplicate]
	merges        *docstore.Collection[Merge]
	aliases       *docstore.Collection[alias]
	shortlists    *docstore.Collection[Shortlist]
	aging         *docstore.Collection[agingDoc]
	upkeep        *docstore.Collection[Upkeep]
	proposals     *docstore.Collection[Proposal]

	hasUsers  func(ctx context.Context, organizationID string) (bool, error)
	index     Index
	now       clock.Now
	log       *slog.Logger
	rules     Rules
	notices   Notices
	agencies  Agencies
	lookMu    sync.Mutex
	looks     map[string]int // opened listings, by service
	crosswalk *Crosswalk
	fallback  bool
	local     bool
	cards     *cardCache
	synonyms  *single[synonymDoc]
	changes   *single[crosswalkDoc]
	remapping *single[RemapState]
	inForce   crosswalkCache
	missed    *missedSearches
	termCache termCache
	stock     stock
	secrets   secrets

	built  atomic.Pointer[time.Time] // when the last Reindex here began
	termed atomic.Pointer[time.Time] // when a term changed last; see IndexOutdated
}

// Options adjust a Directory.
type Options struct {
	// HasUsers tells whether an organization has an account, whose users and
	// referrals go by its id, so that its record has to stay; nil for none has.
	HasUsers func(ctx context.Context, organizationID string) (bool, error)

	Now clock.Now    // nil: the machine's clock
	Log *slog.Logger // nil: the default logger
	// Crosswalk maps services to needs; nil for the one that comes with Havenloop.
	Crosswalk *Crosswalk
	// FallbackSearch makes Search read through the store when the index is
	// away, slower and by plain words, instead of failing with a fault.Transient.
	FallbackSearch bool
	// LocalIndex says that the index lives in this process, so that every
	// instance has to keep its own current; see docstore.Consumer.
	LocalIndex bool
	// Rules tell how listings are kept true; nil for the defaults.
	Rules Rules
	// Notices and Agencies tell agencies that their listing is to be checked;
	// nil for nobody.
	Notices  Notices
	Agencies Agencies
}

// Rules are the network's settings; *network.Service keeps them.
type Rules interface {
	Settings(ctx context.Context) (network.Settings, error)
}

// New opens the directory in the store.
func New(ctx context.Context, e docstore.Engine, index Index, o Options) (*Directory, error) {
	d := &Directory{engine: e, index: index, now: o.Now, log: o.Log, crosswalk: o.Crosswalk, fallback: o.FallbackSearch, local: o.LocalIndex, rules: o.Rules, notices: o.Notices, agencies: o.Agencies, looks: map[string]int{}}
	if d.now == nil {
		d.now = clock.System
	}
	if d.log == nil {
		d.log = slog.Default()
	}
	if d.crosswalk == nil {
		d.crosswalk = DefaultCrosswalk()
	}
	d.cards = newCardCache(d.now)
	if d.hasUsers = o.HasUsers; d.hasUsers == nil {
		d.hasUsers = func(context.Context, string) (bool, error) { return false, nil }
	}
	for _, open := range []func() error{
		func() (err error) { d.organizations, err = docstore.Open(ctx, e, organizationSpec); return },
		func() (err error) { d.locations, err = docstore.Open(ctx, e, locationSpec); return },
		func() (err error) { d.services, err = docstore.Open(ctx, e, serviceSpec); return },
		func() (err error) { d.taxonomies, err = docstore.Open(ctx, e, taxonomySpec); return },
		func() (err error) { d.terms, err = docstore.Open(ctx, e, termSpec); return },
		func() (err error) { d.duplicates, err = docstore.Open(ctx, e, duplicateSpec); return },
		func() (err error) { d.merges, err = docstore.Open(ctx, e, mergeSpec); return },
		func() (err error) { d.aliases, err = docstore.Open(ctx, e, aliasSpec); return },
		func() (err error) { d.shortlists, err = docstore.Open(ctx, e, shortlistSpec); return },
		func() (err error) { d.aging, err = docstore.Open(ctx, e, agingSpec); return },
		func() (err error) { d.upkeep, err = docstore.Open(ctx, e, upkeepSpec); return },
		func() (err error) { d.synonyms, err = openSingle(ctx, e, synonymSpec); return },
		func() (err error) { d.changes, err = openSingle(ctx, e, crosswalkSpec); return },
		func() (err error) { d.remapping, err = openSingle(ctx, e, remapSpec); return },
		func() (err error) { d.missed, err = openMissed(ctx, e); return },
		func() (err error) { d.proposals, err = docstore.Open(ctx, e, proposalSpec); return },
	} {
		if err := open(); err != nil {
			return nil, fmt.Errorf("open the directory: %w", err)
		}
	}
	return d, d.teach(ctx)
}
