package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// importBatch is how many records an import reads and writes at a time.
const importBatch = 1000

const (
	// importLease keeps two imports of a feed apart. It is prolonged by importTime
	// every importPause, so that after a crash the import can be run again that soon.
	importLease = "import/"
	importTime  = 10 * time.Minute
	importPause = 10 * time.Second
)

var errImporting = fault.New(fault.Conflict, "This feed is being imported already. Wait until that is done.")

// feedRecord notes what a feed last said of a record, so that the same file
// again changes nothing and what vanishes from the feed is noticed.
type feedRecord struct {
	docstore.Meta
	Feed string `json:"feed"`
	Kind string `json:"kind"`
	// RecordID is the id of the directory's document.
	RecordID string    `json:"recordId"`
	Hash     string    `json:"hash"` // of the object as the feed has it
	StoredAt time.Time `json:"storedAt"`
	// MissingSince and Missing are since when, and in how many imports in a
	// row, the feed has not had the record.
	MissingSince time.Time `json:"missingSince,omitzero"`
	Missing      int       `json:"missing,omitempty"`
}

var feedRecordSpec = docstore.Spec[feedRecord]{
	Name: "feed_records", Schema: 1,
	Meta: func(r *feedRecord) *docstore.Meta { return &r.Meta },
	Keys: docstore.Keys[feedRecord]{
		"feed":    func(r feedRecord) docstore.Value { return docstore.String(r.Feed) },
		"missing": func(r feedRecord) docstore.Value { return docstore.Bool(r.Missing > 0) },
		"record":  func(r feedRecord) docstore.Value { return docstore.String(r.Kind + "/" + r.RecordID) },
	},
	Kinds:   map[string]docstore.Kind{"missing": docstore.IntKind},
	Indexes: []docstore.Index{{"feed", "record"}, {"missing", "feed"}},
}

func feedRecordID(feed, kind, id string) string { return feed + "/" + kind + "/" + id }

// ImportCounts are what an import did with the records of a kind.
type ImportCounts struct {
	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	// Missing were in the feed before and are not any more.
	Missing int `json:"missing"`
	// Refused could not be stored; the report says why.
	Refused int `json:"refused"`
}

// ImportNote is something about a record that a report tells.
type ImportNote struct {
	Kind, ID, Name string
	// Field is the HSDS name of a field, or "".
	Field string
	// Rule is a word of its own for each kind of note, such as "edited-here".
	Rule string
	// Refused tells that the record was not stored.
	Refused bool
}

// Import is one run of taking a feed into the directory. Records go in whole or
// not at all, and those that vanished are marked last, so that an import that
// ended in the middle can be run again. Its methods are called in the order
// taxonomies, terms, organizations, locations, services, Finish.
type Import struct {
	d       *Directory
	feed    string
	dry     bool
	note    func(ImportNote)
	actor   identity.Actor
	at      time.Time
	records *docstore.Collection[feedRecord]
	leases  *docstore.Leases
	held    time.Time                  // when the lease was prolonged last
	seen    map[string]map[string]bool // by kind: ids of this run
	states  map[string]string          // FIPS code by location that this run made
	// crosswalk maps the services of the batch at hand.
	crosswalk *Crosswalk
	// known counts the records that the feed has now and the store remembers.
	known int
	// merged are, by kind, the records that were merged into another.
	merged map[string]map[string]string
	// Counts are by kind: "organization", "location", "service" and so on.
	Counts map[string]*ImportCounts
}

// StartImport begins an import of the feed; a dry one writes nothing. note takes
// what a report tells of records. It needs NetworkManage. One import of a feed
// runs at a time: another fails with a fault.Conflict. Close ends it.
func (d *Directory) StartImport(ctx context.Context, feed string, dry bool, note func(ImportNote)) (*Import, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return nil, err
	}
	var wrong fault.Fields
	wrong.Check(feed != "" && len(feed) <= 100, "feed", "Give the feed a name of at most 100 letters.")
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	im := &Import{d: d, feed: feed, dry: dry, note: note, actor: actor, at: d.now(), seen: map[string]map[string]bool{}, states: map[string]string{}, Counts: map[string]*ImportCounts{}}
	if im.records, err = docstore.Open(ctx, d.engine, feedRecordSpec); err != nil {
		return nil, err
	}
	if im.merged, err = d.mergedRecords(ctx); err != nil {
		return nil, err
	}
	if im.leases, err = docstore.NewLeases(ctx, d.engine, d.now, ""); err != nil {
		return nil, err
	}
	if err := im.hold(ctx); err != nil {
		return nil, err
	}
	return im, nil
}

// hold takes the lease of the feed, or prolongs it when that is due.
func (im *Import) hold(ctx context.Context) error {
	now := im.d.now()
	if !im.held.IsZero() && now.Before(im.held.Add(importPause)) {
		return nil
	}
	im.held = now
	held, err := im.leases.TryHold(ctx, importLease+im.feed, importTime)
	if err == nil && !held {
		err = errImporting
	}
	return err
}

// Close lets another import of the feed begin.
func (im *Import) Close(ctx context.Context) error {
	return im.leases.Release(context.WithoutCancel(ctx), importLease+im.feed)
}

// counts are those of a kind.
func (im *Import) counts(kind string) *ImportCounts {
	if im.Counts[kind] == nil {
		im.Counts[kind], im.seen[kind] = &ImportCounts{}, map[string]bool{}
	}
	return im.Counts[kind]
}

func (im *Import) tell(n ImportNote) {
	if n.Refused {
		im.counts(n.Kind).Refused++
	}
	if im.note != nil {
		im.note(n)
	}
}

// hash is a fingerprint of an object as a feed has it.
func hash(object any) (string, error) {
	b, err := json.Marshal(object)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16]), nil
}
