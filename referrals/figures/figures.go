// Package figures counts what becomes of referrals. A consumer of events keeps
// one [Fact] for each referral, set by id and version and never incremented, so
// that events may come twice and in any order. The facts lie in columns in
// memory, which every question scans; no referral is read to answer one.
//
// Nothing is told of fewer than [Fewest] distinct people, nor what it could be
// computed from (lattice.go). Needs that are private are in no figure at all.
package figures

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

// Fewest is how many distinct people a group must have to be told. Source:
// CMS cell size suppression policy: no cell of 1 to 10, nor one from which it
// could be derived.
const Fewest = 11

// Referrals reads referrals without asking who looks; *referrals.Service does.
type Referrals interface {
	Open(ctx context.Context, ids []string) (map[string]referrals.Referral, error)
	All(ctx context.Context, after string) iter.Seq2[referrals.Referral, error]
}

// Patients reads patients without asking who looks; *patients.Service does.
type Patients interface {
	OpenMany(ctx context.Context, ids []string) (map[string]patients.Patient, error)
}

// Options are what the room needs from others. All are required.
type Options struct {
	Now       clock.Now
	Referrals Referrals
	Patients  Patients
}

// Service is the room.
type Service struct {
	Options
	facts *docstore.Collection[Fact]
	walks *docstore.Collection[walk]
	table *table

	loading sync.Mutex
	loaded  bool // guarded by loading

	making sync.Mutex
	made   madeFacts // guarded by making
}

// New opens the room. The facts are read when they are first asked for, or by [Service.Load].
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	s := &Service{Options: o, table: newTable()}
	var err error
	if s.facts, err = docstore.Open(ctx, e, factSpec); err != nil {
		return nil, err
	}
	s.walks, err = docstore.Open(ctx, e, walkSpec)
	return s, err
}

// Load reads the facts into memory, once. It answers how many it read.
func (s *Service) Load(ctx context.Context) (int, error) {
	s.loading.Lock()
	defer s.loading.Unlock()
	if s.loaded {
		return 0, nil
	}
	n := 0
	var batch []Fact
	for f, err := range s.facts.All(ctx) {
		if err != nil {
			return n, fmt.Errorf("load facts: %w", err)
		}
		if batch = append(batch, f); len(batch) == loadBatch {
			s.table.set(batch...)
			batch = batch[:0]
		}
		n++
	}
	s.table.set(batch...)
	s.loaded = true
	return n, nil
}

// loadBatch is how many facts are put into the table at a time.
const loadBatch = 500
