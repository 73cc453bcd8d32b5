package screening

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

// monday is when the tests' clock starts.
var monday = time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)

// roster is a Patients of fixed patients.
type roster map[string]patients.Patient

func (r roster) Open(_ context.Context, id string) (patients.Patient, error) {
	p, ok := r[id]
	if !ok {
		return p, docstore.ErrNotFound
	}
	p.ID = id
	return p, nil
}

// journal is an Audit that remembers.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) Saw(_ context.Context, action, patientID, subject string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, action+" "+patientID+" "+subject)
	return nil
}

// bench is a service with what surrounds it.
type bench struct {
	*Service
	engine docstore.Engine
	clock  *clock.Fake
	audit  *journal
	rosa   context.Context // a worker of the clinic
	other  context.Context // a worker of another clinic
}

func newBench(t testing.TB) *bench {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatalf("OpenMemory: %v", err)
	}
	t.Cleanup(func() { e.Close() })
	b := &bench{engine: e, clock: clock.NewFake(monday), audit: &journal{}}
	b.Service, err = New(t.Context(), e, Options{
		Now: b.clock.Now, Audit: b.audit,
		Patients: roster{
			"ana": {OrganizationID: "clinic", BirthDate: "1980-03-03"},
			"ben": {OrganizationID: "clinic", BirthDate: "2021-01-01"},
			"cho": {OrganizationID: "clinic-b"},
		},
	})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	b.rosa = b.as(t, identity.CHW, "clinic")
	b.other = b.as(t, identity.CHW, "clinic-b")
	return b
}

func (b *bench) as(t testing.TB, role identity.Role, org string) context.Context {
	return identity.With(t.Context(), identity.Actor{ID: string(role) + "@" + org, Name: "Rosa Vega", Role: role, OrganizationID: org})
}

// submit screens a patient with the essentials.
func (b *bench) submit(t testing.TB, patient string, answers Answers) Result {
	t.Helper()
	r, err := b.Submit(b.rosa, Submission{PatientID: patient, Instrument: "essentials", Answers: answers})
	if err != nil {
		t.Fatalf("Submit(%v) = %v", answers, err)
	}
	return r
}

// wantKind tells when err is not a fault of the kind; "" wants none.
func wantKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if kind == "" && err != nil || kind != "" && !fault.Is(err, kind) {
		t.Errorf("%s error = %v, want kind %q", what, err, kind)
	}
}

// TestAccess calls each method as somebody who may and as those who may not.
func TestAccess(t *testing.T) {
	b := newBench(t)
	ctx := b.rosa
	result := b.submit(t, "ana", Answers{"/88122-7": Codes("LA28397-0")})
	screening, need := result.Screening, result.Needs[0]
	draft, err := b.StartDraft(ctx, "ana", "essentials", "")
	if err != nil {
		t.Fatalf("StartDraft: %v", err)
	}
	yes := true
	calls := map[string]func(context.Context) error{
		"Submit": func(ctx context.Context) error {
			_, err := b.Submit(ctx, Submission{PatientID: "ana", Instrument: "essentials"})
			return err
		},
		"Get":        func(ctx context.Context) error { _, err := b.Get(ctx, screening.ID); return err },
		"ForPatient": func(ctx context.Context) error { _, err := b.ForPatient(ctx, "ana"); return err },
		"Needs":      func(ctx context.Context) error { _, err := b.Needs(ctx, "ana"); return err },
		"Need":       func(ctx context.Context) error { _, err := b.Need(ctx, need.ID); return err },
		"PatchNeed": func(ctx context.Context) error {
			n, err := b.OpenNeed(ctx, need.ID)
			if err == nil {
				_, err = b.PatchNeed(ctx, need.ID, NeedPatch{Wanted: &yes, Version: n.Version})
			}
			return err
		},
		"SplitNeed": func(ctx context.Context) error {
			n, err := b.OpenNeed(ctx, need.ID)
			if err == nil {
				_, err = b.SplitNeed(ctx, need.ID, NeedSplit{Part: "meals", Version: n.Version})
			}
			return err
		},
		"StartDraft": func(ctx context.Context) error { _, err := b.StartDraft(ctx, "ana", "essentials", ""); return err },
		"Draft":      func(ctx context.Context) error { _, err := b.Draft(ctx, draft.ID); return err },
		"Drafts":     func(ctx context.Context) error { _, err := b.Drafts(ctx, "ana"); return err },
		"SaveAnswer": func(ctx context.Context) error {
			_, err := b.SaveAnswer(ctx, draft.ID, "/93030-5", Codes("LA32-8"), 0)
			return err
		},
		"SaveHead": func(ctx context.Context) error { _, err := b.SaveHead(ctx, draft.ID, DraftHead{}, 0); return err },
		"DropDraft": func(ctx context.Context) error {
			d, err := b.StartDraft(b.rosa, "ana", "essentials", "")
			if err == nil {
				err = b.DropDraft(ctx, d.ID)
			}
			return err
		},
		"Complete": func(ctx context.Context) error { _, err := b.Complete(ctx, draft.ID); return err },
	}
	for name, call := range calls {
		wantKind(t, name+" by nobody", call(t.Context()), fault.Login)
		wantKind(t, name+" by an agency", call(b.as(t, identity.AgencyStaff, "pantry")), fault.Forbidden)
		wantKind(t, name+" by the network", call(b.as(t, identity.NetworkAdmin, "network")), fault.Forbidden)
		wantKind(t, name+" by another clinic", call(b.other), fault.NotFound)
	}
	complete := calls["Complete"] // ends the draft that others work on
	delete(calls, "Complete")
	for name, call := range calls {
		wantKind(t, name+" by the patient's clinic", call(ctx), "")
	}
	wantKind(t, "Complete by the patient's clinic", complete(ctx), "")
	if len(b.audit.lines) != 2 { // Get and ForPatient, once each: refused reads saw nothing
		t.Errorf("audit has %q, want two lines", b.audit.lines)
	}
	if _, err := b.Instruments(b.as(t, identity.NetworkAdmin, "network")); err != nil {
		t.Errorf("Instruments by the network = %v", err)
	}
	_, err = b.Instruments(b.as(t, identity.AgencyStaff, "pantry"))
	wantKind(t, "Instruments by an agency", err, fault.Forbidden)
	_, err = b.Instrument(ctx, "no-such")
	wantKind(t, "Instrument(no-such)", err, fault.NotFound)
}

func TestInstrumentRefs(t *testing.T) {
	b := newBench(t)
	const url = "https://havenloop.org/fhir/Questionnaire/essentials"
	for _, ref := range []string{"essentials", url, url + "|1.0.0"} {
		i, err := b.Instrument(b.rosa, ref)
		if err != nil || i.Ref() != url+"|1.0.0" {
			t.Errorf("Instrument(%q) = %v, %v, want essentials 1.0.0", ref, i, err)
		}
	}
	_, err := b.Instrument(b.rosa, url+"|9")
	wantKind(t, "a version that does not exist", err, fault.NotFound)
	infos, err := b.Instruments(b.rosa)
	if err != nil || len(infos) != 4 {
		t.Errorf("Instruments = %v, %v, want the four shipped", infos, err)
	}
}

// mustJSON writes v as JSON.
func mustJSON(t interface{ Fatalf(string, ...any) }, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("Marshal: %v", err)
	}
	return string(b)
}
