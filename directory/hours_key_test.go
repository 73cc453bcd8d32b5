package directory

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestHoursOfKey makes hours again of their key.
func TestHoursOfKey(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		schedules := rapid.SliceOfN(recurring, 0, 3).Draw(t, "schedules")
		for i := range schedules {
			schedules[i].Closed = rapid.Bool().Draw(t, "closed")
			schedules[i].Timezone = rapid.SampledFrom([]*float64{nil, number(-5)}).Draw(t, "offset")
			schedules[i].ByWeekNo = rapid.SampledFrom([]string{"", "1,2,53"}).Draw(t, "weeks")
			schedules[i].ByYearDay = rapid.SampledFrom([]string{"", "1,-1"}).Draw(t, "days")
		}
		want := CompileHours(schedules, rapid.SampledFrom([]*time.Location{nil, zone}).Draw(t, "zone"))
		got, err := HoursOfKey(want.Key())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("HoursOfKey gives %+v, %v, want %+v", got, err, want)
		}
	})
}

// FuzzHoursOfKey takes any bytes without a panic or much memory.
func FuzzHoursOfKey(f *testing.F) {
	f.Add(CompileHours([]Schedule{{Freq: "WEEKLY", ByDay: "MO", OpensAt: "09:00", ClosesAt: "17:00"}}, time.UTC).Key())
	f.Add("UTC\x00\xff\xff\xff\xff\x0f")
	f.Add("no zone")
	f.Fuzz(func(t *testing.T, key string) {
		if h, err := HoursOfKey(key); err == nil {
			h.At(time.Unix(0, 0))
		}
	})
}
