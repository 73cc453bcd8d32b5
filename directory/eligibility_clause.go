package directory

import (
	"slices"
)

// clause is a requirement as it comes out of a text: one of its conditions has
// to be met.
type clause struct {
	anyOf    []Condition
	sure     float64
	hint     bool
	sentence int // from which it comes
}

// textRead is all that the sentences of a text say together.
type textRead struct {
	clauses               []clause
	anybody, unread, hint bool
}

// sentences puts together what the sentences of a text say.
func sentences(list []sentence) textRead {
	var out textRead
	for i, s := range list {
		out.hint = out.hint || s.unsafe
		out.anybody = out.anybody || s.anybody
		if s.negation { // what it says may be the opposite of what is read
			out.unread = true
			continue
		}
		clauses, whole := s.clauses()
		out.unread = out.unread || !whole
		for _, c := range clauses {
			c.sentence, c.sure = i, sureText
			out.clauses = append(out.clauses, c)
		}
	}
	return out
}

// contradicts tells whether another sentence says something else of the same
// kind; then each may be of another part of the service.
func (t textRead) contradicts(c clause) bool {
	for _, o := range t.clauses {
		if o.sentence == c.sentence {
			continue
		}
		for _, a := range o.anyOf {
			if a.Kind == AgeCondition && c.mentions(PregnantCondition) {
				return true
			}
			if slices.ContainsFunc(c.anyOf, func(b Condition) bool { return a.Kind == b.Kind && !a.equal(b) }) {
				return true
			}
		}
	}
	return false
}

func (c clause) mentions(kind ConditionKind) bool {
	return slices.ContainsFunc(c.anyOf, func(x Condition) bool { return x.Kind == kind })
}

// clauses are what the sentence asks for; whole is false when it may ask for more.
//
// Parts joined by "or", and groups of people joined by "and" ("women and
// children"), are alternatives; what else is named is asked besides. Where a
// list leaves that open, what it says is a hint.
func (s sentence) clauses() (out []clause, whole bool) {
	var people, rest []part
	var or, unknown bool
	for i, p := range s.parts {
		unknown = unknown || !p.clear()
		or = or || p.joiner == "or" && i > 0
		if p.people() {
			people = append(people, p)
		} else {
			rest = append(rest, p)
		}
	}
	switch {
	case or && (unknown || !s.alike()):
		return s.hints(), false
	case or:
		shared, alone := spread(s.parts)
		return merged(append(shared, alternatives(alone)...)), true
	}
	listed := len(people) > 1 && people[len(people)-1].joiner == "and" && distinct(people)
	sure := !unknown && (len(people) == 1 || listed)
	if sure && listed {
		shared, alone := spread(people)
		out = append(shared, alternatives(alone)...)
	} else {
		out = asked(people, sure)
	}
	out = append(out, asked(rest, true)...)
	for i, p := range s.parts { // "Montgomery, Maryland residents"
		if i > 0 && p.about(ResidenceCondition) && !s.parts[i-1].clear() {
			hint(out, ResidenceCondition)
		}
	}
	return merged(out), !unknown && (sure || len(people) == 0)
}

// asked are the conditions of parts, each to be met.
func asked(parts []part, sure bool) []clause {
	var out []clause
	for _, p := range parts {
		for _, c := range p.all() {
			c.hint = c.hint || !sure || !p.clear()
			out = append(out, c)
		}
	}
	return out
}

// hint takes away that clauses about the kind are sure.
func hint(list []clause, kind ConditionKind) {
	for i := range list {
		if list[i].anyOf[0].Kind == kind {
			list[i].hint = true
		}
	}
}

// about tells whether the part has a condition of the kind.
func (p part) about(kind ConditionKind) bool {
	return slices.ContainsFunc(p.pieces, func(c piece) bool {
		return slices.ContainsFunc(c.conditions, func(x Condition) bool { return x.Kind == kind })
	})
}

// people tells whether the part names people, as a group or by what they are
// ("homeless"), and not only something asked of them.
func (p part) people() bool {
	if p.groups() > 0 {
		return true
	}
	traits := 0
	for _, c := range p.pieces {
		for _, x := range c.conditions {
			if x.Kind != IncomeCondition && (c.role == trait || c.role == own) {
				traits++
			}
		}
	}
	return traits > 0 && traits == len(p.pieces)
}

// alike tells whether all parts can be alternatives: joined by "or" and commas
// alone, and each says one thing, or things of the same kinds as the others.
func (s sentence) alike() bool {
	kinds := func(p part) (out []ConditionKind) {
		for _, c := range p.all() {
			out = append(out, c.anyOf[0].Kind)
		}
		slices.Sort(out)
		return out
	}
	groups := 0
	for i, p := range s.parts {
		if i > 0 && p.joiner == "and" {
			return false
		}
		if p.people() {
			groups++
		}
	}
	_, alone := spread(s.parts)
	first := kinds(alone[0])
	for _, p := range alone {
		if k := kinds(p); len(k) != 1 && !slices.Equal(k, first) || len(k) == 1 && len(first) != 1 {
			return false
		}
	}
	if len(s.parts) == 2 {
		return true
	}
	same := !slices.ContainsFunc(alone, func(p part) bool { return !slices.Equal(kinds(p), first) })
	return groups == len(s.parts) || same
}

// distinct tells whether all parts are groups and none but the first is
// narrowed: "adults and children with disabilities" leaves open who is meant.
func distinct(groups []part) bool {
	for i, p := range groups {
		if p.groups() == 0 {
			return false
		}
		for j, c := range p.pieces {
			before := i == 0 && j == 0
			if c.role == requirement || c.role == trait && !before {
				return false
			}
		}
	}
	return true
}

// spread takes what stands before a list of groups out of the first: it is
// asked of all of them.
func spread(groups []part) (shared []clause, alone []part) {
	for i, p := range groups {
		var kept []piece
		named := p.groups() == 0
		for _, c := range p.pieces {
			named = named || c.role == group
			if i == 0 && c.role == trait && !named {
				for _, x := range c.conditions {
					shared = append(shared, clause{anyOf: []Condition{x}})
				}
				continue
			}
			kept = append(kept, c)
		}
		alone = append(alone, part{pieces: kept})
	}
	return shared, alone
}

// hints are all conditions of the sentence as one requirement that is not sure.
func (s sentence) hints() []clause {
	c := clause{hint: true}
	for _, p := range s.parts {
		for _, x := range p.pieces {
			c.anyOf = append(c.anyOf, x.conditions...)
		}
	}
	return merged([]clause{c})
}

// all are the conditions of a part, each asked. The age of children in a
// household is not that of the person: a hint.
func (p part) all() []clause {
	var out []clause
	for _, c := range p.pieces {
		for _, x := range c.conditions {
			out = append(out, clause{anyOf: []Condition{x}, hint: x.young() && p.about(HouseholdCondition)})
		}
	}
	return out
}
