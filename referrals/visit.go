package referrals

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// Visit is what a worker collected with one patient, perhaps away from the
// network, sent in one. All but the patient may be left out.
type Visit struct {
	// CollectedAt is when the worker last saw what the visit was made from. What
	// somebody else changed later is not written over; zero does not compare.
	CollectedAt time.Time `json:"collectedAt,omitzero"`

	Patient   VisitPatient    `json:"patient"`
	Screening *VisitScreening `json:"screening,omitempty"`
	// Wanted says, by topic, whether the patient wants help with a need.
	Wanted   map[string]bool `json:"wanted,omitempty"`
	Consent  *VisitConsent   `json:"consent,omitempty"`
	Referral *VisitReferral  `json:"referral,omitempty"`
}

// VisitPatient is a patient known by id, or a new one.
type VisitPatient struct {
	ID string `json:"id,omitempty"`
	// Version is that of the known patient whom the worker saw; with it, the
	// fields below that are not empty are changed.
	Version         int64                     `json:"version,omitempty"`
	GivenName       string                    `json:"givenName,omitempty"`
	FamilyName      string                    `json:"familyName,omitempty"`
	BirthDate       string                    `json:"birthDate,omitempty"`
	Phone           string                    `json:"phone,omitempty"`
	Email           string                    `json:"email,omitempty"`
	Address         patients.Address          `json:"address,omitzero"`
	Languages       patients.Languages        `json:"languages,omitzero"`
	Contact         patients.Contact          `json:"contact,omitzero"`
	Representatives []patients.Representative `json:"representatives,omitempty"`
	// ConfirmNew says that it is none of those who look the same.
	ConfirmNew bool `json:"confirmNew,omitempty"`
}

// VisitScreening is a screening of the visit's patient.
type VisitScreening struct {
	Instrument string               `json:"instrument"`
	Language   string               `json:"language,omitempty"`
	AnsweredAt time.Time            `json:"answeredAt,omitzero"`
	Mode       string               `json:"mode,omitempty"`
	Respondent screening.Respondent `json:"respondent,omitzero"`
	Answers    screening.Answers    `json:"answers"`
}

// VisitConsent is a consent of the visit's patient.
type VisitConsent struct {
	Recipients  Recipients `json:"recipients"`
	Needs       []string   `json:"needs"`
	Fields      []Field    `json:"fields"`
	Method      Method     `json:"method"`
	Signer      Signer     `json:"signer"`
	Language    string     `json:"language"`
	TextVersion string     `json:"textVersion,omitempty"`
	ExpiresOn   string     `json:"expiresOn,omitempty"`
}

// VisitReferral asks for help with one need of the visit's patient.
type VisitReferral struct {
	Topic      string   `json:"topic"`
	ServiceIDs []string `json:"serviceIds"`
	// ConsentID names an earlier consent; empty for the visit's own.
	ConsentID string   `json:"consentId,omitempty"`
	Priority  Priority `json:"priority,omitempty"`
	Note      string   `json:"note,omitempty"`
}

// VisitResult is what a visit made.
type VisitResult struct {
	PatientID   string           `json:"patientId"`
	ScreeningID string           `json:"screeningId,omitempty"`
	Needs       []screening.Need `json:"needs"`
	ConsentID   string           `json:"consentId,omitempty"`
	Referral    *View            `json:"referral,omitempty"`
	Request     *RequestView     `json:"request,omitempty"`
}

// The parts of a visit.
const (
	VisitPartPatient   = "patient"
	VisitPartScreening = "screening"
	VisitPartWanted    = "wanted"
	VisitPartConsent   = "consent"
	VisitPartReferral  = "referral"
)

// VisitParts lists the parts in the order in which they are carried out.
func VisitParts() []string {
	return []string{VisitPartPatient, VisitPartScreening, VisitPartWanted, VisitPartConsent, VisitPartReferral}
}

// SubmitVisit carries out what a visit holds, in order: register the patient,
// store the screening, note which help is wanted, record the consent and send
// the referral. Each part is replayed by itself under the request's
// Idempotency-Key, so sending a visit again goes on where it stopped.
func (s *Service) SubmitVisit(ctx context.Context, v Visit) (VisitResult, error) {
	var out VisitResult
	for _, part := range VisitParts() {
		if err := s.CarryPart(ctx, part, v, &out); err != nil {
			return VisitResult{}, fmt.Errorf("%s of a visit: %w", part, err)
		}
	}
	return out, nil
}

// CarryPart carries out one part of a visit, as SubmitVisit does. out has what
// the parts before it made, and gets what this one makes.
func (s *Service) CarryPart(ctx context.Context, part string, v Visit, out *VisitResult) error {
	do := map[string]func(context.Context, Visit, *VisitResult) error{
		VisitPartPatient: s.visitPatient, VisitPartScreening: s.visitScreening, VisitPartWanted: s.visitWanted,
		VisitPartConsent: s.visitConsent, VisitPartReferral: s.visitReferral,
	}[part]
	if do == nil {
		return fmt.Errorf("a visit has no part %q", part)
	}
	return do(docstore.Part(ctx, part), v, out)
}

func (s *Service) visitScreening(ctx context.Context, v Visit, out *VisitResult) error {
	if in := v.Screening; in != nil {
		r, err := s.Needs.Submit(ctx, screening.Submission{
			PatientID: out.PatientID, Instrument: in.Instrument, Language: in.Language, AnsweredAt: in.AnsweredAt,
			Mode: in.Mode, Respondent: in.Respondent, Answers: in.Answers,
		})
		if err != nil {
			return err
		}
		out.ScreeningID = r.Screening.ID
	}
	return s.visitNeeds(ctx, out)
}

// visitNeeds reads what the patient needs, as it now stands.
func (s *Service) visitNeeds(ctx context.Context, out *VisitResult) (err error) {
	out.Needs, err = s.Needs.Needs(ctx, out.PatientID)
	return err
}

func (s *Service) visitWanted(ctx context.Context, v Visit, out *VisitResult) error {
	if out.Needs == nil && len(v.Wanted) > 0 {
		if err := s.visitNeeds(ctx, out); err != nil {
			return err
		}
	}
	for _, topic := range slices.Sorted(maps.Keys(v.Wanted)) {
		i, err := out.need(topic, "wanted")
		if err != nil {
			return err
		}
		wanted := v.Wanted[topic]
		need, err := s.Needs.PatchNeed(docstore.Part(ctx, topic), out.Needs[i].ID, screening.NeedPatch{Wanted: &wanted, Version: out.Needs[i].Version})
		if err != nil {
			return err
		}
		out.Needs[i] = need
	}
	return nil
}

// need finds the patient's need about a topic, named by an input called field.
func (out *VisitResult) need(topic, field string) (int, error) {
	i := slices.IndexFunc(out.Needs, func(n screening.Need) bool { return n.Topic == topic })
	var wrong fault.Fields
	wrong.Check(i >= 0, field, "The patient has no need about this topic.")
	return i, wrong.Err()
}

func (s *Service) visitConsent(ctx context.Context, v Visit, out *VisitResult) error {
	in := v.Consent
	if in == nil {
		return nil
	}
	c, err := s.RecordConsent(ctx, Consent{
		PatientID: out.PatientID, Recipients: in.Recipients, Needs: in.Needs, Fields: in.Fields, Method: in.Method,
		Signer: in.Signer, Language: in.Language, TextVersion: in.TextVersion, ExpiresOn: in.ExpiresOn,
	})
	out.ConsentID = c.ID
	return err
}

func (s *Service) visitReferral(ctx context.Context, v Visit, out *VisitResult) error {
	in := v.Referral
	if in == nil {
		return nil
	}
	if out.Needs == nil {
		if err := s.visitNeeds(ctx, out); err != nil {
			return err
		}
	}
	i, err := out.need(in.Topic, "referral.topic")
	if err != nil {
		return err
	}
	send := SendInput{
		PatientID: out.PatientID, NeedID: out.Needs[i].ID, ServiceIDs: in.ServiceIDs,
		ConsentID: in.ConsentID, Priority: in.Priority, Note: in.Note,
	}
	if send.ConsentID == "" {
		send.ConsentID = out.ConsentID
	}
	sent, err := s.Send(ctx, send)
	if err != nil {
		return err
	}
	out.Referral, out.Request = sent.Referral, sent.Request
	out.Needs[i], err = s.Needs.OpenNeed(ctx, out.Needs[i].ID)
	return err
}
