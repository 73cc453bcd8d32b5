package screening

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ParseInstrument reads an instrument from a FHIR R4 Questionnaire, its rules
// and the list of topics. Whatever does not fit together is refused.
func ParseInstrument(questionnaireJSON, rulesJSON []byte, topics map[string]TopicInfo) (*Instrument, error) {
	var q questionnaire
	if err := json.Unmarshal(questionnaireJSON, &q); err != nil {
		return nil, fmt.Errorf("questionnaire: %w", err)
	}
	if q.ResourceType != "Questionnaire" || q.ID == "" || q.URL == "" || q.Version == "" {
		return nil, errors.New("a questionnaire needs resourceType, id, url and version")
	}
	i := &Instrument{
		ID: q.ID, URL: q.URL, Version: q.Version, Status: q.Status, Title: q.Title, Description: q.Description, Copyright: q.Copyright,
		Questionnaire: questionnaireJSON,
		Rules:         rulesJSON,
		language:      cmp.Or(q.Language, "en"),
		title:         text{q.Title, q.TitleMore.translations()},
		index:         map[string]int{},
	}
	if len(q.Code) > 0 {
		i.Code = q.Code[0].Code
	}
	if err := i.add(q.Item, part{}); err != nil {
		return nil, fmt.Errorf("questionnaire %s: %w", q.ID, err)
	}
	i.Languages, i.Unreviewed = i.offered()
	var f ruleFile
	if err := json.Unmarshal(rulesJSON, &f); err != nil {
		return nil, fmt.Errorf("rules of %s: %w", q.ID, err)
	}
	if err := f.compile(i, topics); err != nil {
		return nil, fmt.Errorf("rules of %s: %w", q.ID, err)
	}
	return i, nil
}

// types are the item types that ask for a value.
var types = map[string]QuestionType{
	"choice": Choice, "integer": Integer, "decimal": Decimal, "string": String, "text": Text,
}

// part is where in a questionnaire items stand.
type part struct {
	section text
	groups  []group
	gates   []gate
}

// add appends the questions among items. A group, or a display item between
// questions, is the title of the section that follows.
func (i *Instrument) add(items []item, in part) error {
	for _, it := range items {
		own := text{it.Text, it.TextMore.translations()}
		at := in
		if len(it.EnableWhen) > 0 {
			g, err := newGate(it, i.index)
			if err != nil {
				return err
			}
			at.gates = append(slices.Clip(in.gates), g)
		}
		switch it.Type {
		case "display":
			in.section = own
			continue
		case "group":
			at.section, at.groups = own, append(slices.Clip(in.groups), group{it.LinkID, own})
			if err := i.add(it.Item, at); err != nil {
				return err
			}
			continue
		}
		q, err := newQuestion(it)
		if err != nil {
			return err
		}
		if _, twice := i.index[q.LinkID]; twice || q.LinkID == "" {
			return fmt.Errorf("linkId %q is empty or used twice", q.LinkID)
		}
		q.text, q.section, q.groups, q.gates = own, at.section, at.groups, at.gates
		q.Text, q.Section = own.own, at.section.own
		i.index[q.LinkID] = len(i.Questions)
		i.Questions = append(i.Questions, q)
	}
	return nil
}

// newQuestion reads an item that asks for a value.
func newQuestion(it item) (Question, error) {
	q := Question{
		LinkID: it.LinkID, Type: types[it.Type], Multiple: it.Repeats, Declinable: !it.Required,
		Calculated: it.ReadOnly, Hidden: flag(it.Extension, extHidden),
	}
	if q.Type == "" {
		return q, fmt.Errorf("%s: items of type %q are not supported", it.LinkID, it.Type)
	}
	if len(it.Code) > 0 {
		q.Code = it.Code[0].Code
	}
	for _, o := range it.AnswerOption {
		c := o.ValueCoding
		if c.Code == "" || q.has(c.Code) {
			return q, fmt.Errorf("%s: option code %q is empty or used twice", it.LinkID, c.Code)
		}
		q.Options = append(q.Options, Option{
			Code: c.Code, Display: c.Display, Exclusive: flag(o.Extension, extExclusive),
			system: c.System, display: text{c.Display, c.DisplayMore.translations()},
		})
	}
	if (q.Type == Choice) != (len(q.Options) > 0) {
		return q, fmt.Errorf("%s: a choice, and nothing else, has options", it.LinkID)
	}
	for _, child := range it.Item {
		if child.Type != "display" || !child.help() {
			return q, fmt.Errorf("%s: a question holds help texts alone", it.LinkID)
		}
		q.help = text{child.Text, child.TextMore.translations()}
		q.Help = child.Text
	}
	return q, nil
}
