package directory

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestHoursOfAnything feeds CompileHours what feeds really hold; whatever it
// is, nothing panics, and what can never be read is not called closed.
func TestHoursOfAnything(t *testing.T) {
	text := rapid.OneOf(rapid.Just(""), rapid.String(), rapid.SampledFrom([]string{
		"MO", "1MO,-1FR", "9XX", "2026-11-31", "20261123T100000Z", "24:00", "9", "0900", "09:00-08:00", "25:61Z", "-1", "0", "53", "MONTHLY", "YEARLY", "-",
	}))
	amount := rapid.OneOf(rapid.Just[*float64](nil), rapid.Map(rapid.Float64(), func(f float64) *float64 { return &f }))
	rapid.Check(t, func(t *rapid.T) {
		h := CompileHours([]Schedule{{
			ValidFrom: text.Draw(t, "from"), ValidTo: text.Draw(t, "to"), DTStart: text.Draw(t, "start"), Until: text.Draw(t, "until"),
			Timezone: amount.Draw(t, "zone"), Count: amount.Draw(t, "count"), Interval: amount.Draw(t, "interval"), WkSt: text.Draw(t, "wkst"),
			Freq: text.Draw(t, "freq"), ByDay: text.Draw(t, "byday"), ByWeekNo: text.Draw(t, "week"), ByMonthDay: text.Draw(t, "monthday"),
			ByYearDay: text.Draw(t, "yearday"), OpensAt: text.Draw(t, "opens"), ClosesAt: text.Draw(t, "closes"), Closed: rapid.Bool().Draw(t, "closed"),
		}}, time.UTC)
		at := time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(t, "at"), 0)
		h.At(at)
		h.NextChange(at)
		h.Week(at, 7)
		h.Slots(at, 1)
	})
	for _, s := range []Schedule{{Freq: "YEARLY", ByDay: "MO"}, {Freq: "WEEKLY", ByDay: "Mondays"}, {DTStart: "soon"}, {Description: "By appointment"}} {
		if got := CompileHours([]Schedule{s}, time.UTC).At(monday); got != OpenUnknown {
			t.Errorf("At of %+v = %v, want unknown", s, got)
		}
	}
}
