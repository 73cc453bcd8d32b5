package screening

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawAnswers draws an entry, right or wrong, for some of the questions.
func drawAnswers(t *rapid.T, i *Instrument) Answers {
	answers := Answers{}
	for _, q := range i.Questions {
		switch rapid.IntRange(0, 4).Draw(t, q.LinkID) {
		case 0:
		case 1:
			answers[q.LinkID] = Absent(rapid.SampledFrom([]string{AskedDeclined, AskedUnknown, "else"}).Draw(t, "absent"))
		case 2:
			answers[q.LinkID] = Number(rapid.Float64().Draw(t, "number"))
		case 3:
			answers[q.LinkID] = Codes(rapid.SliceOfN(rapid.StringMatching(`LA[0-9]{1,2}`), 0, 3).Draw(t, "codes")...)
		default:
			answers[q.LinkID] = drawChoice(t, q)
		}
	}
	return answers
}

// drawChoice draws an answer that the question takes.
func drawChoice(t *rapid.T, q Question) Answer {
	if q.Type != Choice {
		return Number(float64(rapid.IntRange(0, 110).Draw(t, "number")))
	}
	var codes []string
	for _, o := range q.Options {
		codes = append(codes, o.Code)
	}
	if !q.Multiple {
		return Codes(rapid.SampledFrom(codes).Draw(t, "code"))
	}
	return Codes(rapid.SliceOfDistinct(rapid.SampledFrom(codes), rapid.ID[string]).Draw(t, "codes")...)
}

func drawInstrument(t *rapid.T) *Instrument {
	l, err := Shipped()
	if err != nil {
		t.Fatalf("Shipped: %v", err)
	}
	return rapid.SampledFrom(l.list).Draw(t, "instrument")
}

// positive lists the topics found positive.
func positive(d Derived) []string {
	var topics []string
	for _, f := range d.Findings {
		if f.Positive {
			topics = append(topics, f.Topic)
		}
	}
	return topics
}

// TestDeriveAlways holds what is true of any answers, right or wrong: no panic,
// the same bytes twice, one finding per topic at most, known domains, and
// nothing found where nothing was answered.
func TestDeriveAlways(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawInstrument(t)
		answers := drawAnswers(t, i)
		_ = i.Check(answers)
		d := Derive(i, answers)
		if a, b := mustJSON(t, d), mustJSON(t, Derive(i, answers)); a != b {
			t.Fatalf("Derive twice = %s, then %s", a, b)
		}
		var topics []string
		for _, f := range d.Findings {
			if slices.Contains(topics, f.Topic) || !domains[f.Domain] || len(f.LinkIDs) == 0 {
				t.Fatalf("finding %+v", f)
			}
			topics = append(topics, f.Topic)
			for _, linkID := range f.LinkIDs {
				if len(answers[linkID].Values) == 0 {
					t.Fatalf("finding %+v rests on %s, which has no value", f, linkID)
				}
			}
		}
	})
}

// TestDeriveMonotone holds that no need goes away when a question that had no
// answer gets one that is a need.
func TestDeriveMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawInstrument(t)
		answers := drawAnswers(t, i)
		before := positive(Derive(i, answers))
		q := rapid.SampledFrom(i.Questions).Draw(t, "question")
		if q.Hidden || q.Calculated || !answers[q.LinkID].Empty() {
			t.Skip("answered already, or not asked")
		}
		answers[q.LinkID] = drawChoice(t, q)
		after := positive(Derive(i, answers))
		for _, topic := range before {
			if !slices.Contains(after, topic) {
				t.Fatalf("%s was a need and is none after %s = %v", topic, q.LinkID, answers[q.LinkID])
			}
		}
	})
}

// TestDeriveMonotoneChoice holds that no need goes away when one more answer
// is chosen where several can be, unless it excludes the others.
func TestDeriveMonotoneChoice(t *testing.T) {
	i := instrument(t, "ahc-hrsn-core")
	q := i.Questions[slices.IndexFunc(i.Questions, func(q Question) bool { return q.Multiple })]
	rapid.Check(t, func(t *rapid.T) {
		answers := drawAnswers(t, i)
		if answers[q.LinkID].Absent != "" {
			delete(answers, q.LinkID)
		}
		before := positive(Derive(i, answers))
		o := rapid.SampledFrom(q.Options).Draw(t, "option")
		answers[q.LinkID] = Answer{Values: append(slices.Clone(answers[q.LinkID].Values), Value{Code: o.Code})}
		after := positive(Derive(i, answers))
		for _, topic := range before {
			if !slices.Contains(after, topic) {
				t.Fatalf("%s was a need and is none after %s was chosen too", topic, o.Code)
			}
		}
	})
}
