package screening

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// TestDraft saves answers one by one, on two devices, and completes the screening.
func TestDraft(t *testing.T) {
	b := newBench(t)
	d, err := b.StartDraft(b.rosa, "ana", "ahc-hrsn-supplemental", "es")
	if err != nil {
		t.Fatalf("StartDraft: %v", err)
	}
	save := func(linkID string, a Answer, version int64) error {
		b.clock.Add(time.Minute)
		_, err := b.SaveAnswer(b.rosa, d.ID, linkID, a, version)
		return err
	}
	wantKind(t, "first answer", save("/97027-7", Codes("LA33-6"), d.Version), "")
	wantKind(t, "a stale device", save("/97027-7", Codes("LA32-8"), d.Version), fault.Conflict)
	wantKind(t, "one answer whatever else changed", save("/76513-1", Codes("LA15832-1"), 0), "")
	wantKind(t, "declined", save("/93159-2", Absent(AskedDeclined), 0), "")
	wantKind(t, "an answer taken out", save("/76513-1", Answer{}, 0), "")
	wantKind(t, "a code of another question", save("/76513-1", Codes("LA33-6"), 0), fault.Invalid)
	wantKind(t, "a question that does not exist", save("/1", Codes("LA33-6"), 0), fault.Invalid)
	wantKind(t, "a hidden question", save("/30525-0", Number(3), 0), fault.Invalid)
	wantKind(t, "a calculated question", save("/77594-0", Number(3), 0), fault.Invalid)
	if _, err := b.SaveHead(b.rosa, d.ID, DraftHead{Mode: "phone", Respondent: Respondent{"self"}}, 0); err != nil {
		t.Errorf("SaveHead: %v", err)
	}

	drafts, err := b.Drafts(b.rosa, "ana")
	if err != nil || len(drafts) != 1 {
		t.Fatalf("Drafts = %v, %v, want one", drafts, err)
	}
	want := Answers{"/30525-0": Number(45), "/97027-7": Codes("LA33-6"), "/93159-2": Absent(AskedDeclined)}
	if diff := cmp.Diff(want, drafts[0].Answers); diff != "" {
		t.Errorf("answers of the draft (-want +got):\n%s", diff)
	}

	var first Result
	for n := range 2 { // completing again answers the same
		r, err := b.Complete(b.rosa, d.ID)
		if err != nil {
			t.Fatalf("Complete: %v", err)
		}
		if n == 0 {
			first = r
		}
		if s := r.Screening; s.ID != d.ID || s.Language != "es" || s.Mode != "phone" || len(r.Needs) != 1 || r.Needs[0].Topic != "language" {
			t.Errorf("Complete = %+v", r)
		}
		if diff := cmp.Diff(mustJSON(t, first), mustJSON(t, r)); diff != "" {
			t.Errorf("completed again (-first +again):\n%s", diff)
		}
	}
	_, err = b.Draft(b.rosa, d.ID)
	wantKind(t, "Draft after completion", err, fault.NotFound)
	_, err = b.Complete(b.rosa, "gone")
	wantKind(t, "Complete of no draft", err, fault.NotFound)
}

// TestCompleteAfterCrash completes a draft whose screening was stored but
// which was not removed.
func TestCompleteAfterCrash(t *testing.T) {
	b := newBench(t)
	d, err := b.StartDraft(b.rosa, "ana", "essentials", "")
	if err != nil {
		t.Fatalf("StartDraft: %v", err)
	}
	stored, err := b.Submit(docstore.WithID(b.rosa, d.ID), Submission{PatientID: "ana", Instrument: "essentials", Answers: hungry})
	if err != nil {
		t.Fatalf("Submit: %v", err)
	}
	r, err := b.Complete(b.rosa, d.ID)
	if err != nil || mustJSON(t, r) != mustJSON(t, stored) {
		t.Errorf("Complete = %+v, %v, want what was stored", r, err)
	}
	if drafts, err := b.Drafts(b.rosa, "ana"); err != nil || len(drafts) != 0 {
		t.Errorf("Drafts = %v, %v, want none", drafts, err)
	}
}

// TestCompleteLeavesOut completes a draft with an answer that ceased to apply.
func TestCompleteLeavesOut(t *testing.T) {
	i := testInstrument(t, `[
		{"linkId":"pets","type":"choice","answerOption":[{"valueCoding":{"code":"yes"}},{"valueCoding":{"code":"no"}}]},
		{"linkId":"how-many","type":"integer","enableWhen":[{"question":"pets","operator":"=","answerCoding":{"code":"yes"}}]}
	]`, `"topics":[]`)
	b := newBench(t)
	b.catalog.base = &Library{list: []*Instrument{i}}
	d, err := b.StartDraft(b.rosa, "ana", i.ID, "")
	if err != nil {
		t.Fatalf("StartDraft: %v", err)
	}
	for linkID, a := range map[string]Answer{"pets": Codes("no"), "how-many": Number(2)} {
		if _, err := b.SaveAnswer(b.rosa, d.ID, linkID, a, 0); err != nil {
			t.Fatalf("SaveAnswer: %v", err)
		}
	}
	r, err := b.Complete(b.rosa, d.ID)
	if err != nil {
		t.Fatalf("Complete: %v", err)
	}
	if diff := cmp.Diff(Answers{"pets": Codes("no")}, r.Screening.Answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// TestChangeAnswer saves an answer unless another one was saved since the
// question was shown.
func TestChangeAnswer(t *testing.T) {
	b := newBench(t)
	d, err := b.StartDraft(b.rosa, "ana", "essentials", "")
	if err != nil {
		t.Fatalf("StartDraft: %v", err)
	}
	const q = "/93030-5"
	yes, no := Codes("LA33-6"), Codes("LA32-8")
	change := func(a, seen Answer) error {
		_, err := b.ChangeAnswer(b.rosa, d.ID, q, a, seen)
		return err
	}
	wantKind(t, "the first answer", change(yes, Answer{}), "")
	wantKind(t, "the same answer from another tab", change(yes, Answer{}), "")
	wantKind(t, "the same answer, but wrong", change(Codes("LA1-1"), yes), fault.Invalid)
	err = change(no, Answer{})
	wantKind(t, "another answer from a tab that saw none", err, fault.Conflict)
	if clash, ok := errors.AsType[*AnswerConflict](err); !ok || !clash.Stored.Equal(yes) {
		t.Errorf("the conflict = %v, want the answer that is stored", err)
	}
	wantKind(t, "another answer by who saw the stored one", change(no, yes), "")
	_, err = b.ChangeAnswer(b.other, d.ID, q, yes, no)
	wantKind(t, "by another clinic", err, fault.NotFound)
	if got, err := b.Draft(b.rosa, d.ID); err != nil || !got.Answers[q].Equal(no) {
		t.Errorf("the draft has %v, %v, want the last answer", got.Answers, err)
	}
}
