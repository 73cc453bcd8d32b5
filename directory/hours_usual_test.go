package directory

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUsualHours(t *testing.T) {
	la := zone(t, "America/Los_Angeles")
	u := CompileHours([]Schedule{
		weekdays, {Freq: "MONTHLY", ByDay: "1SA", OpensAt: "10:00", ClosesAt: "12:00"},
		{DTStart: "2026-11-26", Until: "2026-11-26", Closed: true},
	}, la).Usual(monday)
	nine := []Span{{From: "09:00", To: "17:00"}}
	want := &UsualHours{
		Days: [7]DayHours{{Spans: nine}, {Spans: nine}, {Spans: nine}, {Spans: nine}, {Spans: nine}, {Spans: []Span{}}, {Spans: []Span{}}},
		Other: []DayHours{
			{Date: "2026-11-26", Spans: []Span{}}, {Date: "2026-12-05", Spans: []Span{{From: "10:00", To: "12:00"}}},
		},
	}
	if d := cmp.Diff(want, u); d != "" {
		t.Errorf("Usual (-want +got):\n%s", d)
	}
	if u := CompileHours(nil, la).Usual(monday); u != nil {
		t.Errorf("Usual of no hours = %v, want none", u)
	}
	if u := CompileHours([]Schedule{{Freq: "WEEKLY", ByDay: "MO"}}, la).Usual(monday); !u.Days[0].Unknown || len(u.Other) > 0 {
		t.Errorf("Usual of a day at unknown times = %+v, want unknown", u)
	}
}
