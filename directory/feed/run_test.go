package feed_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

func TestTwiceChangesNothing(t *testing.T) {
	h := open(t)
	h.take(small())
	before := h.found()
	h.clock.Add(time.Hour)
	r := h.take(small())
	for kind, n := range r.Counts {
		if n.New+n.Changed+n.Missing+n.Refused > 0 {
			t.Errorf("%s: %+v, want all unchanged", kind, *n)
		}
	}
	if d := cmp.Diff(before, h.found()); d != "" {
		t.Errorf("the same file again changed (-before +after):\n%s", d)
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	h := open(t)
	r := h.take(small(), func(o *feed.Options) { o.DryRun = true })
	if r.Counts["service"].New != 1 || !r.DryRun {
		t.Errorf("result = %+v", r.Counts["service"])
	}
	if list := h.found(); len(list) != 0 {
		t.Errorf("a dry run stored %d services", len(list))
	}
}

func TestAFeedUpdatesAndWhatVanishesIsMarkedFirst(t *testing.T) {
	h := open(t)
	files := small()
	files["services.csv"] += "s2,o1,Hot Meals,,active,\n"
	h.take(files)
	gone := small()
	gone["services.csv"] = "id,organization_id,name,description,status\ns1,o1,Food Pantry and Bank,,active\n"
	for run := 1; run <= directory.InactiveAfter; run++ {
		r := h.take(gone)
		if run == 1 && r.Counts["service"].Changed != 1 || r.Counts["service"].Missing != 1 {
			t.Fatalf("run %d: %+v", run, *r.Counts["service"])
		}
		status := map[string]directory.Status{}
		for _, s := range h.found() {
			status[s.Name] = s.Status
		}
		_, active := status["Hot Meals"]
		if status["Food Pantry and Bank"] != directory.Active || active != (run < directory.InactiveAfter) {
			t.Errorf("after %d imports without it: %v", run, status)
		}
	}
	back := h.take(files)
	if len(h.found()) != 2 || back.Counts["service"].Changed != 2 {
		t.Errorf("when it is back: %d services, %+v", len(h.found()), *back.Counts["service"])
	}
}

// TestOneComesWhileAnotherVanishes: as many records as before are not the same ones.
func TestOneComesWhileAnotherVanishes(t *testing.T) {
	h := open(t)
	h.take(small())
	files := small()
	for name, text := range files {
		files[name] = strings.NewReplacer("s1,", "s2,").Replace(text)
	}
	for run := 1; run <= directory.InactiveAfter; run++ {
		r := h.take(files)
		if n := *r.Counts["service"]; n.Missing != 1 || n.Refused > 0 || n.New != bit(run == 1) {
			t.Errorf("run %d: %+v, want one missing", run, n)
		}
	}
	if list := h.found(); len(list) != 1 {
		t.Errorf("%d active services, want the new one", len(list))
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestWhatAPersonSaidStays(t *testing.T) {
	h := open(t)
	h.take(small())
	doc, err := h.dir.ServiceByID(h.ctx, h.found()[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	doc.Service.Description = "Bags of food on Mondays."
	if _, err := h.dir.PutService(h.ctx, doc); err != nil {
		t.Fatal(err)
	}
	files := small()
	files["services.csv"] = "id,organization_id,name,description,status\ns1,o1,Pantry,From the feed,active\n"
	h.take(files)
	s := h.found()[0]
	if s.Description != "Bags of food on Mondays." || s.Name != "Pantry" {
		t.Errorf("name %q, description %q", s.Name, s.Description)
	}
	if !h.told("service", 0, "edited-here") {
		t.Errorf("the report does not tell what was kept: %v", h.lines)
	}
}

func TestAnImportThatEndedInTheMiddleCanBeRunAgain(t *testing.T) {
	h := open(t)
	whole := h.ctx
	ctx, cancel := context.WithCancel(whole)
	h.ctx = ctx
	_, err := h.try(small(), func(o *feed.Options) {
		o.Progress = func(p feed.Progress) {
			if p.Step == "location" {
				cancel()
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("import = %v, want it cut off", err)
	}
	h.ctx = whole
	h.take(small())
	if list := h.found(); len(list) != 1 || len(list[0].ServiceAtLocations) != 1 {
		t.Errorf("after the second run: %+v", list)
	}
}

func TestWhoMayImport(t *testing.T) {
	h := open(t)
	for _, role := range []identity.Role{identity.CHW, identity.AgencyAdmin, identity.Supervisor} {
		h.ctx = identity.With(t.Context(), identity.Actor{ID: "x", Role: role})
		if _, err := h.try(small()); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v, want forbidden", role, err)
		}
	}
}
