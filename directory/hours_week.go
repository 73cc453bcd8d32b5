package directory

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// DayHours is when a place is open on one date.
type DayHours struct {
	Date string `json:"date"`
	// Spans are the opening intervals that begin on the date.
	Spans []Span `json:"spans"`
	// Unknown says that it may be open at other times too.
	Unknown bool `json:"unknown,omitempty"`
}

// Span is one opening interval in wall-clock time, HH:MM. To earlier than From,
// or equal to it, is on the next day.
type Span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Week tells the hours of the dates from the one of from on, in the place's
// own zone; nil when nothing is known of its hours or its zone.
func (h *Hours) Week(from time.Time, days int) []DayHours {
	if h == nil || h.zone == nil {
		return nil
	}
	out := make([]DayHours, days)
	first := dayOf(from.In(h.zone))
	for i := range out {
		out[i] = h.day(first + int32(i))
	}
	return out
}

func (h *Hours) day(day int32) DayHours {
	d := DayHours{Date: date(day).Format(time.DateOnly), Spans: []Span{}}
	inForce, closed := false, h.closedAt(day, 0) && h.closedAt(day, daySeconds-1)
	for i := range h.openings {
		r := &h.openings[i]
		inForce = inForce || r.trusted(day)
		switch {
		case closed && !r.dated:
		case r.vague && r.trusted(day), !r.vague && r.on(day) && (r.times != bothKnown || r.fixed):
			d.Unknown = true // a time of another zone has no place on this page
		case !r.vague && r.on(day):
			d.Spans = append(d.Spans, Span{clockOf(r.begin), clockOf(r.end)})
		}
	}
	d.Unknown = d.Unknown || !inForce && !closed
	slices.SortFunc(d.Spans, func(a, b Span) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	d.Spans = slices.Compact(d.Spans)
	return d
}

func clockOf(second int32) string {
	second %= daySeconds
	return fmt.Sprintf("%02d:%02d", second/3600, second/60%60)
}
