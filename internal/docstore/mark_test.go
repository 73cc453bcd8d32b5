package docstore

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
)

// TestResume goes on from a mark in another process, and refuses marks that do
// not fit the store.
func TestResume(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	local := func(h *heard) Consumer { return Consumer{Name: "index", Handle: h.handle, Local: true} }
	var first heard
	r := newRelay(t, e, now.Now, local(&first))
	if m, err := r.Mark(t.Context(), "index"); err != nil || m != (Mark{}) {
		t.Errorf("before any event the mark is %v, %v, want none", m, err)
	}
	emit(t, e, noon, "a")
	drain(t, r)
	emit(t, e, noon, "b")
	drain(t, r)
	m, err := r.Mark(t.Context(), "index")
	if err != nil || m.Seq != 2 {
		t.Fatalf("the mark is %v, %v, want one of batch 2", m, err)
	}
	now.Add(time.Hour)
	emit(t, e, noon, "c") // copied by nobody yet
	resumed := func(m Mark, most int) (bool, *heard) {
		t.Helper()
		var h heard
		ok, err := newRelay(t, e, now.Now, local(&h)).Resume(t.Context(), "index", m, most)
		if err != nil {
			t.Fatal(err)
		}
		return ok, &h
	}
	ok, h := resumed(m, 0)
	want(t, "a consumer that is too far behind, by what nobody copied yet", h)
	if ok {
		t.Error("more is pending than at most")
	}
	ok, h = resumed(m, 1)
	want(t, "what the consumer hears after the mark", h, "c")
	if !ok {
		t.Error("a mark that fits is refused")
	}
	ok, h = resumed(Mark{Seq: 1, Taken: m.Taken, First: "things/a/1/0/" + "1772452800000"}, 5)
	want(t, "what it hears after the first mark", h, "b", "c")
	if !ok {
		t.Error("the first mark is refused")
	}
	for name, tt := range map[string]struct {
		mark Mark
		most int
	}{
		"none":                      {Mark{}, 9},
		"of a batch that is not":    {Mark{Seq: 9, Taken: m.Taken, First: m.First}, 9},
		"of another time":           {Mark{Seq: 2, Taken: m.Taken.Add(1), First: m.First}, 9},
		"of another store":          {Mark{Seq: 2, Taken: m.Taken, First: "things/x"}, 9},
		"with too much after it":    {m, 0},
		"before the first of other": {Mark{Seq: -1}, 9},
	} {
		ok, h := resumed(tt.mark, tt.most)
		want(t, "a consumer with a mark "+name, h)
		if ok {
			t.Errorf("a mark %s is taken", name)
		}
	}
	if _, err := r.Resume(t.Context(), "nobody", m, 9); err == nil {
		t.Error("a consumer that is not there goes on")
	}
}
