package screening

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
)

// staff is a Workers: who works for the clinic; sue is its supervisor.
type staff []string

func (s staff) WorksFor(_ context.Context, user, org string) (bool, error) {
	return org == "clinic" && slices.Contains(s, user), nil
}

func (s staff) UsersWithRole(context.Context, string, ...identity.Role) ([]accounts.User, error) {
	return []accounts.User{{Meta: docstore.Meta{ID: "sue"}}}, nil
}

// mailbox is a Notices that remembers each key once, as the real one does.
type mailbox struct {
	keys []string
	fail bool
}

func (m *mailbox) Tell(_ context.Context, n notify.News) error {
	if m.fail {
		return errors.New("no room")
	}
	if n.Path != DuePath {
		return errors.New("another page")
	}
	if key := n.Template + "/" + n.Key + "/" + n.To.UserID; !slices.Contains(m.keys, key) {
		m.keys = append(m.keys, key)
	}
	return nil
}

// later is a bench whose service knows when patients are screened again.
type later struct {
	*bench
	box      *mailbox
	settings *network.Settings
	patients roster
}

func (l later) Settings(context.Context) (network.Settings, error) { return *l.settings, nil }

func newLater(t *testing.T) later {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	usual := network.Defaults()
	l := later{&bench{engine: engine, clock: clock.NewFake(monday)}, &mailbox{}, &usual, roster{}}
	for n := range 9 {
		l.patients[fmt.Sprint("p", n)] = patientOf("clinic")
	}
	l.patients["cho"] = patientOf("clinic-b")
	workers := staff{"chw@clinic", "bea"}
	l.Service, err = New(t.Context(), engine, Options{
		Now: l.clock.Now, Patients: l.patients, Network: l, Workers: workers, Notices: l.box,
		Zone: func(context.Context, string) (*time.Location, error) { return time.LoadLocation("America/Los_Angeles") },
	})
	if err != nil {
		t.Fatal(err)
	}
	l.rosa, l.other = l.as(t, identity.CHW, "clinic"), l.as(t, identity.CHW, "clinic-b")
	return l
}

// deliver hands the waiting events to the consumer, twice: they may come again.
func (l later) deliver(t *testing.T) {
	t.Helper()
	events, err := l.engine.Pending(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := l.RescreenConsumer().Handle(t.Context(), events); err != nil {
			t.Fatalf("Handle: %v", err)
		}
	}
	if err := l.engine.Ack(t.Context(), events); err != nil {
		t.Fatal(err)
	}
}

// wantDue tells when a patient is not due as expected; an empty day means not at all.
func (l later) wantDue(t *testing.T, what, patient, on, why string) Rescreening {
	t.Helper()
	r, err := l.Rescreening(l.rosa, patient)
	got := Due{}
	if r.Due != nil {
		got = *r.Due
	}
	if err != nil || got.On != on || got.Why != why {
		t.Errorf("%s: due = %+v, %v, want %q because of %q", what, got, err, on, why)
	}
	return r
}

func TestScreeningsMakeDue(t *testing.T) {
	l := newLater(t)
	l.wantDue(t, "before the first screening", "p1", "", "")
	l.submit(t, "p1", hungry)
	l.submit(t, "p2", fed)
	l.deliver(t)
	l.wantDue(t, "a need was found", "p1", "2026-04-01", DueAfterPositive)
	r := l.wantDue(t, "no need was found", "p2", "2026-08-31", DueAfterTime)
	if r.WorkerID != "chw@clinic" || r.LastByName != "Rosa Vega" || r.LastScreeningID == "" {
		t.Errorf("rescreening = %+v, want the worker who screened", r)
	}
	l.clock.Add(40 * 24 * time.Hour)
	l.submit(t, "p1", unsaid)
	l.deliver(t)
	l.wantDue(t, "asked again and declined", "p1", "2026-10-10", DueAfterTime)
}

// TestLateScreeningMakesNoDue stores a screening that was answered before the newest one.
func TestLateScreeningMakesNoDue(t *testing.T) {
	l := newLater(t)
	l.submit(t, "p1", fed)
	if _, err := l.Submit(l.rosa, Submission{PatientID: "p1", Instrument: "essentials", Answers: hungry, AnsweredAt: monday.Add(-48 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	l.deliver(t)
	l.wantDue(t, "an older screening came later", "p1", "2026-08-31", DueAfterTime)
}

func TestDueList(t *testing.T) {
	l := newLater(t)
	l.patients["p3"] = assigned("clinic", "bea")
	for _, p := range []string{"p1", "p2", "p3"} {
		l.submit(t, p, hungry)
		l.clock.Add(24 * time.Hour)
	}
	l.deliver(t)
	l.clock.Set(monday.Add(29 * 24 * time.Hour))
	count := func(mine bool) int {
		n, err := l.CountDue(l.rosa, mine)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(false); n != 0 {
		t.Errorf("CountDue the day before = %d, want 0", n)
	}
	l.clock.Set(time.Date(2026, 4, 1, 7, 0, 0, 0, time.UTC)) // midnight in Los Angeles
	if n := count(false); n != 1 {
		t.Errorf("CountDue on the first day = %d, want 1", n)
	}
	l.clock.Add(48 * time.Hour)
	if all, mine := count(false), count(true); all != 3 || mine != 2 {
		t.Errorf("CountDue = %d, of them mine %d, want 3 and 2", all, mine)
	}
	var ids []string
	for cursor := ""; ; {
		page, err := l.DueNow(l.rosa, DueList{Cursor: cursor, Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Items {
			ids = append(ids, r.PatientID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if want := []string{"p1", "p2", "p3"}; !slices.Equal(ids, want) {
		t.Errorf("DueNow by pages = %v, want %v", ids, want)
	}
	if page, err := l.DueNow(l.other, DueList{}); err != nil || len(page.Items) != 0 {
		t.Errorf("DueNow of another clinic = %v, %v, want nobody", page.Items, err)
	}
	for _, role := range []identity.Role{identity.AgencyStaff, identity.NetworkAdmin} {
		_, err := l.DueNow(l.as(t, role, "clinic"), DueList{})
		wantKind(t, fmt.Sprint("DueNow as ", role), err, fault.Forbidden)
		_, err = l.CountDue(l.as(t, role, "clinic"), true)
		wantKind(t, fmt.Sprint("CountDue as ", role), err, fault.Forbidden)
	}
}

func TestPatientsFollowTheirWorker(t *testing.T) {
	l := newLater(t)
	l.submit(t, "p1", hungry)
	l.deliver(t)
	l.patients["p1"] = assigned("clinic", "bea")
	changed := []docstore.Event{{Type: "patient.changed", DocumentID: "p1"}, {Type: "patient.changed", DocumentID: "p2"}, {Type: "patient.changed", DocumentID: "gone"}}
	if err := l.RescreenConsumer().Handle(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	if r, err := l.Rescreening(l.rosa, "p1"); err != nil || r.WorkerID != "bea" {
		t.Errorf("worker = %q, %v, want bea", r.WorkerID, err)
	}
}

func TestSettingsMoveAllDays(t *testing.T) {
	l := newLater(t)
	l.submit(t, "p1", hungry)
	l.submit(t, "p2", fed)
	l.deliver(t)
	data, err := json.Marshal(map[string]any{"rescreen": network.Rescreen{AfterDays: 90, AfterPositiveDays: 14}})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.RescreenConsumer().Handle(t.Context(), []docstore.Event{{Type: "network.changed", Data: data}}); err != nil {
		t.Fatal(err)
	}
	l.wantDue(t, "a need was found", "p1", "2026-03-16", DueAfterPositive)
	l.wantDue(t, "no need was found", "p2", "2026-05-31", DueAfterTime)
}
