package referrals

import (
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/network"
)

// Turn says who has to act on an open referral.
type Turn struct {
	Party Party `json:"party"`
	// Since is when the turn, or its present time limit, began.
	Since time.Time `json:"since"`
	// Due is until when the party should have acted.
	Due time.Time `json:"due"`
}

// turns says for each status whose turn it is and how long it lasts unless the
// network decided otherwise, counted in the calendar of the party's organization. Completed, rejected, failed and
// cancelled referrals wait for the sender until they are settled.
var turns = map[Status]struct {
	party    Party
	allowed  network.Wait
	urgent   network.Wait // for urgent referrals; zero: as allowed
	renewed  bool         // a note of the party begins the time anew
	expected string       // what the party has to do
}{
	Draft:        {Sender, network.Wait{BusinessDays: 2}, network.Wait{}, false, "send it or cancel it"},
	Requested:    {Agency, network.Wait{BusinessDays: 2}, network.Wait{OpenHours: 4}, false, "acknowledge it"},
	Acknowledged: {Agency, network.Wait{BusinessDays: 3}, network.Wait{}, false, "accept or decline it"},
	Accepted:     {Agency, network.Wait{BusinessDays: 5}, network.Wait{}, false, "contact the person"},
	InProgress:   {Agency, network.Wait{Days: 14}, network.Wait{}, true, "complete it or write a note"},
	OnHold:       {Agency, network.Wait{Days: 30}, network.Wait{}, true, "go on, close it or write a note"},
	Completed:    {Sender, network.Wait{BusinessDays: 5}, network.Wait{}, false, "confirm the outcome with the person"},
	Rejected:     {Sender, network.Wait{BusinessDays: 2}, network.Wait{}, false, "choose what is next"},
	Failed:       {Sender, network.Wait{BusinessDays: 2}, network.Wait{}, false, "choose what is next"},
	Cancelled:    {Sender, network.Wait{BusinessDays: 2}, network.Wait{}, false, "choose what is next"},
}

// turnFor is the turn that begins at since in an open referral of that status.
// waits are the times that the network set, by status; calendar is the one of
// the party's organization, by party.
func turnFor(s Status, p Priority, waits map[string]network.Wait, since time.Time, calendar func(Party) clock.Calendar) *Turn {
	rule, ok := turns[s]
	if !ok {
		return nil
	}
	a := UsualTurn(s, p)
	if set, ok := waits[string(s)]; ok {
		a = set
	}
	return &Turn{Party: rule.party, Since: since, Due: after(since, a, calendar(rule.party))}
}

// after is the instant at which the wait is over that begins at t.
func after(t time.Time, w network.Wait, c clock.Calendar) time.Time {
	switch {
	case w.OpenHours > 0:
		return c.AddOpeningHours(t, time.Duration(w.OpenHours)*time.Hour)
	case w.Days > 0:
		if c.Location != nil {
			t = t.In(c.Location) // the same clock time there, whatever daylight saving does
		}
		return c.AddBusinessDays(t.AddDate(0, 0, w.Days), 0)
	default:
		return c.AddBusinessDays(t, w.BusinessDays)
	}
}

// Expected says what the party whose turn it is has to do, in plain English.
func Expected(s Status) string { return turns[s].expected }

// UsualTurn is how long a turn in that status lasts unless the network decided
// otherwise.
func UsualTurn(s Status, p Priority) network.Wait {
	rule := turns[s]
	if p == Urgent && rule.urgent != (network.Wait{}) {
		return rule.urgent
	}
	return rule.allowed
}
