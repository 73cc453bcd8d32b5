package figures

import (
	"testing"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

func TestWhatAReferralCountsAs(t *testing.T) {
	private := referrals.NeedRef{Domain: "food-insecurity", Private: true}
	for name, c := range map[string]struct {
		r    referrals.Referral
		want Kind
	}{
		"sent":     {referrals.Referral{Status: referrals.Requested}, Counted},
		"draft":    {referrals.Referral{Status: referrals.Draft}, Uncounted},
		"mistake":  {referrals.Referral{Status: referrals.EnteredInError, LogOnly: true}, Uncounted},
		"log only": {referrals.Referral{Status: referrals.Completed, LogOnly: true}, Logged},
		"faster":   {referrals.Referral{Status: referrals.Cancelled, Reason: "accepted-elsewhere"}, Uncounted},
		"private":  {referrals.Referral{Status: referrals.Requested, Need: private}, Uncounted},
		"violence": {referrals.Referral{Status: referrals.Requested, Need: referrals.NeedRef{Domain: "elder-abuse"}}, Uncounted},
	} {
		f := factOf(c.r, patients.Patient{Address: patients.Address{PostalCode: "95351"}}, nil)
		if f.Kind != c.want {
			t.Errorf("%s counts as %d, want %d", name, f.Kind, c.want)
		}
		if (name == "private" || name == "violence") && f.Need+f.ZIP+f.Agency != "" {
			t.Errorf("the fact of a %s need tells %+v", name, f)
		}
	}
}

func TestLoggedIsApart(t *testing.T) {
	facts := many(40, 0, Fact{Need: "food-insecurity", ZIP: "95351", Sender: "clinic"})
	logged := many(15, 100, Fact{Need: "food-insecurity", ZIP: "95351", Sender: "clinic", Kind: Logged})
	r := filled(append(facts, logged...)...).mustReport(t, sam, Filter{}, ByNeed)
	is(t, "sent", r.Total.Sent, 40)
	is(t, "logged", r.Total.Logged, 15)
	few := filled(append(facts, logged[:5]...)...).mustReport(t, sam, Filter{}, ByNeed)
	is(t, "logged of five people", few.Total.Logged, hidden)
}
