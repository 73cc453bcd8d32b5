package screening

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// types are the item types that ask for a value.
var types = map[string]QuestionType{
	"choice": Choice, "open-choice": OpenChoice, "boolean": Boolean, "integer": Integer, "decimal": Decimal,
	"date": Date, "quantity": Quantity, "string": String, "text": Text,
}

// question reads an item that asks for a value; visible are the variables its
// expression may use.
func (r *reader) question(it item, visible []variable) Question {
	q := Question{
		LinkID: it.LinkID, Type: types[it.Type], Multiple: it.Repeats, Declinable: !it.Required,
		Calculated: it.ReadOnly, Hidden: isSet(it.Extension, extHidden), MaxLength: it.MaxLength,
	}
	if q.Type == "" {
		r.add(it.LinkID, "items of type %q are not supported", it.Type)
	}
	if len(it.Code) > 0 {
		q.Code = it.Code[0].Code
	}
	if len(it.Initial) > 0 {
		r.add(it.LinkID, "%s (initial)", reasonFilledIn)
	}
	if it.MaxLength < 0 || it.MaxLength > 0 && q.Type != String && q.Type != Text && q.Type != OpenChoice {
		r.add(it.LinkID, "maxLength is for texts alone")
	}
	if q.Type == Boolean && q.Multiple {
		r.add(it.LinkID, "yes or no cannot be answered several times")
	}
	r.options(it, &q)
	r.bounds(it, &q)
	r.units(it, &q)
	r.calculation(it, &q, visible)
	r.help(it, &q)
	return q
}

// options reads the options of a choice, listed or in a contained value set.
func (r *reader) options(it item, q *Question) {
	options := it.AnswerOption
	if it.AnswerValueSet != "" {
		options = r.valueSet(it)
	}
	for _, o := range options {
		if len(o.ModifierExtension) > 0 {
			r.add(it.LinkID, "modifierExtension is not supported")
		}
		if o.InitialSelected {
			r.add(it.LinkID, "%s (initialSelected)", reasonFilledIn)
		}
		own, weigh := Option{}, o.Extension
		switch {
		case o.ValueCoding != nil:
			c := o.ValueCoding
			weigh = append(slices.Clip(weigh), c.Extension...)
			display := cmp.Or(c.Display, c.Code)
			own = Option{Code: c.Code, Display: display, system: c.System, display: text{display, c.DisplayMore.translations()}}
		case o.ValueString != "":
			own = Option{Code: o.ValueString, kind: stringOption}
		case o.ValueInteger != nil:
			own = Option{Code: strconv.FormatInt(*o.ValueInteger, 10), kind: integerOption}
		default:
			r.add(it.LinkID, "options are codes, texts or whole numbers; others are not supported")
			continue
		}
		if own.kind != codingOption {
			own.Display, own.display = own.Code, text{own: own.Code}
		}
		own.Exclusive, own.Weight = isSet(weigh, extExclusive), weight(weigh)
		r.extensions(it.LinkID, weigh)
		if own.Code == "" || q.has(own.Code) {
			r.add(it.LinkID, "option code %q is empty or used twice", own.Code)
		}
		q.Options = append(q.Options, own)
	}
	if q.Type != "" && q.Type.Chooses() != (len(options) > 0) && it.AnswerValueSet == "" {
		r.add(it.LinkID, "a choice, and nothing else, has options")
	}
}

// weight is what an option counts for, in R4's extension or its successor.
func weight(exts []extension) *float64 {
	for _, e := range exts {
		if (e.URL == extOrdinal || e.URL == extItemWeight) && e.ValueDecimal != nil {
			return e.ValueDecimal
		}
	}
	return nil
}

// valueSet lists the options of a contained value set.
func (r *reader) valueSet(it item) []answerOption {
	id, contained := strings.CutPrefix(it.AnswerValueSet, "#")
	n := slices.IndexFunc(r.sets, func(v valueSet) bool { return v.ResourceType == "ValueSet" && v.ID == id })
	if !contained || n < 0 {
		r.add(it.LinkID, "the value set %q is not contained in the questionnaire; list the options or put the set into contained", it.AnswerValueSet)
		return nil
	}
	var out []answerOption
	add := func(c coding) { out = append(out, answerOption{ValueCoding: &c}) }
	set := r.sets[n]
	switch {
	case set.Expansion != nil:
		expand(set.Expansion.Contains, add)
	case set.Compose != nil:
		for _, in := range set.Compose.Include {
			if len(in.Filter) > 0 || len(in.ValueSet) > 0 || len(set.Compose.Exclude) > 0 || len(in.Concept) == 0 {
				r.add(it.LinkID, "the value set %q does not list its codes one by one", it.AnswerValueSet)
			}
			for _, c := range in.Concept {
				c.System = in.System
				add(c)
			}
		}
	}
	if len(out) == 0 {
		r.add(it.LinkID, "the value set %q has no codes", it.AnswerValueSet)
	}
	return out
}

func expand(list []expanded, add func(coding)) {
	for _, e := range list {
		if !e.Abstract && e.Code != "" {
			add(e.coding)
		}
		expand(e.Contains, add)
	}
}

// bounds reads the least and the greatest value.
func (r *reader) bounds(it item, q *Question) {
	for _, e := range it.Extension {
		if e.URL != extMinValue && e.URL != extMaxValue {
			continue
		}
		bound := &q.Min
		if e.URL == extMaxValue {
			bound = &q.Max
		}
		number := cmp.Or(e.ValueInteger, e.ValueDecimal)
		switch {
		case q.Type.Numeric() && q.Type != Quantity && number != nil:
			*bound = &Value{Number: number}
		case q.Type == Date && isDate(e.ValueDate):
			*bound = &Value{Code: e.ValueDate}
		default:
			r.add(it.LinkID, "minValue and maxValue are numbers for numbers and whole dates for dates")
		}
	}
	if q.Min != nil && q.Max != nil {
		if order, _ := q.Min.compare(*q.Max); order > 0 {
			r.add(it.LinkID, "minValue is greater than maxValue")
		}
	}
}

// units reads what a number counts.
func (r *reader) units(it item, q *Question) {
	for _, e := range it.Extension {
		if e.URL != extUnit && e.URL != extUnitOption {
			continue
		}
		c := e.ValueCoding
		switch {
		case c == nil || c.Code == "" || !q.Type.Numeric() || e.URL == extUnitOption && q.Type != Quantity:
			r.add(it.LinkID, "units are codes, one for a number, any for a quantity")
		case !slices.ContainsFunc(q.Units, func(u Unit) bool { return u.Code == c.Code }):
			q.Units = append(q.Units, Unit{Code: c.Code, Display: unitText(cmp.Or(c.Display, c.Code)), system: c.System})
		}
	}
}

// unitText is a unit as people read it: without the annotations in braces that
// UCUM allows, such as "{#}".
func unitText(s string) string {
	if strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}") {
		return strings.Trim(s, "{#}")
	}
	return s
}

// help reads the texts that stand in a question.
func (r *reader) help(it item, q *Question) {
	var own []string
	other := map[string]Translation{}
	for _, child := range it.Item {
		r.common(child)
		if child.Type != "display" {
			r.add(it.LinkID, "a question holds help texts alone; questions in a question are not supported")
			continue
		}
		if len(child.EnableWhen) > 0 {
			r.add(child.LinkID, "a help text with its own condition is not supported")
		}
		own = append(own, child.Text)
		maps.Copy(other, child.TextMore.translations())
	}
	if len(own) > 1 {
		other = nil // translations are of single texts
	}
	q.help = text{strings.Join(own, "\n"), other}
	q.Help = q.help.own
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
