package web

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
)

// sampleVisit is a visit with every part, of which some have problems.
func sampleVisit(t testing.TB, state visits.State, problems map[string][]visits.Problem) visits.View {
	t.Helper()
	yes := true
	v := visits.View{
		Row: visits.Row{
			ID: "v1", Version: 3, State: state, ArrivedAt: sampleNow.Add(-time.Hour), Name: "Lucía Okafor-Reyes",
			SealedBy: referrals.Ref{ID: "u1", Name: "Rosa Vega"}, SentBy: referrals.Ref{ID: "u1", Name: "Rosa Vega"},
		},
		Visit: json.RawMessage(`{}`),
		Collected: referrals.Visit{
			Patient:   referrals.VisitPatient{GivenName: "Lucía", FamilyName: "Okafor-Reyes", BirthDate: "1991-02-03", Phone: "+14155550188"},
			Screening: &referrals.VisitScreening{Instrument: "essentials", Answers: screening.Answers{"/88122-7": screening.Codes("LA28397-0")}},
			Wanted:    map[string]bool{"food": true, "safety": false},
			Consent:   &referrals.VisitConsent{Needs: []string{"food-insecurity"}, Fields: []referrals.Field{referrals.FieldContact}, Signer: referrals.Signer{Name: "Lucía Okafor-Reyes", Relationship: "self"}},
			Referral:  &referrals.VisitReferral{Topic: "food", ServiceIDs: []string{"s1"}, Note: "Mornings are best."},
		},
	}
	for _, part := range append([]string{visits.PartVisit}, referrals.VisitParts()...) {
		p := visits.PartView{Name: part, State: visits.PartDone}
		for _, w := range problems[part] {
			p.State = visits.PartAttention
			p.Problems = append(p.Problems, visits.ProblemView{Field: w.Field, Detail: w.Detail(), Problem: w})
		}
		if part != visits.PartVisit || p.State == visits.PartAttention {
			v.Told, v.Parts = append(v.Told, p), append(v.Parts, visits.Part{Name: part, State: p.State})
		}
	}
	v.Now = &visits.Present{
		Patient: patients.Patient{Meta: docstore.Meta{ID: "p1"}, GivenName: "Lucía", FamilyName: "Okafor", BirthDate: "1991-02-03"},
		Needs:   []screening.Need{{Topic: "food", Status: screening.NeedMet, Wanted: &yes, History: []screening.NeedChange{{At: sampleNow, ByName: "Ana Bell"}}}},
	}
	return v
}

// visitSamples are the pages about visits that came in.
func visitSamples(t testing.TB) map[string]templ.Component {
	p := samplePage(t, identity.CHW, "/visits/v1", "visit.title")
	list := samplePage(t, identity.Supervisor, "/visits", "visits.title")
	library, err := screening.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	show := func(v visits.View, change func(*mending)) templ.Component {
		m := mending{page: p, visit: v, topic: library.Topic, instrument: library.Find("essentials"), services: map[string]ReferService{"s1": {ID: "s1", Name: "Pantry", Organization: "Valley Food Bank", OrganizationID: "o1"}}}
		m.questions, _ = m.instrument.In("en")
		m.known = library.Infos()
		if change != nil {
			change(&m)
		}
		return visitPage(visitView(p, m, m.begin(p.form()), p.form()))
	}
	all := map[string][]visits.Problem{
		visits.PartVisit:             {{Field: "weather", Format: "This entry is not known here. It is left out when you send on."}},
		referrals.VisitPartScreening: {{Field: "answers./88122-7", Format: "This answer is not one of the choices."}, {Field: "answers./0", Format: "This question is not part of the questionnaire."}, {Field: "mode", Format: "Use a short code of small letters, such as in-person or phone."}, {Field: "answeredAt", Format: "The screening cannot be in the future."}, {Field: "instrument", Format: "There is no such questionnaire."}},
		referrals.VisitPartWanted:    {{Field: "wanted.food", Format: "Somebody changed this need after your visit. Look at both and choose."}},
		referrals.VisitPartReferral:  {{Format: "This service is not offered at the moment. Choose another one."}, {Field: "note", Format: "Write at most %d letters.", Args: []any{4000.0}}},
		referrals.VisitPartPatient:   {{Format: "Somebody changed this patient after your visit. Look at both and choose."}},
	}
	alike := sampleVisit(t, visits.Attention, map[string][]visits.Problem{referrals.VisitPartPatient: {{Format: "This may be somebody you know already. Open that patient, or confirm that this is a new one."}}})
	alike.Now, alike.Candidates = nil, []visits.Candidate{{ID: "p2", Name: "Lucia Okafor", BirthDate: "1991-02-03", Phone: "0188"}}
	strange := sampleVisit(t, visits.Attention, nil)
	strange.Hold, strange.Visit, strange.Name, strange.Told = visits.HoldOrganization, nil, "", nil
	aside := sampleVisit(t, visits.Aside, nil)
	aside.Reason, aside.UndoUntil = "It was a test.", sampleNow.AddDate(0, 0, 30)
	unread := sampleVisit(t, visits.Attention, map[string][]visits.Problem{visits.PartVisit: {{Format: "What came in cannot be read. Read it below, write it down again, then set this aside."}}})
	unread.Arrived = `{"patient":`
	rows := []visits.Row{alike.Row, strange.Row, aside.Row}
	view := VisitsView{Page: list, Tabs: []Tab{{Label: "To mend", Href: "/visits?tab=attention", Count: 3, Current: true}}, Pager: Pager{Status: "Showing 3 visits"}}
	for _, r := range rows {
		view.Rows = append(view.Rows, visitRow(list.Locale, "u9", r))
	}
	conflict := p
	conflict.Invalid = false
	m := mending{page: conflict, visit: sampleVisit(t, visits.Done, nil), topic: library.Topic}
	f := conflict.form()
	status, err := f.refuse(&conflict, fault.New(fault.Conflict, "This visit does not wait for you any more. Open it again to see where it stands."), nil)
	if err != nil || status != 409 {
		t.Fatalf("refuse = %d, %v", status, err)
	}
	conflict.Invalid = false
	return map[string]templ.Component{
		"visits":       visitsPage(view),
		"visits-empty": visitsPage(VisitsView{Page: list, Nothing: "Nothing to mend", NothingText: "Visits show up here after your phone has sent them."}),
		"visit-mend":   show(sampleVisit(t, visits.Attention, all), nil),
		"visit-alike": show(alike, func(m *mending) {
			m.found = []patients.Patient{{Meta: docstore.Meta{ID: "p3"}, GivenName: "Lu", FamilyName: "Okafor"}}
		}),
		"visit-consent":  show(sampleVisit(t, visits.Attention, map[string][]visits.Problem{referrals.VisitPartConsent: {{Field: "signer.name", Format: "Write the name of the person who gave consent."}}}), nil),
		"visit-unread":   show(unread, nil),
		"visit-strange":  show(strange, nil),
		"visit-aside":    show(aside, nil),
		"visit-done":     show(sampleVisit(t, visits.Done, nil), nil),
		"visit-conflict": visitPage(visitView(conflict, m, f, conflict.form())),
	}
}
