package screening

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/text/language"
)

// translation is a file NAME.LANGUAGE.json beside an instrument: all its texts
// in another language.
type translation struct {
	Language string `json:"language"` // BCP 47
	// Source says who translated it.
	Source string `json:"source"`
	// Reviewed tells that a person verified it against the issuing body's text.
	Reviewed bool   `json:"reviewed"`
	Title    string `json:"title"`
	// Items has the texts by linkId.
	Items map[string]string `json:"items"`
	// Options has the answers by code; under "linkId#code" where an answer is
	// worded otherwise at one question.
	Options map[string]string `json:"options"`
}

// translate puts translations into a Questionnaire, as the translation
// extension of each text (http://hl7.org/fhir/R4/extension-translation.html),
// so that the resource carries them wherever it goes. A translation that lacks
// a text, or has one for which there is no place, is refused.
func translate(questionnaireJSON []byte, files ...[]byte) ([]byte, error) {
	var q map[string]any
	d := json.NewDecoder(bytes.NewReader(questionnaireJSON))
	d.UseNumber() // as written
	if err := d.Decode(&q); err != nil {
		return nil, fmt.Errorf("questionnaire: %w", err)
	}
	for _, file := range files {
		var t translation
		d := json.NewDecoder(bytes.NewReader(file))
		d.DisallowUnknownFields()
		if err := d.Decode(&t); err != nil {
			return nil, fmt.Errorf("translation: %w", err)
		}
		if err := t.into(q); err != nil {
			return nil, fmt.Errorf("translation into %s: %w", t.Language, err)
		}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(q); err != nil {
		return nil, fmt.Errorf("questionnaire: %w", err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// into adds the translation to the Questionnaire.
func (t translation) into(q map[string]any) error {
	if _, err := language.Parse(t.Language); err != nil || t.Source == "" {
		return errors.New("a translation says its language, as a tag, and its source")
	}
	m := merge{t: t, used: map[string]bool{}}
	m.put(q, "title", t.Title)
	m.items(q["item"])
	for _, id := range slices.Sorted(maps.Keys(t.Items)) {
		if !m.used[id] {
			m.problems = append(m.problems, fmt.Errorf("there is no item %q", id))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(t.Options)) {
		if !m.used["#"+code] {
			m.problems = append(m.problems, fmt.Errorf("there is no answer %q", code))
		}
	}
	return errors.Join(m.problems...)
}

// merge walks through a Questionnaire with a translation.
type merge struct {
	t        translation
	used     map[string]bool // linkIds, and keys of options behind "#"
	problems []error
}

func (m *merge) items(list any) {
	items, _ := list.([]any)
	for _, it := range items {
		item, ok := it.(map[string]any)
		if !ok {
			continue
		}
		id, _ := item["linkId"].(string)
		if _, has := item["text"]; has {
			m.used[id] = true
			m.put(item, "text", m.t.Items[id])
		}
		options, _ := item["answerOption"].([]any)
		for _, o := range options {
			option, _ := o.(map[string]any)
			if coding, ok := option["valueCoding"].(map[string]any); ok {
				m.option(id, coding)
			}
		}
		m.items(item["item"])
	}
}

func (m *merge) option(linkID string, coding map[string]any) {
	code, _ := coding["code"].(string)
	text, key := m.t.Options[code], code
	if own, ok := m.t.Options[linkID+"#"+code]; ok {
		text, key = own, linkID+"#"+code
	}
	m.used["#"+key] = true
	m.put(coding, "display", text)
}

// put adds the text to those of the element's field.
func (m *merge) put(element map[string]any, field, text string) {
	if text == "" {
		m.problems = append(m.problems, fmt.Errorf("there is no text for %q", element[field]))
		return
	}
	more, ok := element["_"+field].(map[string]any)
	if !ok {
		more = map[string]any{}
		element["_"+field] = more
	}
	list, _ := more["extension"].([]any)
	more["extension"] = append(list, map[string]any{"url": extTranslation, "extension": []any{
		map[string]any{"url": "lang", "valueCode": m.t.Language},
		map[string]any{"url": "content", "valueString": text},
		map[string]any{"url": extSource, "valueString": m.t.Source},
		map[string]any{"url": extReviewed, "valueBoolean": m.t.Reviewed},
	}})
}

// Offered tells whether the instrument can be asked in a language: every text
// is there. reviewed tells that all of them are the issuing body's own or were
// verified against them by a person. What is not reviewed is not for patients
// alone before the network says so (45 CFR 92.201(c)(3): machine translation of
// critical text is reviewed by a qualified human translator).
func (i *Instrument) Offered(language string) (reviewed, ok bool) {
	reviewed = true
	for _, t := range i.texts() {
		if language == i.language || t.own == "" {
			continue
		}
		tr, found := t.other[language]
		if !found {
			return false, false
		}
		reviewed = reviewed && tr.Reviewed
	}
	return reviewed, true
}

// texts lists all that a person reads of the instrument.
func (i *Instrument) texts() []text {
	out := []text{i.title}
	for _, q := range i.Questions {
		out = append(out, q.text, q.help, q.section)
		for _, o := range q.Options {
			out = append(out, o.display)
		}
	}
	return out
}

// offered lists the own language, then those of whole translations, and of
// these the ones that nobody reviewed.
func (i *Instrument) offered() (all, unreviewed []string) {
	all = []string{i.language}
	for _, tag := range slices.Sorted(maps.Keys(i.title.other)) {
		reviewed, ok := i.Offered(tag)
		if ok {
			all = append(all, tag)
		}
		if ok && !reviewed {
			unreviewed = append(unreviewed, tag)
		}
	}
	return all, unreviewed
}

// Lean is the questionnaire without what a device does not need that asks the
// questions: the questions' LOINC codes, where each translation comes from, and
// that one is not reviewed, which a text without the mark is taken for anyway.
// It fails when the questionnaire cannot be read.
func (i *Instrument) Lean() (json.RawMessage, error) {
	var q map[string]any
	if err := json.Unmarshal(i.Questionnaire, &q); err != nil {
		return nil, fmt.Errorf("questionnaire %s: %w", i.Ref(), err)
	}
	slim(q)
	return json.Marshal(q)
}

func slim(v any) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			slim(one)
		}
	case map[string]any:
		if v["linkId"] != nil {
			delete(v, "code")
		}
		if list, ok := v["extension"].([]any); ok {
			list = slices.DeleteFunc(list, func(x any) bool {
				e, _ := x.(map[string]any)
				return e["url"] == extSource || e["url"] == extReviewed && e["valueBoolean"] == false
			})
			v["extension"] = list
			if len(list) == 0 {
				delete(v, "extension")
			}
		}
		for _, one := range v {
			slim(one)
		}
	}
}
