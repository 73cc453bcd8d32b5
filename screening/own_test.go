package screening

import (
	"context"
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// alone is a context in which the patient answers the screening with the id.
func (b *bench) alone(t testing.TB, patient, draft string) context.Context {
	return identity.With(t.Context(), identity.Actor{
		ID: patient, Name: "Patient", Role: identity.PatientRole, OrganizationID: b.clinic(), PatientID: patient, DraftID: draft,
	})
}

// clinic is the organization of the bench's worker.
func (b *bench) clinic() string { return identity.From(b.rosa).OrganizationID }

// TestPatientAnswersTheirOwnScreening goes all the way, and on two devices.
func TestPatientAnswersTheirOwnScreening(t *testing.T) {
	b := newBench(t)
	ctx := b.alone(t, "ana", "own")
	if _, err := b.Own(ctx); !fault.Is(err, fault.NotFound) {
		t.Errorf("Own before the answers = %v, want not found", err)
	}
	for range 2 { // on the second device too
		d, err := b.BeginOwn(ctx, "essentials", "en")
		if err != nil || d.ID != "own" || d.Mode != ModeSelf || d.Respondent.Relationship != "self" || d.PatientID != "ana" {
			t.Fatalf("BeginOwn = %+v, %v", d, err)
		}
	}
	if _, err := b.SaveAnswer(ctx, "own", "/88122-7", Codes("LA28397-0"), 0); err != nil {
		t.Fatalf("SaveAnswer: %v", err)
	}
	d, err := b.SaveHead(ctx, "own", DraftHead{Language: "es", Mode: "phone", Respondent: Respondent{"parent"}}, 0)
	if err != nil || d.Mode != ModeSelf || d.Language != "es" || d.Respondent.Relationship != "parent" {
		t.Errorf("SaveHead = %+v, %v, want the mode kept", d, err)
	}
	if _, err := b.OwnInstrument(ctx, d.Instrument); err != nil {
		t.Errorf("OwnInstrument = %v", err)
	}
	var first Result
	for n := range 2 {
		r, err := b.Complete(ctx, "own")
		if err != nil || r.Screening.ID != "own" || r.Screening.By != "ana" || r.Screening.Mode != ModeSelf || len(r.Needs) != 1 {
			t.Fatalf("Complete = %+v, %v", r, err)
		}
		if n == 0 {
			first = r
		}
	}
	if list, err := b.ForPatient(b.rosa, "ana"); err != nil || len(list) != 1 {
		t.Errorf("ForPatient = %d screenings, %v, want 1", len(list), err)
	}
	if _, err := b.BeginOwn(ctx, "essentials", "en"); !fault.Is(err, fault.Conflict) {
		t.Errorf("BeginOwn of a complete screening = %v, want a conflict", err)
	}

	need := first.Needs[0].ID
	for range 2 {
		if err := b.WantOwn(ctx, map[string]bool{need: true}); err != nil {
			t.Fatalf("WantOwn = %v", err)
		}
	}
	if err := b.WantOwn(ctx, map[string]bool{"another": true}); !fault.Is(err, fault.NotFound) {
		t.Errorf("WantOwn of another need = %v, want not found", err)
	}
	n, err := b.Need(b.rosa, need)
	if err != nil || n.Status != NeedWanted || len(n.History) != 2 || n.History[1].By != "ana" {
		t.Errorf("the need = %s with %d changes, %v, want wanted once", n.Status, len(n.History), err)
	}
	if _, err := b.SetNeedStatus(b.rosa, need, NeedInProgress, "referral"); err != nil {
		t.Fatal(err)
	}
	if err := b.WantOwn(ctx, map[string]bool{need: false}); err != nil {
		t.Fatal(err)
	}
	if n, _ := b.Need(b.rosa, need); n.Status != NeedInProgress {
		t.Errorf("a need in progress became %s by a late answer", n.Status)
	}
}

// TestPatientMayDoNothingElse tries all other methods as the patient.
func TestPatientMayDoNothingElse(t *testing.T) {
	b := newBench(t)
	d, err := b.StartDraft(b.rosa, "ana", "essentials", "en")
	if err != nil {
		t.Fatal(err)
	}
	ctx := b.alone(t, "ana", "own")
	if _, err := b.BeginOwn(ctx, "essentials", "en"); err != nil {
		t.Fatal(err)
	}
	for what, try := range map[string]func() error{
		"reading another draft":    func() error { _, err := b.Draft(ctx, d.ID); return err },
		"answering another draft":  func() error { _, err := b.SaveAnswer(ctx, d.ID, "/88122-7", Codes("LA28397-0"), 0); return err },
		"changing another draft":   func() error { _, err := b.SaveHead(ctx, d.ID, DraftHead{}, 0); return err },
		"completing another draft": func() error { _, err := b.Complete(ctx, d.ID); return err },
	} {
		wantKind(t, what, try(), fault.NotFound)
	}
	for what, try := range map[string]func() error{
		"dropping the draft": func() error { return b.DropDraft(ctx, "own") },
		"starting a draft":   func() error { _, err := b.StartDraft(ctx, "ana", "essentials", "en"); return err },
		"submitting a screening": func() error {
			_, err := b.Submit(ctx, Submission{PatientID: "ana", Instrument: "essentials"})
			return err
		},
		"listing drafts":      func() error { _, err := b.Drafts(ctx, "ana"); return err },
		"reading a screening": func() error { _, err := b.Get(ctx, "own"); return err },
		"listing screenings":  func() error { _, err := b.ForPatient(ctx, "ana"); return err },
		"listing needs":       func() error { _, err := b.Needs(ctx, "ana"); return err },
		"listing instruments": func() error { _, err := b.Instruments(ctx); return err },
		"changing a need":     func() error { _, err := b.PatchNeed(ctx, "n", NeedPatch{}); return err },
	} {
		wantKind(t, what, try(), fault.Forbidden)
	}
	wantKind(t, "a patient without a screening", func() error { _, err := b.BeginOwn(b.alone(t, "ana", ""), "essentials", "en"); return err }(), fault.NotFound)
	wantKind(t, "a worker as the patient", func() error { _, err := b.BeginOwn(b.rosa, "essentials", "en"); return err }(), fault.Forbidden)
	wantKind(t, "another organization's patient", func() error {
		_, err := b.BeginOwn(identity.With(ctx, identity.Actor{ID: "ana", Role: identity.PatientRole, OrganizationID: "elsewhere", PatientID: "ana", DraftID: "x"}), "essentials", "en")
		return err
	}(), fault.NotFound)
}
