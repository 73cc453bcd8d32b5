package memory

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/indextest"
)

// variedHours makes so many opening hours, no two alike, in several zones and
// with a holiday: what an index cannot share between places.
func variedHours(tb testing.TB, n int) []*directory.Hours {
	tb.Helper()
	var zones []*time.Location
	for _, name := range []string{"America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York"} {
		z, err := time.LoadLocation(name)
		if err != nil {
			tb.Fatal(err)
		}
		zones = append(zones, z)
	}
	out := make([]*directory.Hours, n)
	for i := range out {
		clock := func(hour, minute int) string { return fmt.Sprintf("%02d:%02d", hour, minute) }
		out[i] = directory.CompileHours([]directory.Schedule{
			{Freq: "WEEKLY", ByDay: "MO,TU,WE,TH", OpensAt: clock(7+i%4, i/4%60), ClosesAt: clock(15+i/240%6, i%60)},
			{Freq: "WEEKLY", ByDay: "FR", OpensAt: clock(8+i%3, i/3%60), ClosesAt: clock(12+i/180%4, i%60)},
			{Freq: "MONTHLY", ByDay: "1SA", OpensAt: "09:00", ClosesAt: clock(11+i/1000%5, 30)},
			{DTStart: "2026-11-26", Closed: true},
			{DTStart: "2026-12-25", Closed: true},
		}, zones[i%len(zones)])
	}
	return out
}

// BenchmarkOpenNow evaluates the rules of 20,000 places one by one. The target
// is 20 ms for all of them.
func BenchmarkOpenNow(b *testing.B) {
	hours := variedHours(b, benchServices)
	at := time.Date(2026, 11, 23, 17, 10, 0, 0, time.UTC)
	report(b, func(i int) {
		open := 0
		for _, h := range hours {
			if h.At(at.Add(time.Duration(i)*time.Minute)) == directory.Open {
				open++
			}
		}
	})
}

// BenchmarkOpenNowSearch asks an index of 20,000 services, each with hours of
// its own, for those that are open.
func BenchmarkOpenNowSearch(b *testing.B) {
	entries, hours := indextest.Generate(1, benchServices), variedHours(b, benchServices)
	for i := range entries {
		entries[i].Hours = hours[i%len(hours)]
	}
	x := filled(b, entries)
	at := time.Date(2026, 11, 23, 17, 10, 0, 0, time.UTC)
	report(b, func(i int) {
		now := at.Add(time.Duration(i) * time.Minute)
		if _, err := x.Search(context.Background(), directory.Query{OpenAt: &now}); err != nil {
			b.Fatal(err)
		}
	})
}
