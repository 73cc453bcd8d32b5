package web

import (
	"encoding/json"
	"slices"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/consenttext"
	"github.com/havenloop/havenloop/screening"
)

// ConsentText is what is read to the person, in the language of the consent.
type ConsentText struct {
	consenttext.Text
	Dir string
	// Interpreted tells that the consent was asked in a language without a text.
	Interpreted string
	// Patient and Signer are named where it is signed.
	Patient, Signer string
	// Paper tells that it is to be signed on paper.
	Paper bool
}

// consentText puts a consent into the words of its version, as the person hears
// them. theirs tells words in the language of a text; from is the care
// organization, agencies has the names of those that the consent may name.
// There is none for a version that is not ours.
func consentText(theirs func(tag string) *Locale, from string, patient patients.Patient, agencies map[string]string, c referrals.Consent) (ConsentText, bool) {
	l := theirs(consenttext.Language(c.TextVersion, c.Language))
	f := consenttext.Facts{
		From: l.isolate(from), Patient: l.isolate(fullName(patient)), Part2: patient.Part2,
		Violence: slices.ContainsFunc(c.Needs, referrals.Violence),
	}
	if c.Recipients.Class == "" {
		for _, id := range c.Recipients.OrganizationIDs {
			f.Who = append(f.Who, l.isolate(agencies[id]))
		}
	}
	about := make([]string, len(c.Needs))
	for i, d := range c.Needs {
		about[i] = l.T("domain." + d)
	}
	f.Needs = []string{consentAbout(l, c, about)}
	for _, field := range consentFields {
		if c.Shares(field) {
			f.Fields = append(f.Fields, string(field))
		}
	}
	if c.ExpiresOn != "" {
		f.Until = l.Day(c.ExpiresOn)
	}
	text, ok := consenttext.For(c.TextVersion, c.Language, f)
	t := ConsentText{Text: text, Dir: l.Dir, Patient: fullName(patient), Signer: c.Signer.Name, Paper: c.Method == referrals.Written}
	if text.Language != c.Language {
		t.Interpreted = languageName(c.Language)
	}
	return t, ok
}

// offlineConsent gives the words of the latest version to a device, with the
// names of needs, by language. theirs tells words in another language.
func offlineConsent(theirs func(tag string) *Locale) string {
	type text struct {
		Words   json.RawMessage   `json:"words"`
		Domains map[string]string `json:"domains"`
	}
	texts := map[string]text{}
	for tag, words := range consenttext.Files(consenttext.Latest) {
		l, t := theirs(tag), text{Words: words, Domains: map[string]string{}}
		for _, d := range screening.Domains() {
			if !referrals.Violence(d) {
				t.Domains[d] = l.T("domain." + d)
			}
		}
		texts[tag] = t
	}
	return marshal(map[string]any{"version": consenttext.Latest, "texts": texts})
}

// in tells words in another language, at the same instant and place.
func (h *Handlers) in(p Page) func(tag string) *Locale {
	return func(tag string) *Locale { return h.words.For(p.Now, p.Zone, tag) }
}
