package referrals

import (
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/screening"
)

// reference says in the fewest words what becomes of one need: whom it was sent
// to, whose turn it is, what is settled. It is written from the guide's table
// of Task states and the description of the network, and shares no rule with
// the room: no table of moves, no turns, no followers. Every event is followed
// at once.
type reference struct {
	need     screening.NeedStatus
	consents map[string]*permission
	asks     []*ask // in the order in which they were sent
}

// permission is a consent of the class of all agencies.
type permission struct {
	until time.Time // zero for no end
	ended bool      // by somebody, or by the job once it was over
}

func (p *permission) holds(now time.Time) bool {
	return p != nil && !p.ended && (p.until.IsZero() || now.Before(p.until))
}

// ask is one referral.
type ask struct {
	id, agency string
	request    string // asked together with others
	consent    string
	status     Status
	settled    Settled
	since      time.Time // of the present turn
	accepted   bool      // at some time
	waiting    bool
	logOnly    bool
	tries      int // of the sender, in vain
	inVain     int // of the agency
	// before is how it stood before the agency's last answer, given at answered,
	// as long as nothing followed from that.
	before   *ask
	answered time.Time
}

func (a *ask) open() bool { return a.settled == "" }

// atAgency tells whether the agency has it in hand; then it is its turn.
func (a *ask) atAgency() bool {
	return slices.Contains([]Status{"requested", "acknowledged", "accepted", "in-progress", "on-hold"}, a.status)
}

// turn is whose turn it is: the agency's while it has the referral in hand, the
// sender's afterwards, nobody's once it is settled.
func (a *ask) turn() Party {
	switch {
	case !a.open():
		return Neither
	case a.atAgency():
		return Agency
	}
	return Sender
}

func (m *reference) find(id string) *ask {
	for _, a := range m.asks {
		if a.id == id {
			return a
		}
	}
	return nil
}

// has tells whether the need is open with the agency.
func (m *reference) has(agency string) bool {
	return slices.ContainsFunc(m.asks, func(a *ask) bool { return a.agency == agency && a.asking() })
}

// over tells whether nobody is to be asked for the need any more.
func (m *reference) over() bool {
	return m.need == "met" || m.need == "no-longer" || m.need == "not-wanted"
}

// maySend tells whether agencies may be asked, in place of an earlier referral
// where one is named.
func (m *reference) maySend(agencies []string, consent string, logOnly bool, inPlaceOf string, now time.Time) bool {
	if m.over() || !logOnly && !m.consents[consent].holds(now) || logOnly && len(agencies) > 1 {
		return false
	}
	for _, a := range m.asks {
		if a.id == inPlaceOf {
			if a.atAgency() || !a.open() {
				return false
			}
		} else if a.asking() && slices.Contains(agencies, a.agency) {
			return false
		}
	}
	return true
}

// sent notes new referrals. What was declined, given up or cancelled before is
// over by them, and what they are to replace.
func (m *reference) sent(inPlaceOf string, asks ...*ask) {
	for _, a := range m.asks {
		tried := a.status == "rejected" || a.status == "failed" || a.status == "cancelled"
		if a.open() && (a.id == inPlaceOf || tried && !asks[0].logOnly) {
			a.settle(SettledSucceeded)
		}
	}
	m.asks = append(m.asks, asks...)
	m.follow()
}

// asking tells whether an agency was asked and it is not over; a number that was
// only given stands in nobody's way.
func (a *ask) asking() bool { return a.open() && !a.logOnly }

func (a *ask) settle(as Settled) { a.settled, a.waiting, a.before = as, false, nil }

// ways are the moves of the guide's diagram: from where, by whom, where to.
var ways = map[Party]map[Status]string{
	Sender: {
		"requested": "cancelled", "acknowledged": "cancelled", "accepted": "cancelled", "in-progress": "cancelled", "on-hold": "cancelled",
	},
	Agency: {
		"requested": "acknowledged accepted rejected", "acknowledged": "accepted rejected",
		"accepted": "in-progress on-hold completed failed cancelled", "in-progress": "on-hold completed failed cancelled",
		"on-hold": "in-progress completed failed cancelled",
	},
}

// mayMove tells whether a side may move a referral. inVain says that the agency
// gives up because it did not reach the person, for which it tried three times.
func (m *reference) mayMove(a *ask, by Party, to Status, inVain bool, now time.Time) bool {
	switch {
	case by == Sender && to == "entered-in-error":
		return a.status != "entered-in-error"
	case by == Agency && (!m.agencyActs(a, now) || inVain && a.inVain < 3):
		return false
	}
	return slices.Contains(strings.Fields(ways[by][a.status]), string(to))
}

// agencyActs tells whether the agency may do anything with a referral.
func (m *reference) agencyActs(a *ask, now time.Time) bool {
	return !a.logOnly && a.status != "entered-in-error" && m.consents[a.consent].holds(now)
}

// knows tells whether the agency knows who it is about.
func (m *reference) knows(a *ask, now time.Time) bool {
	return m.agencyActs(a, now) && (a.request == "" || a.accepted)
}

// mayTakeBack tells whether a side may take back what was answered last.
func (m *reference) mayTakeBack(a *ask, by Party, now time.Time) bool {
	return by == Agency && m.agencyActs(a, now) && a.before != nil && now.Before(a.answered.Add(15*time.Minute))
}

func (m *reference) tookBack(a *ask) {
	was := a.before
	a.status, a.since, a.waiting, a.accepted, a.before = was.status, was.since, was.waiting, was.accepted, nil
	m.follow()
}

func (m *reference) moved(a *ask, by Party, to Status, waiting bool, now time.Time) {
	was := *a
	a.before = nil
	if slips := []Status{"accepted", "rejected", "on-hold", "failed", "cancelled"}; by == Agency && a.open() && slices.Contains(slips, to) && (to != "accepted" || a.request == "") {
		a.before, a.answered = &was, now
	}
	a.status, a.since, a.waiting = to, now, waiting
	switch to {
	case "entered-in-error":
		a.settle(SettledMistake)
	case "accepted":
		a.accepted = true
		for _, other := range m.asks { // the first to accept has it
			if other != a && a.request != "" && other.request == a.request && other.open() {
				m.stop(other, now)
				other.settle(SettledSucceeded)
			}
		}
	}
	m.follow()
}

// stop takes a referral from the agency.
func (m *reference) stop(a *ask, now time.Time) {
	if a.atAgency() {
		a.status, a.since, a.waiting, a.before = "cancelled", now, false, nil
	}
}

// noted begins the agency's time anew while it works on the referral.
func (a *ask) noted(now time.Time) {
	if a.status == "in-progress" || a.status == "on-hold" {
		a.since = now
	}
}

func (m *reference) forwarded(a, to *ask) {
	a.status = "rejected"
	if a.accepted {
		a.status = "completed"
	}
	m.sent(a.id, to)
}

// mayResend tells whether the ladder may have asked another agency instead.
func (m *reference) mayResend(a *ask, agency string, now time.Time) bool {
	if !a.open() || m.over() || !m.consents[a.consent].holds(now) || a.logOnly || a.agency == agency || a.accepted && a.atAgency() || a.status == "completed" {
		return false
	}
	for _, other := range m.asks {
		if other != a && other.asking() {
			return false
		}
	}
	return true
}

// asked notes what the patient says.
func (m *reference) asked(a *ask, reached, resolved bool, now time.Time) {
	a.before = nil
	if !reached {
		a.since = now
		if a.tries++; a.tries == 3 {
			a.settle(SettledNotReached)
		}
	} else {
		a.settle(SettledConfirmed)
		if resolved && !m.over() {
			m.need = "met"
		}
	}
	m.follow()
}

// end ends a consent: agencies keep nothing in hand under it.
func (m *reference) end(id string, now time.Time) {
	if m.consents[id].ended {
		return
	}
	m.consents[id].ended = true
	for _, a := range m.asks {
		if a.consent == id {
			m.stop(a, now)
		}
	}
}

func (m *reference) expire(now time.Time) {
	for id, p := range m.consents {
		if !p.until.IsZero() && !now.Before(p.until) {
			m.end(id, now)
		}
	}
}

// follow brings need and referrals together: none stays open when the need is
// over, and the need is in progress as long as one is.
func (m *reference) follow() {
	open := slices.ContainsFunc(m.asks, (*ask).open)
	switch {
	case m.over():
		for _, a := range m.asks {
			if a.open() {
				m.stop(a, time.Time{})
				a.settle(SettledNeedClosed)
			}
		}
	case open:
		m.need = "in-progress"
	case m.need == "in-progress":
		m.need = "wanted"
	}
}
