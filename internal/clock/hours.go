package clock

import (
	"slices"
	"time"
)

// Hours are a span of every day by the clock on the wall, for example from
// 21:00 to 07:00, which ends on the next day. The zero Hours are no span.
type Hours struct {
	From string `json:"from,omitempty"` // "HH:MM"
	To   string `json:"to,omitempty"`
}

// IsZero tells whether no span is given.
func (h Hours) IsZero() bool { return h == Hours{} }

// Valid tells whether both ends are times of day, and not the same one.
func (h Hours) Valid() bool {
	_, err := minutes(h.From)
	_, err2 := minutes(h.To)
	return err == nil && err2 == nil && h.From != h.To
}

// span is the one that begins on the day that is the given number of days
// after t's, in t's location.
func (h Hours) span(t time.Time, days int) (from, to time.Time) {
	begin, _ := minutes(h.From) // checked where hours come in
	end, _ := minutes(h.To)
	if end <= begin {
		end += 24 * 60
	}
	y, m, d := t.Date()
	return time.Date(y, m, d+days, 0, begin, 0, 0, t.Location()), time.Date(y, m, d+days, 0, end, 0, 0, t.Location())
}

// Over answers t, or the end of the span that t lies in.
func (h Hours) Over(t time.Time) time.Time {
	if !h.Valid() {
		return t
	}
	for _, days := range []int{-1, 0} {
		if from, to := h.span(t, days); !t.Before(from) && t.Before(to) {
			return to
		}
	}
	return t
}

// Next answers t when it lies in a span that begins on one of the weekdays,
// else when the next such span begins; without weekdays each day is one.
func (h Hours) Next(t time.Time, on ...time.Weekday) time.Time {
	if !h.Valid() {
		return t
	}
	for days := -1; days <= 7; days++ {
		from, to := h.span(t, days)
		if len(on) > 0 && !slices.Contains(on, from.Weekday()) || !t.Before(to) {
			continue
		}
		if t.Before(from) {
			return from
		}
		return t
	}
	return t
}
