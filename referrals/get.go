package referrals

import (
	"context"
	"fmt"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// Get answers a referral as the asker may see it. What an agency sees of a
// patient is recorded.
func (s *Service) Get(ctx context.Context, id string) (View, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return View{}, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return View{}, err
	}
	view, err := s.showAll(ctx, v, r)
	if err == nil && v.party == Agency && view.Patient != nil {
		err = s.Audit.Saw(ctx, "referral.read", r.PatientID, "referrals/"+r.ID)
	}
	if err != nil {
		return View{}, err
	}
	return view, nil
}

// open reads a referral that the actor may see.
func (s *Service) open(ctx context.Context, actor identity.Actor, id string) (Referral, viewer, error) {
	r, err := s.referrals.Get(ctx, id)
	if err != nil {
		return r, viewer{}, err
	}
	v, err := s.viewer(ctx, actor, r)
	return r, v, err
}

// show makes the view without the answers, which only showAll reads.
func (s *Service) show(ctx context.Context, v viewer, r Referral) (View, error) {
	var patient *patients.Patient
	if v.seesPatient() {
		p, err := s.Patients.Open(ctx, r.PatientID)
		if err != nil {
			return View{}, fmt.Errorf("patient of referral %s: %w", r.ID, err)
		}
		patient = &p
	}
	out := v.view(r, patient, nil, s.Now())
	if v.withheld == "" {
		var err error
		if out.Waitlist, err = s.waitlist(ctx, r); err != nil {
			return View{}, err
		}
	}
	return out, nil
}

// showAll makes the view with the screening answers behind the need.
func (s *Service) showAll(ctx context.Context, v viewer, r Referral) (View, error) {
	view, err := s.show(ctx, v, r)
	if err != nil || view.Need == nil || !v.fields(FieldAnswers) {
		return view, err
	}
	view.Need.Answers, err = s.answers(ctx, r)
	return view, err
}

// answers are those that the need rests on, in its newest screening. They are
// read as the system: that the asker may see them was decided before.
func (s *Service) answers(ctx context.Context, r Referral) (screening.Answers, error) {
	need, err := s.Needs.OpenNeed(ctx, r.Need.ID)
	if err != nil {
		return nil, err
	}
	doc, err := s.Needs.Get(identity.With(ctx, identity.SystemActor("referrals")), need.ScreeningID)
	if err != nil {
		return nil, fmt.Errorf("answers of need %s: %w", need.ID, err)
	}
	out := screening.Answers{}
	for _, id := range need.LinkIDs {
		if a, ok := doc.Answers[id]; ok {
			out[id] = a
		}
	}
	return out, nil
}

// seesPatient tells whether anything of the patient is shown.
func (v viewer) seesPatient() bool { return v.fields(FieldIdentity) || v.fields(FieldContact) }

// ForPatient lists the referrals of a patient of the own organization, the latest first.
func (s *Service) ForPatient(ctx context.Context, patientID string) ([]View, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return nil, err
	}
	patient, err := s.ownPatient(ctx, actor, patientID)
	if err != nil {
		return nil, err
	}
	all, err := s.referralsOf(ctx, patientID)
	if err != nil {
		return nil, err
	}
	out := []View{}
	for _, r := range all {
		if v, err := viewerOf(actor, r, Consent{}, s.Now()); err == nil {
			out = append(out, v.view(r, &patient, nil, s.Now()))
		}
	}
	return out, nil
}
