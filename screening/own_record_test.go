package screening

import (
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
)

// TestOwnRecordLeavesOutWhatIsPrivate: neither need nor answers nor scores about
// violence are on a patient's own pages.
func TestOwnRecordLeavesOutWhatIsPrivate(t *testing.T) {
	b := newBench(t)
	r, err := b.Submit(b.rosa, Submission{PatientID: "ana", Instrument: "ahc-hrsn-core", Language: "en", Mode: "in-person", Answers: Answers{
		"/88122-7": Codes("LA28397-0"), "/95618-5": Codes("LA16644-9"), "/95617-7": Codes("LA16644-9"),
		"/95616-9": Codes("LA16644-9"), "/95615-1": Codes("LA16644-9"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	hidden := 0
	for _, n := range r.Needs {
		if n.Private {
			hidden++
		}
	}
	if hidden == 0 {
		t.Fatalf("needs = %+v, want one about violence", r.Needs)
	}
	docs, needs, err := b.OwnRecord(b.alone(t, "ana", ""))
	if err != nil || len(docs) != 1 || len(docs[0].Answers) != 1 || len(docs[0].Scores) != 0 || len(docs[0].Findings) != 0 {
		t.Errorf("OwnRecord = %+v, %v; want the answer about food alone", docs, err)
	}
	for _, n := range needs {
		if n.Private {
			t.Errorf("a private need is shown: %+v", n)
		}
	}
	_, _, err = b.OwnRecord(b.alone(t, "ana", "d1"))
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("with a link to a screening = %v, want forbidden", err)
	}
	_, _, err = b.OwnRecord(b.rosa)
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("as a worker = %v, want forbidden", err)
	}
}
