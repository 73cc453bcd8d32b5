package web

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/seed"
)

// TestReferralRefusedBeforeConsent: nobody is asked to agree to what is then
// not sent, and no consent is recorded for it.
func TestReferralRefusedBeforeConsent(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	patient, matches := s.matchesOf(t)
	address := strings.TrimSuffix(matches.path, "/matches") + "/refer"
	before := strings.Count(s.get(patient).body, patient+"/consents/")

	s.get(address).shows(t, 200, "No service was chosen.")
	s.get(address+"?service="+seed.ID("valley-food-bank/pantry")+"&service="+seed.ID("valley-food-bank/calfresh")).
		shows(t, 422, "Choose one service of each agency.")
	form := s.get(address+"?service="+seed.ID("valley-food-bank/pantry")).shows(t, 200, "New consent")
	s.send(form, address, "step", stepReview, "note", strings.Repeat("x", 5000)).shows(t, 400, "Write at most 4000 letters.")
	s.send(form, address, "step", stepReview, "expiresOn-month", "2", "expiresOn-day", "31").shows(t, 400, "Enter a last day that exists, as month, day and year")
	if after := strings.Count(s.get(patient).body, patient+"/consents/"); after != before {
		t.Errorf("%d consents after refused referrals, want %d as before", after, before)
	}
}

// TestNextBestIsShort: a referral proposes a few services; the link to all
// still replaces it.
func TestNextBestIsShort(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	_, matches := s.matchesOf(t)
	if n := strings.Count(matches.body, `class="card service"`); n <= nextMost {
		t.Fatalf("the need has %d matches; the test needs more than %d", n, nextMost)
	}
	id := s.referred(t, matches, "valley-food-bank/pantry").address()
	s.as("harris")
	s.sendForm(s.get(id), id+"/moves", "to", "rejected", "rejected.reason", "no-capacity")
	s.as("vega")
	v := s.get(id)
	if n := strings.Count(v.body, `class="card service"`); n != nextMost {
		t.Errorf("the referral proposes %d services, want %d", n, nextMost)
	}
	all := s.get(v.link(t, "See all services that fit")).shows(t, 200, "services that fit")
	refer := s.get(all.link(t, "Refer here")).shows(t, 200, "Refer to")
	review := s.send(refer, refer.address(), "step", stepReview).shows(t, 200, "Check before you send")
	s.send(review, refer.address(), "step", stepSend).shows(t, 200, "The referral is sent.")
	s.get(id).shows(t, 200, "Another referral took its place.")
}

func TestReasonsAreSentences(t *testing.T) {
	l := newSite(t).h.words.For(time.Now(), time.UTC, "en")
	got := reasonTexts(l, []directory.Reason{{Format: "Call first."}, {Format: "There are rules: %s", Args: []any{"families"}}, {Format: "请先打电话。"}})
	if want := []string{"Call first.", "There are rules: families.", "请先打电话。"}; !slices.Equal(got, want) {
		t.Errorf("reasonTexts = %q, want %q", got, want)
	}
}
