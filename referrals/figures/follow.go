package figures

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
)

// Consumers follow the events of referrals: one, for all instances, writes the
// facts, and one on every instance keeps the columns in its memory current.
// Each looks at the referrals as they are stored now, so events may come again
// and in any order.
func (s *Service) Consumers() []docstore.Consumer {
	return []docstore.Consumer{
		{Name: "referral-facts", Handle: func(ctx context.Context, events []docstore.Event) error {
			return s.write(ctx, slices.Collect(maps.Keys(changed(events))))
		}},
		{Name: "referral-figures", Handle: s.follow, Local: true},
	}
}

// changed are the referrals that events name, with their newest versions.
func changed(events []docstore.Event) map[string]int64 {
	out := map[string]int64{}
	for _, e := range events {
		if e.Collection == "referrals" && strings.HasPrefix(e.Type, "referral.") {
			out[e.DocumentID] = max(out[e.DocumentID], e.Version)
		}
	}
	return out
}

// follow brings the columns up to the events, without writing.
func (s *Service) follow(ctx context.Context, events []docstore.Event) error {
	ids := s.table.behind(changed(events))
	stored, err := s.facts.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	fresh, err := s.fresh(ctx, ids, stored)
	if err != nil {
		return err
	}
	for _, f := range stored {
		fresh = append(fresh, f) // a newer one of the same referral wins
	}
	s.table.set(fresh...)
	return nil
}

// writeTries bounds how often facts are made anew that somebody else wrote in
// the same moment: another instance, or the job beside the consumer.
const writeTries = 5

// write stores the facts of the referrals that have changed since their facts
// were made.
func (s *Service) write(ctx context.Context, ids []string) error {
	var err error
	for range writeTries {
		if err = s.writeOnce(ctx, ids); !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return err
}

func (s *Service) writeOnce(ctx context.Context, ids []string) error {
	stored, err := s.facts.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	facts, err := s.fresh(ctx, ids, stored)
	if err != nil {
		return err
	}
	var added, replaced []*Fact
	for i, f := range facts {
		was, ok := stored[f.ID]
		switch {
		case !ok:
			added = append(added, &facts[i])
		case !was.same(f): // a reminder changes a referral, but nothing that is counted
			replaced = append(replaced, &facts[i])
		}
	}
	errs := append(s.facts.InsertAll(ctx, added), s.facts.ReplaceAll(ctx, replaced)...)
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	s.table.set(facts...)
	return nil
}

// fresh makes the facts of those referrals whose stored fact is of an older version.
func (s *Service) fresh(ctx context.Context, ids []string, stored map[string]Fact) ([]Fact, error) {
	rs, err := s.Referrals.Open(ctx, ids)
	if err != nil {
		return nil, err
	}
	var who []string
	for id, r := range rs {
		if f, ok := stored[id]; ok && f.Of >= r.Version {
			delete(rs, id)
		} else if !ok {
			who = append(who, r.PatientID)
		}
	}
	people, err := s.Patients.OpenMany(ctx, who)
	if err != nil {
		return nil, err
	}
	out := make([]Fact, 0, len(rs))
	for id, r := range rs {
		var earlier *Fact
		if f, ok := stored[id]; ok {
			earlier = &f
		}
		out = append(out, factOf(r, people[r.PatientID], earlier))
	}
	return out, nil
}

// walk says how far the facts of old referrals were made, whose events are gone.
type walk struct {
	docstore.Meta
	After string `json:"after"` // the last referral
	Done  bool   `json:"done"`
}

var walkSpec = docstore.Spec[walk]{
	Name: "referral_fact_walks", Schema: 1,
	Meta: func(w *walk) *docstore.Meta { return &w.Meta },
}

const (
	// thisWalk names the walk of this form of facts; a new name makes all anew.
	thisWalk = "facts-1"
	// walkMost is how many referrals one run of the job goes through.
	walkMost = 5000
)

// CatchUp is a job: it makes the facts of referrals that were there before the
// facts were, some thousand in a run. It answers how many it looked at.
func (s *Service) CatchUp(ctx context.Context) (int, error) {
	w, err := s.walks.Get(ctx, thisWalk)
	if errors.Is(err, docstore.ErrNotFound) {
		w = walk{Meta: docstore.Meta{ID: thisWalk}}
		err = s.walks.Insert(ctx, &w)
	}
	if err != nil || w.Done {
		return 0, err
	}
	n := 0
	var ids []string
	w.Done = true
	for r, err := range s.Referrals.All(ctx, w.After) {
		if err != nil {
			return n, err
		}
		if n == walkMost {
			w.Done = false
			break
		}
		n++
		ids, w.After = append(ids, r.ID), r.ID
		if len(ids) == loadBatch {
			if err := s.write(ctx, ids); err != nil {
				return n, err
			}
			ids = ids[:0]
		}
	}
	if err := s.write(ctx, ids); err != nil {
		return n, err
	}
	return n, s.walks.Replace(ctx, &w)
}

var _ Referrals = (*referrals.Service)(nil)
