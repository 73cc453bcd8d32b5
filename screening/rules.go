package screening

import (
	"fmt"
	"slices"
)

// ruleFile is the rules JSON of one instrument.
type ruleFile struct {
	// Questionnaire is the "url|version" that the rules belong to.
	Questionnaire string `json:"questionnaire"`
	// Version names the rules; stored with each screening.
	Version string `json:"version"`
	// Prefill names, by linkId, the fact of the patient's record that answers
	// a hidden question: "age" for completed years on the day of the screening.
	Prefill map[string]string `json:"prefill"`
	// Absent names option codes that say why there is no answer, such as "don't
	// know", each with the reason it stands for. They settle nothing.
	Absent map[string]string `json:"absent"`
	// Weights are the lists of points that codes carry.
	Weights map[string]map[string]float64 `json:"weights"`
	Scores  []scoreRule                   `json:"scores"`
	Results []resultRule                  `json:"results"`
	Topics  []topicRule                   `json:"topics"`
}

// scoreRule calculates the number of a calculated question.
type scoreRule struct {
	LinkID string `json:"linkId"`
	Method string `json:"method"` // sum or product
	Items  []struct {
		LinkID  string `json:"linkId"`
		Weights string `json:"weights"`
	} `json:"items"`

	items []scoreItem
}

type scoreItem struct {
	question int
	weights  map[string]float64
}

// resultRule calculates the code of a calculated question: that of the first
// case that holds, none when no case does.
type resultRule struct {
	LinkID string `json:"linkId"`
	Cases  []struct {
		Code string `json:"code"`
		test
	} `json:"cases"`
}

// topicRule says when answers are a need of a topic.
type topicRule struct {
	Topic string `json:"topic"`
	// Questions are those that the topic rests on: only when all that apply
	// have values can the topic be negative.
	Questions []string `json:"questions"`
	// Positive lists the cases that make the topic positive. The first one
	// that holds sets the domain; urgency, hand-off and suggestions add up.
	Positive []positiveRule `json:"positive"`

	info      TopicInfo
	questions []int
}

type positiveRule struct {
	test
	// Domain replaces the topic's own.
	Domain    string       `json:"domain"`
	Urgent    bool         `json:"urgent"`
	HandOff   bool         `json:"handOff"`
	Suggested []Suggestion `json:"suggested"`
}

// test holds when any, or all, of its conditions hold.
type test struct {
	Any []cond `json:"any"`
	All []cond `json:"all"`
}

// cond looks at one question or score.
type cond struct {
	LinkID string `json:"linkId"`
	// Codes holds when one of them was chosen.
	Codes []string `json:"codes"`
	// AtLeast and Below bound a number or a score. A score of points that only
	// grow reaches AtLeast as soon as the answers given do; Below needs all.
	AtLeast *float64 `json:"atLeast"`
	Below   *float64 `json:"below"`

	question int
	score    int // place in rules.scores, or -1
}

// Suggestion is a code that a person may confirm as a condition. It is never
// recorded as a diagnosis by itself.
type Suggestion struct {
	System  string `json:"system"`
	Code    string `json:"code"`
	Display string `json:"display"`
	// Sure says how well the pairing is founded: A read in an HL7 repository,
	// B in two independent sources, C in one, D to be verified.
	Sure string `json:"sure"`
}

// rules are a rule file whose names are resolved to places.
type rules struct {
	absent  map[string]string
	scores  []scoreRule
	results []resultRule
	topics  []topicRule
}

// compile resolves the names in f against the instrument's questions.
func (f *ruleFile) compile(i *Instrument, topics map[string]TopicInfo) error {
	if f.Questionnaire != i.Ref() {
		return fmt.Errorf("rules are for %q, not for %q", f.Questionnaire, i.Ref())
	}
	if f.Version == "" {
		return fmt.Errorf("rules of %q have no version", f.Questionnaire)
	}
	for linkID, fact := range f.Prefill {
		n, ok := i.index[linkID]
		if !ok || !i.Questions[n].Hidden || facts[fact] == nil {
			return fmt.Errorf("prefill of %q with %q: needs a hidden question and a known fact", linkID, fact)
		}
		i.Questions[n].prefill = fact
	}
	if err := f.compileScores(i); err != nil {
		return err
	}
	for r := range f.Results {
		if !calculated(i, f.Results[r].LinkID) {
			return fmt.Errorf("result %q: no calculated question", f.Results[r].LinkID)
		}
		for c := range f.Results[r].Cases {
			if err := f.resolve(i, &f.Results[r].Cases[c].test); err != nil {
				return fmt.Errorf("result %q: %w", f.Results[r].LinkID, err)
			}
		}
	}
	for t := range f.Topics {
		if err := f.compileTopic(i, &f.Topics[t], topics); err != nil {
			return fmt.Errorf("topic %q: %w", f.Topics[t].Topic, err)
		}
	}
	i.RulesVersion = f.Version
	i.rules = rules{absent: f.Absent, scores: f.Scores, results: f.Results, topics: f.Topics}
	return nil
}

func calculated(i *Instrument, linkID string) bool {
	q, ok := i.Question(linkID)
	return ok && q.Calculated
}

func (f *ruleFile) compileScores(i *Instrument) error {
	for s := range f.Scores {
		score := &f.Scores[s]
		if !calculated(i, score.LinkID) || methods[score.Method] == nil {
			return fmt.Errorf("score %q: needs a calculated question and a known method", score.LinkID)
		}
		for _, it := range score.Items {
			n, ok := i.index[it.LinkID]
			weights := f.Weights[it.Weights]
			if !ok || weights == nil {
				return fmt.Errorf("score %q: item %q or its weights %q are unknown", score.LinkID, it.LinkID, it.Weights)
			}
			for _, o := range i.Questions[n].Options {
				if _, ok := weights[o.Code]; !ok {
					return fmt.Errorf("score %q: option %s of %q has no weight", score.LinkID, o.Code, it.LinkID)
				}
			}
			score.items = append(score.items, scoreItem{n, weights})
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
				if !i.Questions[n].has(code) {
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
