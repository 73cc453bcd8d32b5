package directory

import (
	"slices"
	"testing"
	"time"
)

func TestQualitySaysWhatIsMissing(t *testing.T) {
	l := oneListing()
	l.now = someMonday
	bare := l.quality(DefaultCrosswalk())
	if want := []string{"phone", "hours", "verified", "needs", "description", "eligibility", "languages", "cost"}; !slices.Equal(bare.Missing, want) {
		t.Errorf("missing = %v, want %v", bare.Missing, want)
	}
	full := oneListing()
	full.now = someMonday
	s := &full.doc.Service
	s.Phones, s.Description = []Phone{{Number: "1"}}, "Bags of food on Mondays, for all who come to us."
	s.Schedules = []Schedule{{ByDay: "MO", OpensAt: "09:00", ClosesAt: "12:00"}}
	s.EligibilityDescription, s.FeesDescription, s.Languages = "Everybody", "Free", []Language{{Code: "en"}}
	full.doc.Needs, full.doc.Verified.At = []NeedMapping{{Domain: "food-insecurity"}}, someMonday
	if q := full.quality(DefaultCrosswalk()); q.Score != 1 || len(q.Missing) != 0 {
		t.Errorf("a whole listing = %+v, want 1 and nothing missing", q)
	}
	fresh := full.entries(DefaultCrosswalk())[0].Quality
	full.doc.Verified.At = someMonday.AddDate(-3, 0, 0)
	if old := full.entries(DefaultCrosswalk())[0].Quality; old >= fresh || old <= bare.Score {
		t.Errorf("quality three years later = %v, want between %v and %v", old, bare.Score, fresh)
	}
	points := 0.0
	for _, a := range aspects {
		points += a.points
	}
	if points != 100 {
		t.Errorf("the points of all aspects are %v, want 100", points)
	}
	full.doc.Service.Schedules = []Schedule{{Description: "By appointment"}}
	full.doc.Verified.At = time.Time{}
	if q := full.quality(DefaultCrosswalk()); !slices.Equal(q.Missing, []string{"hours", "verified"}) {
		t.Errorf("missing with hours in words = %v, want hours and verified", q.Missing)
	}
}
