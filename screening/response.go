package screening

import (
	"encoding/json"
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

// ResponseExtension says why an item has no answer.
type ResponseExtension struct {
	URL       string `json:"url"`
	ValueCode string `json:"valueCode,omitempty"`
}

// ResponseAnswer is one value.
type ResponseAnswer struct {
	ValueCoding  *ResponseCoding `json:"valueCoding,omitempty"`
	ValueDecimal *float64        `json:"valueDecimal,omitempty"`
	ValueInteger *float64        `json:"valueInteger,omitempty"`
	ValueString  *string         `json:"valueString,omitempty"`
}

// ResponseCoding is a chosen option.
type ResponseCoding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code"`
	Display string `json:"display,omitempty"`
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
			a = Codes(code)
		}
		switch {
		case a.Absent != "":
			item.Extension = []ResponseExtension{{extAbsent, a.Absent}}
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

func (q *Question) responseAnswer(v Value) ResponseAnswer {
	switch {
	case v.Number != nil && q.Type == Integer:
		return ResponseAnswer{ValueInteger: v.Number}
	case v.Number != nil:
		return ResponseAnswer{ValueDecimal: v.Number}
	case q.Type != Choice:
		return ResponseAnswer{ValueString: &v.Code}
	}
	c := ResponseCoding{Code: v.Code}
	for _, o := range q.Options {
		if o.Code == v.Code {
			c.System, c.Display = o.system, o.Display
		}
	}
	return ResponseAnswer{ValueCoding: &c}
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
		if q, ok := i.Question(it.LinkID); ok && q.Calculated {
			continue
		}
		var a Answer
		for _, x := range it.Extension {
			if x.URL == extAbsent {
				a.Absent = x.ValueCode
			}
		}
		for _, v := range it.Answer {
			value, ok := v.value()
			wrong.Check(ok, field(it.LinkID), "This kind of answer is not supported.")
			a.Values = append(a.Values, value)
		}
		if !a.Empty() {
			answers[it.LinkID] = a
		}
	}
}

// value reads the one value of an answer; ok is false when it has none that is known here.
func (a ResponseAnswer) value() (v Value, ok bool) {
	switch {
	case a.ValueCoding != nil:
		return Value{Code: a.ValueCoding.Code}, true
	case a.ValueDecimal != nil:
		return Value{Number: a.ValueDecimal}, true
	case a.ValueInteger != nil:
		return Value{Number: a.ValueInteger}, true
	case a.ValueString != nil:
		return Value{Code: *a.ValueString}, true
	}
	return Value{}, false
}
