package web

import (
	"strings"
	"testing"

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
	if after := strings.Count(s.get(patient).body, patient+"/consents/"); after != before {
		t.Errorf("%d consents after refused referrals, want %d as before", after, before)
	}
}
