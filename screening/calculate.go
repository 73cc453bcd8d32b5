package screening

// variables reads the named expressions of an item, or of the questionnaire.
func (r *reader) variables(linkID string, exts []extension) []variable {
	var out []variable
	for _, e := range exts {
		if e.URL != extVariable {
			continue
		}
		x := e.ValueExpression
		if x == nil || x.Language != fhirpathMedia || x.Name == "" || x.Expression == "" {
			r.add(linkID, "a variable needs a name and an expression in %s", fhirpathMedia)
			continue
		}
		out = append(out, variable{x.Name, x.Expression})
	}
	return out
}

// calculation reads the expression that calculates the value.
func (r *reader) calculation(it item, q *Question, visible []variable) {
	for _, e := range it.Extension {
		if e.URL != extCalculated {
			continue
		}
		r.add(it.LinkID, "calculatedExpression is not supported")
	}
}
