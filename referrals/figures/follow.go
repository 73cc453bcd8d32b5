package figures

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
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
			return s.write(ctx, changed(events))
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
	behind := s.table.behind(changed(events))
	stored, err := s.facts.GetMany(ctx, slices.Collect(maps.Keys(behind)))
	if err != nil {
		return err
	}
	fresh, err := s.fresh(ctx, behind, stored)
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

// write stores the facts of the referrals, each of at least that version, that
// have changed since their facts were made.
func (s *Service) write(ctx context.Context, changed map[string]int64) error {
	var err error
	for range writeTries {
		if err = s.writeOnce(ctx, changed); !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return err
}

func (s *Service) writeOnce(ctx context.Context, changed map[string]int64) error {
	stored, err := s.facts.GetMany(ctx, slices.Collect(maps.Keys(changed)))
	if err != nil {
		return err
	}
	facts, err := s.fresh(ctx, changed, stored)
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

// fresh makes the facts of those referrals, each of at least that version, whose
// stored fact is older. The two consumers of a process need the same facts at
// the same time: what the one has made the other takes.
func (s *Service) fresh(ctx context.Context, changed map[string]int64, stored map[string]Fact) ([]Fact, error) {
	s.making.Lock()
	defer s.making.Unlock()
	var out []Fact
	var ids []string
	for id, version := range changed {
		earlier := stored[id]
		switch f, ok := s.made.get(id); {
		case earlier.Of >= version: // somebody has written it
		case ok && f.Of >= version && f.Version == earlier.Version:
			out = append(out, f)
		default:
			ids = append(ids, id)
		}
	}
	made, err := s.make(ctx, ids, stored)
	for _, f := range made {
		s.made.put(f)
	}
	return append(out, made...), err
}

// make makes the facts of referrals as they are stored now, but of those whose
// stored fact is as new.
func (s *Service) make(ctx context.Context, ids []string, stored map[string]Fact) ([]Fact, error) {
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
	asStored := map[string]int64{}
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
		asStored[r.ID], w.After = math.MaxInt64, r.ID
		if len(asStored) == loadBatch {
			if err := s.write(ctx, asStored); err != nil {
				return n, err
			}
			clear(asStored)
		}
	}
	if err := s.write(ctx, asStored); err != nil {
		return n, err
	}
	return n, s.walks.Replace(ctx, &w)
}

var _ Referrals = (*referrals.Service)(nil)
