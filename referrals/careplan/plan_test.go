package careplan

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

var (
	rosa  = identity.Actor{ID: "rosa", Name: "Rosa Vega", Role: identity.CareManager, OrganizationID: "clinic"}
	otto  = identity.Actor{ID: "otto", Role: identity.CareManager, OrganizationID: "clinic-b"}
	paula = identity.Actor{ID: "paula", Role: identity.AgencyStaff, OrganizationID: "pantry"}
	noon  = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
)

type people map[string]string // patient id → organization

func (p people) Open(_ context.Context, id string) (patients.Patient, error) {
	if p[id] == "" {
		return patients.Patient{}, docstore.ErrNotFound
	}
	return patients.Patient{Meta: docstore.Meta{ID: id}, OrganizationID: p[id]}, nil
}

type needs map[string]string // need id → patient id

func (n needs) OpenNeed(_ context.Context, id string) (screening.Need, error) {
	if n[id] == "" {
		return screening.Need{}, docstore.ErrNotFound
	}
	return screening.Need{Meta: docstore.Meta{ID: id}, PatientID: n[id], Topic: id, Domain: "food-insecurity"}, nil
}

func open(t *testing.T) (*Service, *clock.Fake) {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	c := clock.NewFake(noon)
	s, err := New(t.Context(), e, Options{Now: c.Now, Patients: people{"maria": "clinic", "omar": "clinic"}, Needs: needs{"food": "maria", "ride": "omar"}})
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func as(a identity.Actor) context.Context { return identity.With(context.Background(), a) }

func refused(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s = %v, want a %s fault", what, err, kind)
	}
}

func TestGoals(t *testing.T) {
	s, c := open(t)
	p, err := s.ForPatient(as(rosa), "maria")
	if err != nil || p.Version != 0 || len(p.Goals) != 0 {
		t.Fatalf("ForPatient before = %+v, %v; want an empty plan", p, err)
	}
	p, err = s.SetGoal(as(rosa), "maria", Goal{NeedID: "food", Text: " Cook at home twice a week ", Target: "2026-06-01"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	g := p.Goals[0]
	want := Goal{ID: g.ID, NeedID: "food", Topic: "food", Domain: "food-insecurity", Text: "Cook at home twice a week", Target: "2026-06-01", Status: Active, Since: noon}
	if diff := cmp.Diff(want, g); diff != "" || g.ID == "" {
		t.Errorf("goal (-want +got):\n%s", diff)
	}
	c.Add(time.Hour)
	g.Text = "Cook at home"
	if p, err = s.SetGoal(as(rosa), "maria", g, 1); err != nil || !p.Goals[0].Since.Equal(noon) || p.Version != 2 {
		t.Errorf("SetGoal of another text = %+v, %v; the status is as old as before", p, err)
	}
	g.Status = Completed
	if p, err = s.SetGoal(as(rosa), "maria", g, 2); err != nil || !p.Goals[0].Since.Equal(c.Now()) || len(p.Goals) != 1 {
		t.Errorf("SetGoal completed = %+v, %v; want it since now", p, err)
	}
	stored, err := s.ForPatient(as(rosa), "maria")
	if diff := cmp.Diff(p.Goals, stored.Goals); diff != "" || err != nil {
		t.Errorf("ForPatient: %v\n%s", err, diff)
	}
}

func TestGoalRules(t *testing.T) {
	s, _ := open(t)
	good := Goal{NeedID: "food", Text: "Cook"}
	tests := []struct {
		name    string
		actor   identity.Actor
		change  func(*Goal)
		version int64
		kind    fault.Kind
	}{
		{"no text", rosa, func(g *Goal) { g.Text = " " }, 0, fault.Invalid},
		{"long text", rosa, func(g *Goal) { g.Text = strings.Repeat("x", maxText+1) }, 0, fault.Invalid},
		{"no date", rosa, func(g *Goal) { g.Target = "soon" }, 0, fault.Invalid},
		{"unknown status", rosa, func(g *Goal) { g.Status = "done" }, 0, fault.Invalid},
		{"no need", rosa, func(g *Goal) { g.NeedID = "" }, 0, fault.Invalid},
		{"another patient's need", rosa, func(g *Goal) { g.NeedID = "ride" }, 0, fault.Invalid},
		{"unknown goal", rosa, func(g *Goal) { g.ID = "nope" }, 0, fault.NotFound},
		{"another version", rosa, func(*Goal) {}, 3, fault.Conflict},
		{"another clinic", otto, func(*Goal) {}, 0, fault.NotFound},
		{"an agency", paula, func(*Goal) {}, 0, fault.Forbidden},
		{"nobody", identity.Actor{}, func(*Goal) {}, 0, fault.Login},
	}
	for _, tt := range tests {
		g := good
		tt.change(&g)
		_, err := s.SetGoal(as(tt.actor), "maria", g, tt.version)
		refused(t, tt.name, err, tt.kind)
	}
	_, err := s.ForPatient(as(otto), "maria")
	refused(t, "another clinic reads", err, fault.NotFound)
	for n := range int64(maxGoals) {
		if _, err := s.SetGoal(as(rosa), "maria", good, n); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.SetGoal(as(rosa), "maria", good, maxGoals)
	refused(t, "one goal too many", err, fault.BusinessRule)
}

func TestGoalOnce(t *testing.T) {
	s, _ := open(t)
	ctx := docstore.WithRequest(as(rosa), "k", "a")
	for range 2 {
		if p, err := s.SetGoal(ctx, "maria", Goal{NeedID: "food", Text: "Cook"}, 0); err != nil || len(p.Goals) != 1 {
			t.Errorf("SetGoal = %d goals, %v; want 1", len(p.Goals), err)
		}
	}
	_, err := s.SetGoal(docstore.WithRequest(as(rosa), "k", "b"), "maria", Goal{NeedID: "food", Text: "Sing"}, 1)
	refused(t, "another request with the key", err, fault.BusinessRule)
}

func TestTwoMakeThePlanAtOnce(t *testing.T) {
	s, _ := open(t)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { _, errs[i] = s.SetGoal(as(rosa), "maria", Goal{NeedID: "food", Text: "Cook"}, 0) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			refused(t, "the slower one", err, fault.Conflict)
		}
	}
	if won != 1 {
		t.Errorf("%d made the plan, want 1", won)
	}
}

func TestCheckIns(t *testing.T) {
	s, _ := open(t)
	ctx := docstore.WithRequest(as(rosa), "k", "a")
	in := CheckIn{PatientID: "maria", Note: "Feels better.", Next: "2026-03-16"}
	first, err := s.AddCheckIn(ctx, in)
	if err != nil || first.On != "2026-03-02" || first.By != "rosa" || first.ByName != "Rosa Vega" {
		t.Fatalf("AddCheckIn = %+v, %v", first, err)
	}
	if again, err := s.AddCheckIn(ctx, in); err != nil || again.ID != first.ID {
		t.Errorf("the same request again = %s, %v; want %s", again.ID, err, first.ID)
	}
	if _, err := s.AddCheckIn(as(rosa), CheckIn{PatientID: "maria", On: "2026-02-01", Note: "Earlier.", Next: "2026-03-10"}); err != nil {
		t.Fatal(err)
	}
	list, err := s.CheckIns(as(rosa), "maria")
	if err != nil || len(list) != 2 || list[0].ID != first.ID {
		t.Errorf("CheckIns = %+v, %v; want the latest first", list, err)
	}
	for date, want := range map[string]int{"2026-03-09": 0, "2026-03-10": 1} {
		if p, err := s.Due(as(rosa), date, ""); err != nil || len(p.Items) != want {
			t.Errorf("Due(%s) = %d plans, %v; want %d", date, len(p.Items), err, want)
		}
	}
	if p, err := s.Due(as(otto), "2027-01-01", ""); err != nil || len(p.Items) != 0 {
		t.Errorf("Due for another clinic = %d plans, %v; want none", len(p.Items), err)
	}
}

func TestCheckInRules(t *testing.T) {
	s, _ := open(t)
	for name, c := range map[string]CheckIn{
		"nothing said":    {PatientID: "maria"},
		"in the future":   {PatientID: "maria", On: "2026-03-05", Note: "x"},
		"not a date":      {PatientID: "maria", On: "yesterday", Note: "x"},
		"next before it":  {PatientID: "maria", Note: "x", Next: "2026-03-01"},
		"next not a date": {PatientID: "maria", Note: "x", Next: "soon"},
		"too much said":   {PatientID: "maria", Note: strings.Repeat("x", maxText+1)},
	} {
		_, err := s.AddCheckIn(as(rosa), c)
		refused(t, name, err, fault.Invalid)
	}
	_, err := s.AddCheckIn(as(otto), CheckIn{PatientID: "maria", Note: "x"})
	refused(t, "another clinic", err, fault.NotFound)
	_, err = s.CheckIns(as(paula), "maria")
	refused(t, "an agency", err, fault.Forbidden)
	_, err = s.Due(as(rosa), "today", "")
	refused(t, "a date in words", err, fault.Invalid)
}
