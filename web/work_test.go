package web

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/referrals"
)

func TestSplitWork(t *testing.T) {
	l := samplePage(t, "chw", "/", "nav.home").Locale
	due, later := splitWork(l, sampleReferrals(), sampleTopic)
	if diff := cmp.Diff([]WorkRow{
		{Title: "Maria Santos", Meta: "Food · Harbor Food Bank · Confirm the outcome with the person", Href: "/referrals/r1", Due: "Overdue by 1 day", Tone: Urgent},
		{Title: "Tomás Rivera", Meta: "Housing · Northside Housing · Choose what is next", Href: "/referrals/r2", Due: "Due today by 12:20 PM", Tone: Warning},
	}, due); diff != "" {
		t.Errorf("due today differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]WorkRow{
		{Title: "Linh Tran", Meta: "Private topic · County Safe House · Confirm the outcome with the person", Href: "/referrals/r3", Due: "3 days left", Tone: Plain},
	}, later); diff != "" {
		t.Errorf("due later differs (-want +got):\n%s", diff)
	}
}

func TestConsentRow(t *testing.T) {
	l := samplePage(t, "chw", "/", "nav.home").Locale
	names := map[string]string{"bank": "Harbor Food Bank"}
	c := referrals.Consent{
		Recipients: referrals.Recipients{OrganizationIDs: []string{"bank"}, Class: referrals.NetworkAgencies},
		Needs:      []string{"food-insecurity", "utility-insecurity"}, Status: referrals.ConsentActive, GivenAt: sampleNow, ExpiresOn: "2027-03-09",
	}
	want := LinkRow{Title: "Harbor Food Bank, Agencies of the network", Meta: "Food, Utilities · until Mar 9, 2027", Tag: "In force", Tone: Good}
	if diff := cmp.Diff(want, consentRow(l, c, names)); diff != "" {
		t.Errorf("consentRow differs (-want +got):\n%s", diff)
	}
	c.Needs, c.Status = []string{"intimate-partner-violence"}, referrals.ConsentRevoked
	if got := consentRow(l, c, names); strings.Contains(got.Meta, "Safety") || got.Tone != Plain || got.Tag != "Withdrawn" {
		t.Errorf("consentRow of a withdrawn consent about violence = %+v, want it quiet and plain", got)
	}
}

func TestEveryStatusHasATone(t *testing.T) {
	for _, s := range append(referrals.Statuses, referrals.Withdrawn) {
		if referralTones[s] == "" {
			t.Errorf("no tone for a referral that is %s", s)
		}
	}
}
