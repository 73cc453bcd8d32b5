package screening

import (
	"strings"
	"testing"
)

// TestCheckTypes gives each type of question answers that it takes and answers
// that it does not.
func TestCheckTypes(t *testing.T) {
	const (
		options = `"answerOption":[{"valueCoding":{"code":"a"}},{"valueString":"b"},{"valueInteger":3},
			{"valueCoding":{"code":"none"},"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive","valueBoolean":true}]}]`
		bounds = `"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueInteger":1},{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueDecimal":9.5}]`
		dates  = `"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueDate":"2026-01-01"},{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueDate":"2026-12-31"}]`
		units  = `"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption","valueCoding":{"code":"kg"}},
			{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption","valueCoding":{"code":"[lb_av]","display":"lb"}}]`
	)
	two := func(a, b Answer) Answer { return Answer{Values: append(a.Values, b.Values...)} }
	tests := []struct {
		item        string // beside linkId
		good, wrong []Answer
	}{
		{`"type":"boolean"`, []Answer{YesNo(true), YesNo(false), Absent(AskedUnknown)}, []Answer{Codes("true"), Number(1), {Values: []Value{}, Absent: "no"}}},
		{`"type":"boolean","required":true`, []Answer{YesNo(true)}, []Answer{Absent(AskedUnknown)}},
		{`"type":"integer",` + bounds, []Answer{Number(1), Number(9)}, []Answer{Number(0), Number(10), Number(1.5), YesNo(true), Measured(3, "kg"), Number(3e9)}},
		{`"type":"decimal",` + bounds, []Answer{Number(1), Number(9.5)}, []Answer{Number(0.9), Number(9.6), Codes("5")}},
		{`"type":"date",` + dates, []Answer{Codes("2026-01-01"), Codes("2026-12-31")}, []Answer{Codes("2025-12-31"), Codes("2027-01-01"), Codes("2026-02-30"), Codes("2026-2-3"), Codes("2026-02"), Codes(""), Number(2026)}},
		{`"type":"date"`, []Answer{Codes("2024-02-29")}, []Answer{Codes("2023-02-29"), Written("2024-02-29")}},
		{`"type":"quantity",` + units, []Answer{Measured(70, "kg"), Measured(150, "[lb_av]")}, []Answer{Measured(70, "st"), Number(70), Codes("kg")}},
		{`"type":"quantity"`, []Answer{Number(70)}, []Answer{Measured(70, "kg")}},
		{`"type":"string","maxLength":3`, []Answer{Codes("añb")}, []Answer{Codes("abcd"), Codes(" "), Codes(""), Number(3), Written("abc"), two(Codes("a"), Codes("b"))}},
		{`"type":"string","repeats":true`, []Answer{Codes("a", "b")}, []Answer{Codes("a", "a"), Codes(strings.Split(strings.Repeat("x y z ", 7), " ")...)}},
		{`"type":"integer","repeats":true`, []Answer{two(Number(1), Number(2))}, []Answer{two(Number(1), Number(1))}},
		{`"type":"text"`, []Answer{Codes("a\nb")}, []Answer{Codes(strings.Repeat("x", maxText+1))}},
		{`"type":"choice",` + options, []Answer{Codes("a"), Codes("b"), Codes("3"), Codes("none")}, []Answer{Codes("c"), Codes("a", "b"), Written("a"), YesNo(true), Number(3)}},
		{`"type":"choice","repeats":true,` + options, []Answer{Codes("a", "b"), Codes("none")}, []Answer{Codes("a", "none"), Codes("a", "a")}},
		{`"type":"open-choice","maxLength":8,` + options, []Answer{Codes("a"), Written("a cousin")}, []Answer{Codes("a cousin"), Written("my cousin"), two(Codes("a"), Written("x"))}},
		{`"type":"open-choice","repeats":true,` + options, []Answer{two(Codes("a"), Written("x"))}, []Answer{two(Codes("none"), Written("x")), two(Written("x"), Written("x"))}},
	}
	for _, tt := range tests {
		i := testInstrument(t, `[{"linkId":"q",`+tt.item+`}]`, `"topics":[]`)
		for _, a := range tt.good {
			if err := i.Check(Answers{"q": a}); err != nil {
				t.Errorf("%s: Check(%s) = %v", tt.item, mustJSON(t, a), err)
			}
		}
		for _, a := range tt.wrong {
			q, _ := i.Question("q")
			if i.Check(Answers{"q": a}) == nil || q.CheckAnswer(a) == nil {
				t.Errorf("%s: Check(%.80s) = nil, want an error", tt.item, mustJSON(t, a))
			}
		}
	}
}

// TestResponseOfTypes writes each type of value as FHIR has it and reads it again.
func TestResponseOfTypes(t *testing.T) {
	tests := []struct {
		item   string
		answer Answer
		want   string
	}{
		{`"type":"boolean"`, YesNo(false), `{"valueBoolean":false}`},
		{`"type":"integer"`, Number(3), `{"valueInteger":3}`},
		{`"type":"decimal"`, Number(0.5), `{"valueDecimal":0.5}`},
		{`"type":"date"`, Codes("2026-01-02"), `{"valueDate":"2026-01-02"}`},
		{`"type":"string"`, Codes("words"), `{"valueString":"words"}`},
		{`"type":"quantity","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unit","valueCoding":{"system":"http://unitsofmeasure.org","code":"kg","display":"kilograms"}}]`,
			Measured(70, "kg"), `{"valueQuantity":{"value":70,"unit":"kilograms","system":"http://unitsofmeasure.org","code":"kg"}}`},
		{`"type":"open-choice","answerOption":[{"valueCoding":{"system":"urn:s","code":"a","display":"A"}}]`, Codes("a"), `{"valueCoding":{"system":"urn:s","code":"a","display":"A"}}`},
		{`"type":"open-choice","answerOption":[{"valueString":"a"}]`, Written("b"), `{"valueString":"b"}`},
		{`"type":"choice","answerOption":[{"valueString":"a"}]`, Codes("a"), `{"valueString":"a"}`},
		{`"type":"choice","answerOption":[{"valueInteger":7}]`, Codes("7"), `{"valueInteger":7}`},
	}
	for _, tt := range tests {
		i := testInstrument(t, `[{"linkId":"q",`+tt.item+`}]`, `"topics":[]`)
		written := Response(i, Screening{Answers: Answers{"q": tt.answer}})
		if got := mustJSON(t, written.Item[0].Answer[0]); got != tt.want {
			t.Errorf("%s: written as %s, want %s", tt.item, got, tt.want)
		}
		read, err := ReadResponse(i, []byte(mustJSON(t, written)))
		if err != nil || !read["q"].Equal(tt.answer) {
			t.Errorf("%s: read again as %s, %v", tt.item, mustJSON(t, read), err)
		}
	}
}
