package referrals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Onward names the referral that is to take the place of this one. It is
// stored with the change that ends this one, and carried out from what is
// stored, so that a crash in between loses nothing.
type Onward struct {
	ReferralID string `json:"referralId"`
	Service    Ref    `json:"service"`
	Agency     Ref    `json:"agency"`
	ConsentID  string `json:"consentId"`
	By         string `json:"by"` // who sends it on; the system where nobody did
	ByID       string `json:"byId,omitempty"`
	Party      Party  `json:"party,omitempty"`
	// Automatic ones were sent by the ladder.
	Automatic bool `json:"automatic,omitempty"`
}

// onwardID makes the id of the one referral that may follow on another.
func onwardID(id string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:onward:"+id)).String()
}

// onwardTo is where r goes on in the name of the actor.
func (r Referral) onwardTo(to Asked, consentID string, actor identity.Actor, party Party) *Onward {
	o := &Onward{ReferralID: onwardID(r.ID), Service: to.Service, Agency: to.Agency, ConsentID: consentID, By: actor.Name, ByID: actor.ID, Party: party}
	if actor.Role == identity.System {
		o.ByID, o.Party, o.Automatic = "", Neither, true
	}
	return o
}

// followOnward sends the referral that is to take the place of another, where
// the consent still allows it and the need is still there. It may be repeated
// at will. Where it is not allowed any more, the turn stays the sender's.
func (s *Service) followOnward(ctx context.Context, id string) error {
	was, err := s.referrals.Get(ctx, id)
	if err != nil || was.Onward == nil || was.Settlement != nil {
		return err
	}
	to := *was.Onward
	patient, err := s.Patients.Open(ctx, was.PatientID)
	if err != nil {
		return err
	}
	need, err := s.Needs.OpenNeed(ctx, was.Need.ID)
	if err != nil || over(need) {
		return err
	}
	asked, err := s.targets(ctx, []string{to.Service.ID}, need.Domain)
	if err == nil {
		err = s.permitted(ctx, to.ConsentID, patient, need, asked)
	}
	if _, told := errors.AsType[*fault.Error](err); told {
		return nil // no longer allowed; the sender chooses what is next
	}
	if err != nil {
		return err
	}
	now := s.Now()
	r := Referral{
		Meta: docstore.Meta{ID: to.ReferralID}, Revision: 1, PatientID: was.PatientID, Need: was.Need,
		Service: to.Service, Agency: to.Agency, Sender: was.Sender, Worker: was.Worker,
		ConsentID: to.ConsentID, Succeeds: was.ID, Priority: was.Priority, Note: was.Note, Status: Requested,
		History:   []Step{{At: now, By: to.By, ByID: to.ByID, Party: to.Party, To: Requested}},
		CreatedAt: now,
	}
	if to.Automatic {
		r.Resent = was.Resent + 1
	}
	a, err := s.systemAct(ctx, r)
	if err != nil {
		return err
	}
	r.startTurn(a)
	r.emit(now, "referral.created", 0)
	err = s.referrals.Insert(ctx, &r)
	if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok && (dup.Key == "id" || dup.Key == "active") {
		err = nil // sent before, or the agency has the need in hand already
	}
	if err != nil {
		return fmt.Errorf("send referral %s on: %w", was.ID, err)
	}
	return s.followNeed(ctx, was.Need.ID)
}

// errSameAgency refuses to send a referral on to the agency that has it.
var errSameAgency = fault.New(fault.BusinessRule, "Choose a service of another agency.")

// ForwardInput asks to send a referral on to another agency.
type ForwardInput struct {
	ServiceID string `json:"serviceId"`
	Note      string `json:"note"`
	// Version is the one the person saw.
	Version int64 `json:"version"`
}

func (in ForwardInput) check() error {
	var wrong fault.Fields
	wrong.Check(in.ServiceID != "", "serviceId", "Choose a service.")
	wrong.Check(len(in.Note) <= maxText, "note", "Write at most %d letters.", maxText)
	wrong.Check(in.Version > 0, "version", "Send the version of the referral that you saw.")
	return wrong.Err()
}

// ForwardChoices lists services of other agencies to which the agency may send a
// referral on, by name. How far they are and how well they fit is left out:
// that would tell of the person what the consent may not cover.
func (s *Service) ForwardChoices(ctx context.Context, id string) ([]directory.ServiceSummary, error) {
	actor, err := identity.Require(ctx, identity.ReferralsAnswer)
	if err != nil {
		return nil, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if v.party != Agency || v.withheld != "" || !r.Status.Active() {
		return nil, errNotForwarded
	}
	patient, err := s.Patients.Open(ctx, r.PatientID)
	if err != nil {
		return nil, err
	}
	need, err := s.Needs.OpenNeed(ctx, r.Need.ID)
	if err != nil {
		return nil, err
	}
	// What fits rests on more of the record than the agency may read.
	found, err := s.matches(identity.With(ctx, identity.SystemActor("referrals")), patient, need)
	if err != nil {
		return nil, err
	}
	out := []directory.ServiceSummary{}
	for _, m := range found {
		if m.AcceptsReferrals && m.Service.OrganizationID != r.Agency.ID {
			m.Service.DistanceMeters, m.Service.Tier = nil, ""
			out = append(out, m.Service)
		}
	}
	slices.SortFunc(out, func(a, b directory.ServiceSummary) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return out, nil
}

// errNotForwarded refuses to send on what the agency does not have in hand.
var errNotForwarded = fault.New(fault.Conflict, "This referral cannot be sent on now.")

// Forwarded is how a forward ended: sent on, or left to the sender, who asks
// the patient first.
type Forwarded struct {
	View View `json:"referral"`
	Sent bool `json:"sent"`
}

// Forward is an agency sending a referral on to another one. Where the consent
// covers that agency it goes there at once; else the sender gets the task to ask
// the patient, and the other agency learns nothing.
func (s *Service) Forward(ctx context.Context, id string, in ForwardInput) (Forwarded, error) {
	actor, err := identity.Require(ctx, identity.ReferralsAnswer)
	if err != nil {
		return Forwarded{}, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return Forwarded{}, err
	}
	if v.withheld != "" || !r.Status.Active() {
		return Forwarded{}, errNotForwarded
	}
	if err := in.check(); err != nil {
		return Forwarded{}, err
	}
	asked, err := s.targets(ctx, []string{in.ServiceID}, r.Need.Domain)
	if err != nil {
		return Forwarded{}, err
	}
	if asked[0].Agency.ID == r.Agency.ID {
		return Forwarded{}, errSameAgency
	}
	covered, err := s.coveredOnward(ctx, r, asked)
	if err != nil {
		return Forwarded{}, err
	}
	var onward *Onward
	if covered {
		onward = r.onwardTo(asked[0], r.ConsentID, actor, Agency)
	}
	move := MoveInput{To: Rejected, Reason: reasonForwarded, Note: in.Note, Version: in.Version}
	if r.everAccepted() {
		move = MoveInput{To: Completed, Outcome: outcomeReferredElsewhere, Note: in.Note, Version: in.Version}
	}
	m := mover{s: s, actor: actor, in: move, forward: true, onward: onward}
	if r, err = s.change(ctx, id, func(r *Referral) error { return m.move(ctx, r) }, "referral.moved"); err != nil {
		return Forwarded{}, fmt.Errorf("send referral %s on: %w", id, err)
	}
	if !covered {
		_, err = s.raiseFor(ctx, "forward/"+r.ID, r, Task{Kind: TaskForward, Service: asked[0].Service, Agency: asked[0].Agency, Note: in.Note})
	} else if r.Onward != nil {
		err = s.followOnward(ctx, r.ID)
	}
	if err != nil {
		return Forwarded{}, err
	}
	if r, err = s.referrals.Get(ctx, id); err != nil {
		return Forwarded{}, err
	}
	view, err := s.show(ctx, v, r)
	return Forwarded{View: view, Sent: covered}, err
}

// coveredOnward tells whether the consent of r covers those it would go on to.
func (s *Service) coveredOnward(ctx context.Context, r Referral, asked []Asked) (bool, error) {
	patient, err := s.Patients.Open(ctx, r.PatientID)
	if err != nil {
		return false, err
	}
	need, err := s.Needs.OpenNeed(ctx, r.Need.ID)
	if err != nil {
		return false, err
	}
	all, err := s.ofNeed(ctx, r.Need.ID)
	if err != nil {
		return false, err
	}
	there := func(o Referral) bool { return o.Agency.ID == asked[0].Agency.ID && o.Settlement == nil && !o.LogOnly }
	if slices.ContainsFunc(all, there) {
		return false, errOpenThere
	}
	switch err := s.permitted(ctx, r.ConsentID, patient, need, asked); {
	case fault.Is(err, fault.BusinessRule):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}
