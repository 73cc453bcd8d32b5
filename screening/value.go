package screening

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Value is one value of an answer. The type of the question says which field
// holds it.
type Value struct {
	// Code is the code of an option, the text given to an open question, or a
	// date as "2006-01-02".
	Code string
	// Number is set when the question asks for a number or a quantity.
	Number *float64
	// Unit is the code of a quantity's unit.
	Unit string
	// Bool is set when the question asks for yes or no.
	Bool *bool
	// Text is what was written to a question that offers choices as well.
	Text string
}

// coded tells whether Code holds the value.
func (v Value) coded() bool { return v.Number == nil && v.Bool == nil && v.Text == "" }

// name is the value as rules name it: a code, or "true" and "false".
func (v Value) name() (string, bool) {
	switch {
	case v.Bool != nil && *v.Bool:
		return "true", true
	case v.Bool != nil:
		return "false", true
	}
	return v.Code, v.coded()
}

// compare orders two values of one kind: negative when v comes before w. ok is
// false when they cannot be compared, as quantities of different units.
// Texts are compared by code points, dates are texts that sort by themselves.
func (v Value) compare(w Value) (order int, ok bool) {
	switch {
	case v.Number != nil && w.Number != nil:
		return cmp.Compare(*v.Number, *w.Number), v.Unit == w.Unit
	case v.Bool != nil && w.Bool != nil:
		return order01(*v.Bool) - order01(*w.Bool), true
	case v.Text != "" && w.Text != "":
		return strings.Compare(v.Text, w.Text), true
	}
	return strings.Compare(v.Code, w.Code), v.coded() && w.coded()
}

func order01(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Equal tells whether both are the same value.
func (v Value) Equal(w Value) bool {
	order, ok := v.compare(w)
	return ok && order == 0
}

// Equal tells whether both say the same, in the same order.
func (a Answer) Equal(b Answer) bool {
	return a.Absent == b.Absent && slices.EqualFunc(a.Values, b.Values, Value.Equal)
}

// UnmarshalJSON reads a text or code, a number, true or false, {"text": "…"}
// or {"value": 5, "unit": "kg"}.
func (v *Value) UnmarshalJSON(b []byte) error {
	*v = Value{}
	switch b = bytes.TrimSpace(b); {
	case len(b) == 0:
		return errAnswerForm
	case b[0] == '"':
		return json.Unmarshal(b, &v.Code)
	case b[0] == 't' || b[0] == 'f':
		return json.Unmarshal(b, &v.Bool)
	case b[0] == '{':
		return v.unmarshalObject(b)
	}
	if err := json.Unmarshal(b, &v.Number); err != nil || v.Number == nil {
		return errAnswerForm
	}
	return nil
}

func (v *Value) unmarshalObject(b []byte) error {
	var form struct {
		Text  string   `json:"text"`
		Value *float64 `json:"value"`
		Unit  string   `json:"unit"`
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&form); err != nil {
		return err
	}
	if (form.Text != "") == (form.Value != nil) || form.Text != "" && form.Unit != "" {
		return errAnswerForm
	}
	*v = Value{Text: form.Text, Number: form.Value, Unit: form.Unit}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (v Value) MarshalJSON() ([]byte, error) {
	switch {
	case v.Text != "":
		return json.Marshal(struct {
			Text string `json:"text"`
		}{v.Text})
	case v.Number != nil && v.Unit != "":
		return json.Marshal(struct {
			Value float64 `json:"value"`
			Unit  string  `json:"unit"`
		}{*v.Number, v.Unit})
	case v.Number != nil:
		return json.Marshal(*v.Number)
	case v.Bool != nil:
		return json.Marshal(*v.Bool)
	}
	return json.Marshal(v.Code)
}

// plain is a number or a date in digits.
func (v Value) plain() string {
	if v.Number != nil {
		return strconv.FormatFloat(*v.Number, 'f', -1, 64)
	}
	return v.Code
}
