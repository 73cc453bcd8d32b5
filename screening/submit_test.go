package screening

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

func TestSubmit(t *testing.T) {
	b := newBench(t)
	r, err := b.Submit(b.rosa, Submission{
		PatientID: "ana", Instrument: "ahc-hrsn-core", Language: "es", Mode: "phone", Respondent: Respondent{"parent"},
		AnsweredAt: monday.Add(-time.Hour),
		Answers: Answers{
			"/71802-3": Codes("LA31995-6"), "/96779-4": Absent(AskedDeclined), "/88122-7": Codes("LA28398-8"), "/88123-5": Codes("LA28398-8"),
			"/93030-5": {},
			"/95618-5": Codes("LA6482-9"), "/95617-7": Codes("LA6482-9"), "/95616-9": Codes("LA6482-9"), "/95615-1": Codes("LA6482-9"),
		},
	})
	if err != nil {
		t.Fatalf("Submit: %v", err)
	}
	stored, err := b.Get(b.rosa, r.Screening.ID)
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	got, want := mustJSON(t, stored), mustJSON(t, r.Screening)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored screening (-answered +stored):\n%s", diff)
	}
	if s := stored; s.Instrument != "https://havenloop.org/fhir/Questionnaire/ahc-hrsn-core|1.0.0" || s.RulesVersion != "ahc-hrsn-core-rules-1" ||
		s.Language != "es" || s.Mode != "phone" || s.Respondent.Relationship != "parent" || s.By != "chw@clinic" ||
		!s.AnsweredAt.Equal(monday.Add(-time.Hour)) || !s.RecordedAt.Equal(monday) {
		t.Errorf("stored screening = %+v", s)
	}
	if diff := cmp.Diff([]string{"/96778-6", "/93030-5"}, stored.Missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	var needs []string
	for _, n := range r.Needs {
		needs = append(needs, fmt.Sprintf("%s %s %s urgent %v private %v", n.Topic, n.Domain, n.Status, n.Urgent, n.Private))
	}
	wantNeeds := []string{"housing homelessness open urgent true private false", "safety intimate-partner-violence open urgent true private true"}
	if diff := cmp.Diff(wantNeeds, needs); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
	events, err := b.engine.Pending(b.rosa, 10)
	if err != nil || len(events) != 1 || events[0].Type != "screening.completed" || events[0].DocumentID != stored.ID {
		t.Errorf("pending events = %v, %v, want one screening.completed", events, err)
	}
}

// TestSubmitRefused tries each rule of a submission that can be broken.
func TestSubmitRefused(t *testing.T) {
	b := newBench(t)
	good := Submission{PatientID: "ana", Instrument: "ahc-hrsn-core"}
	tests := []struct {
		name   string
		change func(*Submission)
		kind   fault.Kind
		fields []string
	}{
		{"nothing wrong", func(*Submission) {}, "", nil},
		{"a clock a little ahead", func(s *Submission) { s.AnsweredAt = monday.Add(time.Minute) }, "", nil},
		{"the future", func(s *Submission) { s.AnsweredAt = monday.Add(time.Hour) }, fault.Invalid, []string{"answeredAt"}},
		{"no such instrument", func(s *Submission) { s.Instrument = "x" }, fault.Invalid, []string{"instrument"}},
		{"no language", func(s *Submission) { s.Language = "not a language" }, fault.Invalid, []string{"language"}},
		{"codes", func(s *Submission) { s.Mode, s.Respondent.Relationship = "By Phone", "Aunt!" }, fault.Invalid, []string{"mode", "respondent.relationship"}},
		{"no such patient", func(s *Submission) { s.PatientID = "x" }, fault.NotFound, nil},
		{"answers", func(s *Submission) {
			s.Answers = Answers{
				"/00000-0": Codes("LA33-6"),              // not in the questionnaire
				"/71802-3": Codes("LA30190-5"),           // a code of another questionnaire
				"/88122-7": Codes("LA28397-0", "LA33-6"), // several, and one unknown
				"/93030-5": Absent("because"),
				"/95614-4": Number(4),                     // calculated
				"/96778-6": Codes("LA9-3", "LA31996-4"),   // none of the above, together with others
				"/96779-4": Number(1),                     // not a code
				"/95618-5": Codes("LA6270-8"),             // right
				"/95617-7": Codes("LA6270-8", "LA6270-8"), // twice
			}
		}, fault.Invalid, []string{
			"answers./00000-0", "answers./71802-3", "answers./88122-7", "answers./88122-7", "answers./93030-5", "answers./95614-4",
			"answers./95617-7", "answers./95617-7", "answers./96778-6", "answers./96779-4",
		}},
		{"a question that does not apply", func(s *Submission) {
			s.PatientID, s.Instrument = "ben", "ahc-hrsn-supplemental"
			s.Answers = Answers{"/69861-3": Codes("LA33-6")} // asked from 15 years on
		}, fault.Invalid, []string{"answers./69861-3"}},
		{"one that does", func(s *Submission) {
			s.PatientID, s.Instrument = "ben", "ahc-hrsn-supplemental"
			s.Answers = Answers{"/69858-9": Codes("LA33-6")} // asked from 5 years on
		}, "", nil},
	}
	for _, tt := range tests {
		in := good
		tt.change(&in)
		_, err := b.Submit(b.rosa, in)
		wantKind(t, tt.name, err, tt.kind)
		if diff := cmp.Diff(tt.fields, fieldsOf(err)); diff != "" {
			t.Errorf("%s: fields (-want +got):\n%s", tt.name, diff)
		}
	}
}

func fieldsOf(err error) (names []string) {
	if f, ok := err.(*fault.Error); ok {
		for _, x := range f.Fields {
			names = append(names, x.Name)
		}
	}
	return names
}

// TestSubmitTwice sends one request again, and another under its key.
func TestSubmitTwice(t *testing.T) {
	b := newBench(t)
	in := Submission{PatientID: "ana", Instrument: "essentials", Answers: Answers{"/93030-5": Codes("LA33-6")}}
	ctx := docstore.WithRequest(b.rosa, "key", "hash")
	first, err := b.Submit(ctx, in)
	if err != nil {
		t.Fatalf("Submit: %v", err)
	}
	b.clock.Add(time.Minute)
	second, err := b.Submit(ctx, in)
	if err != nil || mustJSON(t, first) != mustJSON(t, second) {
		t.Errorf("Submit again = %+v, %v, want %+v", second, err, first)
	}
	_, err = b.Submit(docstore.WithRequest(b.rosa, "key", "other"), in)
	wantKind(t, "another request under the key", err, fault.BusinessRule)
	if all, err := b.ForPatient(b.rosa, "ana"); err != nil || len(all) != 1 {
		t.Errorf("ForPatient = %v, %v, want one screening", all, err)
	}
}

// TestRepair takes the needs away, as if the process had ended before they were
// written, and lets the consumer write them.
func TestRepair(t *testing.T) {
	b := newBench(t)
	r := b.submit(t, "ana", Answers{"/88122-7": Codes("LA28397-0"), "/93030-5": Codes("LA33-6")})
	want := mustJSON(t, r.Needs)
	for n := range r.Needs {
		if err := b.needs.Delete(b.rosa, &r.Needs[n]); err != nil {
			t.Fatalf("Delete: %v", err)
		}
	}
	events, err := b.engine.Pending(b.rosa, 10)
	if err != nil {
		t.Fatalf("Pending: %v", err)
	}
	events = append(events, docstore.Event{Type: "screening.completed", DocumentID: "gone"}, docstore.Event{Type: "patient.changed"})
	for range 2 {
		if err := b.RepairConsumer().Handle(t.Context(), events); err != nil {
			t.Fatalf("Handle: %v", err)
		}
		needs, err := b.Needs(b.rosa, "ana")
		if err != nil {
			t.Fatalf("Needs: %v", err)
		}
		slices.SortFunc(needs, func(a, b Need) int { return len(a.Topic) - len(b.Topic) })
		if got := mustJSON(t, needs); got != want {
			t.Errorf("needs after repair = %s, want %s", got, want)
		}
	}
}

// TestAge fills the hidden age from the birth date.
func TestAge(t *testing.T) {
	b := newBench(t)
	for at, want := range map[time.Time]float64{monday: 45, monday.Add(24 * time.Hour): 46} {
		b.clock.Set(at) // the birthday is on March 3
		r, err := b.Submit(b.rosa, Submission{PatientID: "ana", Instrument: "ahc-hrsn-supplemental"})
		if err != nil || *r.Screening.Answers["/30525-0"].Values[0].Number != want {
			t.Errorf("at %v age = %v, %v, want %v", at, r.Screening.Answers["/30525-0"], err, want)
		}
	}
	r, err := b.Submit(b.other, Submission{PatientID: "cho", Instrument: "ahc-hrsn-supplemental"})
	if _, filled := r.Screening.Answers["/30525-0"]; err != nil || filled {
		t.Errorf("without a birth date: answers = %v, %v, want no age", r.Screening.Answers, err)
	}
}

// anyone is a Patients in which every id is a patient of the clinic.
type anyone struct{}

func (anyone) Open(context.Context, string) (patients.Patient, error) {
	return patients.Patient{OrganizationID: "clinic"}, nil
}

// BenchmarkSubmit screens a new patient each time, six needs each, from 32
// workers at once over a database file.
func BenchmarkSubmit(b *testing.B) {
	e, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "screening.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	s, err := New(b.Context(), e, Options{Now: clock.System, Patients: anyone{}})
	if err != nil {
		b.Fatal(err)
	}
	ctx := identity.With(b.Context(), identity.Actor{ID: "rosa", Role: identity.CHW, OrganizationID: "clinic"})
	in := Submission{Instrument: "ahc-hrsn-core", Answers: fullCore()}
	var n atomic.Int64
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for in := in; pb.Next(); {
			in.PatientID = strconv.FormatInt(n.Add(1), 10)
			if _, err := s.Submit(ctx, in); err != nil {
				b.Error(err)
			}
		}
	})
}
