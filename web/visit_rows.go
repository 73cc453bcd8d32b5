package web

import (
	"maps"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/visits"
)

// rows tell what was collected in a part.
func (m mending) rows(part string) []SummaryRow {
	show := map[string]func() []SummaryRow{
		referrals.VisitPartPatient: m.patientRows, referrals.VisitPartScreening: m.screeningRows, referrals.VisitPartWanted: m.wantedRows,
		referrals.VisitPartConsent: m.consentRows, referrals.VisitPartReferral: m.referralRows,
	}[part]
	if show == nil || !m.visit.Readable() {
		return nil
	}
	return slices.DeleteFunc(show(), func(r SummaryRow) bool { return len(filled(r.Values...)) == 0 })
}

func (m mending) patientRows() []SummaryRow {
	l, p := m.page.Locale, m.visit.Collected.Patient
	return []SummaryRow{
		{Label: l.T("visit.name"), Values: []string{strings.TrimSpace(p.GivenName + " " + p.FamilyName)}},
		{Label: l.T("patients.birth-date"), Values: []string{l.Day(p.BirthDate)}},
		{Label: l.T("patients.phone"), Values: []string{phoneText(p.Phone)}},
		{Label: l.T("patient.address"), Values: []string{joined(l, p.Address.Line, p.Address.City, p.Address.State, p.Address.PostalCode)}},
	}
}

func (m mending) screeningRows() []SummaryRow {
	l, s := m.page.Locale, m.visit.Collected.Screening
	if s == nil {
		return nil
	}
	out := []SummaryRow{{Label: l.T("visit.instrument"), Values: []string{s.Instrument}}}
	if !s.AnsweredAt.IsZero() {
		out = append(out, SummaryRow{Label: l.T("visit.answered"), Values: []string{l.At(s.AnsweredAt)}})
	}
	if m.instrument == nil {
		for _, linkID := range slices.Sorted(maps.Keys(s.Answers)) {
			out = append(out, SummaryRow{Label: linkID, Values: s.Answers[linkID].Codes()})
		}
		return out
	}
	out[0].Values = []string{m.instrument.Title}
	for _, q := range m.questions {
		a, ok := s.Answers[q.LinkID]
		if !ok {
			continue
		}
		row := SummaryRow{Label: q.Text, Values: answerRow(l, q, a).Values}
		if m.topic.private(q.Topic) {
			row.Label, row.Private = l.T("visit.private"), q.Text
		}
		out = append(out, row)
	}
	return out
}

func (m mending) wantedRows() []SummaryRow {
	l := m.page.Locale
	var out []SummaryRow
	for _, topic := range slices.Sorted(maps.Keys(m.visit.Collected.Wanted)) {
		says := l.T("visit.wants-not")
		if m.visit.Collected.Wanted[topic] {
			says = l.T("visit.wants")
		}
		row := SummaryRow{Label: m.topic.name(l, topic), Values: []string{says}}
		if m.topic.private(topic) {
			row.Label, row.Private = l.T("visit.private"), m.topic.name(l, topic)
		}
		out = append(out, row)
	}
	return out
}

func (m mending) consentRows() []SummaryRow {
	l, c := m.page.Locale, m.visit.Collected.Consent
	if c == nil {
		return nil
	}
	needs := make([]string, 0, len(c.Needs))
	for _, d := range c.Needs {
		if key := "domain." + d; l.Has(key) {
			needs = append(needs, l.T(key))
			continue
		}
		needs = append(needs, d)
	}
	return []SummaryRow{
		{Label: l.T("visit.consent-about"), Values: []string{strings.Join(needs, l.T("list.comma"))}},
		{Label: l.T("visit.consent-what"), Values: []string{fieldList(l, c.Fields)}},
		{Label: l.T("visit.consent-by"), Values: []string{joined(l, c.Signer.Name, c.Signer.Relationship)}},
		{Label: l.T("visit.consent-until"), Values: []string{l.Day(c.ExpiresOn)}},
	}
}

func (m mending) referralRows() []SummaryRow {
	l, r := m.page.Locale, m.visit.Collected.Referral
	if r == nil {
		return nil
	}
	names := make([]string, 0, len(r.ServiceIDs))
	for _, id := range r.ServiceIDs {
		if s, ok := m.services[id]; ok {
			names = append(names, joined(l, s.Name, s.Organization))
		}
	}
	return []SummaryRow{
		{Label: l.T("visit.need"), Values: []string{m.topic.name(l, r.Topic)}},
		{Label: l.T("visit.service"), Values: names},
		{Label: l.T("visit.note"), Values: []string{r.Note}},
	}
}

// problem tells what is wrong, with the words for the entry it is about.
func (m mending) problem(part string, w visits.ProblemView) string {
	l := m.page.Locale
	text := l.Sentence(w.Problem.Format, w.Problem.Words()...)
	about := ""
	if linkID, ok := strings.CutPrefix(w.Field, "answers."); ok {
		about = linkID
		for _, q := range m.questions {
			if q.LinkID == linkID {
				about = q.Text
				if m.topic.private(q.Topic) {
					about = l.T("visit.private")
				}
			}
		}
	} else if topic, ok := strings.CutPrefix(w.Field, "wanted."); ok {
		about = m.topic.name(l, topic)
		if m.topic.private(topic) {
			about = l.T("visit.private")
		}
	} else if part == visits.PartVisit {
		about = w.Field
	}
	if about == "" {
		return text
	}
	return l.T("visit.about", "what", about, "text", text)
}

// differences are what the visit says of the patient otherwise than the record.
func (m mending) differences() []SummaryRow {
	l := m.page.Locale
	if m.visit.Now == nil {
		return nil
	}
	was := m.visit.Now.Patient
	wants := m.visit.Collected.Patient.Over(was)
	address := func(p patients.Patient) string {
		return joined(l, p.Address.Line, p.Address.City, p.Address.State, p.Address.PostalCode)
	}
	var out []SummaryRow
	for _, row := range []struct{ label, now, visit string }{
		{l.T("visit.name"), fullName(was), fullName(wants)},
		{l.T("patients.birth-date"), l.Day(was.BirthDate), l.Day(wants.BirthDate)},
		{l.T("patients.phone"), phoneText(was.Phone), phoneText(wants.Phone)},
		{l.T("register.email"), was.Email, wants.Email},
		{l.T("patient.address"), address(was), address(wants)},
		{l.T("patient.spoken"), languageName(was.Languages.Spoken), languageName(wants.Languages.Spoken)},
	} {
		if row.now != row.visit {
			out = append(out, SummaryRow{Label: row.label, Values: []string{
				l.T("visit.now", "text", row.now), l.T("visit.then", "text", row.visit),
			}})
		}
	}
	return out
}
