package web

import (
	"maps"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
)

// parts reads from the form what is put in place of the parts that need
// attention; nil for one that is left out.
func (m mending) parts(f Form) (map[string]any, error) {
	out := map[string]any{}
	var wrong fault.Fields
	for _, p := range m.visit.Told {
		if p.State != visits.PartAttention || p.Name == visits.PartVisit {
			continue
		}
		if f.Value(leaveName(p.Name)) == "yes" {
			out[p.Name] = nil
			continue
		}
		switch p.Name {
		case referrals.VisitPartPatient:
			out[p.Name] = m.readPatient(f, &wrong)
		case referrals.VisitPartScreening:
			out[p.Name] = m.readScreening(f, &wrong)
		case referrals.VisitPartWanted:
			if wanted := m.readWanted(f, &wrong); len(wanted) > 0 {
				out[p.Name] = wanted
			} else {
				out[p.Name] = nil
			}
		case referrals.VisitPartConsent:
			out[p.Name] = m.readConsent(f)
		case referrals.VisitPartReferral:
			out[p.Name] = m.readReferral(f)
		}
	}
	return out, wrong.Err()
}

func (m mending) readPatient(f Form, wrong *fault.Fields) referrals.VisitPatient {
	was := m.visit.Collected.Patient
	if len(m.howPatient().Keep) > 0 {
		switch f.Value(keepField) {
		case keepVisit:
			was.Version = m.visit.Now.Patient.Version
		case keepRecord:
			was = referrals.VisitPatient{ID: was.ID}
		default:
			wrong.Add(keepField, "Choose what holds.")
		}
		return was
	}
	who := f.Value(whoField)
	switch who {
	case "":
		wrong.Add(whoField, "Choose who it is.")
	case whoNew:
	default:
		return referrals.VisitPatient{ID: who}
	}
	p := patientFrom(f, patients.Patient{Representatives: was.Representatives})
	return referrals.VisitPatient{
		GivenName: p.GivenName, FamilyName: p.FamilyName, BirthDate: p.BirthDate, Phone: p.Phone, Email: p.Email,
		Address: p.Address, Languages: p.Languages, Contact: p.Contact, Representatives: p.Representatives,
		ConfirmNew: was.ConfirmNew || len(m.visit.Candidates) > 0,
	}
}

func (m mending) readScreening(f Form, wrong *fault.Fields) referrals.VisitScreening {
	was := *m.visit.Collected.Screening
	was.Answers = maps.Clone(was.Answers)
	for _, w := range m.visit.Problems(referrals.VisitPartScreening) {
		linkID, answer := strings.CutPrefix(w.Field, "answers.")
		switch {
		case answer:
			m.readAnswer(f, linkID, was.Answers, wrong)
		case w.Field == instrumentKey:
			was.Instrument = f.Value(instrumentKey)
		case w.Field == "answeredAt" && f.Value(arrivalField) == "yes":
			was.AnsweredAt = m.visit.ArrivedAt
		case screeningEntries[w.Field] != nil:
			*screeningEntries[w.Field](&was) = f.Value(entryName("screening", w.Field))
		}
	}
	return was
}

// readAnswer puts the answer to a question in place of the one that is wrong.
func (m mending) readAnswer(f Form, linkID string, answers screening.Answers, wrong *fault.Fields) {
	values := filled(slices.Concat(f.Values[answerName(linkID)+":none"], f.Values[answerName(linkID)])...)
	if slices.Contains(values, leaveAnswer) {
		delete(answers, linkID)
		return
	}
	for _, q := range m.questions {
		if q.LinkID != linkID {
			continue
		}
		a, ok := visitAnswer(q, values)
		if !ok {
			wrong.Add(answerName(linkID), "Answer this question.")
			return
		}
		answers[linkID] = a
		return
	}
	wrong.Add(answerName(linkID), "This question is not part of the questionnaire. Leave it out.")
}

func (m mending) readWanted(f Form, wrong *fault.Fields) map[string]bool {
	out := maps.Clone(m.visit.Collected.Wanted)
	for _, g := range m.howWanted().Wanted {
		topic := strings.TrimPrefix(g.Name, "wanted.")
		switch f.Value(g.Name) {
		case "yes":
			out[topic] = true
		case "no":
			out[topic] = false
		case keepNow:
			delete(out, topic)
		default:
			wrong.Add(g.Name, "Choose what holds.")
		}
	}
	return out
}

func (m mending) readConsent(f Form) referrals.VisitConsent {
	c := m.refer().consent(f)
	out := referrals.VisitConsent{
		Recipients: c.Recipients, Needs: c.Needs, Fields: c.Fields, Method: c.Method,
		Signer: c.Signer, Language: c.Language, TextVersion: c.TextVersion, ExpiresOn: c.ExpiresOn,
	}
	if was := m.visit.Collected.Consent; was != nil {
		out.Needs = was.Needs
		if c.Recipients.Class == "" && len(c.Recipients.OrganizationIDs) == 0 {
			out.Recipients.OrganizationIDs = was.Recipients.OrganizationIDs
		}
	}
	return out
}

func (m mending) readReferral(f Form) referrals.VisitReferral {
	out := *m.visit.Collected.Referral
	if s := f.Value(serviceField); s != "" {
		out.ServiceIDs = []string{s}
	}
	if c := f.Value("consent"); c != "" {
		out.ConsentID = c
	}
	if m.howReferral().Note {
		out.Note = f.Value("note")
	}
	return out
}
