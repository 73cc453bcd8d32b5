package directory

import (
	"context"
	"errors"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// UndoMerge takes apart the two records of a proposal that were merged: all
// documents become as they were before, but for what somebody changed since
// then in the record that stayed. The proposal is open again. A merge that a
// later one builds on is undone after that. It needs NetworkManage.
func (d *Directory) UndoMerge(ctx context.Context, duplicateID string) (Merge, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return Merge{}, err
	}
	release, err := d.holdMerging(ctx)
	if err != nil {
		return Merge{}, err
	}
	defer release()
	p, err := d.duplicates.Get(ctx, duplicateID)
	if err != nil {
		return Merge{}, err
	}
	if p.Status != DuplicateMerged {
		return Merge{}, errNotMerged
	}
	m, err := d.merges.Get(ctx, p.MergeID)
	if err != nil {
		return m, err
	}
	if err := d.last(ctx, m); err != nil {
		return m, err
	}
	m, err = d.merges.Update(ctx, m.ID, func(m *Merge) error {
		m.State, m.UndoneBy, m.UndoneAt = Undoing, actor.ID, d.now()
		return nil
	})
	if err != nil {
		return m, err
	}
	return d.takeBack(ctx, m)
}

// last refuses to undo a merge of whose documents a later one touched any.
func (d *Directory) last(ctx context.Context, m Merge) error {
	for _, record := range m.recordKeys() {
		later, err := d.merges.Find(ctx, docstore.Query{
			Where:   []docstore.Cond{docstore.Eq("record", record), docstore.Eq("state", docstore.String(string(Merged)))},
			OrderBy: []string{"at"},
		})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(later.Items, func(o Merge) bool { return o.ID != m.ID && !o.At.Before(m.At) }) {
			return errLater
		}
	}
	return nil
}

// takeBack does what is left of undoing a merge: the record that went comes
// back first, then what referred to it.
func (d *Directory) takeBack(ctx context.Context, m Merge) (Merge, error) {
	mergers := d.mergers()
	if err := mergers[m.Kind].restore(ctx, m.Gone, d.now()); err != nil {
		return m, err
	}
	for _, s := range slices.Backward(m.Steps) {
		if err := mergers[s.Kind].carry(ctx, s.ID, s.To, s.From, d.now()); err != nil {
			return m, err
		}
	}
	if a, err := d.aliases.Get(ctx, aliasID(m.Kind, m.Drop.ID)); err == nil && a.MergeID == m.ID {
		if err := d.aliases.Delete(ctx, &a); err != nil {
			return m, err
		}
	} else if err != nil && !errors.Is(err, docstore.ErrNotFound) {
		return m, err
	}
	if err := d.forgetFeedRecord(ctx, m.Drop.Feed, m.Kind, m.Drop.ID); err != nil {
		return m, err
	}
	if _, err := d.duplicates.Update(ctx, m.DuplicateID, func(p *Duplicate) error {
		if p.MergeID == m.ID {
			p.decide(DuplicateOpen, identity.Actor{ID: m.UndoneBy}, m.UndoneAt)
		}
		return nil
	}); err != nil {
		return m, err
	}
	return d.merges.Update(ctx, m.ID, func(m *Merge) error { m.State = Undone; return nil })
}

// forgetFeedRecord lets the next import of the feed write a record again, since
// the feed may have changed it while it was merged.
func (d *Directory) forgetFeedRecord(ctx context.Context, feed, kind, id string) error {
	if feed == "" {
		return nil
	}
	records, err := docstore.Open(ctx, d.engine, feedRecordSpec)
	if err != nil {
		return err
	}
	_, err = records.Update(ctx, feedRecordID(feed, kind, id), func(r *feedRecord) error { r.Hash = ""; return nil })
	if errors.Is(err, docstore.ErrNotFound) {
		return nil
	}
	return err
}
