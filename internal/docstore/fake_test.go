package docstore

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeEngine keeps documents in maps: as much of an Engine as the relay and
// the leases need, and failures on demand.
type fakeEngine struct {
	Engine // what is not needed panics

	mu      sync.Mutex
	docs    map[string]map[string]Record
	pending []Event
	wake    func()
	failAck error // of the next Ack
}

func newFake() *fakeEngine { return &fakeEngine{docs: map[string]map[string]Record{}} }

func (f *fakeEngine) Prepare(_ context.Context, s Schema) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.docs[s.Name] == nil {
		f.docs[s.Name] = map[string]Record{}
	}
	return false, nil
}

func (f *fakeEngine) Finish(context.Context, string) error { return nil }

func (f *fakeEngine) Get(_ context.Context, collection, id string) (Record, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, ok := f.docs[collection][id]
	if !ok {
		return r, ErrNotFound
	}
	return r, nil
}

func (f *fakeEngine) GetMany(ctx context.Context, collection string, ids []string) ([]Record, error) {
	var out []Record
	for _, id := range ids {
		if r, err := f.Get(ctx, collection, id); err == nil {
			out = append(out, r)
		}
	}
	return out, nil
}

func (f *fakeEngine) Write(ctx context.Context, collection string, writes ...Write) []error {
	errs := make([]error, len(writes))
	for i, w := range writes {
		if errs[i] = ctx.Err(); errs[i] == nil {
			errs[i] = f.write(f.docs[collection], w)
		}
	}
	return errs
}

func (f *fakeEngine) write(docs map[string]Record, w Write) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	old, exists := docs[w.Record.ID]
	switch {
	case w.Op == Insert && exists:
		return &DuplicateError{Key: "id"}
	case w.Op != Insert && !exists:
		return ErrNotFound
	case w.Op != Insert && old.Version != w.Record.Version:
		return ErrConflict
	case w.Op == Replace:
		w.Record.Version++
	}
	docs[w.Record.ID] = w.Record
	if w.Op == Delete {
		delete(docs, w.Record.ID)
	}
	f.pending = append(f.pending, w.Events...)
	if len(w.Events) > 0 && f.wake != nil {
		f.wake()
	}
	return nil
}

// Scan knows the order of ids only.
func (f *fakeEngine) Scan(_ context.Context, collection string, s IndexScan) ([]Record, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Record
	for _, r := range f.docs[collection] {
		if r.ID > s.AfterID {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Record) int { return strings.Compare(a.ID, b.ID) })
	if s.Desc {
		slices.Reverse(out)
	}
	return out[:min(s.Limit, len(out))], nil
}

func (f *fakeEngine) Pending(_ context.Context, limit int) ([]Event, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.pending[:min(limit, len(f.pending))]), nil
}

func (f *fakeEngine) Ack(_ context.Context, events []Event) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.failAck; err != nil {
		f.failAck = nil
		return err
	}
	f.pending = slices.DeleteFunc(f.pending, func(e Event) bool {
		return slices.ContainsFunc(events, func(a Event) bool { return a.ID == e.ID })
	})
	return nil
}

func (f *fakeEngine) OnEvents(fn func()) { f.wake = fn }

// thing is a document whose writes emit events.
type thing struct {
	Meta
	Text string `json:"text"`
}

var thingSpec = Spec[thing]{Name: "things", Schema: 1, Meta: func(t *thing) *Meta { return &t.Meta }}

// emit stores documents with one event each.
func emit(t *testing.T, e Engine, at time.Time, ids ...string) {
	t.Helper()
	things, err := Open(t.Context(), e, thingSpec)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]*thing, len(ids))
	for i, id := range ids {
		all[i] = &thing{Meta: Meta{ID: id}}
		all[i].Emit(at, "thing.made", map[string]string{"of": id})
	}
	if err := errors.Join(things.InsertAll(t.Context(), all)...); err != nil {
		t.Fatal(err)
	}
}
