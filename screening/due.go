package screening

import (
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/network"
)

// Why a patient is to be screened again.
const (
	DueAfterTime      = "time"      // the last screening is long ago
	DueAfterPositive  = "positive"  // a screening found a need, and nobody asked about it since
	DueAfterDischarge = "discharge" // the patient leaves a hospital or program
)

// Due says on which day a patient is to be screened again, and why.
type Due struct {
	On  string `json:"on"`  // date
	Why string `json:"why"` // DueAfterTime, DueAfterPositive or DueAfterDischarge
	// From is the day that counts: of the last screening, of the one that found
	// the need, or of the discharge.
	From string `json:"from"`
	// PutOff tells that a person moved the day to a later one.
	PutOff bool `json:"putOff"`
}

// DueFacts are what decides when a patient is to be screened again.
type DueFacts struct {
	// LastAt is when the newest screening was answered; zero for none.
	LastAt time.Time
	// Topics are all topics that screenings asked about.
	Topics map[string]TopicSeen
	// DischargedOn is the date on which the patient left, or will leave, a
	// hospital or program; empty when none is known.
	DischargedOn string
	// PutOffUntil is the date to which a person put the screening off; empty for none.
	PutOffUntil string
}

// TopicSeen is the newest screening that asked about a topic.
type TopicSeen struct {
	At time.Time `json:"at"`
	// Positive tells that it found a need there.
	Positive bool `json:"positive"`
}

// NextDue applies the network's intervals: the earliest of the days that they
// give counts. A patient who was never screened and never discharged is not
// due. A topic counts as asked about again also when the person declined to
// answer. A screening on the day of the discharge, or later, settles it. Days
// are those of the zone. It is pure.
func NextDue(f DueFacts, set network.Rescreen, zone *time.Location) (Due, bool) {
	var due Due
	earlier := func(on, why, from string) {
		if on != "" && (due.On == "" || on < due.On) {
			due = Due{On: on, Why: why, From: from}
		}
	}
	last := day(f.LastAt, zone)
	if set.AtDischarge && last < f.DischargedOn {
		earlier(f.DischargedOn, DueAfterDischarge, f.DischargedOn)
	}
	for _, seen := range f.Topics {
		if from := day(seen.At, zone); seen.Positive {
			earlier(daysAfter(from, set.AfterPositiveDays), DueAfterPositive, from)
		}
	}
	earlier(daysAfter(last, set.AfterDays), DueAfterTime, last)
	if due.On != "" && due.On < f.PutOffUntil {
		due.On, due.PutOff = f.PutOffUntil, true
	}
	return due, due.On != ""
}

// Begins is the instant at which the day begins in the zone.
func (d Due) Begins(zone *time.Location) time.Time {
	t, err := time.ParseInLocation(clock.DateLayout, d.On, zone)
	if err != nil {
		return time.Time{} // no date: never due
	}
	return clock.Instant(t)
}

// day is the date of an instant in the zone; empty for the zero time.
func day(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(clock.DateLayout)
}

// daysAfter counts days from a date; empty when there is none.
func daysAfter(date string, days int) string {
	t, err := time.Parse(clock.DateLayout, date)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, days).Format(clock.DateLayout)
}
