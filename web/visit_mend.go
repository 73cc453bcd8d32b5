package web

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
)

// VisitMend is how a part of a visit can be mended; what is empty is not asked.
type VisitMend struct {
	// Who asks which patient it is; Patient shows the fields of a new one,
	// Find looks for a known one. Differs shows what Keep chooses between.
	Who           []Option
	Patient, Find bool
	Differs       []SummaryRow
	Keep          []Option
	// Questions are those whose answers are wrong; Entries other wrong entries.
	Questions   []VisitQuestion
	Entries     []Field
	Instruments []Option
	Now         bool // offers the time of arrival as the time of the answers
	Wanted      []Group
	Consent     *ReferView
	// Services are others to refer to, Consents others to refer under.
	Services, Consents []Option
	Note               bool
	Leave              bool // the part can be left out
}

func (m VisitMend) any() bool {
	return len(m.Who)+len(m.Keep)+len(m.Questions)+len(m.Entries)+len(m.Instruments)+len(m.Wanted)+len(m.Services)+len(m.Consents) > 0 ||
		m.Patient || m.Find || m.Now || m.Note || m.Leave || m.Consent != nil
}

// VisitQuestion is a question whose answer is wrong.
type VisitQuestion struct {
	Group    Group
	Multiple bool
	Open     bool
}

// mending is a visit with all that its page needs to know around it.
type mending struct {
	page       Page
	visit      visits.View
	topic      topics
	instrument *screening.Instrument
	questions  []screening.Question
	known      []screening.Info
	services   map[string]ReferService
	matches    []referrals.Match
	consents   []referrals.Consent
	found      []patients.Patient
}

// mending reads what the page of a visit needs.
func (h *Handlers) mending(ctx context.Context, p Page, v visits.View) (mending, error) {
	m := mending{page: p, visit: v, topic: h.Screening.Topic, services: map[string]ReferService{}}
	if !v.Readable() {
		return m, nil
	}
	var err error
	if m.known, err = h.Screening.Instruments(ctx); err != nil {
		return m, err
	}
	if s := v.Collected.Screening; s != nil {
		if m.instrument, err = h.Screening.Instrument(ctx, s.Instrument); err == nil {
			m.questions, _ = m.instrument.In(p.Language)
		} else if !errors.Is(err, docstore.ErrNotFound) {
			return m, err
		}
	}
	if v.Collected.Referral == nil {
		return m, nil
	}
	for _, id := range v.Collected.Referral.ServiceIDs {
		d, err := h.Directory.Detail(ctx, id)
		if errors.Is(err, docstore.ErrNotFound) {
			continue
		}
		if err != nil {
			return m, err
		}
		m.services[id] = ReferService{ID: d.ID, Name: d.Name, Organization: d.OrganizationName, OrganizationID: d.OrganizationID}
	}
	return m, h.othersForVisit(ctx, &m)
}

// othersForVisit reads what else a referral could go to, and under which consent.
func (h *Handlers) othersForVisit(ctx context.Context, m *mending) error {
	now := m.visit.Now
	if now == nil || m.visit.Part(referrals.VisitPartReferral) != visits.PartAttention {
		return nil
	}
	i := slices.IndexFunc(now.Needs, func(n screening.Need) bool { return n.Topic == m.visit.Collected.Referral.Topic })
	if i < 0 {
		return nil
	}
	need := now.Needs[i]
	var err error
	if m.matches, err = h.Referrals.Matches(ctx, now.Patient.ID, need.ID); err != nil {
		return err
	}
	all, err := h.Referrals.Consents(ctx, now.Patient.ID)
	for _, c := range all {
		if c.InForce(m.page.Now) && slices.Contains(c.Needs, need.Domain) {
			m.consents = append(m.consents, c)
		}
	}
	return err
}

// findForVisit looks for the patient of a visit by what the form says.
func (h *Handlers) findForVisit(ctx context.Context, f Form, m *mending) error {
	var err error
	m.found, err = h.Patients.Search(ctx, patients.Search{Name: f.Value("find")})
	return err
}

// Fields of the form.
const (
	whoField      = "who"
	whoNew        = "new"
	keepRecord    = "record"
	keepVisit     = "visit"
	keepNow       = "now"
	leaveField    = "leave"
	leaveAnswer   = "leave:"
	arrivalField  = "arrival"
	instrumentKey = "instrument"
)

func leaveName(part string) string       { return leaveField + "-" + part }
func answerName(linkID string) string    { return "answer:" + linkID }
func wantedName(topic string) string     { return "wanted." + topic }
func entryName(part, path string) string { return part + ":" + path }

// begin fills the form with what was collected.
func (m mending) begin(f Form) Form {
	v := m.visit.Collected
	in := v.Patient
	f = f.withPatient(in.Over(patients.Patient{}))
	if m.visit.Part(referrals.VisitPartPatient) == visits.PartAttention && len(m.visit.Candidates) == 0 {
		f = f.With(whoField, whoNew)
	}
	for _, w := range m.visit.Problems(referrals.VisitPartScreening) {
		if linkID, ok := strings.CutPrefix(w.Field, "answers."); ok {
			f = f.With(answerName(linkID), visitAnswerValues(v.Screening.Answers[linkID])...)
		}
	}
	if c := v.Consent; c != nil {
		for _, field := range c.Fields {
			f = f.With("fields", append(f.Values["fields"], string(field))...)
		}
		f = f.With("method", string(c.Method)).With("signer.name", c.Signer.Name).With("signer.relationship", c.Signer.Relationship).
			With("language", c.Language).WithDate("expiresOn", c.ExpiresOn).With("recipients", recipientsNamed)
		if c.Recipients.Class != "" {
			f = f.With("recipients", recipientsClass)
		}
	}
	if r := v.Referral; r != nil {
		f = f.With("note", r.Note).With("priority", string(r.Priority))
	}
	return f
}

// how says what of a part can be mended.
func (m mending) how(part string, f Form) VisitMend {
	switch part {
	case referrals.VisitPartPatient:
		return m.howPatient()
	case referrals.VisitPartScreening:
		return m.howScreening()
	case referrals.VisitPartWanted:
		return m.howWanted()
	case referrals.VisitPartConsent:
		r := m.refer()
		return VisitMend{Leave: true, Consent: &ReferView{Page: m.page, Form: f, New: consentForm(r, f)}}
	case referrals.VisitPartReferral:
		return m.howReferral()
	}
	return VisitMend{}
}

func (m mending) howPatient() VisitMend {
	l := m.page.Locale
	if m.visit.Now != nil && len(m.differences()) > 0 {
		return VisitMend{Differs: m.differences(), Keep: []Option{
			{Value: keepVisit, Label: l.T("visit.keep-visit")}, {Value: keepRecord, Label: l.T("visit.keep-record")},
		}}
	}
	out := VisitMend{Patient: true, Find: true}
	for _, c := range m.visit.Candidates {
		out.Who = append(out.Who, Option{Value: c.ID, Label: l.T("visit.it-is", "name", c.Name), Hint: patientMeta(l, c.BirthDate, c.Phone)})
	}
	for _, p := range m.found {
		if !slices.ContainsFunc(out.Who, func(o Option) bool { return o.Value == p.ID }) {
			out.Who = append(out.Who, Option{Value: p.ID, Label: l.T("visit.it-is", "name", fullName(p)), Hint: l.Day(p.BirthDate)})
		}
	}
	out.Who = append(out.Who, Option{Value: whoNew, Label: l.T("visit.it-is-new"), Hint: l.T("visit.it-is-new-hint"), Apart: len(out.Who) > 0})
	return out
}

func (m mending) howScreening() VisitMend {
	l := m.page.Locale
	out := VisitMend{Leave: true}
	for _, w := range m.visit.Problems(referrals.VisitPartScreening) {
		linkID, answer := strings.CutPrefix(w.Field, "answers.")
		switch {
		case answer:
			out.Questions = append(out.Questions, m.question(l, linkID))
		case w.Field == instrumentKey:
			for _, i := range m.known {
				out.Instruments = append(out.Instruments, Option{Value: i.ID, Label: i.Title})
			}
		case w.Field == "answeredAt":
			out.Now = true
		case screeningEntries[w.Field] != nil:
			out.Entries = append(out.Entries, Field{Name: entryName("screening", w.Field), Label: l.T("visit.entry." + w.Field), Optional: true})
		}
	}
	return out
}

// screeningEntries are the entries of a screening that are short texts.
var screeningEntries = map[string]func(*referrals.VisitScreening) *string{
	"language":                func(s *referrals.VisitScreening) *string { return &s.Language },
	"mode":                    func(s *referrals.VisitScreening) *string { return &s.Mode },
	"respondent.relationship": func(s *referrals.VisitScreening) *string { return &s.Respondent.Relationship },
}

// question asks a question again; one that is not in the questionnaire can
// only be left out.
func (m mending) question(l *Locale, linkID string) VisitQuestion {
	q := VisitQuestion{Group: Group{Name: answerName(linkID), Legend: linkID}}
	for _, known := range m.questions {
		if known.LinkID == linkID && !known.Calculated && !known.Hidden {
			q.Group.Legend, q.Group.Hint, q.Multiple = known.Text, known.Help, known.Multiple
			q.Open = known.Type != screening.Choice && known.Type != screening.Boolean
			q.Group.Options = visitAnswerOptions(l, known)
		}
	}
	q.Group.Options = append(q.Group.Options, Option{Value: leaveAnswer, Label: l.T("visit.leave-answer"), Apart: true})
	return q
}

func (m mending) howWanted() VisitMend {
	l := m.page.Locale
	out := VisitMend{}
	for _, topic := range slices.Sorted(maps.Keys(m.visit.Collected.Wanted)) {
		field := wantedName(topic)
		if !slices.ContainsFunc(m.visit.Problems(referrals.VisitPartWanted), func(w visits.ProblemView) bool { return w.Field == field }) {
			continue
		}
		g := Group{Name: field, Legend: l.T("visit.wanted", "need", m.topic.name(l, topic)), Options: []Option{
			{Value: "yes", Label: l.T("visit.wants")}, {Value: "no", Label: l.T("visit.wants-not")},
			{Value: keepNow, Label: l.T("visit.wanted-now"), Apart: true},
		}}
		if m.visit.Now != nil {
			for _, n := range m.visit.Now.Needs {
				if n.Topic == topic {
					last := n.History[len(n.History)-1]
					g.Hint = l.T("visit.wanted-changed", "status", l.T("need."+string(n.Status)), "at", l.At(last.At), "by", last.ByName)
				}
			}
		}
		out.Wanted = append(out.Wanted, g)
	}
	out.Leave = len(out.Wanted) == 0
	return out
}

func (m mending) howReferral() VisitMend {
	l := m.page.Locale
	out := VisitMend{Leave: true}
	for _, s := range m.matches {
		if s.AcceptsReferrals && len(out.Services) < servicesMost {
			out.Services = append(out.Services, Option{Value: s.Service.ID, Label: s.Service.Name, Hint: s.Service.OrganizationName})
		}
	}
	for _, c := range m.consents {
		out.Consents = append(out.Consents, Option{Value: c.ID, Label: l.T("refer.consent-known", "date", l.Date(c.GivenAt)), Hint: joined(l, fieldList(l, c.Fields), consentUntil(l, c))})
	}
	for _, w := range m.visit.Problems(referrals.VisitPartReferral) {
		out.Note = out.Note || w.Field == "note"
	}
	return out
}

// servicesMost is how many other services the page offers.
const servicesMost = 5

// refer is the visit's referral in the form in which consent is asked for.
func (m mending) refer() refer {
	r := refer{page: m.page, agencies: map[string]string{}}
	if m.visit.Now != nil {
		r.patient = m.visit.Now.Patient
	}
	if c := m.visit.Collected.Consent; c != nil && len(c.Needs) > 0 {
		r.need.Domain = c.Needs[0]
	}
	for _, id := range slices.Sorted(maps.Keys(m.services)) {
		r.services = append(r.services, m.services[id])
	}
	return r
}
