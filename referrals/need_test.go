package referrals

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/screening"
)

func TestNeedAfter(t *testing.T) {
	yes, no := true, false
	settled := &Settlement{As: SettledConfirmed}
	said := func(resolved *bool, at time.Time) *Confirmation { return &Confirmation{NeedResolved: resolved, At: at} }
	before, after := monday.Add(-time.Hour), monday.Add(time.Hour)
	tests := []struct {
		name   string
		status screening.NeedStatus
		wanted *bool
		all    []Referral
		want   screening.NeedStatus
	}{
		{"no referral", screening.NeedOpen, nil, nil, screening.NeedOpen},
		{"a draft is not under way", screening.NeedWanted, &yes, []Referral{{Status: Draft}}, screening.NeedWanted},
		{"one is open", screening.NeedWanted, &yes, []Referral{{Status: Requested}}, screening.NeedInProgress},
		{"declined and not settled", screening.NeedInProgress, &yes, []Referral{{Status: Rejected}}, screening.NeedInProgress},
		{"settled, still open", screening.NeedInProgress, &yes, []Referral{{Settlement: settled, Confirmation: said(&no, after)}}, screening.NeedWanted},
		{"settled, never asked", screening.NeedInProgress, nil, []Referral{{Settlement: settled}}, screening.NeedOpen},
		{"resolved", screening.NeedInProgress, &yes, []Referral{{Settlement: settled, Confirmation: said(&yes, after)}}, screening.NeedMet},
		{"resolved in the same moment", screening.NeedInProgress, &yes, []Referral{{Settlement: settled, Confirmation: said(&yes, monday)}}, screening.NeedMet},
		{"resolved, then found again", screening.NeedOpen, nil, []Referral{{Settlement: settled, Confirmation: said(&yes, before)}}, screening.NeedOpen},
		{"the latest word counts", screening.NeedInProgress, &yes, []Referral{
			{Settlement: settled, Confirmation: said(&no, after.Add(time.Minute))}, {Settlement: settled, Confirmation: said(&yes, after)},
		}, screening.NeedWanted},
		{"resolved by one of two", screening.NeedInProgress, &yes, []Referral{
			{Settlement: settled, Confirmation: said(&yes, after)}, {Status: Accepted},
		}, screening.NeedMet},
		{"not wanted stays so", screening.NeedNotWanted, &no, []Referral{{Status: Accepted}}, screening.NeedNotWanted},
		{"closed stays so", screening.NeedNoLonger, &yes, []Referral{{Status: Accepted}}, screening.NeedNoLonger},
	}
	for _, tt := range tests {
		need := screening.Need{Status: tt.status, Wanted: tt.wanted, Since: monday}
		if got, _ := needAfter(need, tt.all); got != tt.want {
			t.Errorf("%s: the need is %s, want %s", tt.name, got, tt.want)
		}
	}
}
