package directory

import (
	"slices"
	"strings"
	"sync"
)

// readerVersion is raised with every change of the rules by which texts are
// read, so that what was read by older ones is read again.
const readerVersion = 1

// eligibilityIndex finds phrases by the words with which they can begin.
var eligibilityIndex = sync.OnceValue(func() map[string][]readyPhrase {
	m := map[string][]readyPhrase{}
	add := func(p readyPhrase) {
		for _, w := range p.words.first() {
			if !slices.ContainsFunc(m[w], func(o readyPhrase) bool { return o.source == p.source }) {
				m[w] = append(m[w], p)
			}
		}
	}
	for i, p := range eligibilityPhrases {
		add(readyPhrase{i, p.role, parsePattern(p.pattern), p.read})
	}
	return m
})

type readyPhrase struct {
	source int
	role   role
	words  pattern
	read   func([]float64) []Condition
}

// piece is a phrase found in a text.
type piece struct {
	role       role
	conditions []Condition // all have to be met
	joined     bool        // follows the piece before it directly
}

// part is what stands between two commas or conjunctions of a sentence.
type part struct {
	pieces  []piece
	joiner  string // before it: "", ",", "and", "or"
	unknown bool   // has words that are not understood
}

// sentence is a sentence taken apart.
type sentence struct {
	parts                     []part
	unsafe, negation, anybody bool
}

// conjunctions are the marks and words between the parts of a sentence.
var conjunctions = map[string]string{",": ",", "and": "and", "y": "and", "e": "and", "or": "or", "o": "or", "u": "or", "/": "or"}

// takeApart splits the tokens of a text into sentences and understands their
// phrases. state is the FIPS code of the state that the service is in.
func takeApart(tokens []token, state string) []sentence {
	index := eligibilityIndex()
	var out []sentence
	var s sentence
	var p part
	endPart := func(joiner string) {
		if len(p.pieces) > 0 || p.unknown {
			s.parts = append(s.parts, p)
			p = part{joiner: joiner}
			return
		}
		p.joiner = stronger(p.joiner, joiner)
	}
	endSentence := func() {
		endPart("")
		if len(s.parts) > 0 || s.anybody {
			out = append(out, s)
		}
		s, p = sentence{}, part{}
	}
	direct := false // nothing stands between this piece and the last
	for i := 0; i < len(tokens); {
		if t := tokens[i].text; t == "." || t == ";" {
			endSentence()
			i, direct = i+1, false
			continue
		}
		best, end, numbers := readyPhrase{role: -1}, 0, []float64(nil)
		for _, c := range index[tokens[i].text] {
			if n, ns := c.words.match(tokens[i:]); n > end {
				best, end, numbers = c, n, ns
			}
		}
		if areas, n := residence(tokens[i:], state); n > end {
			p.pieces = append(p.pieces, piece{role: requirement, conditions: []Condition{{Kind: ResidenceCondition, Areas: areas}}})
			i, direct = i+n, false
			continue
		}
		if joiner, ok := conjunctions[tokens[i].text]; ok && end <= 1 {
			endPart(joiner)
			i, direct = i+1, false
			continue
		}
		if end == 0 {
			p.unknown = true
			i, direct = i+1, false
			continue
		}
		var conditions []Condition
		if best.read != nil {
			if conditions = best.read(numbers); conditions == nil {
				p.unknown = true // numbers that make no sense
			}
		}
		switch best.role {
		case anybody:
			s.anybody = true
		case unsafe:
			s.unsafe, p.unknown = true, true
		case negation:
			s.negation, p.unknown = true, true
		case filler:
		default:
			p.pieces = append(p.pieces, piece{best.role, conditions, direct})
		}
		i, direct = i+end, best.role != filler
	}
	endSentence()
	return out
}

// stronger is the joiner that counts of two that follow each other: ", or" is "or".
func stronger(a, b string) string {
	for _, j := range []string{"or", "and", ","} {
		if a == j || b == j {
			return j
		}
	}
	return ""
}

// groups are the pieces of the part that name people.
func (p part) groups() int {
	n := 0
	for _, c := range p.pieces {
		if c.role == group {
			n++
		}
	}
	return n
}

// clear tells whether all of the part is understood. Two groups are so only
// when they follow each other directly: "adult homeless men" are one group,
// "children of veterans" another.
func (p part) clear() bool {
	if p.unknown {
		return false
	}
	seen, apart := false, false // a group stands before, and something between
	for _, c := range p.pieces {
		apart = apart || !c.joined
		if c.role != group {
			continue
		}
		if seen && apart {
			return false
		}
		seen, apart = true, false
	}
	return true
}

// ReadEligibility reads from the texts of a service for whom it is. terms are
// the names of its taxonomy terms; state is the FIPS code of the state that it
// is in ("" where unknown). What it is not sure of it says so, or leaves to be
// read; it takes any text.
func ReadEligibility(s Service, terms []string, state string) Eligibility {
	e := Eligibility{Reader: readerVersion}
	clauses, everyone, unread := readText(s.EligibilityDescription, state)
	if s.MinimumAge != nil || s.MaximumAge != nil { // the fields of the standard say it
		clauses = slices.DeleteFunc(clauses, func(c Requirement) bool {
			return !slices.ContainsFunc(c.AnyOf, func(c Condition) bool { return c.Kind != AgeCondition })
		})
	}
	e.Requirements, e.Unread = clauses, unread
	e.Everyone = everyone && len(clauses) == 0 && !unread
	if !e.Everyone {
		e.Requirements = append(e.Requirements, titles(s, terms, clauses)...)
	}
	for _, d := range s.RequiredDocuments {
		e.Papers = append(e.Papers, papers(d.Document)...)
	}
	e.Papers = append(e.Papers, papers(s.EligibilityDescription)...)
	slices.Sort(e.Papers)
	e.Papers = slices.Compact(e.Papers)
	return e
}

// readText reads the description of who is eligible.
func readText(text, state string) (list []Requirement, everyone, unread bool) {
	if strings.TrimSpace(text) == "" {
		return nil, false, false
	}
	all := sentences(takeApart(tokenize(text), state))
	if len(text) > longestText {
		all.hint, unread = true, true
	}
	for _, c := range all.clauses {
		if all.hint || c.hint || all.contradicts(c) {
			c.sure, unread = hintText, true
		}
		told := slices.ContainsFunc(list, func(r Requirement) bool { return c.holds(clause{anyOf: r.AnyOf}) })
		if unread = unread || c.empty(); c.empty() || told {
			continue
		}
		list = append(list, Requirement{AnyOf: c.anyOf, Sure: c.sure, Source: FromText})
	}
	return list, all.anybody, unread || all.unread
}

// titles are the groups named in the name of a service, else in its terms, as
// hints for whom it is.
func titles(s Service, terms []string, known []Requirement) []Requirement {
	told := map[ConditionKind]bool{}
	for _, r := range known {
		for _, c := range r.AnyOf {
			told[c.Kind] = true
		}
	}
	for _, names := range [][]string{{s.Name, s.AlternateName}, terms} {
		var found []Condition
		for _, name := range names {
			for _, st := range takeApart(tokenize(name), "") {
				if st.negation || st.unsafe {
					continue
				}
				for _, p := range st.parts {
					for _, c := range p.pieces {
						if c.role == group || c.role == trait || c.role == own {
							found = append(found, c.conditions...)
						}
					}
				}
			}
		}
		found = slices.DeleteFunc(found, func(c Condition) bool {
			return told[c.Kind] || c.Kind == OtherCondition || c.Kind == HouseholdCondition || c.Kind == IncomeCondition
		})
		c := clause{anyOf: found}
		c.tidy()
		if !c.empty() {
			return []Requirement{{AnyOf: c.anyOf, Sure: hintTitle, Source: FromTitle}}
		}
	}
	return nil
}
