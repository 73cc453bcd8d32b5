package referrals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
)

// maxResent is how many times in a row the ladder sends a referral on by
// itself before a person has to look. The number is our own decision.
const maxResent = 3

// proposeNext is the last step of the ladder: the next best agency is asked
// where network and consent allow it without the sender, else it is proposed to
// the worker. Nothing happens while another agency has the need in hand.
func (s *Service) proposeNext(ctx context.Context, r Referral, rule network.LadderRule) error {
	all, err := s.ofNeed(ctx, r.Need.ID)
	if err != nil {
		return err
	}
	inHand := func(o Referral) bool { return o.ID != r.ID && o.Settlement == nil && o.Status != Draft && !o.LogOnly }
	if slices.ContainsFunc(all, inHand) {
		return nil
	}
	patient, err := s.Patients.Open(ctx, r.PatientID)
	if err != nil {
		return err
	}
	need, err := s.Needs.OpenNeed(ctx, r.Need.ID)
	if err != nil || over(need) {
		return err
	}
	found, err := s.matches(ctx, patient, need)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(m Match) bool { return !m.AcceptsReferrals || m.Service.OrganizationID == r.Agency.ID })
	if len(found) == 0 {
		return nil // the supervisors know; there is nobody to propose
	}
	if s.mayResend(r, rule) {
		sent, err := s.resend(ctx, r, found)
		if sent || err != nil {
			return err
		}
	}
	asked, err := s.targets(ctx, []string{found[0].Service.ID}, need.Domain)
	if fault.Is(err, fault.BusinessRule) {
		return nil // it was closed in this moment
	}
	if err != nil {
		return err
	}
	_, err = s.raiseFor(ctx, "next/"+r.stepKey(network.StepNext), r, Task{Kind: TaskNextBest, Service: asked[0].Service, Agency: asked[0].Agency})
	return err
}

// mayResend tells whether the ladder may send r on without the sender. A need
// about violence never goes anywhere by itself, and what a person or the end of
// a consent has stopped stays stopped.
func (s *Service) mayResend(r Referral, rule network.LadderRule) bool {
	return rule.Resend && r.Resent < maxResent && !Violence(r.Need.Domain) && !r.Need.Private && !r.LogOnly &&
		r.Onward == nil && (r.Status != Cancelled || r.Reason == reasonNoAnswer)
}

// resend sends r on to the first of the services that a consent for all
// agencies of the network covers.
func (s *Service) resend(ctx context.Context, r Referral, found []Match) (bool, error) {
	c, err := s.consents.Get(ctx, r.ConsentID)
	if errors.Is(err, docstore.ErrNotFound) || err == nil && c.Recipients.Class != NetworkAgencies {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, m := range found {
		asked, err := s.targets(ctx, []string{m.Service.ID}, r.Need.Domain)
		covered := false
		if err == nil {
			covered, err = s.coveredOnward(ctx, r, asked)
		}
		if fault.Is(err, fault.BusinessRule) || fault.Is(err, fault.Conflict) {
			continue
		}
		if err != nil {
			return false, err
		}
		if covered {
			return s.goOn(ctx, r, r.onwardTo(asked[0], r.ConsentID, identity.SystemActor("climb-ladder"), Neither))
		}
	}
	return false, nil
}

// goOn ends r in its present turn and sends another in its place. It answers
// false, and has done nothing, when the turn is over.
func (s *Service) goOn(ctx context.Context, r Referral, onward *Onward) (bool, error) {
	done := false
	_, err := s.change(ctx, r.ID, func(now *Referral) error {
		if done = now.Turn != nil && *now.Turn == *r.Turn && now.Onward == nil; !done {
			return errNothingToDo
		}
		a, err := s.systemAct(ctx, *now)
		if err != nil {
			return err
		}
		if err := now.stop(a, reasonNoAnswer); err != nil {
			return err
		}
		now.Onward = onward
		return nil
	}, "referral.moved")
	if err != nil || !done {
		return false, err
	}
	return true, s.followOnward(ctx, r.ID)
}

// OfferInput answers a proposal to ask another agency.
type OfferInput struct {
	Accept bool `json:"accept"`
	// ServiceID is another service to ask in place of the proposed one; empty for
	// the proposed one.
	ServiceID string `json:"serviceId"`
	// ConsentID is the consent that covers the agency; empty for the one of the
	// earlier referral.
	ConsentID string `json:"consentId"`
	// Note says why not, when it is declined.
	Note string `json:"note"`
}

// errAnswered refuses to take a referral from an agency that acts on it.
var errAnswered = fault.New(fault.Conflict, "The agency has answered in the meantime. Look at the referral first.")

// AnswerOffer sends a referral on to the agency that a task proposes, or to one
// that the worker chose instead, in the name of the worker, or notes why not. A
// task that is done stays as it is.
func (s *Service) AnswerOffer(ctx context.Context, taskID string, in OfferInput) (Task, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return Task{}, err
	}
	t, err := s.Task(ctx, taskID)
	if err != nil || !t.Open() {
		return t, err
	}
	if t.Service.ID == "" {
		return Task{}, fault.New(fault.Conflict, "This task proposes no agency.")
	}
	if !in.Accept {
		in.Note = strings.TrimSpace(in.Note)
		var wrong fault.Fields
		wrong.Check(in.Note != "", "note", "Write in a few words why not.")
		wrong.Check(len(in.Note) <= maxText, "note", "Write at most %d letters.", maxText)
		if err := wrong.Err(); err != nil {
			return Task{}, err
		}
		return s.endTask(ctx, t.ID, in.Note, "")
	}
	r, _, err := s.open(ctx, actor, t.ReferralID)
	if err != nil {
		return Task{}, err
	}
	if r.Settlement != nil || !slices.Contains(append(slices.Clone(proposes), Completed), r.Status) {
		return Task{}, errAnswered
	}
	if in.ConsentID == "" {
		in.ConsentID = r.ConsentID
	}
	if r.Onward == nil {
		to, err := s.offered(ctx, r, cmp.Or(in.ServiceID, t.Service.ID), in.ConsentID)
		if err != nil {
			return Task{}, err
		}
		sent, err := s.goOn(ctx, r, r.onwardTo(to, in.ConsentID, actor, Sender))
		if err == nil && !sent {
			err = errAnswered
		}
		if err != nil {
			return Task{}, fmt.Errorf("send referral %s on: %w", r.ID, err)
		}
	}
	return s.endTask(ctx, t.ID, resultAccepted, onwardID(r.ID))
}

// offered reads the service to ask, and tells why the referral may not go on to it.
func (s *Service) offered(ctx context.Context, r Referral, serviceID, consentID string) (Asked, error) {
	patient, err := s.Patients.Open(ctx, r.PatientID)
	if err != nil {
		return Asked{}, err
	}
	need, err := s.referable(ctx, patient, r.Need.ID)
	if err != nil {
		return Asked{}, err
	}
	asked, err := s.targets(ctx, []string{serviceID}, need.Domain)
	if err != nil {
		return Asked{}, err
	}
	if asked[0].Agency.ID == r.Agency.ID {
		return Asked{}, errSameAgency
	}
	return asked[0], s.permitted(ctx, consentID, patient, need, asked)
}
