package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

var (
	rosa     = identity.Actor{ID: "rosa", Name: "Rosa Vega", Role: identity.CHW, OrganizationID: "clinic"}
	stranger = identity.Actor{ID: "sam", Name: "Sam", Role: identity.CHW, OrganizationID: "other clinic"}
	agency   = identity.Actor{ID: "ana", Name: "Ana", Role: identity.AgencyStaff, OrganizationID: "pantry"}
	admin    = identity.Actor{ID: "admin", Name: "Ada", Role: identity.NetworkAdmin, OrganizationID: "network"}
	patient  = identity.Actor{ID: "p1", Role: identity.PatientRole}
)

func as(t *testing.T, a identity.Actor) context.Context { return identity.With(t.Context(), a) }

// open opens a log in which p1 is the clinic's patient and Ana is known by name.
func open(t *testing.T) (*audit.Log, *clock.Fake) {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	now := clock.NewFake(noon)
	l, err := audit.New(t.Context(), e, audit.Options{
		Now: now.Now,
		Owner: func(_ context.Context, id string) (string, error) {
			if id != "p1" {
				return "", docstore.ErrNotFound
			}
			return "clinic", nil
		},
		Names: func(context.Context, []string) (map[string]string, error) {
			return map[string]string{"ana": "Ana Diaz"}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return l, now
}

func change(n int64, at time.Time, actor, typ, data string) docstore.Event {
	return docstore.Event{
		ID: fmt.Sprintf("referrals/r1/%d/0/%d", n, at.UnixMilli()), Type: typ, Collection: "referrals", DocumentID: "r1",
		Version: n, At: at, ActorID: actor, Data: json.RawMessage(data),
	}
}

func entries(t *testing.T, p docstore.Page[audit.Entry], err error) []audit.Entry {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return p.Items
}

var sameEntries = cmp.Options{cmpopts.IgnoreFields(audit.Entry{}, "Meta"), cmpopts.EquateEmpty()}

func TestTrailOfAPatient(t *testing.T) {
	l, now := open(t)
	consumer := l.Consumer()
	if err := l.Saw(as(t, rosa), "screening.opened", "p1", "screenings/s1"); err != nil {
		t.Fatal(err)
	}
	moved := change(2, noon.Add(time.Minute), "ana", "referral.moved", `{"patientId":"p1","organizationId":"pantry","organizationIds":["clinic","pantry"]}`)
	other := change(1, noon.Add(time.Minute), "rosa", "referral.created", `{"patientId":"p2"}`)
	for range 2 { // the same events come again after a crash
		if err := consumer.Handle(t.Context(), []docstore.Event{moved, other}); err != nil {
			t.Fatal(err)
		}
	}
	now.Add(time.Hour)
	if err := l.Saw(as(t, agency), "referral.opened", "p1", "referrals/r1"); err != nil {
		t.Fatal(err)
	}
	want := []audit.Entry{
		{At: noon.Add(time.Hour), ActorID: "ana", ActorName: "Ana", Role: identity.AgencyStaff, OrganizationIDs: []string{"pantry"},
			Action: "referral.opened", PatientID: "p1", Subject: "referrals/r1"},
		{At: noon.Add(time.Minute), ActorID: "ana", ActorName: "Ana Diaz", OrganizationIDs: []string{"clinic", "pantry"},
			Action: "referral.moved", PatientID: "p1", Subject: "referrals/r1", EventID: moved.ID},
		{At: noon, ActorID: "rosa", ActorName: "Rosa Vega", Role: identity.CHW, OrganizationIDs: []string{"clinic"},
			Action: "screening.opened", PatientID: "p1", Subject: "screenings/s1"},
	}
	for _, actor := range []identity.Actor{rosa, patient} {
		p, err := l.ForPatient(as(t, actor), "p1", "", 0)
		if d := cmp.Diff(want, entries(t, p, err), sameEntries); d != "" {
			t.Errorf("ForPatient as %s (-want +got):\n%s", actor.Role, d)
		}
	}

	first, err := l.ForPatient(as(t, rosa), "p1", "", 2)
	if len(entries(t, first, err)) != 2 || first.Next == "" {
		t.Fatalf("first page has %d entries, next %q; want 2 and a page that follows", len(first.Items), first.Next)
	}
	second, err := l.ForPatient(as(t, rosa), "p1", first.Next, 2)
	if d := cmp.Diff(want[2:], entries(t, second, err), sameEntries); d != "" || second.Next != "" {
		t.Errorf("second page, next %q (-want +got):\n%s", second.Next, d)
	}
}

func TestTrailOfAnOrganization(t *testing.T) {
	l, _ := open(t)
	if err := l.Saw(as(t, rosa), "patient.opened", "p1", "patients/p1"); err != nil {
		t.Fatal(err)
	}
	events := []docstore.Event{
		change(1, noon.Add(time.Minute), "rosa", "referral.created", `{"patientId":"p1","organizationIds":["clinic","pantry"]}`),
		change(2, noon.Add(2*time.Minute), "", "referral.reminded", `{"patientId":"p1","organizationId":"pantry"}`),
		change(3, noon.Add(3*time.Minute), "rosa", "note.made", ``), // concerns nobody
	}
	if err := l.Consumer().Handle(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	for organization, want := range map[string][]string{
		"clinic": {"referral.created", "patient.opened"},
		"pantry": {"referral.reminded", "referral.created"},
		"nobody": nil,
	} {
		p, err := l.ForOrganization(as(t, admin), organization, "", 10)
		var got []string
		for _, e := range entries(t, p, err) {
			got = append(got, e.Action)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("ForOrganization(%s) (-want +got):\n%s", organization, d)
		}
	}
}

func TestWhoMayReadTheTrail(t *testing.T) {
	l, _ := open(t)
	kind := func(err error) fault.Kind {
		f, ok := errors.AsType[*fault.Error](err)
		if !ok {
			return ""
		}
		return f.Kind
	}
	for _, c := range []struct {
		actor          identity.Actor
		patient        string
		ofPatient      fault.Kind
		ofOrganization fault.Kind
	}{
		{rosa, "p1", "", fault.Forbidden},
		{rosa, "nobody", fault.NotFound, fault.Forbidden},
		{stranger, "p1", fault.NotFound, fault.Forbidden},
		{agency, "p1", fault.Forbidden, fault.Forbidden},
		{admin, "p1", fault.Forbidden, ""},
		{patient, "p1", "", fault.Forbidden},
		{patient, "p2", fault.Forbidden, fault.Forbidden},
		{identity.Actor{}, "p1", fault.Login, fault.Login},
	} {
		_, err := l.ForPatient(as(t, c.actor), c.patient, "", 1)
		if got := kind(err); got != c.ofPatient {
			t.Errorf("ForPatient(%s) as %q of %q = %q, want %q", c.patient, c.actor.Role, c.actor.OrganizationID, got, c.ofPatient)
		}
		_, err = l.ForOrganization(as(t, c.actor), "clinic", "", 1)
		if got := kind(err); got != c.ofOrganization {
			t.Errorf("ForOrganization as %q = %q, want %q", c.actor.Role, got, c.ofOrganization)
		}
	}
	if err := l.Saw(t.Context(), "patient.opened", "p1", "patients/p1"); kind(err) != fault.Login {
		t.Errorf("Saw by nobody = %v, want a %s", err, fault.Login)
	}
}

func TestPatientEventsNameThePatientThemselves(t *testing.T) {
	l, _ := open(t)
	ev := docstore.Event{ID: "patients/p1/1/0/0", Type: "patient.registered", Collection: "patients", DocumentID: "p1", At: noon, ActorID: "rosa"}
	if err := l.Consumer().Handle(t.Context(), []docstore.Event{ev}); err != nil {
		t.Fatal(err)
	}
	p, err := l.ForPatient(as(t, rosa), "p1", "", 1)
	if got := entries(t, p, err); len(got) != 1 || got[0].EventID != ev.ID {
		t.Errorf("ForPatient = %v, want the entry of %s", got, ev.ID)
	}
}

// BenchmarkConsumer is the cost of recording one change, 400 at a time.
func BenchmarkConsumer(b *testing.B) {
	e, err := sqlite.Open(b.Context(), b.TempDir()+"/store.db")
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	l, err := audit.New(b.Context(), e, audit.Options{Now: clock.System})
	if err != nil {
		b.Fatal(err)
	}
	c := l.Consumer()
	for n := 0; n < b.N; n += 400 {
		events := make([]docstore.Event, min(400, b.N-n))
		for i := range events {
			at := noon.Add(time.Duration(n+i) * time.Millisecond)
			events[i] = change(int64(n+i), at, "rosa", "referral.moved", fmt.Sprintf(`{"patientId":"p%d","organizationIds":["clinic","pantry"]}`, (n+i)%1000))
		}
		if err := c.Handle(b.Context(), events); err != nil {
			b.Fatal(err)
		}
	}
}
