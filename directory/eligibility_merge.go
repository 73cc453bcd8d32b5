package directory

import "slices"

// mostClauses bounds how far alternatives are multiplied out.
const mostClauses = 12

// alternatives says that one of the parts has to fit, as clauses that all
// have to be met: "girls or boys under 12" is multiplied out.
func alternatives(parts []part) []clause {
	out := []clause{{}}
	for _, p := range parts {
		conditions := p.all()
		if len(conditions) == 0 {
			return nil // anybody will do
		}
		var next []clause
		for _, have := range out {
			for _, c := range conditions {
				next = append(next, clause{anyOf: append(slices.Clone(have.anyOf), c.anyOf...)})
			}
		}
		if out = next; len(out) > mostClauses {
			for i := range out {
				out[i].hint = true
			}
			return merged(out[:mostClauses])
		}
	}
	return merged(out)
}

// merged tidies clauses and leaves out those that another one covers. Ages
// from one and to another bound one range, others of a kind are alternatives:
// nobody is 5 to 12 and 13 to 18.
func merged(list []clause) []clause {
	var out []clause
	for _, c := range list {
		c.tidy()
		if c.empty() && len(c.anyOf) == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(o clause) bool {
			return len(o.anyOf) == 1 && len(c.anyOf) == 1 && o.anyOf[0].Kind == c.anyOf[0].Kind && o.hint == c.hint
		})
		switch {
		case i < 0:
			out = append(out, c)
		case out[i].anyOf[0].equal(c.anyOf[0]), c.anyOf[0].wordOf(out[i].anyOf[0]):
		case out[i].anyOf[0].wordOf(c.anyOf[0]):
			out[i].anyOf = c.anyOf
		case out[i].anyOf[0].completes(c.anyOf[0]):
			out[i].anyOf[0] = out[i].anyOf[0].with(c.anyOf[0])
		default:
			out[i].anyOf = append(slices.Clone(out[i].anyOf), c.anyOf[0])
			out[i].tidy()
		}
	}
	out = slices.DeleteFunc(out, func(c clause) bool { return len(c.anyOf) == 0 })
	return slices.DeleteFunc(slices.Clone(out), func(c clause) bool {
		return slices.ContainsFunc(out, func(o clause) bool { return len(o.anyOf) < len(c.anyOf) && c.holds(o) })
	})
}

// holds tells whether every condition of o is one of c, so that whoever meets o meets c.
func (c clause) holds(o clause) bool {
	return !slices.ContainsFunc(o.anyOf, func(x Condition) bool { return !slices.ContainsFunc(c.anyOf, x.equal) })
}

// tidy leaves out what stands twice, and all when everybody meets it: "men and women".
func (c *clause) tidy() {
	var kept []Condition
	for _, x := range c.anyOf {
		if !slices.ContainsFunc(kept, x.equal) {
			kept = append(kept, x)
		}
	}
	is := func(kind ConditionKind, value string) bool {
		return slices.ContainsFunc(kept, func(x Condition) bool { return x.Kind == kind && x.Value == value })
	}
	if is(SexCondition, Female) && is(SexCondition, Male) ||
		is(AgeCondition, "child") && is(AgeCondition, "adult") || is(HouseholdCondition, Family) && is(HouseholdCondition, Single) {
		kept = nil
	}
	c.anyOf = kept
}

// empty tells whether nothing can be checked of the clause.
func (c clause) empty() bool {
	return !slices.ContainsFunc(c.anyOf, func(x Condition) bool { return x.Kind != OtherCondition })
}

// wordOf tells whether c says an age in words, which o says in numbers.
func (c Condition) wordOf(o Condition) bool {
	return c.Kind == AgeCondition && o.Kind == AgeCondition && c.Value != "" && o.Value == ""
}

func (c Condition) equal(o Condition) bool {
	same := func(a, b *float64) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
	return c.Kind == o.Kind && c.Value == o.Value && same(c.Min, o.Min) && same(c.Max, o.Max) && slices.Equal(c.Areas, o.Areas)
}

// completes tells whether one bounds an age from below and the other from above.
func (c Condition) completes(o Condition) bool {
	return c.Kind == AgeCondition && c.Value == "" && o.Value == "" &&
		(c.Min != nil && c.Max == nil && o.Min == nil && o.Max != nil && *c.Min <= *o.Max || c.Min == nil && c.Max != nil && o.Min != nil && o.Max == nil && *o.Min <= *c.Max)
}

func (c Condition) with(o Condition) Condition {
	if c.Min == nil {
		c.Min = o.Min
	}
	if c.Max == nil {
		c.Max = o.Max
	}
	return c
}
