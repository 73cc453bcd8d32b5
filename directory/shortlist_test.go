package directory_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

func TestShortlist(t *testing.T) {
	w := openWorld(t)
	list := func() []string {
		s, services, err := w.dir.ShortlistServices(w.chw())
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, d := range services {
			got = append(got, d.ID)
		}
		if len(got) != len(s.Services) {
			got = append(got, fmt.Sprintf("of %d", len(s.Services)))
		}
		return got
	}
	must := func(_ directory.Shortlist, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(step string, ids ...string) {
		t.Helper()
		if d := cmp.Diff(append([]string{}, ids...), list()); d != "" {
			t.Errorf("%s: the list has (-want +got):\n%s", step, d)
		}
	}
	want("nothing chosen")
	must(w.dir.AddToShortlist(w.chw(), "silent", "food"))
	must(w.dir.AddToShortlist(w.chw(), "food", "evening"))
	must(w.dir.SetShortlistLanguage(w.chw(), "es"))
	want("in the order of choosing, each once", "silent", "food", "evening")
	must(w.dir.TakeOffShortlist(w.chw(), "food"))
	must(w.dir.TakeOffShortlist(w.chw(), "food"))
	want("taken off", "silent", "evening")
	if s, err := w.dir.Shortlist(w.as("supervisor", "clinic")); err != nil || len(s.Services) > 0 {
		t.Errorf("Shortlist of a colleague = %v, %v, want an empty one", s, err)
	}
	w.put(pantry(func(s *directory.ServiceDoc) {
		s.Service.ID, s.Service.Status = "silent", directory.Inactive
		s.Service.ServiceAtLocations[0].ID = "silent@p1"
	}))
	want("not offered any more", "evening", "of 2")
	w.clock.Add(12 * time.Hour)
	want("of another day")
	must(w.dir.AddToShortlist(w.chw(), "food"))
	if s, _ := w.dir.Shortlist(w.chw()); s.Language != "" || len(s.Services) != 1 {
		t.Errorf("Shortlist of a new day = %v, want one service and no language", s)
	}
	must(w.dir.ClearShortlist(w.chw()))
	want("cleared")
}

func TestShortlistRefuses(t *testing.T) {
	w := openWorld(t)
	if _, err := w.dir.AddToShortlist(w.chw()); !names(err, "service") {
		t.Errorf("AddToShortlist of nothing = %v, want an invalid fault that names it", err)
	}
	if _, err := w.dir.AddToShortlist(w.chw(), "food", "nowhere"); !fault.Is(err, fault.NotFound) {
		t.Errorf("AddToShortlist of a service that does not exist = %v, want not found", err)
	}
	var many []string
	for i := range 11 {
		id := fmt.Sprintf("more-%d", i)
		w.put(pantry(func(s *directory.ServiceDoc) {
			s.Service.ID, s.Service.ServiceAtLocations = id, nil
		}))
		many = append(many, id)
	}
	if _, err := w.dir.AddToShortlist(w.chw(), many...); !fault.Is(err, fault.BusinessRule) {
		t.Errorf("AddToShortlist of eleven = %v, want it refused", err)
	}
	if s, err := w.dir.AddToShortlist(w.chw(), many[:10]...); err != nil || len(s.Services) != 10 {
		t.Errorf("AddToShortlist of ten = %v, %v, want them on the list", s.Services, err)
	}
	if _, err := w.dir.AddToShortlist(w.chw(), many[10]); !fault.Is(err, fault.BusinessRule) {
		t.Errorf("AddToShortlist of one more = %v, want it refused", err)
	}
	for name, call := range map[string]func() error{
		"Shortlist":        func() error { _, err := w.dir.Shortlist(t.Context()); return err },
		"AddToShortlist":   func() error { _, err := w.dir.AddToShortlist(t.Context(), "food"); return err },
		"TakeOffShortlist": func() error { _, err := w.dir.TakeOffShortlist(t.Context(), "food"); return err },
		"ClearShortlist":   func() error { _, err := w.dir.ClearShortlist(t.Context()); return err },
	} {
		if err := call(); !fault.Is(err, fault.Login) {
			t.Errorf("%s by nobody = %v, want a login fault", name, err)
		}
	}
}
