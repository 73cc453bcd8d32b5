package screening

import (
	"cmp"
	"encoding/json"
	"strconv"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

// QuestionnaireResponse is the FHIR R4 resource of a screening, with the parts
// that Havenloop fills (http://hl7.org/fhir/R4/questionnaireresponse.html).
type QuestionnaireResponse struct {
	ResourceType  string         `json:"resourceType"`
	ID            string         `json:"id,omitempty"`
	Language      string         `json:"language,omitempty"`
	Questionnaire string         `json:"questionnaire"`
	Status        string         `json:"status"`
	Subject       *Reference     `json:"subject,omitempty"`
	Authored      string         `json:"authored,omitempty"`
	Item          []ResponseItem `json:"item,omitempty"`
}

// Reference points to another resource.
type Reference struct {
	Reference string `json:"reference"`
}

// ResponseItem is one question with its answers, or a group of items.
type ResponseItem struct {
	LinkID    string              `json:"linkId"`
	Extension []ResponseExtension `json:"extension,omitempty"`
	Text      string              `json:"text,omitempty"`
	Answer    []ResponseAnswer    `json:"answer,omitempty"`
	Item      []ResponseItem      `json:"item,omitempty"`
}

// ResponseExtension says why an item has no answer, or what a code counts for.
type ResponseExtension struct {
	URL          string   `json:"url"`
	ValueCode    string   `json:"valueCode,omitempty"`
	ValueDecimal *float64 `json:"valueDecimal,omitempty"`
}

// ResponseAnswer is one value.
type ResponseAnswer struct {
	ValueCoding   *ResponseCoding   `json:"valueCoding,omitempty"`
	ValueDecimal  *float64          `json:"valueDecimal,omitempty"`
	ValueInteger  *float64          `json:"valueInteger,omitempty"`
	ValueBoolean  *bool             `json:"valueBoolean,omitempty"`
	ValueDate     *string           `json:"valueDate,omitempty"`
	ValueString   *string           `json:"valueString,omitempty"`
	ValueQuantity *ResponseQuantity `json:"valueQuantity,omitempty"`
}

// ResponseQuantity is a number with its unit.
type ResponseQuantity struct {
	Value  *float64 `json:"value"`
	Unit   string   `json:"unit,omitempty"`
	System string   `json:"system,omitempty"`
	Code   string   `json:"code,omitempty"`
}

// ResponseCoding is a chosen option.
type ResponseCoding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code"`
	Display string `json:"display,omitempty"`
	// Extension says what the code counts for, where that matters.
	Extension []ResponseExtension `json:"extension,omitempty"`
}

// extAbsent says why an item has no answer; the code is of data-absent-reason.
const extAbsent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

// Response writes a screening as a FHIR QuestionnaireResponse: every question
// that was answered, declined or not known, and the calculated ones, in the
// questionnaire's order. i must be the instrument of the screening.
func Response(i *Instrument, s Screening) QuestionnaireResponse {
	r := QuestionnaireResponse{
		ResourceType: "QuestionnaireResponse", ID: s.ID, Language: s.Language, Questionnaire: s.Instrument, Status: "completed",
		Subject: &Reference{"Patient/" + s.PatientID}, Authored: s.AnsweredAt.Format(time.RFC3339Nano),
	}
	questions, _ := i.In(s.Language)
	for n := range questions {
		q := &questions[n]
		item := ResponseItem{LinkID: q.LinkID, Text: q.Text}
		a := s.Answers[q.LinkID]
		if score, ok := s.Scores[q.LinkID]; ok {
			a = Number(score)
		} else if code, ok := s.Results[q.LinkID]; ok {
			a = q.result(code)
		}
		switch {
		case a.Absent != "":
			item.Extension = []ResponseExtension{{URL: extAbsent, ValueCode: a.Absent}}
		case len(a.Values) == 0:
			continue
		}
		for _, v := range a.Values {
			item.Answer = append(item.Answer, q.responseAnswer(v))
		}
		list := &r.Item
		for _, g := range q.groups {
			list = i.enter(list, g, s.Language)
		}
		*list = append(*list, item)
	}
	return r
}

// enter answers the items of a group, which it appends unless it is the last of the list.
func (i *Instrument) enter(list *[]ResponseItem, g group, language string) *[]ResponseItem {
	if n := len(*list); n == 0 || (*list)[n-1].LinkID != g.linkID {
		title, _ := g.title.in(i.language, language)
		*list = append(*list, ResponseItem{LinkID: g.linkID, Text: title})
	}
	return &(*list)[len(*list)-1].Item
}

// result is a calculated code, or true or false, as an answer.
func (q *Question) result(s string) Answer {
	if q.Type == Boolean {
		return YesNo(s == "true")
	}
	return Codes(s)
}

func (q *Question) responseAnswer(v Value) ResponseAnswer {
	switch {
	case v.Number != nil && q.Type == Integer:
		return ResponseAnswer{ValueInteger: v.Number}
	case v.Number != nil && q.Type == Quantity:
		return ResponseAnswer{ValueQuantity: q.responseQuantity(v)}
	case v.Number != nil:
		return ResponseAnswer{ValueDecimal: v.Number}
	case v.Bool != nil:
		return ResponseAnswer{ValueBoolean: v.Bool}
	case v.Text != "":
		return ResponseAnswer{ValueString: &v.Text}
	case q.Type == Date:
		return ResponseAnswer{ValueDate: &v.Code}
	case !q.Type.Chooses():
		return ResponseAnswer{ValueString: &v.Code}
	}
	c := ResponseCoding{Code: v.Code}
	for _, o := range q.Options {
		if o.Code != v.Code {
			continue
		}
		if n, err := strconv.ParseFloat(v.Code, 64); o.kind == integerOption && err == nil {
			return ResponseAnswer{ValueInteger: &n}
		}
		if o.kind == stringOption {
			return ResponseAnswer{ValueString: &v.Code}
		}
		c.System, c.Display = o.system, o.Display
	}
	return ResponseAnswer{ValueCoding: &c}
}

func (q *Question) responseQuantity(v Value) *ResponseQuantity {
	out := &ResponseQuantity{Value: v.Number, Code: v.Unit}
	for _, u := range q.Units {
		if u.Code == v.Unit {
			out.Unit, out.System = u.Display, u.system
		}
	}
	return out
}

// ReadResponse reads the answers of a FHIR QuestionnaireResponse. Values of
// calculated questions are left out, since they are calculated anew; whether
// the others fit the instrument is for [Instrument.Check] to say.
func ReadResponse(i *Instrument, resource []byte) (Answers, error) {
	var r QuestionnaireResponse
	if err := json.Unmarshal(resource, &r); err != nil || r.ResourceType != "QuestionnaireResponse" {
		return nil, fault.New(fault.Invalid, "This is not a FHIR QuestionnaireResponse.")
	}
	answers := Answers{}
	var wrong fault.Fields
	i.read(r.Item, answers, &wrong)
	return answers, wrong.Err()
}

func (i *Instrument) read(items []ResponseItem, answers Answers, wrong *fault.Fields) {
	for _, it := range items {
		i.read(it.Item, answers, wrong)
		q, ok := i.Question(it.LinkID)
		if ok && q.Calculated {
			continue
		}
		var a Answer
		for _, x := range it.Extension {
			if x.URL == extAbsent {
				a.Absent = x.ValueCode
			}
		}
		for _, v := range it.Answer {
			value, ok := v.value(q)
			wrong.Check(ok, field(it.LinkID), "This kind of answer is not supported.")
			a.Values = append(a.Values, value)
		}
		if !a.Empty() {
			answers[it.LinkID] = a
		}
	}
}

// value reads the one value of an answer to q; ok is false when it has none
// that is known here.
func (a ResponseAnswer) value(q Question) (v Value, ok bool) {
	number := cmp.Or(a.ValueDecimal, a.ValueInteger)
	switch {
	case a.ValueCoding != nil:
		return Value{Code: a.ValueCoding.Code}, true
	case number != nil && q.Type.Chooses():
		return Value{Code: Value{Number: number}.plain()}, true
	case number != nil:
		return Value{Number: number}, true
	case a.ValueBoolean != nil:
		return Value{Bool: a.ValueBoolean}, true
	case a.ValueDate != nil && q.Type == Date:
		return Value{Code: *a.ValueDate}, true
	case a.ValueQuantity != nil && a.ValueQuantity.Value != nil:
		return Value{Number: a.ValueQuantity.Value, Unit: cmp.Or(a.ValueQuantity.Code, a.ValueQuantity.Unit)}, true
	case a.ValueString != nil && q.Type == OpenChoice && !q.has(*a.ValueString):
		return Value{Text: *a.ValueString}, *a.ValueString != ""
	case a.ValueString != nil:
		return Value{Code: *a.ValueString}, true
	}
	return Value{}, false
}
