package referrals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// maxDomains and maxRecipients bound a consent; nobody reads a longer one to a patient.
const (
	maxDomains    = 24
	maxRecipients = 50
)

// RecordConsent stores a consent that the patient, or somebody in the
// patient's place, has just given.
func (s *Service) RecordConsent(ctx context.Context, c Consent) (Consent, error) {
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
	now := s.Now()
	if err := c.check(cal.Location, now); err != nil {
		return Consent{}, err
	}
	if err := c.rules(patient.Part2); err != nil {
		return Consent{}, err
	}
	if err := s.knownAgencies(ctx, c.Recipients.OrganizationIDs); err != nil {
		return Consent{}, err
	}
	c.Meta = docstore.Meta{ID: docstore.NewID(ctx, actor.ID)}
	c.OrganizationID = patient.OrganizationID
	c.Status, c.GivenAt, c.GivenBy, c.EndedAt, c.EndedBy = ConsentActive, now, actor.ID, time.Time{}, ""
	c.Emit(now, "consent.given", c.about())
	_, err = s.consents.InsertOnce(ctx, &c, now)
	return c, err
}

// check tidies the consent, computes when it ends and tells what is wrong with
// its fields. zone is the care organization's.
func (c *Consent) check(zone *time.Location, now time.Time) error {
	var wrong fault.Fields
	slices.Sort(c.Needs)
	c.Needs = slices.Compact(c.Needs)
	slices.Sort(c.Recipients.OrganizationIDs)
	c.Recipients.OrganizationIDs = slices.Compact(c.Recipients.OrganizationIDs)
	c.Signer.Name, c.Signer.Relationship = strings.TrimSpace(c.Signer.Name), strings.TrimSpace(c.Signer.Relationship)

	class, named := c.Recipients.Class, len(c.Recipients.OrganizationIDs)
	wrong.Check(class == "" || class == NetworkAgencies, "recipients.class", "The only class of recipients is %s.", NetworkAgencies)
	wrong.Check(class != "" || named > 0, "recipients", "Choose with whom may be shared.")
	wrong.Check(named <= maxRecipients, "recipients.organizationIds", "Choose at most %d organizations.", maxRecipients)
	wrong.Check(len(c.Needs) > 0 && len(c.Needs) <= maxDomains, "needs", "Choose the needs this is about.")
	wrong.Check(!slices.ContainsFunc(c.Needs, func(d string) bool { return !screening.KnownDomain(d) }), "needs", "Choose only known needs.")
	wrong.Check(len(c.Fields) > 0, "fields", "Choose what may be shared.")
	for _, f := range c.Fields {
		if !slices.Contains(allFields, f) {
			wrong.Add("fields", "Choose among contact, identity, need, answers and notes.")
			break
		}
	}
	wrong.Check(c.Method == Verbal || c.Method == Written || c.Method == Electronic, "method", "Say how consent was given: verbal, written or electronic.")
	wrong.Check(c.Signer.Name != "" && len(c.Signer.Name) <= maxName, "signer.name", "Write the name of the person who gave consent.")
	wrong.Check(c.Signer.Relationship != "" && len(c.Signer.Relationship) <= maxName, "signer.relationship", "Say who that person is to the patient, for example self or parent.")
	wrong.Check(len(c.Language) > 0 && len(c.Language) <= maxName, "language", "Say in which language the text was read.")
	wrong.Check(len(c.TextVersion) <= maxName, "textVersion", "The version of the text is too long.")
	c.EndsAt = time.Time{}
	if c.ExpiresOn != "" {
		if zone == nil {
			zone = time.UTC
		}
		day, err := time.ParseInLocation(clock.DateLayout, c.ExpiresOn, zone)
		c.EndsAt = clock.Instant(day.AddDate(0, 0, 1))
		wrong.Check(err == nil, "expiresOn", "Write the last day as year, month and day, for example 2026-12-24.")
		wrong.Check(err != nil || now.Before(c.EndsAt), "expiresOn", "The last day has already passed.")
	}
	return wrong.Err()
}

var allFields = []Field{FieldContact, FieldIdentity, FieldNeed, FieldAnswers, FieldNotes}

// maxName is the longest name or other short entry, in bytes.
const maxName = 200

// rules tells which rule of the work the consent breaks. part2 says that the
// patient's record comes from a substance use program (42 CFR Part 2, section 2.31).
func (c Consent) rules(part2 bool) error {
	if part2 && c.Method != Written {
		return fault.New(fault.BusinessRule, "This record is protected by 42 CFR Part 2. Record a written consent.")
	}
	if !slices.ContainsFunc(c.Needs, func(d string) bool { return slices.Contains(violence, d) }) {
		return nil
	}
	switch {
	case len(c.Needs) > 1:
		return fault.New(fault.BusinessRule, "A need about violence takes a consent of its own. Record the other needs separately.")
	case c.Recipients.Class != "":
		return fault.New(fault.BusinessRule, "A consent about violence must name the organizations.")
	case c.Method != Written:
		return fault.New(fault.BusinessRule, "A consent about violence must be written.")
	case c.ExpiresOn == "":
		return fault.New(fault.BusinessRule, "A consent about violence must say on which day it ends.")
	}
	return nil
}

// knownAgencies refuses a consent that names somebody who takes no referrals.
func (s *Service) knownAgencies(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if _, ok, err := s.takesReferrals(ctx, id); err != nil {
			return err
		} else if !ok {
			var wrong fault.Fields
			wrong.Add("recipients.organizationIds", "One of the organizations takes no referrals here.")
			return wrong.Err()
		}
	}
	return nil
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
	c, err := s.consents.Get(ctx, id)
	if err == nil && c.OrganizationID != actor.OrganizationID {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return Consent{}, err
	}
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
