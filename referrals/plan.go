package referrals

import (
	"context"
	"errors"
	"slices"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// Why a referral cannot be sent.
var (
	errNoConsent = fault.New(fault.BusinessRule, "A referral needs the patient's consent. Record the consent first.")
	errNotAround = fault.New(fault.BusinessRule, "A need about violence is sent to one agency at a time. Choose one service.")
	errOpenThere = fault.New(fault.Conflict, "This agency already has an open referral for this need.")
	errUnseen    = fault.New(fault.BusinessRule, "Nobody at this agency can see a referral about violence: they have no account. Call them and note that you gave the number, or choose an agency with an account.")
	errNotSent   = fault.New(fault.BusinessRule, "The organization of this service takes no referrals here. Call it instead.")
)

// plan checks all rules of sending and answers what the referrals have in
// common, and whom they ask.
func (s *Service) plan(ctx context.Context, actor identity.Actor, in SendInput) (Referral, []Asked, error) {
	patient, need, asked, err := s.whom(ctx, actor, in)
	if err != nil {
		return Referral{}, nil, err
	}
	if in.LogOnly {
		in.ConsentID = "" // nothing leaves
	} else if err := s.permitted(ctx, in.ConsentID, patient, need, asked); err != nil {
		return Referral{}, nil, err
	}
	if err := s.unasked(ctx, need, in.Succeeds, asked); err != nil {
		return Referral{}, nil, err
	}
	own, err := s.Accounts.Organization(ctx, patient.OrganizationID)
	if err != nil {
		return Referral{}, nil, err
	}
	now, status := s.Now(), Requested
	if in.LogOnly {
		status = Completed // all that is left is to ask the patient
	}
	return Referral{
		Revision: 1, LogOnly: in.LogOnly, PatientID: patient.ID,
		Need:   NeedRef{ID: need.ID, Topic: need.Topic, Part: need.Part, Domain: need.Domain, Urgent: need.Urgent, Private: need.Private},
		Sender: Ref{own.ID, own.Name}, Worker: Ref{actor.ID, actor.Name},
		ConsentID: in.ConsentID, Succeeds: in.Succeeds, Priority: in.Priority, Note: in.Note,
		Status:    status,
		History:   []Step{{At: now, By: actor.Name, ByID: actor.ID, Party: Sender, To: status}},
		CreatedAt: now,
	}, asked, nil
}

// whom reads who is to be helped with what, and by whom.
func (s *Service) whom(ctx context.Context, actor identity.Actor, in SendInput) (patients.Patient, screening.Need, []Asked, error) {
	patient, err := s.ownPatient(ctx, actor, in.PatientID)
	if err != nil {
		return patient, screening.Need{}, nil, err
	}
	need, err := s.referable(ctx, patient, in.NeedID)
	if err != nil {
		return patient, need, nil, err
	}
	targets := s.targets
	if in.LogOnly {
		targets = s.named
	}
	asked, err := targets(ctx, in.ServiceIDs, need.Domain)
	return patient, need, asked, err
}

// referable reads the need and refuses one that is not to be referred.
func (s *Service) referable(ctx context.Context, patient patients.Patient, needID string) (screening.Need, error) {
	need, err := s.Needs.OpenNeed(ctx, needID)
	switch {
	case err != nil:
		return need, err
	case need.OrganizationID != patient.OrganizationID:
		return need, docstore.ErrNotFound
	case need.PatientID != patient.ID:
		return need, fault.New(fault.BusinessRule, "This need is another patient's.")
	}
	return need, need.Referable()
}

// targets reads the services and refuses those that cannot be asked.
func (s *Service) targets(ctx context.Context, serviceIDs []string, domain string) ([]Asked, error) {
	out := make([]Asked, 0, len(serviceIDs))
	for _, id := range serviceIDs {
		doc, err := s.Directory.ServiceByID(ctx, id)
		if err != nil {
			return nil, err
		}
		service := doc.Service
		if service.Status != directory.Active {
			return nil, fault.New(fault.BusinessRule, "This service is not offered at the moment. Choose another one.")
		}
		agency, err := s.asks(ctx, service.OrganizationID, domain)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(a Asked) bool { return a.Agency.ID == agency.ID }) {
			return nil, fault.New(fault.BusinessRule, "Choose one service of each agency.")
		}
		out = append(out, Asked{Service: Ref{doc.ID, service.Name}, Agency: Ref{agency.ID, agency.Name}, serves: serves(doc, domain)})
	}
	return out, nil
}

// asks reads an agency that can be asked to help with a need of the domain, or
// says why it cannot: it is none of the network, or nobody there could see it.
// Of a need about violence an agency hears on its pages alone, so it needs
// people who sign in; see [Service.tell].
func (s *Service) asks(ctx context.Context, organizationID, domain string) (accounts.Organization, error) {
	agency, ok, err := s.takesReferrals(ctx, organizationID)
	switch {
	case err != nil:
		return agency, err
	case !ok:
		return agency, errNotSent
	case !Violence(domain):
		return agency, nil
	}
	users, err := s.users(ctx, organizationID, identity.AgencyStaff, identity.AgencyAdmin)
	if err == nil && len(users) == 0 {
		err = errUnseen
	}
	return agency, err
}

// serves tells whether the service is listed for needs of the domain.
func serves(doc directory.ServiceDoc, domain string) bool {
	return slices.ContainsFunc(doc.Needs, func(n directory.NeedMapping) bool { return n.Domain == domain })
}

// permitted refuses what the patient's consent does not cover.
func (s *Service) permitted(ctx context.Context, consentID string, patient patients.Patient, need screening.Need, asked []Asked) error {
	if consentID == "" {
		return errNoConsent
	}
	c, err := s.consents.Get(ctx, consentID)
	now := s.Now()
	switch {
	case errors.Is(err, docstore.ErrNotFound), err == nil && c.PatientID != patient.ID:
		return errNoConsent
	case err != nil:
		return err
	case !c.InForce(now):
		return fault.New(fault.BusinessRule, "This consent has ended. Ask the patient for a new one.")
	case !slices.Contains(c.Needs, need.Domain):
		return fault.New(fault.BusinessRule, "This consent does not cover the need. Ask the patient for a consent that does.")
	}
	if err := c.rules(patient.Part2); err != nil {
		return err // the record was marked after the consent was given
	}
	if len(asked) > 1 && Violence(need.Domain) {
		return errNotAround
	}
	for _, a := range asked {
		// The class is of agencies for this need, not of all there are.
		inClass := a.serves || slices.Contains(c.Recipients.OrganizationIDs, a.Agency.ID)
		if !inClass || !c.Covers(a.Agency.ID, need.Domain, now) {
			return fault.New(fault.BusinessRule, "This consent does not cover the agency. Ask the patient for a consent that names it.")
		}
	}
	return nil
}

// unasked refuses agencies that have an open referral for the need, unless it
// is the closed one that the new one succeeds.
func (s *Service) unasked(ctx context.Context, need screening.Need, succeeds string, asked []Asked) error {
	all, err := s.ofNeed(ctx, need.ID)
	if err != nil {
		return err
	}
	found := succeeds == ""
	for _, r := range all {
		if r.ID == succeeds {
			if !r.Status.Closed() {
				return fault.New(fault.Conflict, "The agency still has the earlier referral. Cancel it first.")
			}
			if r.Settlement != nil {
				return fault.New(fault.Conflict, "The earlier referral is settled already.")
			}
			found = true
			continue
		}
		there := func(a Asked) bool { return a.Agency.ID == r.Agency.ID }
		if r.Settlement == nil && !r.LogOnly && slices.ContainsFunc(asked, there) {
			return errOpenThere
		}
	}
	if !found {
		return fault.New(fault.BusinessRule, "The earlier referral is not one for this need.")
	}
	return nil
}

// ofNeed lists all referrals for a need, the oldest first.
func (s *Service) ofNeed(ctx context.Context, needID string) ([]Referral, error) {
	p, err := s.referrals.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("need", docstore.String(needID))}, OrderBy: []string{"created"},
	})
	return p.Items, err
}
