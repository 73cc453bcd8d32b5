package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// MatchesView proposes services for one need of a patient.
type MatchesView struct {
	Page
	Name, Leave string // of the patient
	Need        string // in words; neutral when private
	Private     bool
	Odds        string // what became of others; "" when it cannot be told
	NoZIP       bool   // nothing is known of where the person lives
	Away        bool
	Choice      MatchChoice
	Search      string // the directory, for the same need
	Tell        string // where to tell more of the person
	Listed      int    // services on the list to take home
}

// MatchChoice is a list of services to choose from; the form leads to refer.
type MatchChoice struct {
	Action string
	// Succeeds is the referral that the next one replaces; empty for none.
	Succeeds string
	// Task is the task that is answered by choosing one; empty for none.
	Task string
	// Take offers to put services on the list that a person takes home.
	Take bool
	// Quiet leaves the page's primary button to something else.
	Quiet bool
	// Away tells that the search engine cannot be reached.
	Away    bool
	Matches []MatchCard
	// All leads to all that fit; empty when these are all.
	All string
}

// MatchCard is a proposed service with the reasons for it.
type MatchCard struct {
	ServiceCard
	Why     []string
	Unknown []string
	Fit     string
	FitTone Tone
	// OnList says that it is on the list that the person takes home.
	OnList bool
	// Refer leads to the referral; empty for services that must be called.
	Refer string
	// Wish leads to where the network is asked to take the agency in; empty for
	// agencies that are in it.
	Wish string
	// Gave leads to where it is noted that the person only got the number.
	Gave string
}

// takeForm is the id of the form that puts a service on the list to take home.
const takeForm = "take"

// serviceField is the name under which chosen services stand in addresses and forms.
const serviceField = "service"

// MatchesPage answers GET /patients/:id/needs/:need/matches; ?succeeds= names
// the referral that the next one replaces.
func (h *Handlers) MatchesPage(c echo.Context) error {
	ctx := c.Request().Context()
	patient, need, err := h.patientNeed(ctx, c.Param("id"), c.Param("need"))
	if err != nil {
		return err
	}
	p := h.page(c, "matches.title")
	v := MatchesView{
		Page: p, Name: fullName(patient), Leave: patientPath(patient.ID), Need: h.needTitle(p.Locale, need),
		Private: need.Private, NoZIP: patient.Address.PostalCode == "", Search: "/directory",
		Tell: editPatientPath(patient.ID) + "#" + situationID,
	}
	if !need.Private { // a private need stands in no address
		v.Search = findAddress(p.form().With(findZIP, patient.Address.PostalCode), findNeed, need.Domain)
	}
	if v.Odds, err = h.odds(ctx, p.Locale, need.Domain, patient.Address.PostalCode); err != nil {
		return err
	}
	matches, err := h.Referrals.Matches(ctx, patient.ID, need.ID)
	status := http.StatusOK
	switch {
	case fault.Is(err, fault.Transient):
		v.Away, status = true, http.StatusServiceUnavailable
	case err != nil:
		return err
	}
	v.Choice = matchChoice(p.Locale, patient.ID, need.ID, c.QueryParam("succeeds"), matches)
	if id := c.QueryParam("task"); id != "" {
		task, err := h.taskOf(ctx, id, need.ID)
		if err != nil {
			return err
		}
		v.answer(task)
	}
	listed, err := h.Directory.Shortlist(ctx)
	if err != nil {
		return err
	}
	v.take(listed)
	return h.render(c, status, matchesPage(v))
}

// take offers to put the matches on the list, but those that are on it.
func (v *MatchesView) take(list directory.Shortlist) {
	v.Listed, v.Choice.Take = len(list.Services), true
	for i := range v.Choice.Matches {
		m := &v.Choice.Matches[i]
		m.OnList = slices.Contains(list.Services, m.ID)
	}
}

// answer makes the choice of a match the answer to a task. The agency that the
// task is about takes no part.
func (v *MatchesView) answer(t referrals.Task) {
	v.Leave, v.Choice.Task = taskPath(t.ID), t.ID
	for i := range v.Choice.Matches {
		m := &v.Choice.Matches[i]
		if m.Gave = ""; m.Refer != "" {
			m.Refer += "&task=" + url.QueryEscape(t.ID)
		}
	}
}

// patientNeed reads a need together with the patient; a need of another
// patient does not exist here.
func (h *Handlers) patientNeed(ctx context.Context, patientID, needID string) (patients.Patient, screening.Need, error) {
	patient, err := h.Patients.Get(ctx, patientID)
	if err != nil {
		return patient, screening.Need{}, err
	}
	need, err := h.Screening.Need(ctx, needID)
	if err == nil && need.PatientID != patient.ID {
		err = fault.New(fault.NotFound, "This need is another patient's.")
	}
	return patient, need, err
}

// needTitle is a need in words, neutral where the topic is private.
func (h *Handlers) needTitle(l *Locale, n screening.Need) string {
	if n.Private {
		return l.T("need.private")
	}
	return topics(h.Screening.Topic).named(l, n.Topic, n.Part)
}

// matchChoice tells the matches in words.
func matchChoice(l *Locale, patientID, needID, succeeds string, list []referrals.Match) MatchChoice {
	choice := MatchChoice{Action: referPath(patientID, needID), Succeeds: succeeds}
	for _, m := range list {
		card := MatchCard{ServiceCard: serviceCard(l, m.Service), Why: reasonTags(l, m.Reasons), Unknown: reasonTexts(l, m.Unknown)}
		card.Fit, card.FitTone = fitTag(l, m.Fit)
		card.Facts = nil // the reasons say it
		card.Gave = gavePath(patientID, needID, m.Service.ID)
		if m.Outside {
			card.Wish = wishPath(m.Service.ID, servicesPath(patientID, needID))
		}
		if m.AcceptsReferrals {
			card.Refer = choice.Action + "?" + serviceField + "=" + m.Service.ID
			if succeeds != "" {
				card.Refer += "&succeeds=" + url.QueryEscape(succeeds)
			}
		}
		choice.Matches = append(choice.Matches, card)
	}
	return choice
}

// fitTones are the colours of how sure a fit is.
var fitTones = map[directory.Fit]Tone{directory.FitSure: Good, directory.FitAsk: Info, directory.FitDoubtful: Warning}

// fitTag tells how sure it is that a service is for the person.
func fitTag(l *Locale, fit directory.Fit) (string, Tone) {
	if fit == "" {
		return "", ""
	}
	return l.T("fit." + string(fit)), fitTones[fit]
}

// Several tells whether more than one agency could be asked at once.
func (m MatchChoice) Several() bool {
	if m.Task != "" {
		return false
	}
	n := 0
	for _, c := range m.Matches {
		if c.Refer != "" {
			n++
		}
	}
	return n > 1
}

// toldByTags are the reasons that the card's own tags say already.
var toldByTags = map[string]bool{directory.ReasonNeed: true, directory.ReasonCapacity: true, directory.ReasonOpenNow: true}

// reasonTags tells reasons in a word or two.
func reasonTags(l *Locale, list []directory.Reason) []string {
	var out []string
	for _, r := range list {
		if toldByTags[r.Code] {
			continue
		}
		arg := ""
		if args := l.reasonArgs(r); len(args) > 0 {
			arg = fmt.Sprint(args[0])
		}
		tag := l.reason(r)
		if key := "reason." + r.Code; l.Has(key) {
			tag = l.T(key, "arg", arg)
		}
		if !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

// reasonTexts tells reasons in sentences, which may stand one after the other.
func reasonTexts(l *Locale, list []directory.Reason) []string {
	out := make([]string, 0, len(list))
	for _, r := range list {
		text := l.reason(r)
		if !strings.HasSuffix(text, "。") { // Chinese ends a sentence so
			text = strings.TrimRight(text, ". ") + "."
		}
		out = append(out, text)
	}
	return out
}

// reason is the sentence of a reason.
func (l *Locale) reason(r directory.Reason) string { return l.Sentence(r.Format, l.reasonArgs(r)...) }

// reasonArgs are the parts of a reason, told in the person's way.
func (l *Locale) reasonArgs(r directory.Reason) []any {
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		switch x := a.(type) {
		case directory.Miles:
			args[i] = l.Distance(float64(x))
		case directory.LanguageName:
			args[i] = languageName(string(x))
		case directory.Whom:
			args[i] = l.whom(x)
		case directory.PaperName:
			args[i] = l.T("paper." + string(x))
		case directory.Days:
			args[i] = l.T("matching.days", "count", x.Whole())
		case directory.NeedName:
			args[i] = l.T("domain." + string(x))
		case directory.Date:
			args[i] = l.Day(string(x))
		default:
			args[i] = a
		}
	}
	return args
}
