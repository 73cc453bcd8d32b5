package referrals

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
)

// Flag plays the directory, which notes the same key once.
func (w *directoryOfWorld) Flag(_ context.Context, serviceID string, f directory.Flag) error {
	if _, ok := w.doc[serviceID]; !ok {
		return docstore.ErrNotFound
	}
	told := serviceID + " " + f.Reason + " " + f.What
	if key := f.Key + " " + told; !slices.Contains(w.flags, key) {
		w.flags = append(w.flags, key)
	}
	return nil
}

func (w *directoryOfWorld) Unflag(_ context.Context, _, key string) error {
	w.flags = slices.DeleteFunc(w.flags, func(f string) bool { return strings.HasPrefix(f, key+" ") })
	return nil
}

func (w *directoryOfWorld) Referred(_ context.Context, serviceID, key string) error {
	if told := serviceID + " " + key; !slices.Contains(w.used, told) {
		w.used = append(w.used, told)
	}
	return nil
}

func TestRejectionsAndFailedContactsFlagTheListing(t *testing.T) {
	for _, tt := range []struct {
		name string
		move MoveInput
		want string
	}{
		{"outside the area", MoveInput{To: Rejected, Reason: "outside-area"}, directory.FlagRejected + " outside-area"},
		{"not offered", MoveInput{To: Rejected, Reason: "not-offered"}, directory.FlagRejected + " not-offered"},
		{"nobody reached", MoveInput{To: Rejected, Reason: "cannot-reach"}, directory.FlagContact + " cannot-reach"},
		{"no room says nothing of the listing", MoveInput{To: Rejected, Reason: "no-capacity"}, ""},
		{"nor does the person", MoveInput{To: Rejected, Reason: "not-eligible"}, ""},
	} {
		w := newWorld(t)
		id := w.refer()
		tt.move.Version = w.stored(id).Revision
		if _, err := w.s.Move(as(paula), id, tt.move); err != nil {
			t.Fatalf("%s: Move: %v", tt.name, err)
		}
		w.drain()
		want := []string(nil)
		if tt.want != "" {
			want = []string{id + "/1 s-pantry " + tt.want}
		}
		if !slices.Equal(w.flags, want) {
			t.Errorf("%s: flags = %q, want %q", tt.name, w.flags, want)
		}
		if want := []string{"s-pantry " + id}; !slices.Equal(w.used, want) {
			t.Errorf("%s: used = %q, want %q", tt.name, w.used, want)
		}
	}
}

func TestAFailedContactIsFlaggedOnceHoweverOftenItIsTold(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	for _, to := range []Status{Accepted, InProgress} {
		w.to(paula, id, to)
	}
	w.tryInVain(paula, id)
	_, err := w.s.Move(as(paula), id, MoveInput{To: Completed, Outcome: "could-not-contact", Version: w.stored(id).Revision})
	if err != nil {
		t.Fatal(err)
	}
	w.drain()
	if len(w.flags) != 1 {
		t.Fatalf("flags = %q, want one", w.flags)
	}
	if err := w.s.flag(t.Context(), w.stored(id), true); err != nil || len(w.flags) != 1 || len(w.used) != 1 {
		t.Errorf("told again: flags = %q, used = %q, %v, want the same", w.flags, w.used, err)
	}
}
