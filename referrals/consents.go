package referrals

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

// RecordConsent stores a consent that the patient, or somebody in the
// patient's place, has just given.
func (s *Service) RecordConsent(ctx context.Context, c Consent) (Consent, error) {
	actor, err := identity.Require(ctx, identity.ConsentsWrite)
	if err != nil {
		return Consent{}, err
	}
	id := docstore.NewID(ctx, actor.ID)
	if stored, done, err := s.consents.Recall(ctx, id); done || err != nil {
		return stored, err
	}
	if c, err = s.CheckConsent(ctx, c); err != nil {
		return Consent{}, err
	}
	now := s.Now()
	c.Meta = docstore.Meta{ID: id}
	c.Status, c.EndedAt, c.EndedBy = ConsentActive, time.Time{}, ""
	c.GivenAt, c.GivenBy, c.GivenByName = now, actor.ID, actor.Name
	c.Emit(now, "consent.given", c.about())
	_, err = s.consents.InsertOnce(ctx, &c, now)
	return c, err
}

// CheckConsent tells what RecordConsent would refuse, and stores nothing; for a
// page on which the consent is read once more before it is recorded. It
// answers the consent tidied.
func (s *Service) CheckConsent(ctx context.Context, c Consent) (Consent, error) {
	actor, err := identity.Require(ctx, identity.ConsentsWrite)
	if err != nil {
		return Consent{}, err
	}
	patient, err := s.ownPatient(ctx, actor, c.PatientID)
	if err != nil {
		return Consent{}, err
	}
	cal, err := s.calendars.of(ctx, patient.OrganizationID)
	if err != nil {
		return Consent{}, err
	}
	if err := c.check(cal.Location, s.Now()); err != nil {
		return Consent{}, err
	}
	if err := c.rules(patient.Part2); err != nil {
		return Consent{}, err
	}
	if err := c.timeLimited(cal.Location, s.Now()); err != nil {
		return Consent{}, err
	}
	c.OrganizationID = patient.OrganizationID
	return c, s.knownAgencies(ctx, c.Recipients.OrganizationIDs)
}

// followMark ends the consents under which a record that has come under 42 CFR
// Part 2 may not be shared, since that asks for a written one.
func (s *Service) followMark(ctx context.Context, patientID string) error {
	patient, err := s.Patients.Open(ctx, patientID)
	if err != nil || !patient.Part2 {
		return err
	}
	p, err := s.consents.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))}})
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range p.Items {
		if c.rules(true) == nil {
			continue
		}
		_, err := s.endConsent(ctx, c.ID, func(c *Consent) error {
			c.end(ConsentVoid, s.Now(), identity.SystemActor("part2"))
			return nil
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// takesReferrals reads an organization and tells whether it is an agency of the network.
func (s *Service) takesReferrals(ctx context.Context, organizationID string) (accounts.Organization, bool, error) {
	o, err := s.Accounts.Organization(ctx, organizationID)
	if errors.Is(err, docstore.ErrNotFound) {
		return o, false, nil
	}
	return o, err == nil && o.Kind == accounts.Agency, err
}

// ownPatient reads a patient of the actor's organization; others do not exist.
func (s *Service) ownPatient(ctx context.Context, actor identity.Actor, id string) (patients.Patient, error) {
	p, err := s.Patients.Open(ctx, id)
	if err == nil && p.OrganizationID != actor.OrganizationID {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return patients.Patient{}, err
	}
	return p, nil
}

// RevokeConsent ends a consent. From the next request on, agencies see nothing
// of what it covered; open referrals under it are cancelled soon after. A
// version of 0 is not compared. A consent that has ended stays as it is.
func (s *Service) RevokeConsent(ctx context.Context, id string, version int64) (Consent, error) {
	actor, err := identity.Require(ctx, identity.ConsentsWrite)
	if err != nil {
		return Consent{}, err
	}
	if _, err := s.ownConsent(ctx, actor, id); err != nil {
		return Consent{}, err
	}
	return s.revoke(ctx, actor, id, version)
}

// revoke ends a consent that the actor may end.
func (s *Service) revoke(ctx context.Context, actor identity.Actor, id string, version int64) (Consent, error) {
	now := s.Now()
	return s.endConsent(ctx, id, func(c *Consent) error {
		if version != 0 && version != c.Version {
			return docstore.ErrConflict
		}
		c.end(ConsentRevoked, now, actor)
		return nil
	})
}

// endConsent changes a consent that is active; one that has ended is answered as it is.
func (s *Service) endConsent(ctx context.Context, id string, change func(*Consent) error) (Consent, error) {
	var ended Consent
	c, err := s.consents.Update(ctx, id, func(c *Consent) error {
		if c.Status != ConsentActive {
			ended = *c
			return errNothingToDo
		}
		return change(c)
	})
	if errors.Is(err, errNothingToDo) {
		return ended, nil
	}
	return c, err
}

// errNothingToDo ends an Update that would change nothing.
var errNothingToDo = errors.New("nothing to do")

func (c *Consent) end(as ConsentStatus, at time.Time, actor identity.Actor) {
	c.Status, c.EndedAt, c.EndedBy = as, at, actor.ID
	c.Emit(at, "consent.ended", c.about())
}

// about is what the events of a consent carry.
func (c Consent) about() map[string]any {
	return map[string]any{
		"patientId": c.PatientID, "organizationId": c.OrganizationID, "status": c.Status,
		"organizationIds": append([]string{c.OrganizationID}, c.Recipients.OrganizationIDs...),
	}
}

// Consents lists the consents of a patient, the latest first. A consent whose
// last day is over is shown as expired.
func (s *Service) Consents(ctx context.Context, patientID string) ([]Consent, error) {
	actor, err := identity.Require(ctx, identity.ConsentsRead)
	if err != nil {
		return nil, err
	}
	if _, err := s.ownPatient(ctx, actor, patientID); err != nil {
		return nil, err
	}
	return s.consentsOf(ctx, patientID)
}

// consentsOf is Consents for whom it was decided before.
func (s *Service) consentsOf(ctx context.Context, patientID string) ([]Consent, error) {
	p, err := s.consents.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))}, OrderBy: []string{"given"}, Desc: true,
	})
	now := s.Now()
	for i := range p.Items {
		if c := &p.Items[i]; c.Status == ConsentActive && !c.InForce(now) {
			c.Status = ConsentExpired
		}
	}
	return p.Items, err
}

// ExpireConsents is a job: it ends the consents whose last day is over, so that
// referrals under them are cancelled. It answers how many it ended.
func (s *Service) ExpireConsents(ctx context.Context) (int, error) {
	actor := identity.SystemActor("expire-consents")
	ctx = identity.With(ctx, actor)
	return eachDue(ctx, s.consents, s.due("ends"), func(c Consent) (bool, error) {
		_, err := s.endConsent(ctx, c.ID, func(c *Consent) error {
			c.end(ConsentExpired, s.Now(), actor)
			return nil
		})
		if err != nil {
			return false, fmt.Errorf("expire consent %s: %w", c.ID, err)
		}
		return true, nil
	})
}
