package referrals

import (
	"context"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

func (s *Service) visitPatient(ctx context.Context, v Visit, out *VisitResult) error {
	in := v.Patient
	if in.ID != "" && in.Version == 0 {
		out.PatientID = in.ID // the parts that follow ask whose patient it is
		return nil
	}
	if in.ID != "" {
		return s.visitChange(ctx, in, out)
	}
	p, err := s.Patients.Register(ctx, patients.Patient{
		GivenName: in.GivenName, FamilyName: in.FamilyName, BirthDate: in.BirthDate, Phone: in.Phone, Email: in.Email,
		Address: in.Address, Languages: in.Languages, Contact: in.Contact, Representatives: in.Representatives,
	}, in.ConfirmNew)
	out.PatientID = p.ID
	return err
}

// visitChange changes what the worker wrote anew about a known patient.
func (s *Service) visitChange(ctx context.Context, in VisitPatient, out *VisitResult) error {
	actor, err := identity.Require(ctx, identity.PatientsWrite)
	if err != nil {
		return err
	}
	p, err := s.ownPatient(ctx, actor, in.ID)
	if err != nil {
		return err
	}
	p.Version = in.Version
	_, err = s.Patients.Update(ctx, in.Over(p))
	out.PatientID = p.ID
	return err
}

// Over is the patient with what the visit says anew in place of what was known.
func (in VisitPatient) Over(p patients.Patient) patients.Patient {
	was := p.Contact.SafeHours
	for to, from := range map[*string]string{
		&p.GivenName: in.GivenName, &p.FamilyName: in.FamilyName, &p.BirthDate: in.BirthDate, &p.Phone: in.Phone, &p.Email: in.Email,
		&p.Languages.Spoken: in.Languages.Spoken, &p.Languages.Written: in.Languages.Written, &p.Contact.SafeHours: in.Contact.SafeHours,
	} {
		if from != "" {
			*to = from
		}
	}
	if in.Address != (patients.Address{}) {
		p.Address = in.Address
	}
	if in.Contact.SafeToText != nil {
		p.Contact.SafeToText = in.Contact.SafeToText
	}
	if in.Contact.SafeToVoicemail != nil {
		p.Contact.SafeToVoicemail = in.Contact.SafeToVoicemail
	}
	switch {
	case in.Contact.SafeTimes != nil:
		p.Contact.SafeTimes = in.Contact.SafeTimes
	case in.Contact.SafeHours != "" && in.Contact.SafeHours != was:
		p.Contact.SafeTimes = nil // they stood for the words of before
	}
	p.Contact.DoNotContact = p.Contact.DoNotContact || in.Contact.DoNotContact
	if len(in.Representatives) > 0 {
		p.Representatives = in.Representatives
	}
	return p
}
