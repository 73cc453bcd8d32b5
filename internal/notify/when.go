package notify

import (
	"slices"
	"time"
)

// digestHour is when the daily message goes out, by the clock of its reader.
const digestHour = 8

// release answers the first instant from now on at which a notice may go to its
// recipient: after their digest is due, out of their quiet hours, and when it is
// safe; or that it is to go no more. Urgent news pass the digest, nothing else.
func (n Notice) release(c Contact, p Preferences, now time.Time) (at time.Time, ever bool) {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	at = now.In(zone)
	if n.UserID != "" {
		if !slices.Contains(p.Channels[templates[n.Template]], n.Channel) {
			return at, false
		}
		if due := n.digestDue(p.Digest, zone); due.After(at) {
			at = due
		}
		at = p.Quiet.Over(at)
	}
	if c.Safe != nil {
		return c.Safe(at)
	}
	return at, true
}

// digestDue answers when the digest with the notice goes out.
func (n Notice) digestDue(d Digest, zone *time.Location) time.Time {
	t := n.CreatedAt.In(zone)
	switch {
	case n.Urgent || d == AtOnce || d == "":
		return t
	case d == Hourly:
		return t.Truncate(time.Hour).Add(time.Hour)
	}
	due := time.Date(t.Year(), t.Month(), t.Day(), digestHour, 0, 0, 0, zone)
	if !due.After(t) {
		due = due.AddDate(0, 0, 1)
	}
	return due
}

// gathered tells whether the reader gets several notices in one message.
func (p Preferences) gathered() bool { return p.Digest == Hourly || p.Digest == Daily }
