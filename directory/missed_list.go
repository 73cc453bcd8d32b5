package directory

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// CountMissed counts in the store what was searched for in vain since the last
// call in this process, and answers how many texts. What a process noted is
// lost when it ends before; it is a count, not a record.
func (d *Directory) CountMissed(ctx context.Context) (int, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return 0, err
	}
	waits := d.missed.take()
	if len(waits) == 0 {
		return 0, nil
	}
	kept, err := d.missed.docs.Count(ctx, docstore.Query{OrderBy: []string{"day"}})
	if err != nil {
		return 0, err
	}
	n := 0
	for k, times := range waits {
		if found, err := d.index.Search(ctx, Query{Text: k.text, PerPage: 1}); err == nil && found.Total > 0 {
			continue // the words are known; there was only nothing near, or open, or free
		}
		added, err := d.missed.count(ctx, k, times, kept < maxMissed)
		if err != nil {
			return n, err
		}
		kept += int64(added)
		n++
	}
	return n, nil
}

// count adds to the count of a text, and answers how many documents came new.
func (m *missedSearches) count(ctx context.Context, k missedKey, times int, room bool) (added int, err error) {
	id := m.id(k.text)
	for {
		_, err := m.docs.Update(ctx, id, func(s *missedSearch) error {
			s.add(k, times)
			return nil
		})
		if !errors.Is(err, docstore.ErrNotFound) || !room {
			if errors.Is(err, docstore.ErrNotFound) {
				err = nil
			}
			return 0, err
		}
		first := missedSearch{Meta: docstore.Meta{ID: id}}
		first.add(k, times)
		if err := m.docs.Insert(ctx, &first); !isDuplicate(err) {
			return 1, err
		}
	}
}

// add counts searches of one day, and keeps the words once they came often enough.
func (s *missedSearch) add(k missedKey, times int) {
	s.Count += times
	if k.day > s.LastDay {
		s.Days++
		s.LastDay = k.day
	}
	if s.Count >= missedTimes && s.Days >= missedDays {
		s.Text = k.text
	}
}

func isDuplicate(err error) bool {
	_, taken := errors.AsType[*docstore.DuplicateError](err)
	return taken
}

// How long a text is kept that nobody searches for any more: one whose words
// are not kept yet, and one that is shown.
const (
	missedForget     = 30 * 24 * time.Hour
	missedForgetText = 180 * 24 * time.Hour
)

// PurgeMissed forgets what nobody searched for in a long time, and answers how many texts.
func (d *Directory) PurgeMissed(ctx context.Context) (int, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return 0, err
	}
	before := func(age time.Duration) docstore.Value {
		return docstore.String(d.now().UTC().Add(-age).Format(time.DateOnly))
	}
	n := 0
	for doc, err := range d.missed.docs.All(ctx) {
		if err != nil {
			return n, err
		}
		age := missedForgetText
		if doc.Text == "" {
			age = missedForget
		}
		if doc.ID == saltID || docstore.String(doc.LastDay).Compare(before(age)) >= 0 {
			continue
		}
		err := d.missed.docs.Delete(ctx, &doc)
		switch {
		case err == nil:
			n++
		case !errors.Is(err, docstore.ErrConflict) && !errors.Is(err, docstore.ErrNotFound):
			return n, err
		}
	}
	return n, nil
}

// MissedSearch is a text that people searched for and that found nothing.
type MissedSearch struct {
	ID      string
	Text    string
	Count   int
	Days    int
	LastDay string // a date
}

// MissedSearches lists searches without a result, most frequent first: those
// that are to be done, or those set aside. It needs NetworkManage.
func (d *Directory) MissedSearches(ctx context.Context, aside bool, cursor string, limit int) (docstore.Page[MissedSearch], error) {
	var out docstore.Page[MissedSearch]
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return out, err
	}
	state := missedOpen
	if aside {
		state = missedAside
	}
	page, err := d.missed.docs.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("state", docstore.String(state))}, OrderBy: []string{"count"}, Desc: true, After: cursor, Limit: limit,
	})
	for _, m := range page.Items {
		out.Items = append(out.Items, MissedSearch{ID: m.ID, Text: m.Text, Count: m.Count, Days: m.Days, LastDay: m.LastDay})
	}
	out.Next = page.Next
	return out, err
}

// SetMissedAside takes a text out of the work, or puts it back. It needs NetworkManage.
func (d *Directory) SetMissedAside(ctx context.Context, id string, aside bool) error {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return err
	}
	_, err := d.missed.docs.Update(ctx, id, func(m *missedSearch) error {
		if m.Text == "" {
			return docstore.ErrNotFound
		}
		m.Aside = aside
		return nil
	})
	if errors.Is(err, docstore.ErrNotFound) {
		return fault.New(fault.NotFound, "This search is not in the list any more.")
	}
	return err
}
