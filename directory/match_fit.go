package directory

import "slices"

// fit holds the eligibility of a service against the person; it answers false
// when the service is surely not for them. What is not sure never leaves
// anybody out: it is asked.
func (w *weighing) fit(s ready, c Candidate) bool {
	share, asked := float64(fitNothing), false
	for _, r := range requirements(c) {
		switch v := s.judge(r); {
		case v == notMet && r.Sure >= firm:
			return false
		case v == notMet:
			share, w.doubtful = fitDoubtful, true
			w.unsure(UnknownEligible, "It may be only for: %s. Ask first.", Whom(r.AnyOf))
		case v == notKnown:
			share, asked = min(share, fitAsk), true
			w.ask(s, r)
		default:
			if !asked && share == fitNothing && r.Sure >= firm && r.telling() && !c.unread() {
				share = fitMet
			}
			w.fits(r)
		}
	}
	if asked {
		share = min(share, fitAsk)
	}
	if c.Eligibility.Everyone {
		w.because(ReasonEveryone, "It is for everybody.")
	}
	w.add(FactorFit, share)
	return true
}

// telling tells whether the requirement says that the service is made for some
// people: one for all who are grown up is not.
func (r Requirement) telling() bool {
	return slices.ContainsFunc(r.AnyOf, func(c Condition) bool {
		return c.Kind != AgeCondition || c.Value != "" || c.Max != nil || c.Min != nil && *c.Min > grownUp
	})
}

// unread tells whether the service has rules in words that were not understood:
// nobody knows then for whom it is made.
func (c Candidate) unread() bool {
	return c.Service.Eligibility != "" && (c.Eligibility.Reader == 0 || c.Eligibility.Unread)
}

// requirements are those in the fields of the standard and those read from texts.
func requirements(c Candidate) []Requirement {
	e := c.Entry
	if e.AgeMin == nil && e.AgeMax == nil {
		return c.Eligibility.Requirements
	}
	ages := Requirement{AnyOf: []Condition{{Kind: AgeCondition, Min: e.AgeMin, Max: e.AgeMax}}, Sure: sureField, Source: FromField}
	return append([]Requirement{ages}, c.Eligibility.Requirements...)
}

// fits says that the person meets the requirement.
func (w *weighing) fits(r Requirement) {
	if len(r.AnyOf) == 1 && r.AnyOf[0].Kind == AgeCondition {
		w.because(ReasonAge, "It is for people of this age.")
		return
	}
	w.because(ReasonEligible, "It is for: %s.", Whom(r.AnyOf))
}

// ask says what is to be asked, so that the requirement can be judged.
func (w *weighing) ask(s ready, r Requirement) {
	if r.Sure < firm {
		w.unsure(UnknownEligible, "It may be only for: %s. Ask first.", Whom(r.AnyOf))
		return
	}
	if c := r.AnyOf[0]; len(r.AnyOf) == 1 && c.Kind == AgeCondition {
		switch {
		case s.Age != nil && c.young():
			w.unsure(UnknownEligible, "It is for: %s. Ask if a child in the home is of that age.", Whom(r.AnyOf))
			return
		case c.Value == "":
			format, args := ageSentence(c.Min, c.Max)
			w.unsure(UnknownEligible, format, args...)
			return
		}
	}
	w.unsure(UnknownEligible, "It is only for: %s. Ask the person.", Whom(r.AnyOf))
}

func ageSentence(from, to *float64) (format string, args []any) {
	switch {
	case to == nil:
		return "It is for people aged %g or older. Check the age.", []any{*from}
	case from == nil:
		return "It is for people aged %g or younger. Check the age.", []any{*to}
	default:
		return "It is for people aged %g to %g. Check the age.", []any{*from, *to}
	}
}

// papers are what the person has to show.
func (w *weighing) papers(list []Paper) {
	for _, p := range list {
		w.unsure(UnknownPapers, "It asks for %s. Ask if the person has it.", PaperName(p))
	}
}

// rules: a service without rules in words comes before one that has some which
// could not be read.
func (w *weighing) rules(c Candidate) {
	if !c.unread() {
		w.add(FactorRules, 1)
		return
	}
	w.unsure(UnknownEligible, "There are rules for who can use it: %s", c.Service.Eligibility)
}
