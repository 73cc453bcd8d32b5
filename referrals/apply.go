package referrals

import (
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
)

// act is somebody acting on a referral for one side of it.
type act struct {
	at    time.Time
	actor identity.Actor
	party Party
	// calendar answers the calendar of a side's organization.
	calendar func(Party) clock.Calendar
	// rule is what the network decided for referrals like this one.
	rule network.LadderRule
}

// source names who reports a fact.
func (a act) source() string {
	switch a.actor.Role {
	case identity.System:
		return "system"
	case identity.PatientRole:
		return sourcePatient
	}
	return string(a.party)
}

func (a act) report(value string) *Report {
	return &Report{Value: value, At: a.at, Source: a.source(), ByID: a.actor.ID}
}

// check tells what is wrong with the input itself, whatever the referral.
func (in MoveInput) check() error {
	var wrong fault.Fields
	_, ok := statusLabels[in.To]
	wrong.Check(ok && in.To != Withdrawn, "to", "Choose one of the known statuses.")
	wrong.Check(in.Reason == "" || known(Reasons(in.To), in.Reason), "reason", "Choose one of the listed reasons.")
	wrong.Check(in.Outcome == "" || known(Outcomes(), string(in.Outcome)), "outcome", "Choose one of the listed outcomes.")
	wrong.Check(in.Outcome == "" || in.To == Completed, "outcome", "Only a completed referral has an outcome.")
	wrong.Check(len(in.Note) <= maxText, "note", "Write at most %d letters.", maxText)
	wrong.Check(in.Version > 0, "version", "Send the version of the referral that you saw.")
	return wrong.Err()
}

// maxText is the longest note or message, in bytes.
const maxText = 4000

// move changes the status of r, or leaves r alone and says why not. It keeps
// the turn, the measures and the history in step. in has been checked.
func (r *Referral) move(a act, in MoveInput) error {
	m, err := edge(r.Status, in.To, a.party)
	if err != nil {
		return err
	}
	var wrong fault.Fields
	wrong.Check(!m.reason || in.Reason != "", "reason", "Give a reason.")
	wrong.Check(!m.outcome || in.Outcome != "", "outcome", "Say how it ended.")
	if err := wrong.Err(); err != nil {
		return err
	}
	before := r.before(a)
	if !r.undoable(a, in.To) {
		before = nil
	}
	step := Step{
		At: a.at, By: a.actor.Name, ByID: a.actor.ID, Party: a.party,
		From: r.Status, To: in.To, Reason: in.Reason, Outcome: in.Outcome, Note: in.Note,
	}
	if a.actor.Role == identity.System {
		step.Party, step.ByID = Neither, ""
	}
	if r.Status == Requested && in.To == Accepted {
		seen := step
		seen.To, seen.Note = Acknowledged, ""
		step.From = Acknowledged
		r.History = append(r.History, seen)
	}
	r.History = append(r.History, step)
	r.Status, r.Reason, r.Outcome, r.Before = in.To, in.Reason, in.Outcome, before
	r.Revision++
	r.measure(a)
	if in.To == EnteredInError {
		r.Settlement = nil // it may have been settled before the mistake was seen
		r.settle(a, SettledMistake, "")
	} else if r.Settlement == nil {
		r.startTurn(a)
	}
	return nil
}

// measure notes what the move that was just made says about the four measures.
func (r *Referral) measure(a act) {
	if a.party == Agency && r.Measures.Acknowledged == nil {
		r.Measures.Acknowledged = a.report("yes") // whatever the agency does, it has seen it
	}
	if !r.Status.Closed() {
		return
	}
	if r.Measures.Closed == nil {
		r.Measures.Closed = a.report(string(r.Status))
	}
	if got := r.Outcome.received(); got != "" {
		r.Measures.ServiceReceived = a.report(string(got))
		r.Measures.Claimed = r.Measures.ServiceReceived
	}
}

// startTurn gives the turn to the party whose it is in the present status.
func (r *Referral) startTurn(a act) {
	r.Turn = turnFor(r.Status, r.Priority, a.rule.Turns, a.at, a.calendar)
	r.endSteps(a)
	if r.Turn != nil {
		r.Ladder = r.ladder(a.rule, a.calendar)
	}
}

// settle ends an open referral; a settled one stays as it is.
func (r *Referral) settle(a act, as Settled, succeededBy string) {
	if r.Settlement != nil {
		return
	}
	r.Settlement = &Settlement{As: as, At: a.at, By: a.actor.Name, SucceededBy: succeededBy}
	r.Turn, r.Before = nil, nil
	r.endSteps(a)
}

// endSteps forgets the ladder of the turn that is over and resolves its escalation.
func (r *Referral) endSteps(a act) {
	r.Ladder, r.Reminded = nil, nil
	if r.Escalation.Open() {
		e := *r.Escalation
		e.ResolvedAt, e.ResolvedBy = a.at, a.actor.Name
		r.Escalation = &e
	}
}

// stop cancels a referral that the agency has in hand or that was not sent yet,
// for a reason that the system gives; a closed one stays as it is.
func (r *Referral) stop(a act, reason string) error {
	if r.Status.Closed() {
		return nil
	}
	a.party = Sender
	return r.move(a, MoveInput{To: Cancelled, Reason: reason})
}

// notReachedTries is after how many failed tries a patient counts as not reachable.
const notReachedTries = attemptsNeeded

// mayConfirm tells whether it is time to ask the patient.
func (r Referral) mayConfirm() bool {
	return r.Turn != nil && r.Turn.Party == Sender && r.Status != Draft
}

// confirm notes what the patient says and settles the referral, or notes a
// failed try; the last one settles it too. c has been checked.
func (r *Referral) confirm(a act, c Confirmation) error {
	switch {
	case r.Settlement != nil:
		return fault.New(fault.Conflict, "This referral is settled already.")
	case a.actor.Role == identity.PatientRole && !r.asksPatient():
		return fault.New(fault.Conflict, "There is no question about this now.")
	case !r.mayConfirm():
		return fault.New(fault.Conflict, "The agency is still working on this referral. Confirm the outcome when the agency has closed it.")
	}
	r.Revision++
	r.Before = nil
	if c.NotReached {
		r.Tries = append(r.Tries, Try{At: a.at, ByID: a.actor.ID, Note: c.Note})
		if len(r.Tries) >= notReachedTries {
			r.settle(a, SettledNotReached, "")
		} else {
			r.startTurn(a)
		}
		return nil
	}
	c.At = a.at
	r.Confirmation = &c
	r.Measures.ServiceReceived = &Report{Value: string(c.Received), At: a.at, Source: c.By, ByID: a.actor.ID}
	if c.NeedResolved != nil {
		value := "no"
		if *c.NeedResolved {
			value = "yes"
		}
		r.Measures.NeedResolved = &Report{Value: value, At: a.at, Source: c.By, ByID: a.actor.ID}
	}
	r.settle(a, SettledConfirmed, "")
	return nil
}

// check tells what is wrong with the confirmation itself.
func (c Confirmation) check() error {
	var wrong fault.Fields
	wrong.Check(len(c.Note) <= maxText, "note", "Write at most %d letters.", maxText)
	if c.NotReached {
		wrong.Check(c.Received == "" && c.NeedResolved == nil, "notReached",
			"Say either that the person was not reached or what the person said.")
		return wrong.Err()
	}
	switch c.Received {
	case ReceivedYes, ReceivedPartly, ReceivedNo, ReceivedUnknown:
	default:
		wrong.Add("received", "Say whether the person got the service: yes, partly, no or unknown.")
	}
	switch c.By {
	case "patient", "representative", "worker":
	default:
		wrong.Add("by", "Say who reports this: patient, representative or worker.")
	}
	return wrong.Err()
}
