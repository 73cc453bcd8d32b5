package screening

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

// Submission is a whole screening as it comes in.
type Submission struct {
	PatientID string `json:"patientId"`
	// Instrument is an id, a canonical url or "url|version".
	Instrument string `json:"instrument"`
	Language   string `json:"language"` // BCP 47; empty for the instrument's own
	// AnsweredAt is when the questions were answered; zero for now.
	AnsweredAt time.Time  `json:"answeredAt"`
	Mode       string     `json:"mode"`
	Respondent Respondent `json:"respondent"`
	Answers    Answers    `json:"answers"`
}

// Result is a stored screening and the needs that it found.
type Result struct {
	Screening Screening
	// Needs are those of the positive findings, in their order.
	Needs []Need
}

// clockSkew is how far a device's clock may run ahead.
const clockSkew = 5 * time.Minute

// Submit checks and stores a whole screening, derives what follows and brings
// the patient's needs up to date. Wrong answers are told all at once, each at
// its linkId ("answers./71802-3"). The event screening.completed is stored
// together with the screening; should the process end before the needs are
// written, [Service.RepairConsumer] writes them.
func (s *Service) Submit(ctx context.Context, in Submission) (Result, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsWrite)
	if err != nil {
		return Result{}, err
	}
	patient, err := s.patient(ctx, actor, in.PatientID)
	if err != nil {
		return Result{}, err
	}
	i, err := s.checkHead(ctx, &in)
	if err != nil {
		return Result{}, err
	}
	return s.store(ctx, actor, patient, i, in, docstore.NewID(ctx, actor.ID))
}

// checkHead checks all of a submission but its answers, and fills in what was
// left out.
func (s *Service) checkHead(ctx context.Context, in *Submission) (*Instrument, error) {
	now := s.opt.Now()
	var wrong fault.Fields
	i, err := s.catalog.find(ctx, in.Instrument)
	if errors.Is(err, docstore.ErrNotFound) {
		wrong.Add("instrument", "There is no such questionnaire.")
		return nil, wrong.Err()
	}
	if err != nil {
		return nil, err
	}
	in.Language = cmp.Or(in.Language, i.language)
	checkLanguage(in.Language, &wrong)
	wrong.Check(isCode(in.Mode), "mode", "Use a short code of small letters, such as in-person or phone.")
	wrong.Check(isCode(in.Respondent.Relationship), "respondent.relationship", "Use a short code of small letters, such as self or parent.")
	in.AnsweredAt = clock.Instant(in.AnsweredAt)
	switch {
	case in.AnsweredAt.IsZero():
		in.AnsweredAt = now
	case in.AnsweredAt.After(now.Add(clockSkew)):
		wrong.Add("answeredAt", "The screening cannot be in the future.")
	case in.AnsweredAt.After(now):
		in.AnsweredAt = now
	}
	return i, wrong.Err()
}

func checkLanguage(tag string, wrong *fault.Fields) {
	if _, err := language.Parse(tag); err != nil {
		wrong.Add("language", "Use a language tag, such as en or es.")
	}
}

// isCode tells whether s is empty or a short code of small letters and hyphens.
func isCode(s string) bool {
	return len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz-") == ""
}

// store checks the answers, stores them as the screening with the id and
// brings the needs up to date. When the screening was stored before, it is
// answered as it stands.
func (s *Service) store(ctx context.Context, actor identity.Actor, p patients.Patient, i *Instrument, in Submission, id string) (Result, error) {
	answers := maps.Clone(in.Answers)
	maps.DeleteFunc(answers, func(_ string, a Answer) bool { return a.Empty() })
	answers = i.prefill(answers, p, in.AnsweredAt)
	if err := i.Check(answers); err != nil {
		return Result{}, err
	}
	now := s.opt.Now()
	doc := Screening{
		Meta:      docstore.Meta{ID: id},
		PatientID: in.PatientID, OrganizationID: p.OrganizationID,
		Instrument: i.Ref(), InstrumentID: i.ID,
		Language: in.Language, Mode: in.Mode, Respondent: in.Respondent,
		AnsweredAt: in.AnsweredAt, RecordedAt: now,
		By: actor.ID, ByName: actor.Name,
		Answers: answers, Derived: Derive(i, answers),
	}
	doc.Emit(now, "screening.completed", map[string]any{"patientId": doc.PatientID, "organizationIds": []string{doc.OrganizationID}})
	if _, err := s.screenings.InsertOnce(ctx, &doc, now); err != nil {
		return Result{}, fmt.Errorf("store screening: %w", err)
	}
	needs, err := s.applyToNeeds(ctx, doc)
	return Result{Screening: doc, Needs: needs}, err
}

// facts are what a hidden question may take from the patient's record at an
// instant; ok is false when it is unknown.
var facts = map[string]func(patients.Patient, time.Time) (value float64, ok bool){
	"age": func(p patients.Patient, at time.Time) (float64, bool) {
		years := p.Age(at)
		return float64(years), p.BirthDate != "" && years >= 0
	},
}

// prefill adds the answers to hidden questions that the record knows.
func (i *Instrument) prefill(answers Answers, p patients.Patient, at time.Time) Answers {
	for _, q := range i.Questions {
		if q.prefill == "" {
			continue
		}
		if v, ok := facts[q.prefill](p, at); ok {
			if answers == nil {
				answers = Answers{}
			}
			answers[q.LinkID] = Number(v)
		}
	}
	return answers
}

// errDone says that a screening has already been applied to a need.
var errDone = errors.New("already applied")

// applyToNeeds brings the patient's needs up to date with a stored screening
// and answers those of its positive findings. It may be repeated at will.
func (s *Service) applyToNeeds(ctx context.Context, doc Screening) ([]Need, error) {
	ids := make([]string, len(doc.Findings))
	for n, f := range doc.Findings {
		ids[n] = needID(doc.PatientID, f.Topic)
	}
	stored, err := s.needs.GetMany(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read needs: %w", err)
	}
	current := make([]*Need, len(ids))
	var created, changed []*Need
	for n, f := range doc.Findings {
		need, exists := stored[ids[n]]
		switch {
		case !exists && !f.Positive:
			continue
		case !exists:
			need = newNeed(doc, f)
			created = append(created, &need)
		case need.apply(doc, f, s.opt.Now()):
			changed = append(changed, &need)
		}
		current[n] = &need
	}
	errs := slices.Concat(s.needs.InsertAll(ctx, created), s.needs.ReplaceAll(ctx, changed))
	for n, need := range slices.Concat(created, changed) {
		if errs[n] == nil {
			continue
		}
		if !fault.Is(errs[n], fault.Conflict) {
			return nil, fmt.Errorf("write need: %w", errs[n])
		}
		if *need, err = s.applyOne(ctx, doc, need.Topic); err != nil {
			return nil, err
		}
	}
	var positive []Need
	for n, f := range doc.Findings {
		if f.Positive {
			positive = append(positive, *current[n])
		}
	}
	return positive, nil
}

// applyOne applies a screening to a need that somebody else wrote at the same time.
func (s *Service) applyOne(ctx context.Context, doc Screening, topic string) (Need, error) {
	f := doc.Findings[slices.IndexFunc(doc.Findings, func(f Finding) bool { return f.Topic == topic })]
	var seen Need
	need, err := s.needs.Update(ctx, needID(doc.PatientID, topic), func(n *Need) error {
		if !n.apply(doc, f, s.opt.Now()) {
			seen = *n
			return errDone
		}
		return nil
	})
	if errors.Is(err, errDone) {
		return seen, nil
	}
	return need, err
}
