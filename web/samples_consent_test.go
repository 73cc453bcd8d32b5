package web

import (
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

// sampleConsentEnded is one that was withdrawn after it had been used.
func sampleConsentEnded(p Page) ConsentView {
	c := sampleConsent()
	c.Status, c.EndedAt = referrals.ConsentRevoked, sampleNow
	c.Method, c.Signature.TypedName = referrals.Electronic, "Maria Santos"
	patient := patients.Patient{Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos", Part2: true}
	names := map[string]string{"bank": "Harbor Food Bank"}
	v := consentView(p, p.form(), patient, c, names)
	v.Shared = sampleConsentPage(p).Shared
	if text, ok := consentText(sampleTheirs(p), p.Organization, patient, names, c); ok {
		v.Text = &text
	}
	return v
}

// sampleConsentPaper is one on paper, whose page somebody tries to add.
func sampleConsentPaper(p Page) ConsentView {
	c := sampleConsent()
	c.Method = referrals.Written
	c.Signature = referrals.Signature{FileID: "f2", Earlier: []referrals.EarlierPage{{FileID: "f1", At: sampleNow, By: "Rosa Vega"}}}
	f := p.form()
	p.Invalid = true
	f.Problems = []Problem{{Field: "page", Text: p.Sentence("This file is too large. Choose one of at most %d MB.", 10)}}
	return consentView(p, f, patients.Patient{Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos"}, c, map[string]string{"bank": "Harbor Food Bank"})
}

// sampleReferSign is the review of a consent given on the device, before the
// name was typed rightly.
func sampleReferSign(p Page) ReferView {
	r := sampleReferring(p, false)
	f := r.begin(p.form()).With("consent", newConsent).With("method", string(referrals.Electronic)).With("language", "so").With(signatureField, "Rosa")
	r.unsigned(&f)
	r.page.Invalid = true
	return reviewView(r, f)
}

func sampleAccess(p Page) AccessView {
	clinic := accounts.Organization{Meta: docstore.Meta{ID: "clinic"}, Name: "Ridgeline Community Health", Kind: accounts.Care}
	bank := accounts.Organization{Meta: docstore.Meta{ID: "bank"}, Name: "Harbor Food Bank", Kind: accounts.Agency}
	orgs := map[string]accounts.Organization{"clinic": clinic, "bank": bank}
	v := AccessView{Page: p, Name: "Maria Santos", Leave: "/patients/p1", Pager: Pager{Status: "5 entries"}}
	for _, e := range []audit.Entry{
		{ActorID: "u1", ActorName: "Rosa Vega", Role: identity.CHW, OrganizationIDs: []string{"clinic"}, Action: "patient.read"},
		{ActorID: "u2", ActorName: "Paula Price", Role: identity.AgencyStaff, OrganizationIDs: []string{"bank"}, Action: "referral.read"},
		{ActorID: "u3", OrganizationIDs: []string{"bank"}, Action: "referral.moved", EventID: "e"},
		{Action: "consent.ended", EventID: "e"},
		{ActorID: "p1", PatientID: "p1", Role: identity.PatientRole, Action: "link.unlocked"},
	} {
		row := AccessRow{What: accessWhat(p.Locale, e.Action), When: p.At(sampleNow)}
		row.Who, row.Why = accessWho(p.Locale, e, orgs)
		v.Rows = append(v.Rows, row)
	}
	v.Rows[0].Times = p.T("access.times", "count", 3)
	return v
}
