package referrals

import (
	"context"
	"fmt"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// WithdrawOwn takes back a referral of the patient in ctx: the agency is told,
// and the worker, who asks what is to be done instead. It fails with
// docstore.ErrConflict when the referral has changed after the version.
func (s *Service) WithdrawOwn(ctx context.Context, id string, version int64) (Own, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return Own{}, err
	}
	m := mover{s: s, actor: actor, own: true, in: MoveInput{To: Cancelled, Reason: reasonWithdrawn, Version: version}}
	r, err := s.moved(ctx, id, &m)
	if err != nil {
		return Own{}, err
	}
	return s.ownShown(ctx, r)
}

// Answer is what a patient says when they are asked whether the agency helped.
type Answer string

// The answers.
const (
	GotHelp   Answer = "got"   // they got help, and need no more
	GotPart   Answer = "part"  // they got part of it
	StillNeed Answer = "still" // they got help, and need more of it
	NoHelp    Answer = "none"  // they got none
)

// Answers lists them in the order in which they are offered.
var Answers = []Answer{GotHelp, GotPart, StillNeed, NoHelp}

// said is what each answer says about the service and the need.
var said = map[Answer]struct {
	received Received
	resolved bool
}{
	GotHelp: {ReceivedYes, true}, GotPart: {ReceivedPartly, false}, StillNeed: {ReceivedYes, false}, NoHelp: {ReceivedNo, false},
}

// AnswerOwn notes what the patient in ctx says about a referral that the agency
// has completed, as [Service.Confirm] does.
func (s *Service) AnswerOwn(ctx context.Context, id string, a Answer) (Own, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return Own{}, err
	}
	means, known := said[a]
	var wrong fault.Fields
	wrong.Check(known, "answer", "Choose one of the answers.")
	if err := wrong.Err(); err != nil {
		return Own{}, err
	}
	c := Confirmation{Received: means.received, NeedResolved: &means.resolved, By: sourcePatient}
	r, err := s.confirmed(ctx, id, c, func(r Referral) (viewer, error) { return ownViewer(actor, r) })
	if err != nil {
		return Own{}, fmt.Errorf("answer about referral %s: %w", id, err)
	}
	return s.ownShown(ctx, r)
}

// sourcePatient is the source of what the patient reports in person.
const sourcePatient = "patient"
