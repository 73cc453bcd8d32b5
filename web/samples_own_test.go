package web

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// ownSample is the frame of a patient's own page.
func ownSample(t testing.TB, path, title string) SelfPage {
	p := SelfPage{Page: samplePage(t, "", path, title), Exit: "https://www.weather.gov", Switch: "/language", Root: ownPath}
	p.Actor = identity.Actor{ID: "p1", Role: identity.PatientRole, PatientID: "p1", OrganizationID: "clinic"}
	p.Token, p.Organization = "token", "Ridgeline Community Health"
	return p
}

// ownReferrals are one of each state that a patient may see.
func ownReferrals() []referrals.Own {
	one := func(id string, status referrals.Status, party referrals.Party, days int) referrals.Own {
		return referrals.Own{
			ID: id, Version: 1, Need: referrals.NeedRef{ID: "n1", Topic: "food", Domain: "food-insecurity"}, Status: status,
			Service: referrals.Ref{ID: "s1", Name: "Weekly pantry"}, Agency: referrals.Ref{ID: "bank", Name: "Harbor Food Bank"}, ConsentID: "c1",
			Turn: &referrals.Turn{Party: party, Since: sampleNow, Due: sampleNow.AddDate(0, 0, days)}, CanWithdraw: status.Active(),
			CreatedAt: sampleNow.AddDate(0, 0, -3), ChangedAt: sampleNow,
		}
	}
	asked := one("r1", referrals.Completed, referrals.Sender, 5)
	asked.CanAnswer = true
	waits := one("r3", referrals.OnHold, referrals.Agency, 20)
	waits.Waitlist, waits.Reason = &referrals.Waitlist{Position: 4, Length: 9, Since: sampleNow}, "waitlist"
	declined := one("r4", referrals.Rejected, referrals.Sender, 2)
	declined.Reason, declined.Person = "no-capacity", "Your worker looks for another place for you."
	back := one("r5", referrals.Cancelled, referrals.Sender, 2)
	back.Reason = "withdrawn"
	over := one("r6", referrals.Completed, referrals.Sender, 0)
	over.Turn, over.Settled = nil, referrals.SettledConfirmed
	over.Answered = &referrals.Confirmation{Received: referrals.ReceivedYes, NeedResolved: new(true), By: "patient"}
	given := one("r7", referrals.Requested, referrals.Agency, 2)
	given.LogOnly = true
	return []referrals.Own{
		asked, one("r2", referrals.Requested, referrals.Agency, 2), one("r8", referrals.Acknowledged, referrals.Agency, -1),
		one("r9", referrals.Accepted, referrals.Agency, 4), one("r10", referrals.InProgress, referrals.Agency, 9), waits, declined,
		one("r11", referrals.Failed, referrals.Sender, -1), back, over, given,
	}
}

func sampleOwnHome(p SelfPage) OwnHomeView {
	v := OwnHomeView{SelfPage: p, Form: p.form().With(onceField, "k"), Letters: 2}
	for _, r := range ownReferrals() {
		card := ownCardOf(p.Locale, r, sampleTopic)
		card.Call, card.Number = callAddress("+14155550133"), p.Phone("+14155550133")
		switch {
		case r.CanAnswer:
			v.Asked = &card
		case r.Settled != "" || r.LogOnly:
			v.Over = append(v.Over, card)
		default:
			v.Open = append(v.Open, card)
		}
	}
	return v
}

func sampleLetters() []referrals.Letter {
	return []referrals.Letter{
		{At: sampleNow.AddDate(0, 0, -1), By: "Patient", FromPatient: true, Text: "When do they call me?", SeenAt: sampleNow},
		{At: sampleNow, By: "Rosa Vega", Text: "They call on Friday, after five."},
	}
}

func sampleOwnConsent(p SelfPage) OwnConsentView {
	c := sampleConsent()
	names := map[string]string{"bank": "Harbor Food Bank"}
	v := ownConsentView(p, referrals.OwnConsent{Consent: c, Shares: []referrals.Share{{
		ReferralID: "r1", Agency: referrals.Ref{ID: "bank", Name: "Harbor Food Bank"}, SentAt: sampleNow,
		Fields: []referrals.Field{referrals.FieldContact, referrals.FieldNeed}, Times: 2, LastSeen: sampleNow,
	}}}, names)
	patient := patients.Patient{Meta: docstore.Meta{ID: "p1"}, GivenName: "Maria", FamilyName: "Santos"}
	if text, ok := consentText(sampleTheirs(p.Page), p.Organization, patient, names, c); ok {
		v.Text = &text
	}
	v.Stops = []string{"Harbor Food Bank"}
	return v
}

func sampleOwnCopy(t testing.TB, p SelfPage) OwnCopyView {
	v := OwnCopyView{SelfPage: p, Name: "Maria Santos", Made: p.At(sampleNow), Letters: letterRows(p.Locale, sampleLetters(), true)}
	v.About = patientView(p.Page, sampleRecord()).About
	v.Needs = []LinkRow{{Title: "Food", Tag: p.T("need.wanted"), Meta: p.T("need.since", "date", p.Date(sampleNow))}}
	for _, r := range ownReferrals()[:2] {
		v.Referrals = append(v.Referrals, OwnCopyReferral{ownCardOf(p.Locale, r, sampleTopic), "Mornings are best."})
	}
	q := screening.Question{LinkID: "/q", Text: "How often did food run out?", Type: screening.Choice, Options: []screening.Option{{Code: "often", Display: "Often true"}}}
	v.Answers = []OwnCopyAnswers{{Title: "Essentials", When: p.At(sampleNow), Sections: []AnswerSection{{
		Title: "Food", Rows: []SummaryRow{answerRow(p.Locale, q, screening.Codes("often"))},
	}}}}
	v.Consents = []OwnConsentView{sampleOwnConsent(p)}
	v.Access = sampleAccess(p.Page).Rows
	return v
}

// ownSamples are a patient's own pages, and those by which a worker leads there.
func ownSamples(t testing.TB) map[string]templ.Component {
	start := ownSample(t, "/p", "own.title")
	home := ownSample(t, "/p/home", "own.title")
	said := home
	said.Notice = home.T("own.notice-answered")
	cards := ownReferrals()
	one := ownSample(t, "/p/referrals/r2", "own.one")
	wrong := one
	wrong.Invalid = true
	refused := one.form().With(onceField, "k")
	refused.Problems = []Problem{{Field: "answer", Text: one.Sentence("Choose one of the answers.")}}
	changed := one.form()
	changed.Problems = []Problem{{Text: one.T("own.changed")}}
	letters := ownSample(t, "/p/letters", "own.letters")
	consents := ownSample(t, "/p/consents", "own.consents")
	consent := ownSample(t, "/p/consents/c1", "own.consent")
	access := ownSample(t, "/p/access", "own.access")
	copied := ownSample(t, "/p/copy", "own.copy")
	worker := samplePage(t, identity.CHW, "/patients/p1/letters", "letters.title")
	link := samplePage(t, identity.CHW, "/patients/p1/links/own", "own-link.title")
	proofs := []Option{{Value: "pin", Label: link.T("offer.pin-choice"), Hint: link.T("offer.pin-choice-hint")}, {Value: "text", Label: link.T("offer.text-choice", "phone", "(415) 555-0123")}}
	made := []LinkRow{{Title: link.T("link.kind-own-pages"), Meta: link.T("link.made", "at", link.At(sampleNow)), Tag: linkState(link.Locale, links.Link{Kind: links.OwnPages}, links.Answering), Tone: Info, Href: "/patients/p1/links/l1"}}
	row := consentRow(consents.Locale, sampleConsent(), map[string]string{"bank": "Harbor Food Bank"})
	row.Href = "/p/consents/c1"
	return map[string]templ.Component{
		"own-start":        selfStartPage(SelfStartView{start, start.form()}),
		"own-pin":          selfPINPage(SelfPINView{SelfPage: start, Form: start.form()}),
		"own-home":         ownHomePage(sampleOwnHome(home)),
		"own-home-empty":   ownHomePage(OwnHomeView{SelfPage: said, Form: home.form()}),
		"own-asked":        ownReferralPage(OwnReferralView{one, one.form().With(onceField, "k"), ownCardOf(one.Locale, cards[0], sampleTopic), "Mornings are best."}),
		"own-asked-wrong":  ownReferralPage(OwnReferralView{wrong, refused, ownCardOf(one.Locale, cards[0], sampleTopic), ""}),
		"own-referral":     ownReferralPage(OwnReferralView{one, one.form(), ownCardOf(one.Locale, cards[1], sampleTopic), ""}),
		"own-changed":      ownReferralPage(OwnReferralView{one, changed, ownCardOf(one.Locale, cards[8], sampleTopic), ""}),
		"own-over":         ownReferralPage(OwnReferralView{one, one.form(), ownCardOf(one.Locale, cards[9], sampleTopic), ""}),
		"own-withdraw":     ownWithdrawPage(OwnReferralView{one, one.form(), ownCardOf(one.Locale, cards[1], sampleTopic), ""}),
		"own-letters":      ownLettersPage(OwnLettersView{letters, letters.form().With(onceField, "k"), letterRows(letters.Locale, sampleLetters(), true)}),
		"own-letters-none": ownLettersPage(OwnLettersView{letters, letters.form(), nil}),
		"own-consents":     ownConsentsPage(OwnConsentsView{consents, []LinkRow{row}}),
		"own-consents-no":  ownConsentsPage(OwnConsentsView{consents, nil}),
		"own-consent":      ownConsentPage(sampleOwnConsent(consent)),
		"own-consent-end":  ownConsentEndPage(sampleOwnConsent(consent)),
		"own-access":       ownAccessPage(OwnAccessView{access, sampleAccess(access.Page).Rows, Pager{Status: "5 entries"}}),
		"own-access-none":  ownAccessPage(OwnAccessView{SelfPage: access}),
		"own-copy":         ownCopyPage(sampleOwnCopy(t, copied)),
		"patient-letters":  patientLettersPage(PatientLettersView{Page: worker, Form: worker.form().With(onceField, "k"), Name: "Maria Santos", ID: "p1", Rows: letterRows(worker.Locale, sampleLetters(), false), Links: made, Waits: true}),
		"patient-letters0": patientLettersPage(PatientLettersView{Page: worker, Form: worker.form(), Name: "Maria Santos", ID: "p1"}),
		"own-link":         ownLinkPage(OwnLinkView{Page: link, Form: link.form().With("proof", "pin"), ID: "p1", Name: "Maria Santos", Languages: languageChoicesOf(pageLanguages), Proofs: proofs, Links: made}),
	}
}
