package screening

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// RescreeningPatch is what a person notes about the next screening of a patient.
type RescreeningPatch struct {
	// DischargedOn is the date on which the patient leaves a hospital or
	// program; empty takes it back, nil leaves it. A new date ends a put-off.
	DischargedOn *string
	// PutOff moves the screening to a later day; an empty one takes that back,
	// nil leaves it.
	PutOff *PutOffInput
	// Version is the version that the person saw; 0 for none.
	Version int64
}

// PutOffInput says to which day a screening is put off, and why.
type PutOffInput struct {
	Until  string `json:"until"` // date
	Reason string `json:"reason,omitempty"`
}

// Bounds of what a person notes.
const (
	putOffMost    = 1 // years ahead
	dischargeMost = 1 // years ahead
	dischargePast = 3 // years ago
	maxReason     = 200
)

// check tells what is wrong with the patch on that day.
func (p *RescreeningPatch) check(today string) error {
	var wrong fault.Fields
	wrong.Check(p.DischargedOn != nil || p.PutOff != nil, "dischargedOn", "Say what to change: dischargedOn or putOff.")
	if d := p.DischargedOn; d != nil && *d != "" {
		switch _, err := time.Parse(clock.DateLayout, *d); {
		case err != nil:
			wrong.Add("dischargedOn", "Write the date as year, month and day, for example 2026-04-30.")
		case *d > yearsAfter(today, dischargeMost):
			wrong.Add("dischargedOn", "This date is more than a year ahead. Check the year.")
		case *d < yearsAfter(today, -dischargePast):
			wrong.Add("dischargedOn", "This date is more than %d years ago. Check the year.", dischargePast)
		}
	}
	if p.PutOff != nil && *p.PutOff != (PutOffInput{}) {
		p.PutOff.check(today, &wrong)
	}
	return wrong.Err()
}

func (p *PutOffInput) check(today string, wrong *fault.Fields) {
	p.Reason = strings.TrimSpace(p.Reason)
	switch _, err := time.Parse(clock.DateLayout, p.Until); {
	case err != nil:
		wrong.Add("putOff.until", "Write the date as year, month and day, for example 2026-04-30.")
	case p.Until <= today:
		wrong.Add("putOff.until", "Choose a day after today.")
	case p.Until > yearsAfter(today, putOffMost):
		wrong.Add("putOff.until", "Choose a day within a year.")
	}
	wrong.Check(p.Reason != "", "putOff.reason", "Say in a few words why.")
	wrong.Check(utf8.RuneCountInString(p.Reason) <= maxReason, "putOff.reason", "Use at most %d characters.", maxReason)
}

func yearsAfter(date string, years int) string {
	t, err := time.Parse(clock.DateLayout, date)
	if err != nil {
		return ""
	}
	return t.AddDate(years, 0, 0).Format(clock.DateLayout)
}

// PatchRescreening notes a discharge, or puts the next screening off. It fails
// with docstore.ErrConflict when somebody noted something else since.
func (s *Service) PatchRescreening(ctx context.Context, patientID string, p RescreeningPatch) (Rescreening, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsWrite)
	if err != nil {
		return Rescreening{}, err
	}
	patient, err := s.patient(ctx, actor, patientID)
	if err != nil {
		return Rescreening{}, err
	}
	rule, err := s.dueRule(ctx, patient.OrganizationID)
	if err != nil {
		return Rescreening{}, err
	}
	if err := p.check(day(s.opt.Now(), rule.zone)); err != nil {
		return Rescreening{}, err
	}
	return s.updateRescreening(ctx, patientID, patient.OrganizationID, func(r *Rescreening) error {
		if done, err := r.Replayed(ctx); done || err != nil {
			return cmp.Or(err, errDone)
		}
		if r.Version != p.Version {
			return docstore.ErrConflict
		}
		return s.patchRescreening(ctx, r, p, actor, cmp.Or(patient.AssignedTo, r.LastBy, actor.ID), rule)
	})
}

func (s *Service) patchRescreening(ctx context.Context, r *Rescreening, p RescreeningPatch, actor identity.Actor, worker string, rule dueRule) error {
	now := s.opt.Now()
	event := "rescreening.put-off"
	if p.DischargedOn != nil {
		r.DischargedOn, r.PutOff, event = *p.DischargedOn, nil, "patient.discharged"
	}
	switch {
	case p.PutOff == nil:
	case *p.PutOff == (PutOffInput{}):
		r.PutOff = nil
	case r.Due == nil && r.DischargedOn == "":
		return fault.New(fault.BusinessRule, "Nothing is due for this patient, so there is nothing to put off.")
	default:
		r.PutOff = &PutOff{Until: p.PutOff.Until, Reason: p.PutOff.Reason, At: now, By: actor.ID, ByName: actor.Name}
	}
	r.WorkerID = worker
	r.settle(rule, now)
	r.Remember(ctx, now)
	r.Emit(now, event, map[string]any{"patientId": r.PatientID, "organizationIds": []string{r.OrganizationID}})
	return nil
}

// updateRescreening is Update that begins a new one where there is none, and
// where errDone from fn means that it is answered as it stands.
func (s *Service) updateRescreening(ctx context.Context, patientID, organizationID string, fn func(*Rescreening) error) (Rescreening, error) {
	var seen Rescreening
	keep := func(r *Rescreening) error {
		seen = *r
		return fn(r)
	}
	for {
		r, err := s.rescreenings.Update(ctx, patientID, keep)
		if errors.Is(err, docstore.ErrNotFound) {
			r = newRescreening(patientID, organizationID)
			if err = keep(&r); err == nil {
				err = s.rescreenings.Insert(ctx, &r)
			}
			if _, taken := errors.AsType[*docstore.DuplicateError](err); taken {
				continue // somebody began it in between
			}
		}
		if errors.Is(err, errDone) {
			return seen, nil
		}
		return r, err
	}
}
