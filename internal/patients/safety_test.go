package patients

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
)

func TestTextsAreSafeOnlyWhereThePatientSaidSo(t *testing.T) {
	yes, no := true, false
	for _, tt := range []struct {
		name  string
		c     Contact
		text  bool
		voice bool
	}{
		{"nobody asked", Contact{}, false, false},
		{"safe", Contact{SafeToText: &yes, SafeToVoicemail: &yes}, true, true},
		{"not safe", Contact{SafeToText: &no, SafeToVoicemail: &no}, false, false},
		{"not to be contacted", Contact{SafeToText: &yes, SafeToVoicemail: &yes, DoNotContact: true}, false, false},
	} {
		if tt.c.MayText() != tt.text || tt.c.MayLeaveVoicemail() != tt.voice {
			t.Errorf("%s: MayText %v, MayLeaveVoicemail %v", tt.name, tt.c.MayText(), tt.c.MayLeaveVoicemail())
		}
	}
}

func TestSafeTimes(t *testing.T) {
	day := func(s string) time.Time {
		x, err := time.Parse("2006-01-02 15:04", s) // 2026-11-16 is a Monday
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	evening := &SafeTimes{clock.Hours{From: "17:00", To: "19:00"}, []string{"TU", "TH"}}
	for _, tt := range []struct {
		name, now, want string
		c               Contact
		ever, asked     bool
	}{
		{"no times, by day", "2026-11-16 10:00", "2026-11-16 10:00", Contact{}, true, true},
		{"no times, at night", "2026-11-16 22:00", "2026-11-17 08:00", Contact{}, true, true},
		{"in the evening of a day", "2026-11-17 18:00", "2026-11-17 18:00", Contact{SafeTimes: evening}, true, true},
		{"on another day", "2026-11-18 18:00", "2026-11-19 17:00", Contact{SafeTimes: evening, SafeHours: "after work"}, true, false},
		{"in words alone", "2026-11-16 10:00", "2026-11-16 10:00", Contact{SafeHours: "when he is out"}, false, true},
	} {
		at, ever := tt.c.SafeAt(day(tt.now))
		if !at.Equal(day(tt.want)) || ever != tt.ever || tt.c.SafeNow(day(tt.now)) != tt.asked {
			t.Errorf("%s: SafeAt = %s, %v, SafeNow = %v", tt.name, at, ever, tt.c.SafeNow(day(tt.now)))
		}
	}
}

func TestSafeTimesAreChecked(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   *SafeTimes
		ok   bool
		kept bool
	}{
		{"none", nil, true, false},
		{"nothing said", &SafeTimes{}, true, false},
		{"days alone", &SafeTimes{Days: []string{"MO"}}, true, true},
		{"hours alone", &SafeTimes{Hours: clock.Hours{From: "09:00", To: "12:00"}}, true, true},
		{"no end", &SafeTimes{Hours: clock.Hours{From: "09:00"}}, false, true},
		{"no time", &SafeTimes{Hours: clock.Hours{From: "9 am", To: "12:00"}}, false, true},
		{"no day", &SafeTimes{Days: []string{"Monday"}}, false, true},
	} {
		var wrong fault.Fields
		c := Contact{SafeTimes: tt.in}
		c.normalize(&wrong)
		if (wrong.Err() == nil) != tt.ok || (c.SafeTimes != nil) != tt.kept {
			t.Errorf("%s: %v, kept %v", tt.name, wrong.Err(), c.SafeTimes)
		}
	}
}
