package screening

import (
	"math"
	"slices"
)

// Derived is what follows from the answers of a screening.
type Derived struct {
	// Findings has one entry for each topic that the answers settle, in the
	// order of the rules. A topic with questions unanswered, declined or
	// unknown is settled only when the rest is positive.
	Findings []Finding `json:"findings"`
	// Scores are the calculated numbers by linkId; those whose items are not
	// all answered are missing.
	Scores map[string]float64 `json:"scores"`
	// Results are the calculated codes by linkId.
	Results map[string]string `json:"results,omitempty"`
	// Missing lists the questions that apply and have no entry at all. Those
	// declined or unknown are not among them.
	Missing []string `json:"missing"`
	// RulesVersion names the rules that were applied.
	RulesVersion string `json:"rulesVersion"`
}

// Finding is what the answers say about one topic.
type Finding struct {
	Topic    string `json:"topic"`
	Domain   string `json:"domain"`
	Positive bool   `json:"positive"`
	Urgent   bool   `json:"urgent"`
	// Private findings make private needs.
	Private bool `json:"private,omitempty"`
	// HandOff findings need a clinician, not a referral alone.
	HandOff bool `json:"handOff,omitempty"`
	// LinkIDs name the questions whose answers the finding rests on.
	LinkIDs []string `json:"linkIds"`
	// Score is the calculated number that the finding rests on, if one does.
	Score     *float64     `json:"score,omitempty"`
	Suggested []Suggestion `json:"suggested,omitempty"`
}

// methods are the ways to put the weights of answers together.
var methods = map[string]func(weights []float64) float64{
	"sum": func(ws []float64) float64 {
		total := 0.0
		for _, w := range ws {
			total += w
		}
		return total
	},
	"product": func(ws []float64) float64 {
		total := 1.0
		for _, w := range ws {
			total *= w
		}
		return total
	},
}

// Derive applies the instrument's rules. It is pure: the same answers under
// the same rules version give the same result, byte for byte. Answers that
// [Instrument.Check] would refuse count for nothing or as they stand, without harm.
func Derive(i *Instrument, answers Answers) Derived {
	e := evaluation{i: i, given: i.given(answers)}
	e.score()
	d := Derived{Findings: []Finding{}, Scores: map[string]float64{}, Missing: []string{}, RulesVersion: i.RulesVersion}
	for s, score := range e.scores {
		if score.complete {
			d.Scores[i.rules.scores[s].LinkID] = score.value
		}
	}
	e.calculate(&d)
	for _, r := range i.rules.results {
		for _, c := range r.Cases {
			if e.holds(c.test) {
				if d.Results == nil {
					d.Results = map[string]string{}
				}
				d.Results[r.LinkID] = c.Code
				break
			}
		}
	}
	for t := range i.rules.topics {
		if f, ok := e.finding(&i.rules.topics[t]); ok {
			d.Findings = append(d.Findings, f)
		}
	}
	for n := range i.Questions {
		q := &i.Questions[n]
		if q.asked() && e.given[n].enabled && e.given[n].Empty() {
			d.Missing = append(d.Missing, q.LinkID)
		}
	}
	return d
}

// evaluation is one run of the rules.
type evaluation struct {
	i      *Instrument
	given  []given
	scores []scored
}

// scored is a calculated number, or what is known of it.
type scored struct {
	value    float64 // of the items answered
	any      bool    // at least one item is answered
	complete bool    // all are
}

func (e *evaluation) score() {
	e.scores = make([]scored, len(e.i.rules.scores))
	var weights [16]float64
	for n := range e.i.rules.scores {
		rule := &e.i.rules.scores[n]
		known := weights[:0]
		for _, it := range rule.items {
			if w, ok := it.weigh(e.given[it.question].values()); ok {
				known = append(known, w)
			}
		}
		e.scores[n] = scored{
			value: methods[rule.Method](known), any: len(known) > 0, complete: len(known) == len(rule.items),
		}
	}
}

// finding applies the rules of one topic; ok is false when nothing is settled.
func (e *evaluation) finding(t *topicRule) (f Finding, ok bool) {
	f = Finding{Topic: t.Topic, Domain: t.info.Domain, Private: t.info.Private, LinkIDs: []string{}}
	for p := range t.Positive {
		rule := &t.Positive[p]
		if !e.holds(rule.test) {
			continue
		}
		if !f.Positive {
			f.Positive, f.Domain = true, rule.Domain
		}
		f.Urgent = f.Urgent || rule.Urgent
		f.HandOff = f.HandOff || rule.HandOff
		for _, s := range rule.Suggested {
			if !slices.ContainsFunc(f.Suggested, func(x Suggestion) bool { return x.System == s.System && x.Code == s.Code }) {
				f.Suggested = append(f.Suggested, s)
			}
		}
		e.rest(&f, rule.test)
	}
	if f.Positive {
		if len(f.LinkIDs) == 0 { // it rests on a value that an expression calculated
			e.restOn(&f, t.questions)
		}
		return f, true
	}
	settled := false
	for _, n := range t.questions {
		g := e.given[n]
		if !g.enabled {
			continue
		}
		if !e.settles(g) {
			return f, false
		}
		if e.i.Questions[n].asked() {
			settled = true
			f.LinkIDs = append(f.LinkIDs, e.i.Questions[n].LinkID)
		}
	}
	for p := range t.Positive {
		e.addScore(&f, t.Positive[p].test)
	}
	return f, settled
}

// settles tells whether an answer has a value, and not one that stands for
// "don't know" or "prefer not to say".
func (e *evaluation) settles(g given) bool {
	return slices.ContainsFunc(g.Values, func(v Value) bool { return !v.coded() || e.i.rules.absent[v.Code] == "" })
}

// rest notes the questions and the score that a positive test rests on.
func (e *evaluation) rest(f *Finding, t test) {
	e.addScore(f, t)
	add := func(n int) {
		q := &e.i.Questions[n]
		if q.asked() && len(e.given[n].values()) > 0 && !slices.Contains(f.LinkIDs, q.LinkID) {
			f.LinkIDs = append(f.LinkIDs, q.LinkID)
		}
	}
	for _, list := range [...][]cond{t.Any, t.All} {
		for _, c := range list {
			switch {
			case c.score >= 0:
				for _, it := range e.i.rules.scores[c.score].items {
					add(it.question)
				}
			case e.met(c):
				add(c.question)
			}
		}
	}
}

// restOn notes those of the questions that have an answer.
func (e *evaluation) restOn(f *Finding, questions []int) {
	for _, n := range questions {
		if q := &e.i.Questions[n]; q.asked() && len(e.given[n].values()) > 0 {
			f.LinkIDs = append(f.LinkIDs, q.LinkID)
		}
	}
}

func (e *evaluation) addScore(f *Finding, t test) {
	for _, list := range [...][]cond{t.Any, t.All} {
		for _, c := range list {
			switch {
			case c.score >= 0 && e.scores[c.score].complete:
				v := e.scores[c.score].value
				f.Score = &v
			case c.score < 0 && e.i.Questions[c.question].Calculated:
				for _, v := range e.given[c.question].values() {
					f.Score = v.Number
				}
			}
		}
	}
}

func (e *evaluation) holds(t test) bool {
	if len(t.Any) > 0 {
		return slices.ContainsFunc(t.Any, e.met)
	}
	return !slices.ContainsFunc(t.All, func(c cond) bool { return !e.met(c) })
}

// met tells whether one condition holds.
func (e *evaluation) met(c cond) bool {
	if c.score >= 0 {
		s, sum := e.scores[c.score], e.i.rules.scores[c.score].Method == "sum"
		if !s.complete && !(sum && s.any && c.Below == nil) {
			return false
		}
		return within(s.value, c)
	}
	return slices.ContainsFunc(e.given[c.question].values(), func(v Value) bool {
		if v.Number != nil {
			return len(c.Codes) == 0 && within(*v.Number, c)
		}
		name, ok := v.name()
		return ok && slices.Contains(c.Codes, name)
	})
}

// within tells whether x lies between the bounds of c.
func within(x float64, c cond) bool {
	lo, hi := math.Inf(-1), math.Inf(1)
	if c.AtLeast != nil {
		lo = *c.AtLeast
	}
	if c.Below != nil {
		hi = *c.Below
	}
	return x >= lo && x < hi
}
