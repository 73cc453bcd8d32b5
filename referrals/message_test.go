package referrals

import (
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestMessages(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	first, err := w.s.AddMessage(keyed(rosa, "k", "a"), id, "  Please call after five. ")
	if err != nil || first.Text != "Please call after five." || first.Party != Sender || first.By != "Rosa Vega" {
		t.Fatalf("AddMessage = %+v, %v", first, err)
	}
	again, err := w.s.AddMessage(keyed(rosa, "k", "a"), id, "Please call after five.")
	if err != nil || again.ID != first.ID {
		t.Errorf("the same request again = %s, %v; want %s", again.ID, err, first.ID)
	}
	w.clock.Add(time.Minute)
	if _, err := w.s.AddMessage(as(paula), id, "We will."); err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]string{"nothing": " ", "too much": strings.Repeat("x", maxText+1)} {
		_, err := w.s.AddMessage(as(paula), id, a)
		refused(t, name, err, fault.Invalid)
	}
	_, err = w.s.AddMessage(as(kim), id, "hello")
	refused(t, "a message of another agency", err, fault.NotFound)
	ms, err := w.s.Messages(as(paula), id)
	if err != nil || len(ms) != 2 || ms[0].Text != "Please call after five." || ms[1].Text != "We will." {
		t.Errorf("Messages = %+v, %v", ms, err)
	}
	if n := len(w.saw); n != 1 {
		t.Errorf("recorded %v, want one read by the agency", w.saw)
	}
}

func TestNotesRenewTheTurn(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	note := func(a string) time.Time {
		t.Helper()
		w.clock.Add(24 * time.Hour)
		actor := paula
		if a == "sender" {
			actor = rosa
		}
		if _, err := w.s.AddMessage(as(actor), id, "note"); err != nil {
			t.Fatal(err)
		}
		return w.stored(id).Turn.Since
	}
	if since := note("agency"); !since.Equal(monday) {
		t.Errorf("a note before acknowledging renewed the turn at %v", since)
	}
	w.to(paula, id, Accepted)
	w.to(paula, id, InProgress)
	began := w.stored(id).Turn.Since
	if since := note("sender"); !since.Equal(began) {
		t.Errorf("the sender's note renewed the agency's turn at %v", since)
	}
	if since := note("agency"); !since.Equal(w.clock.Now()) {
		t.Errorf("the turn is since %v after the agency's note, want now", since)
	}
	if due := w.stored(id).Turn.Due; !due.Equal(pacific.AddBusinessDays(w.clock.Now().AddDate(0, 0, 14).Add(-time.Hour), 0)) {
		t.Errorf("due %v, want 14 days later at the same time there (daylight saving begins)", due)
	}
	if v := w.stored(id).Revision; v != 3 {
		t.Errorf("revision = %d; a note must not make the version that people see stale", v)
	}
}

// TestMessageSentAgain sends a message again after a crash had left the turn as
// it was, and again when the consent has ended.
func TestMessageSentAgain(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.to(paula, id, Accepted)
	w.to(paula, id, InProgress)
	began := w.stored(id).Turn
	w.clock.Add(time.Hour)
	first, err := w.s.AddMessage(keyed(paula, "k", "a"), id, "We have met.")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.referrals.Update(t.Context(), id, func(r *Referral) error { r.Turn = began; return nil }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		w.clock.Add(time.Hour)
		if again, err := w.s.AddMessage(keyed(paula, "k", "a"), id, "We have met."); err != nil || again.ID != first.ID {
			t.Errorf("the same request again = %s, %v; want %s", again.ID, err, first.ID)
		}
		if since := w.stored(id).Turn.Since; !since.Equal(first.At) {
			t.Errorf("the turn is since %v, want when the message was written, %v", since, first.At)
		}
	}
	if _, err := w.s.RevokeConsent(as(rosa), w.stored(id).ConsentID, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.AddMessage(keyed(paula, "k", "a"), id, "We have met."); err != nil {
		t.Errorf("the same request after the consent has ended = %v, want the answer it had", err)
	}
	_, err = w.s.AddMessage(keyed(paula, "l", "b"), id, "Are you there?")
	refused(t, "another message then", err, fault.Conflict)
}

func TestNotesNeedConsentForNotes(t *testing.T) {
	w := newWorld(t)
	c := consent()
	c.Fields = []Field{FieldIdentity, FieldNeed}
	c = w.record(c)
	sent, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry"}, ConsentID: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.s.AddMessage(as(rosa), sent.Referral.ID, "She lives at …")
	refused(t, "a message of the sender", err, fault.BusinessRule)
	if _, err := w.s.AddMessage(as(paula), sent.Referral.ID, "Which size?"); err != nil {
		t.Errorf("a message of the agency = %v, want nil", err)
	}
}

func TestNews(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	step := func(want ...string) {
		t.Helper()
		w.drain()
		w.drain()
		same(t, "told", w.told(), want)
		w.notices = nil
	}
	step("referral.received paula")
	w.to(paula, id, Accepted)
	step("referral.moved rosa")
	if _, err := w.s.AddMessage(as(rosa), id, "hello"); err != nil {
		t.Fatal(err)
	}
	step("referral.messaged paula")
	in := give(Completed)
	in.Version = 2
	if _, err := w.s.Move(as(paula), id, in); err != nil {
		t.Fatal(err)
	}
	step("referral.confirm rosa")
	other := w.send("s-kitchen").Referral.ID
	step("referral.received kim")
	w.to(rosa, other, Cancelled)
	step("referral.cancelled kim")
	w.clock.Add(time.Minute)
	third := w.send("s-shelter").Referral.ID // takes the place of the other, which is settled by it
	step("referral.received shea")
	if r := w.stored(other); r.Settlement == nil || r.Settlement.SucceededBy != third {
		t.Errorf("the referral that was cancelled is settled %+v, want by the third", r.Settlement)
	}
	for _, n := range w.notices {
		if n.Path != "/referrals/"+other {
			t.Errorf("the news leads to %s, want the page of the referral", n.Path)
		}
	}
}
