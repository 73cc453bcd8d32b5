package screening

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
	// weights are the points of codes; nil for the number answered.
	weights map[string]float64
	many    bool // the points of all codes chosen are added up
}

// ordinalWeights and numberWeights are the weights that need no list: those of
// the options themselves, and the number answered.
const (
	ordinalWeights = "ordinal"
	numberWeights  = "number"
)

// weigh answers the points of an answer's values; ok is false when some have none.
func (it *scoreItem) weigh(values []Value) (points float64, ok bool) {
	if len(values) == 0 || len(values) > 1 && !it.many {
		return 0, false
	}
	for _, v := range values {
		if it.weights == nil {
			if v.Number == nil {
				return 0, false
			}
			points += *v.Number
			continue
		}
		name, coded := v.name()
		w, known := it.weights[name]
		if !coded || !known {
			return 0, false
		}
		points += w
	}
	return points, true
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
