package screening

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// screenedWith is a screening with findings: "food" found, "-food" not found.
func screenedWith(id, instrument string, days int, findings ...string) Screening {
	s := Screening{Meta: docstore.Meta{ID: id}, InstrumentID: instrument, AnsweredAt: monday.AddDate(0, 0, days)}
	for _, topic := range findings {
		f := Finding{Topic: topic, Positive: topic[0] != '-'}
		if !f.Positive {
			f.Topic = topic[1:]
		}
		f.Private = f.Topic == "safety"
		s.Findings = append(s.Findings, f)
	}
	return s
}

func TestCompare(t *testing.T) {
	since := func(topic, kind, id string, days int) Change {
		return Change{Topic: topic, Kind: kind, SinceID: id, Since: monday.AddDate(0, 0, days)}
	}
	first := screenedWith("s1", "core", 0, "food", "-housing", "safety")
	tests := []struct {
		name    string
		earlier []Screening
		current Screening
		asked   []string
		want    []Change
	}{
		{"still there", []Screening{first}, screenedWith("s2", "core", 30, "food", "safety"), []string{"food", "safety"},
			[]Change{since("food", ChangeStill, "s1", 0), {Topic: "safety", Kind: ChangeStill, Private: true, SinceID: "s1", Since: monday}}},
		{"new", []Screening{first}, screenedWith("s2", "core", 30, "-food", "housing", "-safety"), []string{"food", "housing", "safety"},
			[]Change{since("food", ChangeGone, "s1", 0), since("housing", ChangeNew, "s1", 0), {Topic: "safety", Kind: ChangeGone, Private: true, SinceID: "s1", Since: monday}}},
		{"found when asked for the first time", []Screening{screenedWith("s1", "core", 0, "-food")}, screenedWith("s2", "core", 30, "-food", "work"), []string{"food", "work"},
			[]Change{{Topic: "work", Kind: ChangeFirst}}},
		{"not found, as before", []Screening{screenedWith("s1", "core", 0, "-food")}, screenedWith("s2", "core", 30, "-food"), []string{"food"}, []Change{}},
		{"not found when asked for the first time", []Screening{screenedWith("s1", "core", 0, "-food")}, screenedWith("s2", "core", 30, "-work"), []string{"work"}, []Change{}},
		{"declined what was found", []Screening{screenedWith("s1", "core", 0, "food")}, screenedWith("s2", "core", 30), []string{"food"},
			[]Change{since("food", ChangeNotSettled, "s1", 0)}},
		{"declined what was not found", []Screening{screenedWith("s1", "core", 0, "-food")}, screenedWith("s2", "core", 30), []string{"food"},
			[]Change{since("food", ChangeNotSettled, "s1", 0)}},
		{"declined twice", []Screening{screenedWith("s1", "core", 0)}, screenedWith("s2", "core", 30), []string{"food"}, []Change{}},
		{"not asked about what was found", []Screening{screenedWith("s1", "core", 0, "work")}, screenedWith("s2", "short", 30, "-food"), []string{"food"},
			[]Change{{Topic: "work", Kind: ChangeNotAsked, SinceID: "s1", Since: monday, OtherInstrument: true}}},
		{"not asked about what was not found", []Screening{screenedWith("s1", "core", 0, "-work")}, screenedWith("s2", "short", 30, "-food"), []string{"food"}, []Change{}},
		{"with another questionnaire", []Screening{screenedWith("s1", "core", 0, "food")}, screenedWith("s2", "short", 30, "-food"), []string{"food"},
			[]Change{{Topic: "food", Kind: ChangeGone, SinceID: "s1", Since: monday, OtherInstrument: true}}},
		{"against the newest that settled it", []Screening{screenedWith("s2", "short", 20), screenedWith("s1", "core", 10, "-food"), screenedWith("s0", "core", 0, "food")},
			screenedWith("s3", "core", 30, "food"), []string{"food"}, []Change{since("food", ChangeNew, "s1", 10)}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Compare(tt.earlier, tt.current, tt.asked)); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

func TestChanges(t *testing.T) {
	b := newBench(t)
	first := b.submit(t, "ana", hungry).Screening
	if changes, err := b.Changes(b.rosa, first); err != nil || len(changes) != 0 {
		t.Errorf("Changes of the first screening = %v, %v, want none", changes, err)
	}
	b.clock.Add(time.Hour)
	second := b.submit(t, "ana", unsaid).Screening
	b.clock.Add(time.Hour)
	third := b.submit(t, "ana", fed).Screening
	for _, tt := range []struct {
		doc  Screening
		kind string
	}{{second, ChangeNotSettled}, {third, ChangeGone}} {
		changes, err := b.Changes(b.rosa, tt.doc)
		if err != nil || len(changes) != 1 || changes[0].Topic != "food" || changes[0].Kind != tt.kind || changes[0].SinceID != first.ID {
			t.Errorf("Changes = %+v, %v, want food %s since the first screening", changes, err, tt.kind)
		}
	}
	_, err := b.Changes(b.other, third)
	wantKind(t, "Changes by another clinic", err, fault.NotFound)
	_, err = b.Changes(t.Context(), third)
	wantKind(t, "Changes by nobody", err, fault.Login)
}
