package referrals

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

// maria and stranger came by links to their own pages; answering one to a screening.
var (
	maria     = identity.Actor{ID: "maria", Name: "Patient", Role: identity.PatientRole, OrganizationID: "clinic", PatientID: "maria"}
	stranger  = identity.Actor{ID: "omar", Name: "Patient", Role: identity.PatientRole, OrganizationID: "clinic", PatientID: "omar"}
	answering = identity.Actor{ID: "maria", Name: "Patient", Role: identity.PatientRole, OrganizationID: "clinic", PatientID: "maria", DraftID: "d1"}
)

// ForPatient answers what Reads does, on one page.
func (w *world) ForPatient(ctx context.Context, patientID, _ string, _ int) (docstore.Page[audit.Entry], error) {
	items, err := w.Reads(ctx, patientID)
	return docstore.Page[audit.Entry]{Items: items}, err
}

// ownLinks answers one path for each patient.
type ownLinks string

func (l ownLinks) OwnPath(context.Context, string) (string, error) { return string(l), nil }

// hideous sends a referral about violence, which must be nowhere.
func (w *world) hideous() (referral string, consentID string) {
	w.t.Helper()
	c := consent()
	c.Recipients, c.Needs, c.Method, c.ExpiresOn = Recipients{OrganizationIDs: []string{"shelter"}}, []string{"intimate-partner-violence"}, Written, "2026-12-01"
	c = w.record(c)
	w.mu.Lock()
	d := w.doc["s-shelter"]
	d.Needs = append(d.Needs, d.Needs[0])
	d.Needs[len(d.Needs)-1].Domain = "intimate-partner-violence"
	w.doc["s-shelter"] = d
	w.mu.Unlock()
	sent, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "violence", ServiceIDs: []string{"s-shelter"}, ConsentID: c.ID})
	if err != nil {
		w.t.Fatalf("Send about violence: %v", err)
	}
	return sent.Referral.ID, c.ID
}

func TestOwnReferrals(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	hidden, hiddenConsent := w.hideous()
	w.to(paula, id, Accepted)
	all, err := w.s.OwnReferrals(as(maria))
	if err != nil || len(all) != 1 || all[0].ID != id || all[0].Status != Accepted || !all[0].CanWithdraw || all[0].CanAnswer || all[0].Turn.Party != Agency {
		t.Fatalf("OwnReferrals = %+v, %v; want the one about food", all, err)
	}
	none, err := w.s.OwnReferrals(as(stranger))
	if err != nil || len(none) != 0 {
		t.Errorf("another patient's list = %v, %v", none, err)
	}
	for what, call := range map[string]func(identity.Actor, string) error{
		"read":     func(a identity.Actor, id string) error { _, err := w.s.OwnReferral(as(a), id); return err },
		"withdraw": func(a identity.Actor, id string) error { _, err := w.s.WithdrawOwn(as(a), id, 1); return err },
		"answer":   func(a identity.Actor, id string) error { _, err := w.s.AnswerOwn(as(a), id, GotHelp); return err },
	} {
		refused(t, what+" another patient's", call(stranger, id), fault.NotFound)
		refused(t, what+" one about violence", call(maria, hidden), fault.NotFound)
		refused(t, what+" none", call(maria, "nothing"), fault.NotFound)
		refused(t, what+" as a worker", call(rosa, id), fault.Forbidden)
		refused(t, what+" with a link to a screening", call(answering, id), fault.Forbidden)
		refused(t, what+" as nobody", call(identity.Actor{}, id), fault.Login)
	}
	consents, err := w.s.OwnConsents(as(maria))
	if err != nil || len(consents) != 1 || len(consents[0].Shares) != 1 || consents[0].Shares[0].Agency.ID != "pantry" {
		t.Errorf("OwnConsents = %+v, %v; want the one about food", consents, err)
	}
	_, err = w.s.EndOwnConsent(as(maria), hiddenConsent)
	refused(t, "ending a consent about violence", err, fault.NotFound)
	_, err = w.s.EndOwnConsent(as(stranger), consents[0].ID)
	refused(t, "ending another patient's consent", err, fault.NotFound)
}

func TestOwnAccessTellsNothingOfViolence(t *testing.T) {
	w := newWorld(t)
	w.users["shelter"] = append(w.users["shelter"], w.users["pantry"]...)
	id := w.refer()
	hidden, hiddenConsent := w.hideous()
	saw := func(actor, subject string) { w.saw = append(w.saw, actor+" x.read maria "+subject) }
	saw("paula", "referrals/"+id)
	saw("rosa", "referrals/"+hidden)
	saw("rosa", "consents/"+hiddenConsent)
	saw("rosa", "needs/violence")
	saw("rosa", "patients/maria")
	page, err := w.s.OwnAccess(as(maria), "")
	var got []string
	for _, e := range page.Items {
		got = append(got, e.Subject)
	}
	if want := []string{"referrals/" + id, "patients/maria"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("OwnAccess = %v, %v; want %v", got, err, want)
	}
	v := veil{hidden: map[string]bool{}, shown: map[string]bool{"referrals/r": true}, organizations: map[string]bool{"shelter": true}}
	if !v.covers(audit.Entry{Subject: "letters/x", OrganizationIDs: []string{"clinic", "shelter"}}) {
		t.Error("a line that names the shelter is shown")
	}
	if v.covers(audit.Entry{Subject: "referrals/r", OrganizationIDs: []string{"clinic", "shelter"}}) {
		t.Error("a line about a referral on the page is hidden")
	}
}

func TestPatientWithdraws(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	_, err := w.s.WithdrawOwn(as(maria), id, 7)
	refused(t, "an old version", err, fault.Conflict)
	own, err := w.s.WithdrawOwn(keyed(maria, "k", "a"), id, 1)
	if err != nil || own.Status != Cancelled || own.Reason != reasonWithdrawn || own.CanWithdraw {
		t.Fatalf("WithdrawOwn = %+v, %v", own, err)
	}
	if _, err := w.s.WithdrawOwn(keyed(maria, "k", "a"), id, 1); err != nil {
		t.Errorf("the same request again: %v", err)
	}
	r := w.stored(id)
	if last := r.History[len(r.History)-1]; last.ByID != "maria" || last.Party != Sender || r.Measures.Closed.Source != "patient" || r.Turn.Party != Sender {
		t.Errorf("history %+v, measures %+v, turn %+v; want it by the patient and the worker's turn", last, r.Measures, r.Turn)
	}
	w.drain()
	for _, want := range []string{"patient.answered rosa", "referral.cancelled paula"} {
		if !slices.Contains(w.told(), want) {
			t.Errorf("told %v, want %s", w.told(), want)
		}
	}
}

func TestPatientAnswers(t *testing.T) {
	for answer, want := range map[Answer]struct {
		received Received
		need     screening.NeedStatus
		task     bool
	}{
		GotHelp: {ReceivedYes, screening.NeedMet, false}, GotPart: {ReceivedPartly, screening.NeedWanted, false},
		StillNeed: {ReceivedYes, screening.NeedWanted, false}, NoHelp: {ReceivedNo, screening.NeedWanted, true},
	} {
		w := newWorld(t)
		w.s.Links = ownLinks("/p#7F3K-QX2M-9ZRT")
		id := w.refer()
		_, err := w.s.AnswerOwn(as(maria), id, answer)
		refused(t, "an answer before the end", err, fault.Conflict)
		w.to(paula, id, Accepted)
		w.to(paula, id, Completed)
		w.drain()
		w.drain()
		asked := 0
		for _, n := range w.notices {
			if n.Template == "patient.ask" && n.To.PatientID == "maria" && n.Path == "/p#7F3K-QX2M-9ZRT" {
				asked++
			}
		}
		if asked != 1 {
			t.Errorf("asked %d times, want once", asked)
		}
		_, err = w.s.AnswerOwn(as(maria), id, "perhaps")
		refused(t, "an unknown answer", err, fault.Invalid)
		own, err := w.s.AnswerOwn(as(maria), id, answer)
		if err != nil || own.Settled != SettledConfirmed || own.Answered.Received != want.received || own.Answered.By != "patient" || own.CanAnswer {
			t.Fatalf("AnswerOwn(%s) = %+v, %v", answer, own, err)
		}
		_, err = w.s.AnswerOwn(as(maria), id, GotHelp)
		refused(t, "a second answer", err, fault.Conflict)
		if got := w.needStatus("food"); got != want.need {
			t.Errorf("after %s the need is %s, want %s", answer, got, want.need)
		}
		w.drain()
		tasks, err := w.s.Tasks(as(rosa), TaskList{})
		if err != nil || (len(tasks.Items) == 1) != want.task {
			t.Errorf("after %s the tasks are %+v, %v; want one: %v", answer, tasks.Items, err, want.task)
		}
		if !slices.Contains(w.told(), "patient.answered rosa") {
			t.Errorf("told %v, want the worker", w.told())
		}
	}
}

func TestNobodyIsAskedAboutViolence(t *testing.T) {
	w := newWorld(t)
	w.s.Links = ownLinks("/p#7F3K-QX2M-9ZRT")
	id, _ := w.hideous()
	lee := identity.Actor{ID: "lee", Role: identity.AgencyStaff, OrganizationID: "shelter"}
	w.to(lee, id, Accepted)
	w.to(lee, id, Completed)
	w.drain()
	for _, n := range w.notices {
		if n.To.PatientID != "" {
			t.Errorf("the patient was told %+v", n)
		}
	}
}

func TestPatientIsNotAskedByTextWithoutASafeWay(t *testing.T) {
	w := newWorld(t)
	w.s.Links = ownLinks("")
	id := w.refer()
	w.to(paula, id, Accepted)
	w.to(paula, id, Completed)
	w.drain()
	for _, n := range w.notices {
		if n.To.PatientID != "" {
			t.Errorf("the patient was told %+v", n)
		}
	}
	if turn := w.stored(id).Turn; turn.Party != Sender {
		t.Errorf("turn = %+v, want the worker to ask", turn)
	}
}

func TestPatientEndsAConsent(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	c, err := w.s.EndOwnConsent(as(maria), w.stored(id).ConsentID)
	if err != nil || c.Status != ConsentRevoked || c.EndedBy != "maria" {
		t.Fatalf("EndOwnConsent = %+v, %v", c, err)
	}
	v, err := w.s.Get(as(paula), id)
	if err != nil || v.Patient != nil || v.Status != Withdrawn {
		t.Errorf("the agency sees %+v, %v", v, err)
	}
	w.drain()
	if own, err := w.s.OwnReferral(as(maria), id); err != nil || own.Status != Cancelled || own.Reason != reasonConsentEnded {
		t.Errorf("the referral = %+v, %v; want it cancelled", own, err)
	}
}

func TestLetters(t *testing.T) {
	w := newWorld(t)
	w.s.Links = ownLinks("/p#7F3K-QX2M-9ZRT")
	id := w.refer()
	for what, text := range map[string]string{"nothing": " ", "too much": strings.Repeat("x", maxText+1)} {
		_, err := w.s.WriteOwn(as(maria), text)
		refused(t, what, err, fault.Invalid)
	}
	first, err := w.s.WriteOwn(keyed(maria, "k", "a"), " When do they call? ")
	if err != nil || first.Text != "When do they call?" || !first.FromPatient {
		t.Fatalf("WriteOwn = %+v, %v", first, err)
	}
	if again, err := w.s.WriteOwn(keyed(maria, "k", "a"), "When do they call?"); err != nil || again.ID != first.ID {
		t.Errorf("the same request again = %s, %v", again.ID, err)
	}
	w.clock.Add(time.Minute)
	if _, err := w.s.WriteOwn(as(maria), "Hello?"); err != nil {
		t.Fatal(err)
	}
	w.drain()
	tasks, err := w.s.Tasks(as(rosa), TaskList{})
	if err != nil || len(tasks.Items) != 1 || tasks.Items[0].Kind != TaskLetter {
		t.Fatalf("tasks = %+v, %v; want one to answer", tasks.Items, err)
	}
	if ms, err := w.s.Messages(as(paula), id); err != nil || len(ms) != 0 {
		t.Errorf("the agency sees %+v, %v", ms, err)
	}
	_, err = w.s.Letters(as(otto), "maria")
	refused(t, "another organization", err, fault.NotFound)
	_, err = w.s.Letters(as(paula), "maria")
	refused(t, "an agency", err, fault.Forbidden)
	_, err = w.s.WriteTo(as(otto), "maria", "x")
	refused(t, "another organization's answer", err, fault.NotFound)
	refused(t, "another organization's mark", w.s.EndLetters(as(otto), "maria"), fault.NotFound)
	all, err := w.s.Letters(as(rosa), "maria")
	if err != nil || len(all) != 2 || all[0].ID != first.ID || all[0].SeenAt.IsZero() {
		t.Errorf("Letters = %+v, %v", all, err)
	}
	w.clock.Add(time.Minute)
	if _, err := w.s.WriteTo(as(rosa), "maria", "On Friday."); err != nil {
		t.Fatal(err)
	}
	if n, err := w.s.UnreadOwnLetters(as(maria)); err != nil || n != 1 {
		t.Errorf("unread = %d, %v", n, err)
	}
	w.drain()
	told := 0
	for _, n := range w.notices {
		if n.Template == "patient.letter" {
			told++
		}
	}
	if tasks, err = w.s.Tasks(as(rosa), TaskList{}); err != nil || len(tasks.Items) != 0 || told != 1 {
		t.Errorf("after the answer tasks = %+v, %v, and the patient was told %d times", tasks.Items, err, told)
	}
	if own, err := w.s.OwnLetters(as(maria)); err != nil || len(own) != 3 || own[2].By != "Rosa Vega" || own[2].SeenAt.IsZero() {
		t.Errorf("OwnLetters = %+v, %v", own, err)
	}
	for range maxOwnLetters {
		_, err = w.s.WriteOwn(as(maria), "again")
	}
	refused(t, "too many in a day", err, fault.Throttled)
	w.clock.Add(25 * time.Hour)
	if _, err := w.s.WriteOwn(as(maria), "a day later"); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

func TestPatientIsNotAskedLate(t *testing.T) {
	w := newWorld(t)
	w.s.Links = ownLinks("/p#7F3K-QX2M-9ZRT")
	id := w.refer()
	w.to(paula, id, Accepted)
	w.to(paula, id, Completed)
	w.clock.Add(askedLate)
	w.drain()
	for _, n := range w.notices {
		if n.To.PatientID != "" {
			t.Errorf("the patient was told %+v", n)
		}
	}
}
