package screening

import (
	"errors"
	"fmt"
	"slices"
)

// compile resolves the names in f against the instrument's questions. It tells
// every mistake, joined.
func (f *ruleFile) compile(i *Instrument, topics map[string]TopicInfo) error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if f.Questionnaire != i.Ref() {
		fail("rules are for %q, not for %q", f.Questionnaire, i.Ref())
	}
	if f.Version == "" {
		fail("rules of %q have no version", f.Questionnaire)
	}
	for _, linkID := range sortedKeys(f.Prefill) {
		n, ok := i.index[linkID]
		fact := f.Prefill[linkID]
		if !ok || !i.Questions[n].Hidden || facts[fact] == nil {
			fail("prefill of %q with %q: needs a hidden question and a known fact", linkID, fact)
			continue
		}
		i.Questions[n].prefill = fact
	}
	for s := range f.Scores {
		if err := f.compileScore(i, &f.Scores[s]); err != nil {
			fail("score %q: %w", f.Scores[s].LinkID, err)
		}
	}
	for r := range f.Results {
		if err := f.compileResult(i, &f.Results[r]); err != nil {
			fail("result %q: %w", f.Results[r].LinkID, err)
		}
	}
	for t := range f.Topics {
		if err := f.compileTopic(i, &f.Topics[t], topics); err != nil {
			fail("topic %q: %w", f.Topics[t].Topic, err)
		}
	}
	i.RulesVersion = f.Version
	i.rules = rules{absent: f.Absent, scores: f.Scores, results: f.Results, topics: f.Topics}
	return errors.Join(errs...)
}

func calculated(i *Instrument, linkID string) bool {
	q, ok := i.Question(linkID)
	return ok && q.Calculated
}

func (f *ruleFile) compileScore(i *Instrument, score *scoreRule) error {
	if !calculated(i, score.LinkID) || i.byExpression(i.index[score.LinkID]) || methods[score.Method] == nil {
		return errors.New("needs a calculated question and a known method")
	}
	for _, it := range score.Items {
		n, ok := i.index[it.LinkID]
		if !ok {
			return fmt.Errorf("item %q or its weights %q are unknown", it.LinkID, it.Weights)
		}
		q := &i.Questions[n]
		item := scoreItem{question: n, weights: f.Weights[it.Weights], many: q.Multiple}
		switch {
		case it.Weights == ordinalWeights:
			item.weights = q.weights()
		case it.Weights == numberWeights && (q.Type == Integer || q.Type == Decimal):
			item.weights = nil
		case item.weights == nil:
			return fmt.Errorf("item %q or its weights %q are unknown", it.LinkID, it.Weights)
		}
		for _, o := range q.Options {
			if _, ok := item.weights[o.Code]; !ok {
				return fmt.Errorf("option %s of %q has no weight", o.Code, it.LinkID)
			}
		}
		score.items = append(score.items, item)
	}
	return nil
}

func (f *ruleFile) compileResult(i *Instrument, r *resultRule) error {
	if !calculated(i, r.LinkID) || i.byExpression(i.index[r.LinkID]) {
		return errors.New("no calculated question")
	}
	for c := range r.Cases {
		if err := f.resolve(i, &r.Cases[c].test); err != nil {
			return err
		}
	}
	return nil
}

func (f *ruleFile) compileTopic(i *Instrument, t *topicRule, topics map[string]TopicInfo) error {
	info, ok := topics[t.Topic]
	if !ok {
		return fmt.Errorf("unknown topic")
	}
	t.info = info
	for _, linkID := range t.Questions {
		n, ok := i.index[linkID]
		if !ok || i.Questions[n].Calculated {
			return fmt.Errorf("unknown question %q", linkID)
		}
		t.questions = append(t.questions, n)
		if i.Questions[n].asked() {
			i.Questions[n].Topic = t.Topic
		}
	}
	for p := range t.Positive {
		rule := &t.Positive[p]
		if rule.Domain == "" {
			rule.Domain = info.Domain
		}
		if !slices.Contains(info.Categories, rule.Domain) {
			return fmt.Errorf("domain %q is not among the topic's categories", rule.Domain)
		}
		if err := f.resolve(i, &rule.test); err != nil {
			return err
		}
	}
	return nil
}

// resolve finds the places that the conditions of a test name.
func (f *ruleFile) resolve(i *Instrument, t *test) error {
	if len(t.Any) == 0 == (len(t.All) == 0) {
		return fmt.Errorf("a test has either any or all conditions")
	}
	for _, list := range [][]cond{t.Any, t.All} {
		for c := range list {
			cond := &list[c]
			n, ok := i.index[cond.LinkID]
			if !ok {
				return fmt.Errorf("unknown question %q", cond.LinkID)
			}
			cond.question = n
			cond.score = slices.IndexFunc(f.Scores, func(s scoreRule) bool { return s.LinkID == cond.LinkID })
			if len(cond.Codes) == 0 && cond.AtLeast == nil && cond.Below == nil {
				return fmt.Errorf("condition on %q compares nothing", cond.LinkID)
			}
			for _, code := range cond.Codes {
				if !i.Questions[n].names(code) {
					return fmt.Errorf("question %q has no option %s", cond.LinkID, code)
				}
			}
		}
	}
	return nil
}

// has tells whether the question has the option.
func (q *Question) has(code string) bool {
	return slices.ContainsFunc(q.Options, func(o Option) bool { return o.Code == code })
}

// names tells whether rules may name the value: an option, or true and false.
func (q *Question) names(value string) bool {
	return q.has(value) || q.Type == Boolean && (value == "true" || value == "false")
}

// weights are the options' own weights by code.
func (q *Question) weights() map[string]float64 {
	out := map[string]float64{}
	for _, o := range q.Options {
		if o.Weight != nil {
			out[o.Code] = *o.Weight
		}
	}
	return out
}
