package patients

import (
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
)

// SafeTimes are when a patient may be written to or called: in a span of the
// day, on some days of the week.
type SafeTimes struct {
	clock.Hours
	// Days are "MO" to "SU" (RFC 5545, weekday); none for every day.
	Days []string `json:"days,omitempty"`
}

// weekdays by their codes in RFC 5545, section 3.3.10.
var weekdays = map[string]time.Weekday{
	"MO": time.Monday, "TU": time.Tuesday, "WE": time.Wednesday, "TH": time.Thursday,
	"FR": time.Friday, "SA": time.Saturday, "SU": time.Sunday,
}

// Weekdays lists the codes of days, Monday first.
func Weekdays() []string { return []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"} }

// daytime is when text messages may go out that nobody is waiting for, where a
// patient named no times. Source: 47 CFR 64.1200(c)(1), not before 8 am or
// after 9 pm at the called party's location.
var daytime = clock.Hours{From: "08:00", To: "21:00"}

// MayText tells whether text messages may be sent at all: only where the
// patient said that they are safe, and never to one who is not to be contacted.
func (c Contact) MayText() bool {
	return !c.DoNotContact && c.SafeToText != nil && *c.SafeToText
}

// MayLeaveVoicemail tells whether a message may be left on the phone.
func (c Contact) MayLeaveVoicemail() bool {
	return !c.DoNotContact && c.SafeToVoicemail != nil && *c.SafeToVoicemail
}

// SafeAt answers the first instant from t on at which a program may write to
// the patient by itself; never, where the times are known in words only, which
// no program understands. t is in the patient's time zone.
func (c Contact) SafeAt(t time.Time) (at time.Time, ever bool) {
	if c.SafeTimes == nil {
		return daytime.Next(t), c.SafeHours == ""
	}
	return c.SafeTimes.Next(t, c.SafeTimes.days()...), true
}

// SafeNow tells whether the patient may be written to at t when somebody asks
// for it in that moment: a worker, who reads what the record says in words, or
// the patient. t is in the patient's time zone.
func (c Contact) SafeNow(t time.Time) bool {
	return c.SafeTimes == nil || c.SafeTimes.Next(t, c.SafeTimes.days()...).Equal(t)
}

func (s SafeTimes) days() []time.Weekday {
	var out []time.Weekday
	for _, d := range s.Days {
		out = append(out, weekdays[d])
	}
	return out
}

// normalize forgets times that say nothing.
func (c *Contact) normalize(wrong *fault.Fields) {
	s := c.SafeTimes
	if s == nil || s.IsZero() && len(s.Days) == 0 {
		c.SafeTimes = nil
		return
	}
	if s.IsZero() {
		s = &SafeTimes{daytime, s.Days}
	}
	c.SafeTimes = &SafeTimes{s.Hours, slices.Clone(s.Days)}
	wrong.Check(s.Valid(), "contact.safeTimes", "Choose from when until when it is safe.")
	for _, d := range s.Days {
		_, known := weekdays[d]
		wrong.Check(known, "contact.safeTimes", "Choose days of the week.")
	}
}
