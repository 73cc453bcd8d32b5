package screening

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
)

// maxQuestions bounds how many questions an instrument may have.
const maxQuestions = 500

// ids is what FHIR R4 takes as the id of a resource (http://hl7.org/fhir/R4/datatypes.html#id).
var ids = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`)

// ParseInstrument reads an instrument from a FHIR R4 Questionnaire, its rules
// and the list of topics; without rules it has no findings. Whatever does not
// fit together, or is not supported, is told in one *[Refusal].
func ParseInstrument(questionnaireJSON, rulesJSON []byte, topics map[string]TopicInfo) (*Instrument, error) {
	i, _, err := parseInstrument(questionnaireJSON, rulesJSON, topics)
	return i, err
}

// parseInstrument also lists the extensions that were left aside.
func parseInstrument(questionnaireJSON, rulesJSON []byte, topics map[string]TopicInfo) (*Instrument, []string, error) {
	var q questionnaire
	if err := json.Unmarshal(questionnaireJSON, &q); err != nil {
		return nil, nil, &Refusal{[]Problem{{Reason: fmt.Sprintf("the questionnaire is no JSON of a Questionnaire: %v", err)}}}
	}
	r := reader{i: newInstrument(q, questionnaireJSON), sets: q.Contained, used: map[string]bool{}, aside: map[string]bool{}}
	r.head(q)
	r.items(q.Item, part{variables: r.variables("", q.Extension, nil)})
	r.settle()
	if len(rulesJSON) > 0 && len(r.list) == 0 {
		var f ruleFile
		if err := json.Unmarshal(rulesJSON, &f); err != nil {
			r.add("", "the rules cannot be read: %v", err)
		} else {
			r.addErr("rules", f.compile(r.i, topics))
		}
	}
	if err := r.err(); err != nil {
		return nil, nil, err
	}
	r.i.Rules = rulesJSON
	r.i.Languages, r.i.Unreviewed = r.i.offered()
	return r.i, sortedKeys(r.aside), nil
}

func newInstrument(q questionnaire, source []byte) *Instrument {
	i := &Instrument{
		ID: cmp.Or(q.ID, path.Base(q.URL)), URL: q.URL, Version: q.Version, Status: q.Status,
		Title: cmp.Or(q.Title, q.Name, q.ID), Description: q.Description, Copyright: q.Copyright,
		Questionnaire: source,
		language:      cmp.Or(q.Language, "en"),
		index:         map[string]int{},
	}
	i.title = text{i.Title, q.TitleMore.translations()}
	if len(q.Code) > 0 {
		i.Code = q.Code[0].Code
	}
	return i
}

// reader makes an instrument of a Questionnaire and collects what stands against it.
type reader struct {
	problems
	i     *Instrument
	sets  []valueSet
	used  map[string]bool // linkIds, of groups and texts too
	aside map[string]bool // extensions that are not followed
}

// head checks the Questionnaire without its items.
func (r *reader) head(q questionnaire) {
	if q.ResourceType != "Questionnaire" || q.URL == "" || q.Version == "" {
		r.add("", "a questionnaire needs resourceType, url and version")
	}
	if !ids.MatchString(r.i.ID) {
		r.add("", "a questionnaire needs an id of letters, digits, hyphens and dots")
	}
	if len(q.ModifierExtension) > 0 || q.ImplicitRules != "" {
		r.add("", "modifierExtension and implicitRules are not supported")
	}
	r.extensions("", q.Extension)
}

// extensions tells those that are not supported, and notes those left aside.
func (r *reader) extensions(linkID string, exts []extension) {
	for _, e := range exts {
		if reason, no := refusedExtensions[e.URL]; no {
			r.add(linkID, "%s (extension %s)", reason, path.Base(e.URL))
		} else if !usedExtensions[e.URL] {
			r.aside[e.URL] = true
		}
	}
}

// part is where in a questionnaire items stand.
type part struct {
	section   text
	groups    []group
	gates     []*gate
	variables []variable
}

// items appends the questions among items. A group, or a display item between
// questions, is the title of the section that follows.
func (r *reader) items(items []item, in part) {
	for _, it := range items {
		r.common(it)
		own := text{it.Text, it.TextMore.translations()}
		at := in
		at.gates = append(slices.Clip(in.gates), r.gate(it)...)
		at.variables = r.variables(it.LinkID, it.Extension, in.variables)
		switch it.Type {
		case "display":
			if len(it.EnableWhen) > 0 {
				r.add(it.LinkID, "a text with its own condition is not supported; put it into a group that has the condition")
			}
			in.section = own
		case "group":
			if it.Repeats {
				r.add(it.LinkID, "groups that repeat are not supported")
			}
			at.section, at.groups = own, append(slices.Clip(in.groups), group{it.LinkID, own})
			r.items(it.Item, at)
		default:
			q := r.question(it, at.variables)
			q.text, q.section, q.groups, q.gates = own, at.section, at.groups, at.gates
			q.Text, q.Section = own.own, at.section.own
			if len(r.i.Questions) == maxQuestions {
				r.add("", "more than %d questions are not supported", maxQuestions)
			}
			if len(r.i.Questions) < maxQuestions {
				r.i.index[q.LinkID] = len(r.i.Questions)
				r.i.Questions = append(r.i.Questions, q)
			}
		}
	}
}

// common checks what every item may have.
func (r *reader) common(it item) {
	if it.LinkID == "" || r.used[it.LinkID] {
		r.add(it.LinkID, "linkId %q is empty or used twice", it.LinkID)
	}
	r.used[it.LinkID] = true
	if len(it.ModifierExtension) > 0 {
		r.add(it.LinkID, "modifierExtension is not supported")
	}
	r.extensions(it.LinkID, it.Extension)
}
