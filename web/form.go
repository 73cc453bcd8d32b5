package web

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
)

// Form is a form as it stands: what was typed and what is wrong with it.
type Form struct {
	*Locale
	Token  string
	Values url.Values
	// Problems lists what is wrong, in the order in which it is told.
	Problems []Problem
}

// Problem is one thing wrong with a form.
type Problem struct {
	Field string // the input's name; empty when it concerns the whole form
	Text  string
	// About names the input where the text stands more than once; empty otherwise.
	About string
}

// Value is what was typed into the field.
func (f Form) Value(name string) string { return f.Values.Get(name) }

// Has tells whether the choice was made in the field.
func (f Form) Has(name, value string) bool { return slices.Contains(f.Values[name], value) }

// Problem is what is wrong with the field; empty when nothing is.
func (f Form) Problem(name string) string {
	for _, p := range f.Problems {
		if p.Field == name {
			return p.Text
		}
	}
	return ""
}

// wrongOnlyIn tells whether all that is wrong is in that field.
func (f Form) wrongOnlyIn(name string) bool {
	return !slices.ContainsFunc(f.Problems, func(p Problem) bool { return p.Field != name })
}

// With returns the form with a value in the field, for what is known beforehand.
func (f Form) With(name string, values ...string) Form {
	v := url.Values{}
	for k, list := range f.Values {
		v[k] = list
	}
	v[name] = values
	f.Values = v
	return f
}

// tellApart names the inputs of problems that say the same, so that each can be
// told from the others; label answers "" for an input without a name.
func (f *Form) tellApart(label func(name string) string) {
	times := map[string]int{}
	for _, p := range f.Problems {
		times[p.Text]++
	}
	for i, p := range f.Problems {
		if times[p.Text] > 1 {
			f.Problems[i].About = label(p.Field)
		}
	}
}

// unprinted tells which characters are taken out of what people enter: those
// that control a terminal or turn the order of the text around them, which no
// keyboard types and which hide what a text says.
func unprinted(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == '\u202d' || r == '\u202e'
}

// formFrom reads the posted form, without characters that are [unprinted].
func formFrom(p Page, c echo.Context) (Form, error) {
	values, err := c.FormParams()
	if err != nil {
		return Form{}, fault.New(fault.Invalid, "The form could not be read. Go back and send it again.")
	}
	for _, list := range values {
		for i, text := range list {
			if strings.ContainsFunc(text, unprinted) {
				list[i] = strings.Map(func(r rune) rune {
					if unprinted(r) {
						return -1
					}
					return r
				}, text)
			}
		}
	}
	return Form{Locale: p.Locale, Token: p.Token, Values: values}, nil
}

// refuse notes on the form why it was refused and answers the status to show
// it again with. It returns err itself when the form cannot mend it. alias
// gives the form's name of inputs that the service calls otherwise.
func (f *Form) refuse(p *Page, err error, alias map[string]string) (status int, _ error) {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || formStatuses[e.Kind] == 0 {
		return 0, err
	}
	for _, field := range e.Fields {
		name := field.Name
		if a, ok := alias[name]; ok {
			name = a
		}
		f.Problems = append(f.Problems, Problem{Field: name, Text: f.Sentence(field.Format, field.Args...)})
	}
	if len(e.Fields) == 0 {
		f.Problems = append(f.Problems, Problem{Text: f.Sentence(e.Format, e.Args...)})
	}
	p.Invalid = true
	return formStatuses[e.Kind], nil
}

// Date puts the three inputs of a dateField together as "2006-01-02"; empty
// when all are empty. What is no date comes back as typed, for the service to refuse.
func (f Form) Date(name string) string {
	part := func(suffix string) string { return strings.TrimSpace(f.Value(name + suffix)) }
	y, m, d := part("-year"), part("-month"), part("-day")
	if y+m+d == "" {
		return ""
	}
	return fmt.Sprintf("%s-%02s-%02s", y, m, d)
}

// WithDate fills the three inputs of a dateField from a stored date.
func (f Form) WithDate(name, date string) Form {
	y, rest, _ := strings.Cut(date, "-")
	m, d, _ := strings.Cut(rest, "-")
	return f.With(name+"-year", y).With(name+"-month", m).With(name+"-day", d)
}

// Flag reads a yes/no choice; nil when none was made.
func (f Form) Flag(name string) *bool {
	switch f.Value(name) {
	case "yes":
		return new(true)
	case "no":
		return new(false)
	}
	return nil
}
