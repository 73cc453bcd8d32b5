package screening

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/havenloop/havenloop/internal/fault"
)

// The reasons why a question that was asked has no value. Codes of FHIR R4
// data-absent-reason. A question without any entry was not asked, or skipped;
// none of the three means "no".
const (
	AskedDeclined = "asked-declined" // the person prefers not to answer
	AskedUnknown  = "asked-unknown"  // the person does not know
)

// Answer is what was given to one question: values, or the reason why there is
// none. The zero Answer is no answer.
type Answer struct {
	Values []Value
	// Absent is AskedDeclined, AskedUnknown or empty.
	Absent string
}

// Answers are the answers of a screening by linkId.
type Answers map[string]Answer

// Codes makes an answer of option codes.
func Codes(codes ...string) Answer {
	a := Answer{Values: make([]Value, len(codes))}
	for i, c := range codes {
		a.Values[i].Code = c
	}
	return a
}

// Number makes an answer of one number.
func Number(n float64) Answer { return Answer{Values: []Value{{Number: &n}}} }

// YesNo makes an answer of yes or no.
func YesNo(yes bool) Answer { return Answer{Values: []Value{{Bool: &yes}}} }

// Measured makes an answer of one number with its unit.
func Measured(n float64, unit string) Answer {
	return Answer{Values: []Value{{Number: &n, Unit: unit}}}
}

// Written makes an answer of words where choices are offered as well.
func Written(text string) Answer { return Answer{Values: []Value{{Text: text}}} }

// Absent makes an answer without a value; reason is AskedDeclined or AskedUnknown.
func Absent(reason string) Answer { return Answer{Absent: reason} }

// Codes lists the codes of the answer's values.
func (a Answer) Codes() []string {
	codes := make([]string, 0, len(a.Values))
	for _, v := range a.Values {
		if v.coded() {
			codes = append(codes, v.Code)
		}
	}
	return codes
}

// Has tells whether the code is among the answer's values.
func (a Answer) Has(code string) bool {
	return slices.ContainsFunc(a.Values, func(v Value) bool { return v.coded() && v.Code == code })
}

// Empty tells whether nothing was entered, not even a reason.
func (a Answer) Empty() bool { return len(a.Values) == 0 && a.Absent == "" }

var errAnswerForm = errors.New(`an answer is a list of values, {"values": […]} or {"absent": "…"}`)

// UnmarshalJSON reads a list of values, {"values": […]} or {"absent": "…"}.
// Which values and reasons are allowed is for [Instrument.Check] to say.
func (a *Answer) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && b[0] == '[' {
		*a = Answer{}
		return json.Unmarshal(b, &a.Values)
	}
	if len(b) == 0 || b[0] != '{' {
		return errAnswerForm
	}
	var form struct {
		Values []Value `json:"values"`
		Absent string  `json:"absent"`
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&form); err != nil {
		return err
	}
	if len(form.Values) > 0 && form.Absent != "" {
		return errAnswerForm
	}
	*a = Answer{Values: form.Values, Absent: form.Absent}
	return nil
}

// MarshalJSON writes the list of values, or the reason why there is none.
func (a Answer) MarshalJSON() ([]byte, error) {
	if a.Absent != "" {
		return json.Marshal(struct {
			Absent string `json:"absent"`
		}{a.Absent})
	}
	if a.Values == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(a.Values)
}

// UnmarshalJSON reads the answers and tells each one it cannot read at its linkId.
func (as *Answers) UnmarshalJSON(b []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	var wrong fault.Fields
	out := make(Answers, len(raw))
	for _, linkID := range slices.Sorted(maps.Keys(raw)) {
		var a Answer
		if err := a.UnmarshalJSON(raw[linkID]); err != nil {
			wrong.Add(field(linkID), "Send this answer as a list of codes, or say why there is none.")
		}
		out[linkID] = a
	}
	*as = out
	return wrong.Err()
}

// field is the name under which a mistake in the answer to a question is told.
func field(linkID string) string { return "answers." + linkID }
