package referrals

import (
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// view makes what v sees of r. patient and answers may be nil; then they are left out.
func (v viewer) view(r Referral, patient *patients.Patient, answers screening.Answers, now time.Time) View {
	if v.withheld == withheldConsent {
		return withdrawn(r)
	}
	out := View{
		ID: r.ID, Status: r.Status, Label: r.Status.Label(), Version: r.Revision,
		Service: r.Service, ServiceName: r.Service.Name,
		OrganizationID: r.Agency.ID, OrganizationName: r.Agency.Name, SenderOrganization: r.Sender, Worker: r.Worker,
		RequestID: r.RequestID, Priority: r.Priority, Withheld: v.withheld,
		Turn: r.Turn, Settled: r.Settlement != nil, Reason: r.Reason,
		Outcome: r.Outcome, OutcomeText: r.Outcome.Label(), Moves: []MoveOption{},
		History: v.history(r), Measures: v.measures(r.Measures), CreatedAt: r.CreatedAt,
		LogOnly: r.LogOnly,
	}
	meaning := Meaning(r.Outcome, r.Reason)
	out.Means, out.Person = meaning.Means, meaning.Person
	if r.Turn != nil {
		out.Overdue, out.Expected = now.After(r.Turn.Due), Expected(r.Status)
	}
	if r.Settlement != nil {
		out.As = r.Settlement.As
	}
	if v.fields(FieldNotes) {
		out.Note = r.Note
	}
	if v.fields(FieldNeed) {
		out.Need = &NeedView{ID: r.Need.ID, Topic: r.Need.Topic, Part: r.Need.Part, Domain: r.Need.Domain, Urgent: r.Need.Urgent}
		if v.fields(FieldAnswers) {
			out.Need.Answers = answers
		}
	}
	if patient != nil {
		out.Patient, out.Part2 = v.patient(*patient), patient.Part2
	}
	if v.actor.May(permissions[v.party]) {
		out.Moves = options(r.Status, v.party)
		out.CanMessage = v.withheld == "" && r.Status != Draft && !r.LogOnly && (r.RequestID == "" || r.everAccepted())
		out.CanNote = true
	}
	if until := r.takeBackUntil(); v.party == Agency && v.actor.May(permissions[Agency]) && now.Before(until) {
		out.TakeBackUntil = until
	}
	if v.party == Agency && v.withheld == "" {
		c := v.consent
		out.Scope = &Scope{Fields: c.Fields, GivenAt: c.GivenAt, Method: c.Method, ExpiresOn: c.ExpiresOn}
	}
	if o := r.Onward; o != nil && (v.party == Sender || o.Party == v.party) {
		out.Onward = &SentOn{o.Service, o.Agency}
	}
	if v.party == Sender {
		out.ConsentID, out.Succeeds = r.ConsentID, r.Succeeds
		out.Confirmation, out.Tries, out.Escalation = r.Confirmation, r.Tries, r.Escalation
		out.CanConfirm = r.mayConfirm() && v.actor.May(permissions[Sender])
		if r.Settlement != nil {
			out.SucceededBy = r.Settlement.SucceededBy
		} else {
			out.Next = r.Outcome.Next()
		}
	}
	return out
}

// withdrawn is what an agency keeps of a referral without consent: id and dates.
func withdrawn(r Referral) View {
	return View{
		ID: r.ID, Status: Withdrawn, Label: Withdrawn.Label(), Version: r.Revision, OrganizationID: r.Agency.ID,
		Withheld: withheldConsent, Settled: true, Moves: []MoveOption{}, History: []Step{}, CreatedAt: r.CreatedAt,
	}
}

// patient picks what v may see; nil when that is nothing.
func (v viewer) patient(p patients.Patient) *PatientView {
	identity, contact := v.fields(FieldIdentity), v.fields(FieldContact)
	if !identity && !contact {
		return nil
	}
	out := &PatientView{ID: p.ID}
	if identity {
		out.GivenName, out.FamilyName, out.BirthDate, out.Languages = p.GivenName, p.FamilyName, p.BirthDate, p.Languages
	}
	if contact {
		out.Phone, out.Email, out.Address, out.Contact = p.Phone, p.Email, p.Address, p.Contact
		out.Representatives = p.Representatives
	}
	return out
}

// history is the history without the sender's notes where those are not shared.
func (v viewer) history(r Referral) []Step {
	if v.fields(FieldNotes) {
		return r.History
	}
	out := slices.Clone(r.History)
	for i := range out {
		if out[i].Party != v.party {
			out[i].Note = ""
		}
	}
	return out
}

// measures leaves out for an agency what the patient said in confidence.
func (v viewer) measures(m Measures) Measures {
	if v.party == Sender {
		return m
	}
	m.NeedResolved = nil
	if m.ServiceReceived != nil && m.ServiceReceived.Source != string(Agency) {
		m.ServiceReceived = m.Claimed
	}
	return m
}
