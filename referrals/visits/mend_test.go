package visits_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/visits"
)

func withID(ctx context.Context, id string) context.Context { return docstore.WithID(ctx, id) }

func TestMend(t *testing.T) {
	h := open(t)
	h.patient(h.rosa, "maria")
	taken := h.send(h.rosa, visit(nil))
	v, err := h.visits.Get(as(h.rosa), taken.ID)
	must(t, err)
	if len(v.Candidates) != 1 || v.Candidates[0].ID != "maria" || v.Candidates[0].Phone != "2671" {
		t.Fatalf("candidates = %+v, want Maria with the end of her phone", v.Candidates)
	}
	tests := []struct {
		name    string
		by      identity.Actor
		version int64
		kind    fault.Kind
	}{
		{"by a colleague", h.sam, v.Version, fault.NotFound},
		{"by another organization's supervisor", h.bo, v.Version, fault.NotFound},
		{"without a version", h.rosa, 0, fault.Invalid},
		{"from an old page", h.rosa, v.Version - 1, fault.Conflict},
	}
	it := map[string]any{"patient": referrals.VisitPatient{ID: "maria"}}
	for _, tt := range tests {
		if _, err := h.visits.Mend(as(tt.by), taken.ID, it, tt.version); !fault.Is(err, tt.kind) {
			t.Errorf("Mend %s = %v, want %s", tt.name, err, tt.kind)
		}
	}
	after, err := h.visits.Mend(as(h.rosa), taken.ID, it, v.Version)
	must(t, err)
	same(t, "parts", states(after.Told), allDone)
	if after.PatientID != "maria" || h.people() != 1 {
		t.Errorf("patient = %s of %d, want Maria alone", after.PatientID, h.people())
	}
	if _, err := h.visits.Mend(as(h.rosa), taken.ID, it, after.Version); !fault.Is(err, fault.Conflict) {
		t.Errorf("Mend of what is done = %v, want a conflict", err)
	}
}

func TestPartsThatAreDoneStay(t *testing.T) {
	h := open(t)
	taken := h.send(h.rosa, visit(set("referral", "serviceIds", []string{"gone"})))
	v, err := h.visits.Get(as(h.rosa), taken.ID)
	must(t, err)
	// All else is left out or changed, and the referral is left out.
	after, err := h.visits.Change(as(h.rosa), taken.ID, mustJSON(t, map[string]any{"patient": map[string]any{"givenName": "Other"}}), v.Version)
	must(t, err)
	want := but(nil)
	delete(want, "referral")
	same(t, "parts", states(after.Told), want)
	if after.State != visits.Done || after.Name != "Maria Lopez" {
		t.Errorf("visit = %s of %s, want done, of Maria Lopez", after.State, after.Name)
	}
	for _, body := range []string{`[]`, `null`, `{"x":1}`} {
		if _, err := h.visits.Change(as(h.rosa), taken.ID, []byte(body), after.Version); !fault.Is(err, fault.Invalid) {
			t.Errorf("Change to %s = %v, want invalid", body, err)
		}
	}
}

func TestSendOnTwiceUnderOneKey(t *testing.T) {
	h := open(t)
	taken := h.send(h.rosa, visit(set("patient", "givenName", "")))
	v, err := h.visits.Get(as(h.rosa), taken.ID)
	must(t, err)
	p := v.Collected.Patient
	p.GivenName = "Maria"
	ctx := docstore.WithRequest(as(h.rosa), "form-1", "hash")
	for range 2 {
		after, err := h.visits.Mend(ctx, taken.ID, map[string]any{"patient": p}, v.Version)
		must(t, err)
		if after.State != visits.Done {
			t.Fatalf("state = %s, want done: %+v", after.State, after.Told)
		}
	}
}

func TestSentByAnother(t *testing.T) {
	h := open(t)
	id := uuid.NewString()
	sealedVisit := h.seal(h.rosa, id, visit(nil))
	taken, err := h.visits.Take(as(h.sam), sealedVisit, id)
	must(t, err)
	same(t, "what the sender learns", taken, visits.Taken{ID: id, State: visits.Attention, Parts: []visits.PartView{}})
	if h.people() != 0 {
		t.Error("something was carried out in the name of another person")
	}
	if _, err := h.visits.Get(as(h.sam), id); !fault.Is(err, fault.NotFound) {
		t.Errorf("Get by the sender = %v, want not found", err)
	}
	v, err := h.visits.Get(as(h.rosa), id)
	must(t, err)
	if v.State != visits.Attention || v.Hold != visits.HoldPerson || v.SentBy.Name != h.sam.Name {
		t.Errorf("visit = %s, hold %s, sent by %s", v.State, v.Hold, v.SentBy.Name)
	}
	// The same envelope from who sealed it needs no look any more.
	again, err := h.visits.Take(as(h.rosa), sealedVisit, id)
	must(t, err)
	same(t, "parts", states(again.Parts), allDone)
	still, err := h.visits.Take(as(h.sam), sealedVisit, id)
	must(t, err)
	if still.PatientID != "" || len(still.Parts) != 0 {
		t.Errorf("the other sender learns %+v afterwards", still)
	}
}

func TestSealedBySomebodyWhoIsGone(t *testing.T) {
	h := open(t)
	system := as(identity.SystemActor("t"))
	gone := identity.Actor{ID: "nobody", OrganizationID: "clinic"}
	_, err := h.accounts.Disable(system, h.sam.ID, true)
	must(t, err)
	for _, who := range []identity.Actor{gone, h.sam} {
		id := uuid.NewString()
		_, err := h.visits.Take(as(h.rosa), h.seal(who, id, visit(set("patient", "familyName", "Family "+who.ID[:2]))), id)
		must(t, err)
		if _, err := h.visits.Get(as(h.rosa), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("Get by the sender = %v, want not found", err)
		}
		v, err := h.visits.Get(as(h.lena), id)
		must(t, err)
		if v.Hold != visits.HoldGone {
			t.Errorf("hold = %q, want gone", v.Hold)
		}
	}
	list, err := h.visits.List(as(h.lena), visits.ListInput{State: visits.Attention})
	must(t, err)
	after, err := h.visits.Mend(as(h.lena), list.Items[0].ID, map[string]any{}, list.Items[0].Version)
	must(t, err)
	if after.State != visits.Done {
		t.Errorf("sent on by the supervisor = %s %v, want done", after.State, after.Told)
	}
}

func TestSealedForAnotherOrganization(t *testing.T) {
	h := open(t)
	id := uuid.NewString()
	_, err := h.visits.Take(as(h.rosa), h.seal(h.bea, id, visit(nil)), id)
	must(t, err)
	for _, who := range []identity.Actor{h.rosa, h.bea, h.bo} {
		if _, err := h.visits.Get(as(who), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("Get by %s = %v, want not found", who.Name, err)
		}
	}
	v, err := h.visits.Get(as(h.lena), id)
	must(t, err)
	if v.Hold != visits.HoldOrganization || v.Readable() || v.Name != "" || v.Arrived != "" || v.SealedBy.Name != "" {
		t.Errorf("visit of strangers = %+v, want nothing told of it", v)
	}
	if _, err := h.visits.Mend(as(h.lena), id, map[string]any{}, v.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Mend = %v, want forbidden", err)
	}
	must(t, h.visits.PassOn(as(h.lena), id, v.Version))
	if _, err := h.visits.Get(as(h.lena), id); !fault.Is(err, fault.NotFound) {
		t.Errorf("Get after passing on = %v, want not found", err)
	}
	v, err = h.visits.Get(as(h.bea), id)
	must(t, err)
	v, err = h.visits.Mend(as(h.bea), id, map[string]any{}, v.Version)
	must(t, err)
	if v.State != visits.Done && v.Part("referral") != visits.PartAttention {
		t.Errorf("visit in its own organization = %s %v", v.State, v.Told)
	}
}

func TestSetAsideAndTakenUp(t *testing.T) {
	h := open(t)
	taken := h.send(h.rosa, visit(set("patient", "givenName", "")))
	v, err := h.visits.Get(as(h.rosa), taken.ID)
	must(t, err)
	if _, err := h.visits.SetAside(as(h.rosa), taken.ID, "  ", v.Version); !fault.Is(err, fault.Invalid) {
		t.Errorf("SetAside without a reason = %v, want invalid", err)
	}
	v, err = h.visits.SetAside(as(h.rosa), taken.ID, "A test.", v.Version)
	must(t, err)
	if v.State != visits.Aside || v.Reason != "A test." || v.UndoUntil.IsZero() {
		t.Fatalf("visit = %+v, want it aside with the reason", v)
	}
	h.clock.Add(29 * 24 * time.Hour)
	_, err = h.visits.Purge(context.Background())
	must(t, err)
	v, err = h.visits.TakeUp(as(h.rosa), taken.ID, v.Version)
	must(t, err)
	if v.State != visits.Attention || v.Reason != "" || v.Collected.Patient.FamilyName != "Lopez" {
		t.Fatalf("visit taken up = %+v, want it as it was", v)
	}
	v, err = h.visits.SetAside(as(h.rosa), taken.ID, "A test.", v.Version)
	must(t, err)
	h.clock.Add(31 * 24 * time.Hour)
	n, err := h.visits.Purge(context.Background())
	if n != 1 || err != nil {
		t.Fatalf("Purge = %d, %v, want the text wiped", n, err)
	}
	v, err = h.visits.Get(as(h.rosa), taken.ID)
	must(t, err)
	if _, err := h.visits.TakeUp(as(h.rosa), taken.ID, v.Version); !fault.Is(err, fault.Conflict) || v.Name != "" {
		t.Errorf("TakeUp of what is wiped = %v of %q, want a conflict", err, v.Name)
	}
}

func TestNumberIsKnownUntilItsKeyIsGone(t *testing.T) {
	h := open(t)
	id := uuid.NewString()
	sealedVisit := h.seal(h.rosa, id, visit(nil))
	first, err := h.visits.Take(as(h.rosa), sealedVisit, id)
	must(t, err)
	for range 30 {
		h.clock.Add(20 * 24 * time.Hour)
		_, err := h.keys.Rotate(context.Background())
		must(t, err)
		_, err = h.visits.Purge(context.Background())
		must(t, err)
		again, err := h.visits.Take(as(h.rosa), sealedVisit, id)
		if fault.Is(err, fault.BusinessRule) {
			break // the key is gone
		}
		must(t, err)
		if again.PatientID != first.PatientID || again.State != visits.Done {
			t.Fatalf("much later = %+v, want the first answer", again)
		}
	}
	if n := h.people(); n != 1 {
		t.Errorf("patients in the end = %d, want 1", n)
	}
}

func TestReminders(t *testing.T) {
	h := open(t)
	h.send(h.rosa, visit(set("patient", "givenName", ""))) // a Monday morning
	steps := []struct {
		after time.Duration
		want  []string
	}{
		{time.Hour, nil},
		{25 * time.Hour, []string{"visit.attention " + h.rosa.ID}},
		{26 * time.Hour, []string{"visit.attention " + h.rosa.ID}},
		{4 * 24 * time.Hour, []string{"visit.attention " + h.rosa.ID, "visit.escalated " + h.lena.ID}},
		{9 * 24 * time.Hour, []string{"visit.attention " + h.rosa.ID, "visit.escalated " + h.lena.ID}},
	}
	start := h.clock.Now()
	for _, s := range steps {
		h.clock.Set(start.Add(s.after))
		_, err := h.visits.Remind(context.Background())
		must(t, err)
		got := slices.Clone(h.noticed.told)
		slices.Sort(got)
		same(t, "told after "+s.after.String(), got, s.want)
	}
}

func TestListIsOfTheActor(t *testing.T) {
	h := open(t)
	h.send(h.rosa, visit(nil))
	h.send(h.sam, visit(set("patient", "givenName", "")))
	for _, tt := range []struct {
		by    identity.Actor
		state visits.State
		n     int
	}{
		{h.rosa, "", 1}, {h.sam, "", 1}, {h.lena, "", 2}, {h.bo, "", 0},
		{h.rosa, visits.Attention, 0}, {h.lena, visits.Attention, 1}, {h.lena, visits.Done, 1},
	} {
		list, err := h.visits.List(as(tt.by), visits.ListInput{State: tt.state})
		must(t, err)
		n, err := h.visits.Count(as(tt.by), tt.state)
		must(t, err)
		if len(list.Items) != tt.n || n != tt.n {
			t.Errorf("%s has %d, counts %d visits %q, want %d", tt.by.Name, len(list.Items), n, tt.state, tt.n)
		}
	}
	if _, err := h.visits.List(as(h.rosa), visits.ListInput{State: "lost"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("List of an unknown state = %v, want invalid", err)
	}
	for name, call := range map[string]func(context.Context) error{
		"List":   func(ctx context.Context) error { _, err := h.visits.List(ctx, visits.ListInput{}); return err },
		"Get":    func(ctx context.Context) error { _, err := h.visits.Get(ctx, "x"); return err },
		"Mend":   func(ctx context.Context) error { _, err := h.visits.Mend(ctx, "x", nil, 1); return err },
		"Aside":  func(ctx context.Context) error { _, err := h.visits.SetAside(ctx, "x", "y", 1); return err },
		"PassOn": func(ctx context.Context) error { return h.visits.PassOn(ctx, "x", 1) },
		"Day":    func(ctx context.Context) error { _, _, err := h.visits.Day(ctx, ""); return err },
	} {
		if err := call(context.Background()); !fault.Is(err, fault.Login) {
			t.Errorf("%s by nobody = %v, want login", name, err)
		}
		if err := call(as(identity.Actor{ID: "p", Role: identity.AgencyStaff, OrganizationID: "pantry"})); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s by an agency = %v, want forbidden", name, err)
		}
	}
	if _, err := h.visits.PublicKeys(context.Background()); !fault.Is(err, fault.Login) {
		t.Errorf("PublicKeys by nobody = %v, want login", err)
	}
}
