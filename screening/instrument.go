package screening

import "encoding/json"

// Instrument is one version of a questionnaire, together with its rules. It is
// made of data alone and never changes; all its methods may be called at once.
type Instrument struct {
	ID      string
	URL     string // canonical, without version
	Version string
	// Status is the FHIR publication status: active, or draft while something
	// is still to be verified.
	Status      string
	Title       string
	Description string
	Copyright   string
	// Languages has the questionnaire's own language, then those in which
	// every text is translated.
	Languages []string
	// Unreviewed are those Languages whose translation no person has verified.
	Unreviewed []string
	// Code is the LOINC code of the panel.
	Code string
	// RulesVersion names the rules that Derive applies.
	RulesVersion string
	// Questions are in the order in which they are asked.
	Questions []Question
	// Questionnaire is the FHIR R4 resource as shipped or imported.
	Questionnaire json.RawMessage
	// Rules is the rules file as shipped or imported; nil for none.
	Rules json.RawMessage

	language string // of the questionnaire's own texts
	title    text
	index    map[string]int // linkId to place in Questions
	order    []int          // places of the questions with gates, each after those it hangs on
	rules    rules
	// calculations are those by expressions, in the order of questions.
	calculations []calculation
}

// Question is one question of an instrument.
type Question struct {
	LinkID string
	// Code is the question's LOINC code.
	Code string
	Text string
	// Help explains the question; empty for none.
	Help string
	// Section is the title of the part that the question stands in.
	Section string
	// Topic is what a positive answer is a need for; empty for none.
	Topic string
	Type  QuestionType
	// Multiple tells that several options may be chosen.
	Multiple bool
	// Declinable tells that "prefer not to answer" is an answer.
	Declinable bool
	// Calculated questions are not asked: their value follows from others.
	Calculated bool
	// Hidden questions are not shown: their value comes from the record.
	Hidden  bool
	Options []Option
	// MaxLength is the most characters of a text; 0 for no limit of its own.
	MaxLength int
	// Min and Max bound a number, a quantity or a date; nil for no bound.
	Min, Max *Value
	// Units are those that a quantity may have; for a plain number at most the
	// one in which it is asked for.
	Units []Unit

	text, help, section text
	groups              []group // that the question stands in, outermost first
	gates               []*gate // all must hold for the question to be asked
	prefill             string
}

// QuestionType says what kind of value a question asks for.
type QuestionType string

// The types, as in FHIR R4.
const (
	Choice     QuestionType = "choice"
	OpenChoice QuestionType = "open-choice" // a choice, or own words
	Boolean    QuestionType = "boolean"
	Integer    QuestionType = "integer"
	Decimal    QuestionType = "decimal"
	Date       QuestionType = "date"
	Quantity   QuestionType = "quantity" // a number with its unit
	String     QuestionType = "string"   // one line
	Text       QuestionType = "text"     // several lines
)

// Chooses tells whether options are offered.
func (t QuestionType) Chooses() bool { return t == Choice || t == OpenChoice }

// Numeric tells whether the value is a number, with or without a unit.
func (t QuestionType) Numeric() bool { return t == Integer || t == Decimal || t == Quantity }

// Unit is what a number counts.
type Unit struct {
	// Code is the UCUM code, or whatever else the questionnaire names units by.
	Code    string
	Display string

	system string
}

// Option is one answer to choose.
type Option struct {
	Code    string
	Display string
	// Exclusive options cannot be chosen together with others, such as "none
	// of the above".
	Exclusive bool
	// Weight is the number that the option counts for in a score; nil for none.
	Weight *float64

	kind    optionKind
	system  string
	display text
}

// optionKind says which FHIR type an option has.
type optionKind int

const (
	codingOption optionKind = iota
	stringOption
	integerOption
)

// group is a group of questions, as a response repeats it.
type group struct {
	linkID string
	title  text
}

// Translation is a text in another language.
type Translation struct {
	Content string
	// Source says who translated it.
	Source string
	// Reviewed tells that a person verified it against the issuing body's text.
	Reviewed bool
}

// text is a text with its translations by language.
type text struct {
	own   string
	other map[string]Translation
}

// in answers the text in a language, else its own, and whether what it answers
// is the issuing body's wording or was reviewed against it.
func (t text) in(own, language string) (string, bool) {
	if language == own || t.own == "" {
		return t.own, true
	}
	if tr, ok := t.other[language]; ok {
		return tr.Content, tr.Reviewed
	}
	return t.own, false
}

// Ref is the canonical "url|version", stored with each screening.
func (i *Instrument) Ref() string { return i.URL + "|" + i.Version }

// Question finds a question by its linkId.
func (i *Instrument) Question(linkID string) (Question, bool) {
	n, ok := i.index[linkID]
	if !ok {
		return Question{}, false
	}
	return i.Questions[n], true
}

// Asked lists the questions that are to be asked given the answers so far.
func (i *Instrument) Asked(answers Answers) []Question {
	given := i.given(answers)
	var out []Question
	for n, q := range i.Questions {
		if q.asked() && given[n].enabled {
			out = append(out, q)
		}
	}
	return out
}

// asked tells whether a person is asked the question at all.
func (q Question) asked() bool { return !q.Calculated && !q.Hidden }

// In answers the questions with their texts in a language, in the
// questionnaire's own where there is no translation. official tells that every
// text is the issuing body's own or was reviewed against it.
func (i *Instrument) In(language string) (questions []Question, official bool) {
	official = true
	tell := func(t text) string {
		s, ok := t.in(i.language, language)
		official = official && ok
		return s
	}
	for _, q := range i.Questions {
		q.Text, q.Help, q.Section = tell(q.text), tell(q.help), tell(q.section)
		options := make([]Option, len(q.Options))
		for n, o := range q.Options {
			o.Display = tell(o.display)
			options[n] = o
		}
		q.Options = options
		questions = append(questions, q)
	}
	return questions, official
}

// TitleIn answers the title in a language, in the questionnaire's own where
// there is no translation.
func (i *Instrument) TitleIn(language string) string {
	s, _ := i.title.in(i.language, language)
	return s
}
