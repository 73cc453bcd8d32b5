package referrals

import (
	"time"

	"github.com/havenloop/havenloop/internal/clock"
)

// Turn says who has to act on an open referral.
type Turn struct {
	Party Party `json:"party"`
	// Since is when the turn, or its present time limit, began.
	Since time.Time `json:"since"`
	// Due is until when the party should have acted.
	Due time.Time `json:"due"`
}

// allowance is how long a party has. One field is set.
type allowance struct {
	businessDays int
	openHours    int
	days         int // calendar days, extended to a business day
}

// turns says for each status whose turn it is and how long it lasts, counted
// in the calendar of the party's organization. Completed, rejected, failed and
// cancelled referrals wait for the sender until they are settled.
var turns = map[Status]struct {
	party    Party
	allowed  allowance
	urgent   allowance // for urgent referrals; zero: as allowed
	renewed  bool      // a note of the party begins the time anew
	expected string    // what the party has to do
}{
	Draft:        {Sender, allowance{businessDays: 2}, allowance{}, false, "send it or cancel it"},
	Requested:    {Agency, allowance{businessDays: 2}, allowance{openHours: 4}, false, "acknowledge it"},
	Acknowledged: {Agency, allowance{businessDays: 3}, allowance{}, false, "accept or decline it"},
	Accepted:     {Agency, allowance{businessDays: 5}, allowance{}, false, "contact the person"},
	InProgress:   {Agency, allowance{days: 14}, allowance{}, true, "complete it or write a note"},
	OnHold:       {Agency, allowance{days: 30}, allowance{}, true, "go on, close it or write a note"},
	Completed:    {Sender, allowance{businessDays: 5}, allowance{}, false, "confirm the outcome with the person"},
	Rejected:     {Sender, allowance{businessDays: 2}, allowance{}, false, "choose what is next"},
	Failed:       {Sender, allowance{businessDays: 2}, allowance{}, false, "choose what is next"},
	Cancelled:    {Sender, allowance{businessDays: 2}, allowance{}, false, "choose what is next"},
}

// turnFor is the turn that begins at since in an open referral of that status.
// calendar is the one of the party's organization, by party.
func turnFor(s Status, p Priority, since time.Time, calendar func(Party) clock.Calendar) *Turn {
	rule, ok := turns[s]
	if !ok {
		return nil
	}
	a := rule.allowed
	if p == Urgent && rule.urgent != (allowance{}) {
		a = rule.urgent
	}
	return &Turn{Party: rule.party, Since: since, Due: a.after(since, calendar(rule.party))}
}

func (a allowance) after(t time.Time, c clock.Calendar) time.Time {
	switch {
	case a.openHours > 0:
		return c.AddOpeningHours(t, time.Duration(a.openHours)*time.Hour)
	case a.days > 0:
		if c.Location != nil {
			t = t.In(c.Location) // the same clock time there, whatever daylight saving does
		}
		return c.AddBusinessDays(t.AddDate(0, 0, a.days), 0)
	default:
		return c.AddBusinessDays(t, a.businessDays)
	}
}

// Expected says what the party whose turn it is has to do, in plain English.
func Expected(s Status) string { return turns[s].expected }

// The steps that follow a turn that takes too long.
const (
	stepSoon     = "soon"     // a reminder before it is due
	stepDue      = "due"      // a reminder when it is due
	stepEscalate = "escalate" // the sender's supervisors are told
)

// remindBefore is how long before the due time the first reminder goes out, at
// most; a turn shorter than twice this has it at half its time.
const remindBefore = 24 * time.Hour

// remindStep is the reminder that follows those already sent in this turn, and when.
func (t Turn) remindStep(sent []string) (string, time.Time) {
	switch len(sent) {
	case 0:
		return stepSoon, t.Due.Add(-min(remindBefore, t.Due.Sub(t.Since)/2))
	case 1:
		return stepDue, t.Due
	default:
		return "", time.Time{}
	}
}
