package referrals

import (
	"context"

	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

// OwnConsent is a consent with what has been shared under it.
type OwnConsent struct {
	Consent
	Shares []Share `json:"shares"`
}

// OwnConsents lists the consents of the patient in ctx, the latest first.
func (s *Service) OwnConsents(ctx context.Context) ([]OwnConsent, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return nil, err
	}
	all, err := s.consentsOf(ctx, actor.PatientID)
	if err != nil {
		return nil, err
	}
	sent, err := s.referralsOf(ctx, actor.PatientID)
	if err != nil {
		return nil, err
	}
	reads, err := s.Audit.Reads(ctx, actor.PatientID)
	if err != nil {
		return nil, err
	}
	out := []OwnConsent{}
	for _, c := range all {
		if !c.shownToPatient() {
			continue
		}
		own := OwnConsent{Consent: c, Shares: []Share{}}
		for _, r := range sent {
			if r.ConsentID == c.ID && r.shownToPatient() && !r.LogOnly {
				own.Shares = append(own.Shares, r.shared(c, reads))
			}
		}
		out = append(out, own)
	}
	return out, nil
}

// EndOwnConsent ends a consent of the patient in ctx, as [Service.RevokeConsent]
// does; others do not exist.
func (s *Service) EndOwnConsent(ctx context.Context, id string) (Consent, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return Consent{}, err
	}
	c, err := s.consents.Get(ctx, id)
	if err == nil && (c.PatientID != actor.PatientID || !c.shownToPatient()) {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return Consent{}, err
	}
	return s.revoke(ctx, actor, id, 0)
}

// OwnAccess lists who opened or changed something of the patient in ctx, the
// latest first, without the lines that would tell of a need that is not shown:
// those about its documents, and those of organizations that the patient has to
// do with for no other reason.
func (s *Service) OwnAccess(ctx context.Context, cursor string) (docstore.Page[audit.Entry], error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return docstore.Page[audit.Entry]{}, err
	}
	hidden, err := s.veilOf(ctx, actor.PatientID)
	if err != nil {
		return docstore.Page[audit.Entry]{}, err
	}
	page, err := s.Audit.ForPatient(ctx, actor.PatientID, cursor, 0)
	shown := page.Items[:0:0]
	for _, e := range page.Items {
		if !hidden.covers(e) {
			shown = append(shown, e)
		}
	}
	page.Items = shown
	return page, err
}

// veil knows what of a patient's trail is about something that is not shown.
type veil struct {
	// hidden and shown are documents, as "collection/id".
	hidden, shown map[string]bool
	// organizations have to do with what is hidden.
	organizations map[string]bool
}

func (v veil) covers(e audit.Entry) bool {
	if v.hidden[e.Subject] {
		return true
	}
	for _, id := range e.OrganizationIDs {
		if v.organizations[id] && !v.shown[e.Subject] {
			return true
		}
	}
	return false
}

func (s *Service) veilOf(ctx context.Context, patientID string) (veil, error) {
	v := veil{hidden: map[string]bool{}, shown: map[string]bool{}, organizations: map[string]bool{}}
	sent, err := s.referralsOf(ctx, patientID)
	if err != nil {
		return v, err
	}
	for _, r := range sent {
		if r.shownToPatient() {
			v.shown["referrals/"+r.ID] = true
			continue
		}
		v.hidden["referrals/"+r.ID] = true
		v.organizations[r.Agency.ID] = true
	}
	consents, err := s.consentsOf(ctx, patientID)
	if err != nil {
		return v, err
	}
	for _, c := range consents {
		if c.shownToPatient() {
			v.shown["consents/"+c.ID] = true
			continue
		}
		v.hidden["consents/"+c.ID] = true
		for _, id := range c.Recipients.OrganizationIDs {
			v.organizations[id] = true
		}
	}
	needs, err := s.needsOf(ctx, patientID)
	for _, n := range needs {
		if n.Private || Violence(n.Domain) {
			v.hidden["needs/"+n.ID] = true
		}
	}
	return v, err
}

// needsOf reads all needs of a patient; whether the asker may was decided before.
func (s *Service) needsOf(ctx context.Context, patientID string) ([]screening.Need, error) {
	return s.Needs.Needs(identity.With(ctx, identity.SystemActor("own-pages")), patientID)
}
