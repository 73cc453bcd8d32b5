package screening

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

// Draft is a screening under way, saved after each answer, so that it can be
// taken up again on another device.
type Draft struct {
	docstore.Meta
	PatientID      string `json:"patientId"`
	OrganizationID string `json:"organizationId"`
	// Instrument is the canonical "url|version" of the Questionnaire.
	Instrument   string     `json:"instrument"`
	InstrumentID string     `json:"instrumentId"`
	Language     string     `json:"language"`
	Mode         string     `json:"mode,omitempty"`
	Respondent   Respondent `json:"respondent"`
	Answers      Answers    `json:"answers"`
	StartedAt    time.Time  `json:"startedAt"`
	SavedAt      time.Time  `json:"savedAt"`
	By           string     `json:"by"`
}

// draftSpec says how drafts are kept.
var draftSpec = docstore.Spec[Draft]{
	Name: "screening_drafts", Schema: 1,
	Meta: func(d *Draft) *docstore.Meta { return &d.Meta },
	Keys: docstore.Keys[Draft]{
		"patient": func(d Draft) docstore.Value { return docstore.String(d.PatientID) },
		"saved":   func(d Draft) docstore.Value { return docstore.Time(d.SavedAt) },
		"by":      func(d Draft) docstore.Value { return docstore.String(d.By) },
	},
	Kinds:   map[string]docstore.Kind{"saved": docstore.IntKind},
	Indexes: []docstore.Index{{"patient", "saved"}, {"by", "saved"}},
}

// StartDraft begins a screening of a patient. instrument is an id, url or
// "url|version"; language a BCP 47 tag, empty for the instrument's own.
func (s *Service) StartDraft(ctx context.Context, patientID, instrument, language string) (Draft, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsWrite)
	if err != nil {
		return Draft{}, err
	}
	p, err := s.patient(ctx, actor, patientID)
	if err != nil {
		return Draft{}, err
	}
	d, err := s.newDraft(ctx, actor, p, instrument, language, docstore.NewID(ctx, actor.ID))
	if err != nil {
		return Draft{}, err
	}
	all, err := s.catalog.library(ctx)
	if err != nil {
		return Draft{}, err
	}
	if all.retired[d.Instrument] {
		return Draft{}, fault.New(fault.BusinessRule, "This questionnaire is no longer in use. Choose another one.")
	}
	_, err = s.drafts.InsertOnce(ctx, &d, d.StartedAt)
	return d, err
}

// newDraft makes an empty draft with the id.
func (s *Service) newDraft(ctx context.Context, actor identity.Actor, p patients.Patient, instrument, language, id string) (Draft, error) {
	in := Submission{Instrument: instrument, Language: language}
	i, err := s.checkHead(ctx, &in)
	if err != nil {
		return Draft{}, err
	}
	now := s.opt.Now()
	return Draft{
		Meta:      docstore.Meta{ID: id},
		PatientID: p.ID, OrganizationID: p.OrganizationID,
		Instrument: i.Ref(), InstrumentID: i.ID, Language: in.Language,
		Answers: i.prefill(Answers{}, p, now), StartedAt: now, SavedAt: now, By: actor.ID,
	}, nil
}

// Draft reads a draft of a patient of the actor's organization, or the
// patient's own.
func (s *Service) Draft(ctx context.Context, id string) (Draft, error) {
	actor, err := answering(ctx, identity.ScreeningsRead, id)
	if err != nil {
		return Draft{}, err
	}
	return open(s.drafts.Get(ctx, id))(actor)
}

// Drafts lists the drafts of a patient, the one saved last first.
func (s *Service) Drafts(ctx context.Context, patientID string) ([]Draft, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return nil, err
	}
	if _, err := s.patient(ctx, actor, patientID); err != nil {
		return nil, err
	}
	page, err := s.drafts.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))}, Desc: true,
	})
	return page.Items, err
}

// SaveAnswer puts the answer to one question into a draft; an empty answer
// takes it out. version is the version that the person saw: when the draft has
// another one by now it fails with docstore.ErrConflict. Version 0 saves the
// answer whatever was saved in between.
func (s *Service) SaveAnswer(ctx context.Context, id, linkID string, a Answer, version int64) (Draft, error) {
	return s.updateDraft(ctx, id, version, func(d *Draft) error { return s.put(ctx, d, linkID, a) })
}

// put checks the answer to one question and puts it into a draft.
func (s *Service) put(ctx context.Context, d *Draft, linkID string, a Answer) error {
	i, err := s.catalog.find(ctx, d.Instrument)
	if err != nil {
		return err
	}
	var wrong fault.Fields
	if q, ok := i.Question(linkID); !ok || q.Hidden {
		wrong.Add(field(linkID), "This question is not part of the questionnaire.")
	} else if !a.Empty() {
		q.check(a, &wrong)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if d.Answers == nil {
		d.Answers = Answers{}
	}
	d.Answers[linkID] = a
	if a.Empty() {
		delete(d.Answers, linkID)
	}
	return nil
}

// DraftHead is what a draft says beside its answers.
type DraftHead struct {
	Language   string // BCP 47
	Mode       string
	Respondent Respondent
}

// SaveHead changes what a draft says beside its answers. version is as in SaveAnswer.
func (s *Service) SaveHead(ctx context.Context, id string, h DraftHead, version int64) (Draft, error) {
	if identity.From(ctx).Role == identity.PatientRole {
		h.Mode = ModeSelf
	}
	return s.updateDraft(ctx, id, version, func(d *Draft) error {
		in := Submission{Instrument: d.Instrument, Language: cmp.Or(h.Language, d.Language), Mode: h.Mode, Respondent: h.Respondent}
		_, err := s.checkHead(ctx, &in)
		d.Language, d.Mode, d.Respondent = in.Language, in.Mode, in.Respondent
		return err
	})
}

func (s *Service) updateDraft(ctx context.Context, id string, version int64, change func(*Draft) error) (Draft, error) {
	actor, err := answering(ctx, identity.ScreeningsWrite, id)
	if err != nil {
		return Draft{}, err
	}
	var seen Draft
	d, err := s.drafts.Update(ctx, id, func(d *Draft) error {
		seen = *d
		if err := mayOpen(actor, d.OrganizationID); err != nil {
			return err
		}
		if done, err := d.Replayed(ctx); err != nil {
			return err
		} else if done {
			return errDone
		}
		if version != 0 && version != d.Version {
			return docstore.ErrConflict
		}
		if err := change(d); err != nil {
			return err
		}
		d.SavedAt = s.opt.Now()
		d.Remember(ctx, d.SavedAt)
		return nil
	})
	if errors.Is(err, errDone) {
		return seen, nil
	}
	return d, err
}

// Complete makes a screening of a draft, with the same id, as Submit does, and
// removes the draft. Answers to questions that no longer apply are left out.
// Completing a draft again answers the screening that it became.
func (s *Service) Complete(ctx context.Context, id string) (Result, error) {
	actor, err := answering(ctx, identity.ScreeningsWrite, id)
	if err != nil {
		return Result{}, err
	}
	d, err := open(s.drafts.Get(ctx, id))(actor)
	if fault.Is(err, fault.NotFound) {
		return s.completed(ctx, actor, id)
	}
	if err != nil {
		return Result{}, err
	}
	p, err := s.patient(ctx, actor, d.PatientID)
	if err != nil {
		return Result{}, err
	}
	i, err := s.catalog.find(ctx, d.Instrument)
	if err != nil {
		return Result{}, err
	}
	answers := i.applying(i.prefill(maps.Clone(d.Answers), p, d.SavedAt))
	r, err := s.store(ctx, actor, p, i, Submission{
		PatientID: d.PatientID, Language: d.Language, AnsweredAt: d.SavedAt,
		Mode: d.Mode, Respondent: d.Respondent, Answers: answers,
	}, d.ID)
	if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok && dup.Key == "id" {
		r, err = s.completed(ctx, actor, id)
	}
	if err != nil {
		return Result{}, err
	}
	if err := s.drafts.Delete(ctx, &d); err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
		return Result{}, err
	}
	return r, nil
}

// completed answers the screening that a draft became.
func (s *Service) completed(ctx context.Context, actor identity.Actor, id string) (Result, error) {
	doc, err := open(s.screenings.Get(ctx, id))(actor)
	if err != nil {
		return Result{}, err
	}
	needs, err := s.applyToNeeds(ctx, doc)
	return Result{Screening: doc, Needs: needs}, err
}

// DropDraft removes a draft that is not to be completed.
func (s *Service) DropDraft(ctx context.Context, id string) error {
	actor, err := identity.Require(ctx, identity.ScreeningsWrite)
	if err != nil {
		return err
	}
	d, err := open(s.drafts.Get(ctx, id))(actor)
	if err != nil {
		return err
	}
	return s.drafts.Delete(ctx, &d)
}

// applying leaves out the answers to questions that are not asked, given the others.
func (i *Instrument) applying(answers Answers) Answers {
	for n, g := range i.given(answers) {
		if !g.enabled {
			delete(answers, i.Questions[n].LinkID)
		}
	}
	return answers
}
