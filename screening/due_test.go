package screening

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/network"
)

func TestNextDue(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	usual := network.Defaults().Rescreen
	at := func(date string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, date, zone)
		if err != nil {
			t.Fatal(err)
		}
		return d.Add(9 * time.Hour)
	}
	found := func(date string) map[string]TopicSeen { return map[string]TopicSeen{"food": {at(date), true}} }
	tests := []struct {
		name  string
		facts DueFacts
		set   network.Rescreen
		want  Due
	}{
		{"never screened is not due", DueFacts{}, usual, Due{}},
		{"half a year after a screening", DueFacts{LastAt: at("2026-01-10")}, usual, Due{On: "2026-07-11", Why: DueAfterTime, From: "2026-01-10"}},
		{"as the network says", DueFacts{LastAt: at("2026-01-10")}, network.Rescreen{AfterDays: 90, AfterPositiveDays: 7}, Due{On: "2026-04-10", Why: DueAfterTime, From: "2026-01-10"}},
		{"a month after a need was found", DueFacts{LastAt: at("2026-01-10"), Topics: found("2026-01-10")}, usual,
			Due{On: "2026-02-09", Why: DueAfterPositive, From: "2026-01-10"}},
		{"the need is not asked about by a later screening", DueFacts{LastAt: at("2026-02-01"), Topics: found("2026-01-10")}, usual,
			Due{On: "2026-02-09", Why: DueAfterPositive, From: "2026-01-10"}},
		{"the need found first counts", DueFacts{LastAt: at("2026-02-01"), Topics: map[string]TopicSeen{"food": {at("2026-01-20"), true}, "housing": {at("2026-01-15"), true}}}, usual,
			Due{On: "2026-02-14", Why: DueAfterPositive, From: "2026-01-15"}},
		{"asked about again without a need", DueFacts{LastAt: at("2026-02-01"), Topics: map[string]TopicSeen{"food": {At: at("2026-02-01")}}}, usual,
			Due{On: "2026-08-02", Why: DueAfterTime, From: "2026-02-01"}},
		{"a longer time after a need than after none", DueFacts{LastAt: at("2026-01-10"), Topics: found("2026-01-10")}, network.Rescreen{AfterDays: 20, AfterPositiveDays: 60},
			Due{On: "2026-01-30", Why: DueAfterTime, From: "2026-01-10"}},
		{"at discharge", DueFacts{LastAt: at("2026-01-10"), Topics: found("2026-01-10"), DischargedOn: "2026-01-20"}, usual,
			Due{On: "2026-01-20", Why: DueAfterDischarge, From: "2026-01-20"}},
		{"at discharge without a screening before", DueFacts{DischargedOn: "2026-01-20"}, usual, Due{On: "2026-01-20", Why: DueAfterDischarge, From: "2026-01-20"}},
		{"screened on the day of discharge", DueFacts{LastAt: at("2026-01-20"), DischargedOn: "2026-01-20"}, usual, Due{On: "2026-07-21", Why: DueAfterTime, From: "2026-01-20"}},
		{"discharge does not count in this network", DueFacts{LastAt: at("2026-01-10"), DischargedOn: "2026-01-20"}, network.Rescreen{AfterDays: 182, AfterPositiveDays: 30},
			Due{On: "2026-07-11", Why: DueAfterTime, From: "2026-01-10"}},
		{"discharge after the screening is due anyway", DueFacts{LastAt: at("2025-01-10"), DischargedOn: "2026-01-20"}, usual, Due{On: "2025-07-11", Why: DueAfterTime, From: "2025-01-10"}},
		{"put off", DueFacts{LastAt: at("2026-01-10"), PutOffUntil: "2026-08-01"}, usual, Due{On: "2026-08-01", Why: DueAfterTime, From: "2026-01-10", PutOff: true}},
		{"put off to a day before it is due", DueFacts{LastAt: at("2026-01-10"), PutOffUntil: "2026-03-01"}, usual, Due{On: "2026-07-11", Why: DueAfterTime, From: "2026-01-10"}},
		{"nothing to put off", DueFacts{PutOffUntil: "2026-03-01"}, usual, Due{}},
		{"the day is that of the zone", DueFacts{LastAt: time.Date(2026, 1, 11, 5, 0, 0, 0, time.UTC)}, usual, Due{On: "2026-07-11", Why: DueAfterTime, From: "2026-01-10"}},
	}
	for _, tt := range tests {
		got, ok := NextDue(tt.facts, tt.set, zone)
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != (tt.want.On != "") {
			t.Errorf("%s: due %v, differs:\n%s", tt.name, ok, diff)
		}
	}
}

func TestDueBeginsWithTheDay(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := (Due{On: "2026-07-11"}).Begins(zone), time.Date(2026, 7, 11, 7, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("Begins = %v, want %v", got, want)
	}
	if got := (Due{}).Begins(zone); !got.IsZero() {
		t.Errorf("Begins without a day = %v, want none", got)
	}
}
