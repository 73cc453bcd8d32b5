package screening

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// What an import changes.
const (
	ImportNew      = "new"       // an instrument, or a version of one
	ImportNewRules = "new-rules" // other rules for what is there
	ImportNothing  = "nothing"   // all of it is there already
)

// ImportReport says what an import does, or why it does nothing.
type ImportReport struct {
	// Accepted tells that nothing stands against the import.
	Accepted bool `json:"accepted"`
	// Change is ImportNew, ImportNewRules or ImportNothing; empty when refused.
	Change   string    `json:"change,omitempty"`
	Problems []Problem `json:"problems"`
	// Aside lists extensions that are not followed and change no answer.
	Aside []string `json:"aside"`
	// Instrument and Questions tell what was read; missing when refused.
	Instrument   *Info              `json:"instrument,omitempty"`
	RulesVersion string             `json:"rulesVersion,omitempty"`
	Questions    []ImportedQuestion `json:"questions,omitempty"`
}

// ImportedQuestion is one question as it was read, for a preview.
type ImportedQuestion struct {
	LinkID     string       `json:"linkId"`
	Section    string       `json:"section,omitempty"`
	Text       string       `json:"text"`
	Type       QuestionType `json:"type"`
	Multiple   bool         `json:"multiple,omitempty"`
	Required   bool         `json:"required,omitempty"`
	Calculated bool         `json:"calculated,omitempty"`
	// Sometimes tells that the question hangs on other answers.
	Sometimes bool     `json:"sometimes,omitempty"`
	Options   []string `json:"options,omitempty"`
	// Topic is what a positive answer is a need for; empty for none.
	Topic string `json:"topic,omitempty"`
}

// Preview reads a Questionnaire and its rules (nil for none) and says what an
// import would do. It stores nothing.
func (s *Service) Preview(ctx context.Context, questionnaire, rules json.RawMessage) (ImportReport, error) {
	if _, err := identity.Require(ctx, identity.InstrumentsWrite); err != nil {
		return ImportReport{}, err
	}
	_, report, err := s.judge(ctx, questionnaire, rules)
	return report, err
}

// Import stores an instrument of the network's own. The same again changes
// nothing; the same "url|version" with another Questionnaire, or the same
// version of rules with other ones, is refused. New rules apply from the next
// screening on and rewrite none. What stands against the import is told item by
// item, in an Invalid fault; see [Service.Preview].
func (s *Service) Import(ctx context.Context, questionnaire, rules json.RawMessage) (ImportReport, error) {
	actor, err := identity.Require(ctx, identity.InstrumentsWrite)
	if err != nil {
		return ImportReport{}, err
	}
	i, report, err := s.judge(ctx, questionnaire, rules)
	if err != nil {
		return report, err
	}
	if !report.Accepted {
		return report, report.fault()
	}
	now := s.opt.Now()
	set := RuleSet{Version: i.RulesVersion, Rules: rules, At: now, By: actor.ID}
	switch report.Change {
	case ImportNew:
		doc := StoredInstrument{
			Meta: docstore.Meta{ID: storedID(i.Ref())}, Ref: i.Ref(), Questionnaire: questionnaire, At: now, By: actor.ID, ByName: actor.Name,
		}
		if len(rules) > 0 {
			doc.RuleSets = []RuleSet{set}
		}
		doc.Emit(now, "instrument.imported", map[string]any{"instrument": i.Ref(), "rules": i.RulesVersion})
		err = s.catalog.docs.Insert(ctx, &doc)
	case ImportNewRules:
		_, err = s.catalog.docs.Update(ctx, storedID(i.Ref()), func(d *StoredInstrument) error {
			if slices.ContainsFunc(d.RuleSets, func(r RuleSet) bool { return r.Version == set.Version }) {
				return docstore.ErrConflict // somebody was faster
			}
			d.RuleSets = append(d.RuleSets, set)
			d.Emit(now, "instrument.imported", map[string]any{"instrument": i.Ref(), "rules": i.RulesVersion})
			return nil
		})
	}
	if err != nil {
		return report, err
	}
	_, err = s.catalog.fresh(ctx)
	return report, err
}

// judge reads an import and holds it against what is there.
func (s *Service) judge(ctx context.Context, questionnaire, rules json.RawMessage) (*Instrument, ImportReport, error) {
	report := ImportReport{Problems: []Problem{}, Aside: []string{}}
	all, err := s.catalog.fresh(ctx)
	if err != nil {
		return nil, report, err
	}
	i, aside, err := parseInstrument(questionnaire, rules, all.topics)
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		report.Problems = refusal.Problems
		return nil, report, nil
	}
	if err != nil {
		return nil, report, err
	}
	stored, err := s.catalog.docs.Get(ctx, storedID(i.Ref()))
	if err != nil && !errors.Is(err, docstore.ErrNotFound) {
		return nil, report, err
	}
	report.Aside = append(report.Aside, aside...)
	report.Change, report.Problems = change(all, stored, i)
	report.Accepted = len(report.Problems) == 0
	if report.Accepted {
		info := i.info()
		report.Instrument, report.RulesVersion, report.Questions = &info, i.RulesVersion, i.preview()
	}
	return i, report, nil
}

// change tells what an import of i changes, or what stands against it.
func change(all *Library, stored StoredInstrument, i *Instrument) (string, []Problem) {
	refuse := func(reason string) (string, []Problem) { return "", []Problem{{Reason: reason}} }
	for _, other := range all.list {
		switch {
		case other.ID == i.ID && other.URL != i.URL:
			return refuse("another questionnaire has this id; give yours another one")
		case other.Ref() == i.Ref() && stored.ID == "" || other.Ref() == i.Ref() && stored.Shipped:
			if sameJSON(other.Questionnaire, i.Questionnaire) && (len(i.Rules) == 0 || sameJSON(other.Rules, i.Rules)) {
				return ImportNothing, []Problem{}
			}
			return refuse("this version comes with the program; give yours another url")
		}
	}
	switch {
	case stored.ID == "":
		return ImportNew, []Problem{}
	case !sameJSON(stored.Questionnaire, i.Questionnaire):
		return refuse("this version is there with other content; give the new one another version")
	case len(i.Rules) == 0:
		return ImportNothing, []Problem{}
	}
	for _, set := range stored.RuleSets {
		switch {
		case set.Version == i.RulesVersion && sameJSON(set.Rules, i.Rules):
			return ImportNothing, []Problem{}
		case set.Version == i.RulesVersion:
			return refuse("this version of the rules is there with other content; give the new ones another version")
		}
	}
	return ImportNewRules, []Problem{}
}

// fault is what stands against an import, for the client.
func (r ImportReport) fault() error {
	var wrong fault.Fields
	for _, p := range r.Problems {
		name := "questionnaire"
		if p.LinkID != "" {
			name = "questionnaire.item." + p.LinkID
		}
		wrong.Add(name, "%s", p.Reason)
	}
	return wrong.Err()
}

// preview lists the questions as they were read.
func (i *Instrument) preview() []ImportedQuestion {
	out := make([]ImportedQuestion, len(i.Questions))
	for n, q := range i.Questions {
		out[n] = ImportedQuestion{
			LinkID: q.LinkID, Section: q.Section, Text: q.Text, Type: q.Type, Multiple: q.Multiple, Required: !q.Declinable,
			Calculated: q.Calculated, Sometimes: len(q.gates) > 0, Topic: q.Topic,
		}
		for _, o := range q.Options {
			out[n].Options = append(out[n].Options, o.Display)
		}
	}
	return out
}
