package referrals

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

func TestAgencySeesWhatTheConsentCovers(t *testing.T) {
	type sees struct {
		name, phone, note, domain string
		answers                   int
	}
	tests := []struct {
		fields []Field
		want   sees
	}{
		{allFields, sees{"Maria", "+14155550100", "Has no kitchen.", "food-insecurity", 1}},
		{[]Field{FieldContact}, sees{phone: "+14155550100"}},
		{[]Field{FieldIdentity}, sees{name: "Maria"}},
		{[]Field{FieldNeed}, sees{domain: "food-insecurity"}},
		{[]Field{FieldNeed, FieldAnswers}, sees{domain: "food-insecurity", answers: 1}},
		{[]Field{FieldAnswers}, sees{}}, // answers show the need
		{[]Field{FieldNotes}, sees{note: "Has no kitchen."}},
	}
	for _, tt := range tests {
		w := newWorld(t)
		c := consent()
		c.Fields = tt.fields
		c = w.record(c)
		sent, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry"}, ConsentID: c.ID, Note: "Has no kitchen."})
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.s.Get(as(paula), sent.Referral.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := sees{note: v.Note}
		if v.Patient != nil {
			got.name, got.phone = v.Patient.GivenName, v.Patient.Phone
		}
		if v.Need != nil {
			got.domain, got.answers = v.Need.Domain, len(v.Need.Answers)
		}
		if got != tt.want {
			t.Errorf("with %v the agency sees %+v, want %+v", tt.fields, got, tt.want)
		}
		if recorded := len(w.saw) > 0; recorded != (v.Patient != nil) {
			t.Errorf("with %v: recorded %v, the patient was shown: %v", tt.fields, w.saw, v.Patient != nil)
		}
		if v.ConsentID != "" || v.CanConfirm {
			t.Errorf("the agency sees consent %q, canConfirm %v", v.ConsentID, v.CanConfirm)
		}
	}
}

func TestAgencySeesOnlyTheAnswersBehindTheNeed(t *testing.T) {
	w := newWorld(t)
	v, err := w.s.Get(as(paula), w.refer())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "answers", v.Need.Answers, screening.Answers{"/q1": screening.Codes("often")})
	same(t, "recorded", w.saw, []string{"paula referral.read maria referrals/" + v.ID})
}

func TestStrangersSeeNothing(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	_, err := w.s.Get(as(otto), id)
	refused(t, "another clinic", err, fault.NotFound)
	_, err = w.s.Get(as(kim), id)
	refused(t, "another agency", err, fault.NotFound)
	_, err = w.s.Get(as(netAdmin), id)
	refused(t, "the network", err, fault.Forbidden)
	_, err = w.s.Messages(as(kim), id)
	refused(t, "messages for another agency", err, fault.NotFound)
	_, err = w.s.ForPatient(as(otto), "maria")
	refused(t, "another clinic's list", err, fault.NotFound)
	_, err = w.s.ForPatient(as(paula), "maria")
	refused(t, "a patient's list for an agency", err, fault.Forbidden)
	if all, err := w.s.ForPatient(as(sam), "maria"); err != nil || len(all) != 1 || all[0].ID != id {
		t.Errorf("ForPatient = %v, %v; want the one", all, err)
	}
}

func TestNotesOfTheSenderAreSharedOnlyWithConsent(t *testing.T) {
	r := at(Accepted)
	r.Note, r.History = "sender's", []Step{{Party: Sender, Note: "sender's"}, {Party: Agency, Note: "agency's"}}
	v := viewer{party: Agency, actor: paula, fields: func(f Field) bool { return f == FieldIdentity }}
	b, err := json.Marshal(v.view(r, &patients.Patient{}, nil, monday))
	if err != nil {
		t.Fatal(err)
	}
	if s := string(b); strings.Contains(s, "sender's") || !strings.Contains(s, "agency's") {
		t.Errorf("view = %s, must hold the agency's note alone", s)
	}
}

func TestWhatThePatientSaidStaysWithTheSender(t *testing.T) {
	m := Measures{NeedResolved: &Report{Source: "patient"}, ServiceReceived: &Report{Source: "patient"}, Closed: &Report{}}
	if got := (viewer{party: Agency}).measures(m); got.NeedResolved != nil || got.ServiceReceived != nil || got.Closed == nil {
		t.Errorf("an agency sees %+v", got)
	}
	if got := (viewer{party: Sender}).measures(m); got != m {
		t.Errorf("the sender sees %+v, want all", got)
	}
	m.ServiceReceived.Source = "agency"
	if got := (viewer{party: Agency}).measures(m); got.ServiceReceived == nil {
		t.Error("an agency does not see what it reported itself")
	}
}

func TestOverdueAndMovesOfTheView(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	moves := func(v View) (out []Status) {
		for _, m := range v.Moves {
			out = append(out, m.To)
		}
		return out
	}
	v, _ := w.s.Get(as(paula), id)
	same(t, "moves of the agency", moves(v), []Status{Acknowledged, Accepted, Rejected})
	v, _ = w.s.Get(as(rosa), id)
	same(t, "moves of the sender", moves(v), []Status{Cancelled, EnteredInError})
	due := v.Turn.Due
	w.clock.Set(due)
	if v, _ = w.s.Get(as(rosa), id); v.Overdue {
		t.Error("overdue at the due time")
	}
	w.clock.Set(due.Add(time.Millisecond))
	if v, _ = w.s.Get(as(rosa), id); !v.Overdue {
		t.Error("not overdue after the due time")
	}
}

// The API's words: DESIGN names these members.
func TestViewJSON(t *testing.T) {
	w := newWorld(t)
	v, err := w.s.Get(as(rosa), w.refer())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"id", "status", "version", "patient", "need", "service", "serviceName", "organizationId", "organizationName",
		"senderOrganization", "priority", "note", "turn", "overdue", "settled", "outcome", "moves", "history"} {
		if _, ok := got[name]; !ok {
			t.Errorf("the view has no %q: %s", name, b)
		}
	}
	turn := got["turn"].(map[string]any)
	if turn["party"] != "agency" || turn["since"] != "2026-03-02T18:00:00Z" || turn["due"] != "2026-03-04T18:00:00Z" {
		t.Errorf("turn = %v", turn)
	}
}
