package directory_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

func (w *world) system() context.Context {
	return identity.With(w.Context(), identity.SystemActor("job"))
}

func (w *world) flag(service, reason, key string) {
	w.Helper()
	if err := w.dir.Flag(w.system(), service, directory.Flag{Reason: reason, Key: key}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) queue(ctx context.Context) []string {
	w.Helper()
	page, err := w.dir.Queue(ctx, "", 50)
	if err != nil {
		w.Fatal(err)
	}
	out := []string{}
	for _, i := range page.Items {
		out = append(out, i.Service.ID)
	}
	return out
}

// queueWorld has three services of the pantry and one of the kitchen.
func queueWorld(t *testing.T, o directory.Options) *world {
	w := newWorld(t, o)
	w.organization("pantry", "Mission Pantry")
	w.organization("kitchen", "Kitchen")
	w.location("p1", "pantry", nil)
	for _, id := range []string{"a", "b", "c"} {
		w.put(pantry(func(s *directory.ServiceDoc) { s.Service.ID, s.Service.AssuredDate = id, "2026-11-20" }))
	}
	w.put(pantry(func(s *directory.ServiceDoc) {
		s.Service.ID, s.Service.OrganizationID, s.Service.AssuredDate = "k", "kitchen", "2026-11-20"
	}))
	w.drain()
	return w
}

func TestQueueIsByAgeComplaintsAndUse(t *testing.T) {
	w := queueWorld(t, directory.Options{})
	w.flag("a", directory.FlagRejected, "1")
	w.clock.Add(24 * time.Hour)
	w.flag("b", directory.FlagRejected, "2") // a day later than a
	w.flag("c", directory.FlagContact, "3")  // later too, but it weighs more
	if got, want := w.queue(w.network()), []string{"c", "a", "b"}; !slices.Equal(got, want) {
		t.Errorf("queue = %v, want %v", got, want)
	}
	for i := range 3 {
		if err := w.dir.Referred(w.system(), "b", fmt.Sprint("r", i)); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := w.queue(w.network()), []string{"c", "b", "a"}; !slices.Equal(got, want) {
		t.Errorf("queue with three referred to b = %v, want %v", got, want)
	}
	for range 200 {
		if _, err := w.dir.Detail(w.chw(), "a"); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := w.dir.CountUse(w.system()); err != nil || n != 1 {
		t.Fatalf("CountUse = %d, %v, want 1", n, err)
	}
	if got, want := w.queue(w.network()), []string{"a", "c", "b"}; !slices.Equal(got, want) {
		t.Errorf("queue with 200 looks at a = %v, want %v", got, want)
	}
}

func TestTheSameIsFlaggedOnce(t *testing.T) {
	w := queueWorld(t, directory.Options{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := w.dir.Flag(w.system(), "a", directory.Flag{Reason: directory.FlagContact, Key: "r1/3"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	u, err := w.dir.UpkeepOf(w.network(), "a")
	if err != nil || len(u.Flags) != 1 {
		t.Errorf("%d flags, %v, want one", len(u.Flags), err)
	}
	if _, err := w.dir.Settle(w.network(), "a", directory.Settlement{Action: directory.SettleDismissed, Reason: "The agency was on holiday."}); err != nil {
		t.Fatal(err)
	}
	w.flag("a", directory.FlagContact, "r1/3")
	if got := w.queue(w.network()); len(got) != 0 {
		t.Errorf("queue after the same was told again = %v, want none", got)
	}
	if err := w.dir.Flag(w.system(), "a", directory.Flag{Reason: "dislike"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("Flag for no reason of ours = %v, want invalid", err)
	}
	if err := w.dir.Flag(w.system(), "nope", directory.Flag{Reason: directory.FlagContact}); !fault.Is(err, fault.NotFound) {
		t.Errorf("Flag of no service = %v, want not found", err)
	}
}

func TestReportMistake(t *testing.T) {
	w := queueWorld(t, directory.Options{})
	for name, in := range map[string]directory.Report{
		"nothing":        {},
		"no such thing":  {What: "colour"},
		"other, no word": {What: "other", Text: "  "},
		"too long":       {What: "phone", Text: strings.Repeat("x", 501)},
	} {
		if err := w.dir.ReportMistake(t.Context(), "a", in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: ReportMistake = %v, want invalid", name, err)
		}
	}
	if err := w.dir.ReportMistake(t.Context(), "nope", directory.Report{What: "phone"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("of no service = %v, want not found", err)
	}
	if err := w.dir.ReportMistake(t.Context(), "a", directory.Report{What: "phone", Text: " It rings at a school. "}); err != nil {
		t.Fatal(err)
	}
	if err := w.dir.ReportMistake(w.chw(), "a", directory.Report{What: "hours"}); err != nil {
		t.Fatal(err)
	}
	u, err := w.dir.UpkeepOf(w.network(), "a")
	if err != nil || len(u.Flags) != 2 || u.Flags[0].Text != "It rings at a school." || u.Flags[0].By != "" || u.Flags[1].By == "" {
		t.Errorf("flags = %+v, %v, want both, the first by nobody", u.Flags, err)
	}
}

func TestWhoSeesTheQueue(t *testing.T) {
	w := queueWorld(t, directory.Options{})
	w.flag("a", directory.FlagContact, "1")
	w.flag("k", directory.FlagContact, "2")
	if got := w.queue(w.as(identity.AgencyAdmin, "kitchen")); !slices.Equal(got, []string{"k"}) {
		t.Errorf("the kitchen's queue = %v, want its own", got)
	}
	if n, err := w.dir.QueueCount(w.network()); err != nil || n != 2 {
		t.Errorf("QueueCount of the network = %d, %v, want 2", n, err)
	}
	if _, err := w.dir.Queue(w.chw(), "", 10); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Queue as a worker = %v, want forbidden", err)
	}
	for name, try := range map[string]func(context.Context) error{
		"UpkeepOf": func(ctx context.Context) error { _, err := w.dir.UpkeepOf(ctx, "a"); return err },
		"Verify":   func(ctx context.Context) error { _, err := w.dir.Verify(ctx, "a", directory.Called); return err },
		"Settle": func(ctx context.Context) error {
			_, err := w.dir.Settle(ctx, "a", directory.Settlement{Action: directory.SettleClosed})
			return err
		},
	} {
		if err := try(w.as(identity.AgencyAdmin, "kitchen")); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s of another agency's = %v, want not found", name, err)
		}
		if err := try(w.as(identity.AgencyStaff, "pantry")); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s as agency staff = %v, want forbidden", name, err)
		}
	}
}

func TestSettle(t *testing.T) {
	w := queueWorld(t, directory.Options{})
	own := w.as(identity.AgencyAdmin, "pantry")
	w.flag("a", directory.FlagContact, "1")
	for name, in := range map[string]directory.Settlement{
		"nothing found":           {},
		"verified without how":    {Action: directory.SettleVerified},
		"corrected by hearsay":    {Action: directory.SettleCorrected, How: "hearsay"},
		"dismissed for no reason": {Action: directory.SettleDismissed},
	} {
		if _, err := w.dir.Settle(w.network(), "a", in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: Settle = %v, want invalid", name, err)
		}
	}
	if _, err := w.dir.Settle(own, "a", directory.Settlement{Action: directory.SettleDismissed, Reason: "No."}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("dismissed by the agency = %v, want forbidden", err)
	}
	seen, err := w.dir.UpkeepOf(own, "a")
	if err != nil {
		t.Fatal(err)
	}
	w.flag("a", directory.FlagRejected, "2")
	in := directory.Settlement{Action: directory.SettleVerified, How: directory.Called, Version: seen.Version}
	if _, err := w.dir.Settle(own, "a", in); err != docstore.ErrConflict {
		t.Errorf("with a flag that nobody saw = %v, want conflict", err)
	}
	in.Version++
	u, err := w.dir.Settle(own, "a", in)
	if err != nil || len(u.Flags) != 0 || len(u.History) != 1 || len(u.History[0].Flags) != 2 || u.History[0].How != directory.Called {
		t.Errorf("Settle = %+v, %v, want no flags and one line of history with both", u, err)
	}
	d, err := w.dir.Detail(w.chw(), "a")
	if err != nil || d.LastVerified != "2026-11-23" {
		t.Errorf("last verified %q, %v, want today", d.LastVerified, err)
	}
	w.flag("b", directory.FlagContact, "3")
	if _, err := w.dir.Settle(w.network(), "b", directory.Settlement{Action: directory.SettleClosed}); err != nil {
		t.Fatal(err)
	}
	w.drain()
	if s, err := w.dir.ServiceByID(t.Context(), "b"); err != nil || s.Service.Status != directory.Inactive || s.Sources["status"].By == "" {
		t.Errorf("closed: status %q by %+v, %v, want inactive, said by a person", s.Service.Status, s.Sources["status"], err)
	}
	if got := w.found(); got != 3 {
		t.Errorf("found %d services after one was closed, want 3", got)
	}
}

// told keeps each news once, as the store does.
type told map[notify.News]bool

func (n told) Tell(_ context.Context, x notify.News) error { n[x] = true; return nil }

// staff has one admin per agency.
type staff struct{}

func (staff) UsersWithRole(_ context.Context, organization string, _ ...identity.Role) ([]accounts.User, error) {
	return []accounts.User{{Meta: docstore.Meta{ID: "admin-" + organization}}, {Meta: docstore.Meta{ID: "gone"}, Disabled: true}}, nil
}

func TestOldListingsAreAskedAboutAndThenFlagged(t *testing.T) {
	notices := told{}
	w := queueWorld(t, directory.Options{Notices: notices, Agencies: staff{}})
	check := func() {
		t.Helper()
		if _, err := w.dir.CheckListings(w.system()); err != nil {
			t.Fatal(err)
		}
	}
	check()
	if len(notices) != 0 || len(w.queue(w.network())) != 0 {
		t.Errorf("fresh listings: %d notices, queue %v, want none", len(notices), w.queue(w.network()))
	}
	w.clock.Add(340 * 24 * time.Hour)
	check()
	check()
	if len(notices) != 2 || len(w.queue(w.network())) != 0 {
		t.Errorf("a month before: %d notices, queue %v, want one for each agency and none", len(notices), w.queue(w.network()))
	}
	if _, err := w.dir.Verify(w.as(identity.AgencyAdmin, "kitchen"), "k", directory.AgencySaid); err != nil {
		t.Fatal(err)
	}
	w.clock.Add(30 * 24 * time.Hour)
	check()
	if got := w.queue(w.network()); len(got) != 3 || slices.Contains(got, "k") {
		t.Errorf("queue after a year = %v, want the pantry's three", got)
	}
	w.flag("a", directory.FlagContact, "1")
	if _, err := w.dir.Verify(w.as(identity.AgencyAdmin, "pantry"), "a", directory.AgencySaid); err != nil {
		t.Fatal(err)
	}
	u, err := w.dir.UpkeepOf(w.network(), "a")
	if err != nil || len(u.Flags) != 1 || u.Flags[0].Reason != directory.FlagContact {
		t.Errorf("flags after the one tap = %+v, %v, want the complaint alone", u.Flags, err)
	}
	if _, err := w.dir.Settle(w.network(), "b", directory.Settlement{Action: directory.SettleDismissed, Reason: "Later."}); err != nil {
		t.Fatal(err)
	}
	w.put(pantry(func(s *directory.ServiceDoc) { s.Service.ID, s.Service.AssuredDate = "c", "2027-11-20" }))
	check()
	if got := w.queue(w.network()); !slices.Equal(got, []string{"a"}) {
		t.Errorf("queue = %v, want a alone: b set aside, c verified by its feed", got)
	}
	if _, err := w.dir.CheckListings(w.chw()); !fault.Is(err, fault.Forbidden) {
		t.Errorf("CheckListings as a worker = %v, want forbidden", err)
	}
}
