package referrals

import (
	"slices"

	"github.com/havenloop/havenloop/internal/fault"
)

// move is one edge of the lifecycle.
type move struct {
	from, to Status
	by       []Party
	reason   bool // a coded reason must be given
	outcome  bool // a coded outcome must be given
}

var (
	sender = []Party{Sender}
	agency = []Party{Agency}
	either = []Party{Sender, Agency}
)

// moves is the whole life of a referral; a pair not listed is refused.
// Source: HL7 SDOH Clinical Care 3.0.0, SDOHCC Task For Referral Management:
// state diagram (pairs), column "Set By" (by), statusReason (reason), refer-10
// (outcome, the guide's Task.output). Acknowledged is ours; it stands between
// requested and accepted and may be skipped.
var moves = []move{
	{Draft, Requested, sender, false, false},
	{Draft, Cancelled, sender, true, false},
	{Requested, Acknowledged, agency, false, false},
	{Requested, Accepted, agency, false, false},
	{Requested, Rejected, agency, true, false},
	{Requested, Cancelled, sender, true, false},
	{Acknowledged, Accepted, agency, false, false},
	{Acknowledged, Rejected, agency, true, false},
	{Acknowledged, Cancelled, sender, true, false},
	{Accepted, InProgress, agency, false, false},
	{Accepted, OnHold, agency, true, false},
	{Accepted, Completed, agency, false, true},
	{Accepted, Failed, agency, true, false},
	{Accepted, Cancelled, either, true, false},
	{InProgress, OnHold, agency, true, false},
	{InProgress, Completed, agency, false, true},
	{InProgress, Failed, agency, true, false},
	{InProgress, Cancelled, either, true, false},
	{OnHold, InProgress, agency, false, false},
	{OnHold, Completed, agency, false, true},
	{OnHold, Failed, agency, true, false},
	{OnHold, Cancelled, either, true, false},
	{Draft, EnteredInError, sender, false, false},
	{Requested, EnteredInError, sender, false, false},
	{Acknowledged, EnteredInError, sender, false, false},
	{Accepted, EnteredInError, sender, false, false},
	{InProgress, EnteredInError, sender, false, false},
	{OnHold, EnteredInError, sender, false, false},
	{Completed, EnteredInError, sender, false, false},
	{Rejected, EnteredInError, sender, false, false},
	{Failed, EnteredInError, sender, false, false},
	{Cancelled, EnteredInError, sender, false, false},
}

// AnswerStatuses are those that an agency may give a referral, in the order of
// its life.
func AnswerStatuses() []Status {
	var out []Status
	for _, s := range Statuses {
		if slices.ContainsFunc(moves, func(m move) bool { return m.to == s && slices.Contains(m.by, Agency) }) {
			out = append(out, s)
		}
	}
	return out
}

// partyNames says who a party is in a sentence that refuses a move.
var partyNames = map[Party]string{Sender: "care organization", Agency: "agency"}

// edge finds the move from one status to another, or says why there is none
// for that party.
func edge(from, to Status, by Party) (move, error) {
	i := slices.IndexFunc(moves, func(m move) bool { return m.from == from && m.to == to })
	if i < 0 {
		return move{}, fault.New(fault.Conflict, "A referral that is %s cannot become %s.", from, to)
	}
	m := moves[i]
	if !slices.Contains(m.by, by) {
		return move{}, fault.New(fault.Forbidden, "Only the %s can mark this referral %s.", partyNames[m.by[0]], to)
	}
	return m, nil
}

// MoveOption is a move open to somebody, with what the page needs for its button.
type MoveOption struct {
	To      Status `json:"to"`
	Label   string `json:"label"`
	Reasons []Code `json:"reasons,omitempty"` // one of them must be given
	// Outcomes is set when one of them must be given.
	Outcomes []Code `json:"outcomes,omitempty"`
}

// moveLabels says what a button that makes the move says.
var moveLabels = map[Status]string{
	Requested: "Send", Acknowledged: "Acknowledge", Accepted: "Accept", InProgress: "Start",
	OnHold: "Put on hold", Completed: "Complete", Rejected: "Decline", Failed: "Could not be done",
	Cancelled: "Cancel", EnteredInError: "Entered by mistake",
}

// options lists the moves from a status that are open to the party.
func options(from Status, by Party) []MoveOption {
	out := []MoveOption{}
	for _, m := range moves {
		if m.from != from || !slices.Contains(m.by, by) {
			continue
		}
		o := MoveOption{To: m.to, Label: moveLabels[m.to]}
		if m.reason {
			o.Reasons = Reasons(m.to)
		}
		if m.outcome {
			o.Outcomes = Outcomes()
		}
		out = append(out, o)
	}
	return out
}
