package web

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// needsSamples renders the pages about needs, screening again and the
// network's settings.
func needsSamples(t testing.TB) map[string]templ.Component {
	as := func(role identity.Role, path, title string) Page { return samplePage(t, role, path, title) }
	due := as(identity.CHW, screening.DuePath, "rescreen.list")
	put := as(identity.CHW, "/patients/p1", "patient.title")
	off := samplePatient(put)
	r := sampleRescreening(sampleNow.AddDate(0, 0, 3), screening.DueAfterDischarge)
	r.PutOff, r.DischargedOn = &screening.PutOff{Until: "2026-03-12", Reason: "Rests at home", ByName: "Rosa Vega"}, "2026-03-01"
	wrong := put.form().With("do", doPutOff).With("reason", "")
	wrong.Problems = []Problem{{Field: "until", Text: "Choose a day after today."}, {Field: "reason", Text: "Say in a few words why."}}
	off.Page.Invalid, off.Form, off.Next = true, wrong, rescreeningCard(put.Locale, wrong, r)
	result := sampleResult(t)
	result.Changes = changeRows(result.Locale, sampleTopic, []screening.Change{
		{Topic: "food", Kind: screening.ChangeStill, Since: sampleNow.AddDate(0, -1, 0)},
		{Topic: "safety", Kind: screening.ChangeFirst, Private: true},
		{Topic: "transportation", Kind: screening.ChangeGone, Since: sampleNow.AddDate(0, -1, 0), OtherInstrument: true},
	})
	return map[string]templ.Component{
		"due":              duePage(sampleDue(due, 3)),
		"due-nobody":       duePage(sampleDue(due, 0)),
		"patient-put-off":  patientPage(off),
		"need":             needPage(sampleNeedPage(t, "transportation")),
		"need-split-wrong": needPage(sampleSplit(t)),
		"need-private":     needPage(sampleNeedPage(t, "safety")),
		"need-met":         needPage(sampleNeedPage(t, "food")),
		"result-again":     resultPage(result),
		"network":          networkPage(sampleNetwork(as(identity.NetworkAdmin, "/admin/network", "network.settings"), "")),
		"network-wrong":    networkPage(sampleNetwork(as(identity.NetworkAdmin, "/admin/network", "network.settings"), "wrong")),
		"network-conflict": networkPage(sampleNetwork(as(identity.NetworkAdmin, "/admin/network", "network.settings"), "conflict")),
	}
}

func sampleRescreening(at time.Time, why string) screening.Rescreening {
	on := at.Format(time.DateOnly)
	return screening.Rescreening{PatientID: "p1", Due: &screening.Due{On: on, Why: why, From: "2026-02-01"}, DueAt: at}
}

func sampleDue(p Page, n int) DueView {
	v := DueView{Page: p, Mine: true, Tabs: []Tab{{Label: p.T("rescreen.mine"), Href: screening.DuePath, Count: n, Current: true}, {Label: p.T("rescreen.everyone"), Href: screening.DuePath + "?tab=everyone", Count: 9}}}
	rows := []DueRow{
		dueRow(p.Locale, sampleRescreening(sampleNow.AddDate(0, 0, -40), screening.DueAfterPositive), patients.Patient{GivenName: "Maria", FamilyName: "Santos"}),
		dueRow(p.Locale, sampleRescreening(sampleNow.AddDate(0, 0, -1), screening.DueAfterDischarge), patients.Patient{GivenName: "Tomás", FamilyName: "Rivera"}),
		dueRow(p.Locale, sampleRescreening(sampleNow, screening.DueAfterTime), patients.Patient{GivenName: "Bartholomew-Alexander", FamilyName: "Featherstonehaugh-Okonkwo"}),
	}
	v.Rows = rows[:n]
	v.Pager = listPager(p.Locale, screening.DuePath, "c", docstore.Page[screening.Rescreening]{Items: make([]screening.Rescreening, n), Next: "n"}, "rescreen.shown")
	return v
}

func sampleNeedPage(t testing.TB, topic string) NeedView {
	p := samplePage(t, identity.CHW, "/patients/p1/needs/n", "need.title")
	for _, n := range sampleNeeds() {
		if n.Topic != topic {
			continue
		}
		n.History = []screening.NeedChange{
			{At: sampleNow.AddDate(0, -2, 0), ByName: "Rosa Vega", To: screening.NeedOpen, Why: screening.ByScreening, ScreeningID: "s1"},
			{At: sampleNow.AddDate(0, -2, 0), ByName: "Rosa Vega", From: screening.NeedOpen, To: screening.NeedWanted, Why: screening.ByPerson},
			{At: sampleNow.AddDate(0, -1, 0), ByName: "Havenloop", From: screening.NeedWanted, To: screening.NeedInProgress, Why: "referral-sent"},
			{At: sampleNow, ByName: "Rosa Vega", From: screening.NeedInProgress, To: screening.NeedInProgress, Why: screening.NotFoundByScreening, ScreeningID: "s2"},
		}
		if topic == "food" {
			n.Status = screening.NeedMet
			n.History = append(n.History, screening.NeedChange{At: sampleNow, ByName: "Rosa Vega", From: screening.NeedInProgress, To: screening.NeedMet, Why: "referral-confirmed"})
		}
		return needView(p, p.form(), n, "Maria Santos", sampleTopic)
	}
	t.Fatalf("no sample need about %s", topic)
	return NeedView{}
}

func sampleNetwork(p Page, state string) NetworkView {
	stored := network.Defaults()
	stored.Version, stored.ChangedBy, stored.ChangedAt = 3, "Nia Park", sampleNow
	stored.HelpLines[0].Label = map[string]string{"en": "Danger", "es": "Peligro"}
	infos := []screening.Info{{ID: "essentials", Title: "Essentials: food, housing and transportation", Languages: []string{"en", "es"}, Unreviewed: []string{"es"}}}
	f := networkForm(p.form(), stored)
	var theirs []SummaryRow
	switch state {
	case "wrong":
		p.Invalid = true
		f.Problems = []Problem{{Field: lineField(1, "call"), Text: "Write the number with digits, such as 988 or 1-800-555-0123."}}
	case "conflict":
		in, _ := settingsFrom(f.With("afterDays", "90").With(lineField(1, "call"), "1-800-555-0123").With(selfField("essentials"), "es"), stored)
		theirs = differences(p.Locale, in, stored, sampleTopic)
		f.Problems = []Problem{{Text: p.T("network.conflict", "by", "Nia Park", "at", "Today")}}
	}
	return networkView(p, f, stored, infos, theirs, sampleTopic)
}

// sampleSplit is a need that was split before, with a form that was refused.
func sampleSplit(t testing.TB) NeedView {
	v := sampleNeedPage(t, "transportation")
	v.Row.Title = topics(sampleTopic).named(v.Locale, "transportation", "rides to dialysis")
	v.Path, v.Page.Invalid = v.SplitAction, true
	v.Form = v.Form.With("rest", "rides to dialysis")
	v.Form.Problems = []Problem{{Field: "part", Text: v.Sentence("Say in a few words what the new need is about.")}}
	return v
}
