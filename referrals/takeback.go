package referrals

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// takeBackFor is how long an agency may take its last answer back. The number is
// our own decision: a slip is noticed at once, and the sender goes by an answer.
const takeBackFor = 15 * time.Minute

// takesBack lists the answers that an agency may take back. Completed is not
// among them: the patient is asked at once whether it helped. Neither is what
// sends a referral on, nor an acceptance by which other agencies lose it.
var takesBack = map[Status]bool{Accepted: true, Rejected: true, OnHold: true, Failed: true, Cancelled: true}

// Why an answer cannot be taken back.
var (
	errNoAnswer = fault.New(fault.Conflict, "There is no answer of yours that can be taken back.")
	errTooLate  = fault.New(fault.Conflict, "It is too late to take the answer back. Write to the other side instead.")
)

// Before is how a referral stood before the last answer of the agency. It is kept
// as long as nothing was built on the answer: the next move, word, try or
// settlement forgets it.
type Before struct {
	At    time.Time `json:"at"`    // when it was answered
	Steps int       `json:"steps"` // of the history

	Status     Status      `json:"status"`
	Reason     string      `json:"reason,omitempty"`
	Outcome    Outcome     `json:"outcome,omitempty"`
	Turn       *Turn       `json:"turn,omitempty"`
	Ladder     *Ladder     `json:"ladder,omitempty"`
	Reminded   []string    `json:"reminded,omitempty"`
	Escalation *Escalation `json:"escalation,omitempty"`
	Measures   Measures    `json:"measures"`
}

// before is how r stands, for an answer that is given now.
func (r Referral) before(a act) *Before {
	return &Before{
		At: a.at, Steps: len(r.History), Status: r.Status, Reason: r.Reason, Outcome: r.Outcome,
		Turn: r.Turn, Ladder: r.Ladder, Reminded: r.Reminded, Escalation: r.Escalation, Measures: r.Measures,
	}
}

// undoable tells whether a move of that side may be taken back.
func (r Referral) undoable(a act, to Status) bool {
	decides := to == Accepted && r.RequestID != ""
	return a.party == Agency && a.actor.Role != identity.System && takesBack[to] && !decides && r.Settlement == nil
}

// takeBackUntil is until when the agency may take its last answer back; zero
// where there is none to take back.
func (r Referral) takeBackUntil() time.Time {
	if r.Before == nil {
		return time.Time{}
	}
	return r.Before.At.Add(takeBackFor)
}

// takeBack lets r stand as it did before the last answer. The history keeps the
// answer and says that it was taken back.
func (r *Referral) takeBack(a act) error {
	switch {
	case r.Before == nil:
		return errNoAnswer
	case !a.at.Before(r.takeBackUntil()):
		return errTooLate
	}
	b := *r.Before
	r.History = append(r.History, Step{
		At: a.at, By: a.actor.Name, ByID: a.actor.ID, Party: a.party, From: r.Status, To: b.Status, TakesBack: len(r.History) - b.Steps,
	})
	r.Status, r.Reason, r.Outcome, r.Measures = b.Status, b.Reason, b.Outcome, b.Measures
	r.Turn, r.Ladder, r.Reminded, r.Escalation = b.Turn, b.Ladder, b.Reminded, b.Escalation
	r.Before = nil
	r.Revision++
	return nil
}

// lived is the history without what was taken back.
func (r Referral) lived() []Step {
	out := make([]Step, 0, len(r.History))
	for _, s := range r.History {
		if s.TakesBack > 0 {
			out = out[:len(out)-s.TakesBack]
		} else {
			out = append(out, s)
		}
	}
	return out
}

// TakeBack is an agency taking its last answer back, within a short time and
// while nothing was built on it: see [Before]. Status, turn, ladder and measures
// stand as they did; the sender hears of it.
func (s *Service) TakeBack(ctx context.Context, id string, version int64) (View, error) {
	actor, err := identity.Require(ctx, identity.ReferralsAnswer)
	if err != nil {
		return View{}, err
	}
	var v viewer
	r, err := s.change(ctx, id, func(r *Referral) error {
		if v, err = s.viewer(ctx, actor, *r); err != nil {
			return err
		}
		if done, err := r.Replayed(ctx); err != nil {
			return err
		} else if done {
			return errNothingToDo
		}
		if err := v.mayTakeBack(); err != nil {
			return err
		}
		if version != r.Revision {
			return docstore.ErrConflict
		}
		now := s.Now()
		if err := r.takeBack(act{at: now, actor: actor, party: v.party}); err != nil {
			return err
		}
		r.Remember(ctx, now)
		return nil
	}, "referral.moved")
	if _, again := errors.AsType[*docstore.DuplicateError](err); again { // the agency was asked anew
		err = errTooLate
	}
	if err != nil {
		return View{}, fmt.Errorf("take back the answer to %s: %w", id, err)
	}
	if v, err = s.viewer(ctx, actor, r); err != nil {
		return View{}, err
	}
	return s.show(ctx, v, r)
}

// mayTakeBack refuses who did not give the answer.
func (v viewer) mayTakeBack() error {
	if v.party != Agency {
		return fault.New(fault.Forbidden, "Only the agency can take its answer back.")
	}
	return v.mayAct()
}
