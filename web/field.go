package web

import (
	"cmp"
	"slices"
	"strings"
)

// Field describes an input; the words are ready to be shown.
type Field struct {
	Name, Label string
	Hint        string // how to answer; empty for none
	Type        string // of the input; text when empty
	// Autocomplete is the HTML autofill token, "off" when empty.
	Autocomplete string
	// InputMode chooses the keyboard of a phone: numeric, tel, email.
	InputMode string
	// Width is the room the answer needs: short, medium, or all when empty.
	Width string
	// Optional is said beside the label; everything else must be filled in.
	Optional bool
	Rows     int // of a textArea
}

func (f Field) kind() string     { return cmp.Or(f.Type, "text") }
func (f Field) autofill() string { return cmp.Or(f.Autocomplete, "off") }

// Group describes a question with choices.
type Group struct {
	Name, Legend string
	Hint         string
	Optional     bool
	// Heading makes the legend the page's h1.
	Heading bool
	Options []Option
}

// Option is one choice.
type Option struct {
	Value, Label, Hint string
	// Apart sets the choice off from those above it, as "Prefer not to answer".
	Apart bool
	// Lang is the language of Label, where it is not the page's.
	Lang string
}

// leftToRight tells whether what is typed runs from left to right in every
// language, such as an email address, a telephone number or a code.
func (f Field) leftToRight() bool {
	return slices.Contains([]string{"email", "tel", "url"}, f.kind()) || slices.Contains([]string{"numeric", "tel", "email", "decimal", "url"}, f.InputMode)
}

// describedBy names the hint and the problem of a field, for screen readers.
func describedBy(f Form, name, hint string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, name+"-hint")
	}
	if f.Problem(name) != "" {
		ids = append(ids, name+"-problem")
	}
	return strings.Join(ids, " ")
}

// yesNo are the choices that [Form.Flag] reads.
func yesNo(l *Locale) []Option {
	return []Option{{Value: "yes", Label: l.T("choice.yes")}, {Value: "no", Label: l.T("choice.no")}}
}
