package web

import (
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// TestCodesOfReferralsHaveWords finds codes of other rooms that a page would
// show as they are.
func TestCodesOfReferralsHaveWords(t *testing.T) {
	l := samplePage(t, "", "/", "nav.home").Locale
	families := map[string][]string{
		"capacity.":       {directory.CapacityOpen, directory.CapacityWaitlist, directory.CapacityFull, directory.CapacityUnknown},
		"method.":         {string(referrals.Verbal), string(referrals.Written), string(referrals.Electronic)},
		"priority.":       {string(referrals.Routine), string(referrals.Urgent)},
		"withheld.":       {"until-accepted", "consent-ended"},
		"received.":       {string(referrals.ReceivedYes), string(referrals.ReceivedPartly), string(referrals.ReceivedNo), string(referrals.ReceivedUnknown)},
		"by.":             {"patient", "representative", "worker"},
		"referrals.lead.": {string(referrals.Inbox), string(referrals.SentBox)},
		"settled.": {string(referrals.SettledConfirmed), string(referrals.SettledSucceeded), string(referrals.SettledNeedClosed),
			string(referrals.SettledNotReached), string(referrals.SettledMistake)},
		"directory.mean.": {"service", "organization", "need"},
	}
	for _, f := range consentFields {
		families["field."] = append(families["field."], string(f))
		families["field-hint."] = append(families["field-hint."], string(f))
	}
	for _, k := range []accounts.Kind{accounts.Care, accounts.Agency, accounts.Network} {
		for _, family := range []string{"kind.", "kind-hint.", "organizations."} {
			families[family] = append(families[family], string(k))
		}
	}
	for _, d := range directory.Domains() {
		families["domain."] = append(families["domain."], d.Code)
	}
	for _, tab := range []string{tabOurs, tabOverdue, tabTheirs} {
		families["tab."] = append(families["tab."], tab+"."+string(referrals.Sender), tab+"."+string(referrals.Agency))
	}
	for _, z := range zones {
		families[""] = append(families[""], z.key)
	}
	for _, key := range moveHints {
		families[""] = append(families[""], key)
	}
	for family, codes := range families {
		for _, code := range codes {
			if !l.Has(family + code) {
				t.Errorf("no words for %s%s", family, code)
			}
		}
	}
	if got, want := len(consentFields), 5; got != want {
		t.Errorf("the consent asks for %d groups of data, want %d", got, want)
	}
}

func TestWebAddress(t *testing.T) {
	tests := map[string]string{
		"https://food.example.org": "https://food.example.org", "HTTP://food.example.org": "HTTP://food.example.org", "food.example.org/x": "https://food.example.org/x",
		"": "", "javascript:alert(1)": "", "data:text/html,x": "", "call us": "",
	}
	for in, want := range tests {
		if got := webAddress(in); got != want {
			t.Errorf("webAddress(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCallAddress(t *testing.T) {
	for in, want := range map[string]string{"+1 (415) 555-0123": "tel:+14155550123", "1-800-799-7233": "tel:18007997233"} {
		if got := callAddress(in); got != want {
			t.Errorf("callAddress(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestPrivateNeedIsNotNamedOpenly looks at the page of a referral about
// violence: its topic stands only where it must be asked for.
func TestPrivateNeedIsNotNamedOpenly(t *testing.T) {
	for _, role := range []identity.Role{identity.CHW, identity.AgencyStaff} {
		r := sampleReferral(referrals.Accepted)
		r.Need.Topic, r.Need.Domain = "safety", "intimate-partner-violence"
		p := samplePage(t, role, "/referrals/r1", "referral.title")
		_, ours := boxOf(p)
		row := referralListRow(p.Locale, r, ours, sampleTopic)
		if row.Need != "Private topic" {
			t.Errorf("a list names the private need %q", row.Need)
		}
		named := false
		for _, n := range elements(t, renderHTML(t, referralPage(referralView(p, p.form(), r, sampleTopic))))["p"] {
			if text(n) == "Safety" {
				named = named || inside(n, "details")
				if !inside(n, "details") {
					t.Errorf("the page of a %s names a private need openly", role)
				}
			}
		}
		if !named {
			t.Errorf("the page of a %s does not say on request which need it is", role)
		}
	}
}
