package referrals

import (
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

func violenceConsent() Consent {
	c := consent()
	c.Needs, c.Method = []string{"intimate-partner-violence"}, Written
	c.Recipients = Recipients{OrganizationIDs: []string{"shelter"}}
	return c
}

func TestRecordConsentRules(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name   string
		change func(*Consent)
		kind   fault.Kind // empty: it is taken
	}{
		{"complete", func(*Consent) {}, ""},
		{"named organizations", func(c *Consent) { c.Recipients = Recipients{OrganizationIDs: []string{"pantry", "kitchen"}} }, ""},
		{"no end", func(c *Consent) { c.ExpiresOn = "" }, ""},
		{"ends today", func(c *Consent) { c.ExpiresOn = "2026-03-02" }, ""},
		{"ended yesterday", func(c *Consent) { c.ExpiresOn = "2026-03-01" }, fault.Invalid},
		{"not a date", func(c *Consent) { c.ExpiresOn = "next year" }, fault.Invalid},
		{"to nobody", func(c *Consent) { c.Recipients = Recipients{} }, fault.Invalid},
		{"to an unknown class", func(c *Consent) { c.Recipients.Class = "everybody" }, fault.Invalid},
		{"to a stranger", func(c *Consent) { c.Recipients.OrganizationIDs = []string{"park"} }, fault.Invalid},
		{"to a clinic", func(c *Consent) { c.Recipients.OrganizationIDs = []string{"clinic-b"} }, fault.Invalid},
		{"about nothing", func(c *Consent) { c.Needs = nil }, fault.Invalid},
		{"about an unknown need", func(c *Consent) { c.Needs = []string{"money"} }, fault.Invalid},
		{"sharing nothing", func(c *Consent) { c.Fields = nil }, fault.Invalid},
		{"sharing an unknown field", func(c *Consent) { c.Fields = append(c.Fields, "diagnosis") }, fault.Invalid},
		{"an unknown method", func(c *Consent) { c.Method = "nod" }, fault.Invalid},
		{"signed by nobody", func(c *Consent) { c.Signer.Name = " " }, fault.Invalid},
		{"signed by no relation", func(c *Consent) { c.Signer.Relationship = "" }, fault.Invalid},
		{"in no language", func(c *Consent) { c.Language = "" }, fault.Invalid},
		{"a name without end", func(c *Consent) { c.Signer.Name = strings.Repeat("a", maxName+1) }, fault.Invalid},
		{"another's patient", func(c *Consent) { c.PatientID = "beate" }, fault.NotFound},
		{"no patient", func(c *Consent) { c.PatientID = "" }, fault.NotFound},
		{"violence, alone and named", func(c *Consent) { *c = violenceConsent() }, ""},
		{"violence among others", func(c *Consent) { *c = violenceConsent(); c.Needs = append(c.Needs, "food-insecurity") }, fault.BusinessRule},
		{"violence to a class", func(c *Consent) { *c = violenceConsent(); c.Recipients.Class = NetworkAgencies }, fault.BusinessRule},
		{"violence by word", func(c *Consent) { *c = violenceConsent(); c.Method = Verbal }, fault.BusinessRule},
		{"violence without end", func(c *Consent) { *c = violenceConsent(); c.ExpiresOn = "" }, fault.BusinessRule},
		{"violence for a year", func(c *Consent) { *c = violenceConsent(); c.ExpiresOn = "2027-03-02" }, ""},
		{"violence for a day more", func(c *Consent) { *c = violenceConsent(); c.ExpiresOn = "2027-03-03" }, fault.BusinessRule},
		{"food for two years", func(c *Consent) { c.ExpiresOn = "2028-03-02" }, ""},
		{"abuse of elders by word", func(c *Consent) { *c = violenceConsent(); c.Needs = []string{"elder-abuse"}; c.Method = Verbal }, fault.BusinessRule},
		{"part 2 in writing", func(c *Consent) { c.PatientID, c.Method = "omar", Written }, ""},
		{"part 2 by word", func(c *Consent) { c.PatientID = "omar" }, fault.BusinessRule},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := consent()
			tt.change(&c)
			_, checked := w.s.CheckConsent(as(rosa), c)
			if tt.kind == "" && checked != nil || tt.kind != "" && !fault.Is(checked, tt.kind) {
				t.Errorf("CheckConsent = %v, want %q", checked, tt.kind)
			}
			got, err := w.s.RecordConsent(as(rosa), c)
			if tt.kind != "" {
				refused(t, "RecordConsent", err, tt.kind)
				return
			}
			if err != nil {
				t.Fatalf("RecordConsent = %v, want nil", err)
			}
			if got.ID == "" || got.Status != ConsentActive || got.OrganizationID != "clinic" || got.GivenBy != "rosa" || !got.GivenAt.Equal(monday) {
				t.Errorf("RecordConsent = %+v, lacks what the service fills in", got)
			}
		})
	}
	for _, a := range []identity.Actor{paula, netAdmin, {}} {
		if _, err := w.s.RecordConsent(as(a), consent()); !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Login) {
			t.Errorf("RecordConsent by %q = %v, want a refusal", a.Role, err)
		}
	}
}

func TestRecordConsentOnce(t *testing.T) {
	w := newWorld(t)
	first, err := w.s.RecordConsent(keyed(rosa, "k1", "a"), consent())
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.s.RecordConsent(keyed(rosa, "k1", "a"), consent())
	if err != nil || again.ID != first.ID {
		t.Errorf("the same request again = %s, %v; want %s", again.ID, err, first.ID)
	}
	_, err = w.s.RecordConsent(keyed(rosa, "k1", "b"), consent())
	refused(t, "another request with the key", err, fault.BusinessRule)
}

func TestCovers(t *testing.T) {
	now := monday
	named := Consent{Status: ConsentActive, Recipients: Recipients{OrganizationIDs: []string{"pantry"}}, Needs: []string{"food-insecurity", "elder-abuse"}}
	class := Consent{Status: ConsentActive, Recipients: Recipients{Class: NetworkAgencies}, Needs: named.Needs}
	ended := named
	ended.EndsAt = now
	revoked := named
	revoked.Status = ConsentRevoked
	tests := []struct {
		name           string
		c              Consent
		agency, domain string
		want           bool
	}{
		{"named agency", named, "pantry", "food-insecurity", true},
		{"another agency", named, "kitchen", "food-insecurity", false},
		{"another need", named, "pantry", "stress", false},
		{"class", class, "kitchen", "food-insecurity", true},
		{"class never covers violence", class, "kitchen", "elder-abuse", false},
		{"named agency and violence", named, "pantry", "elder-abuse", true},
		{"over at that instant", ended, "pantry", "food-insecurity", false},
		{"revoked", revoked, "pantry", "food-insecurity", false},
	}
	for _, tt := range tests {
		if got := tt.c.Covers(tt.agency, tt.domain, now); got != tt.want {
			t.Errorf("%s: Covers(%s, %s) = %v, want %v", tt.name, tt.agency, tt.domain, got, tt.want)
		}
	}
}

func TestConsentEndsWhereTheClinicIs(t *testing.T) {
	w := newWorld(t)
	c := consent()
	c.ExpiresOn = "2026-03-10"
	c = w.record(c)
	want := time.Date(2026, 3, 11, 4, 0, 0, 0, time.UTC) // midnight of the 11th in New York, daylight saving
	if !c.EndsAt.Equal(want) {
		t.Errorf("EndsAt = %v, want %v", c.EndsAt, want)
	}
	if !c.InForce(want.Add(-time.Millisecond)) || c.InForce(want) {
		t.Error("the consent must hold until the end of its last day and not longer")
	}
}

func TestRevokingStopsReadsAtOnce(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.to(paula, id, Accepted)
	c := w.stored(id).ConsentID
	if _, err := w.s.RevokeConsent(as(rosa), c, 99); !fault.Is(err, fault.Conflict) {
		t.Errorf("RevokeConsent of another version = %v, want a conflict", err)
	}
	_, err := w.s.RevokeConsent(as(otto), c, 0)
	refused(t, "RevokeConsent by another clinic", err, fault.NotFound)
	if _, err := w.s.RevokeConsent(as(rosa), c, 1); err != nil {
		t.Fatal(err)
	}

	v, err := w.s.Get(as(paula), id) // before any consumer ran
	if err != nil {
		t.Fatal(err)
	}
	same(t, "what the agency sees", v, View{
		ID: id, Status: Withdrawn, Label: "Withdrawn", Version: 2, OrganizationID: "pantry", Withheld: "consent-ended",
		Settled: true, Moves: []MoveOption{}, History: []Step{}, CreatedAt: monday,
	})
	_, err = w.s.Move(as(paula), id, MoveInput{To: InProgress, Version: 2})
	refused(t, "a move without consent", err, fault.Conflict)
	_, err = w.s.AddMessage(as(paula), id, "hello")
	refused(t, "a message without consent", err, fault.Conflict)
	if _, err = w.s.AddMessage(as(rosa), id, "hello"); !fault.Is(err, fault.BusinessRule) {
		t.Errorf("a message of the sender without consent = %v, want a business rule", err)
	}
	if ms, err := w.s.Messages(as(paula), id); err != nil || len(ms) != 0 {
		t.Errorf("Messages = %v, %v; want none", ms, err)
	}

	w.drain()
	r := w.stored(id)
	if r.Status != Cancelled || r.Reason != "consent-ended" || r.Turn == nil || r.Turn.Party != Sender {
		t.Errorf("after the event: %s, %s, turn %v; want cancelled, consent-ended, the sender's turn", r.Status, r.Reason, r.Turn)
	}
	if again, err := w.s.RevokeConsent(as(rosa), c, 0); err != nil || again.Status != ConsentRevoked {
		t.Errorf("revoking again = %v, %v; want it as it is", again.Status, err)
	}
}

func TestExpiryStopsReadsAndTheJobCancels(t *testing.T) {
	w := newWorld(t)
	c := consent()
	c.ExpiresOn = "2026-03-03"
	c = w.record(c)
	sent, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry"}, ConsentID: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	id := sent.Referral.ID
	if n, err := w.s.ExpireConsents(t.Context()); n != 0 || err != nil {
		t.Errorf("ExpireConsents before the end = %d, %v; want 0", n, err)
	}
	w.clock.Set(c.EndsAt)
	if v, _ := w.s.Get(as(paula), id); v.Status != Withdrawn {
		t.Errorf("the agency sees %s after the last day, want withdrawn", v.Status)
	}
	list, err := w.s.Consents(as(rosa), "maria")
	if err != nil || len(list) != 1 || list[0].Status != ConsentExpired {
		t.Errorf("Consents = %v, %v; want one that expired", list, err)
	}
	if n, err := w.s.ExpireConsents(t.Context()); n != 1 || err != nil {
		t.Errorf("ExpireConsents = %d, %v; want 1", n, err)
	}
	if n, err := w.s.ExpireConsents(t.Context()); n != 0 || err != nil {
		t.Errorf("ExpireConsents again = %d, %v; want 0", n, err)
	}
	w.drain()
	if r := w.stored(id); r.Status != Cancelled || r.Reason != "consent-ended" {
		t.Errorf("after expiry: %s, %s; want cancelled, consent-ended", r.Status, r.Reason)
	}
}

func TestConsentsOfOthersDoNotExist(t *testing.T) {
	w := newWorld(t)
	w.record(consent())
	_, err := w.s.Consents(as(otto), "maria")
	refused(t, "Consents by another clinic", err, fault.NotFound)
	_, err = w.s.Consents(as(paula), "maria")
	refused(t, "Consents by an agency", err, fault.Forbidden)
}

func TestSentInTheMomentTheConsentEnded(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	c, err := w.s.consents.Get(t.Context(), w.stored(id).ConsentID)
	if err != nil {
		t.Fatal(err)
	}
	c.Status = ConsentRevoked // without its event, as if that came before the referral was stored
	if err := w.s.consents.Replace(t.Context(), &c); err != nil {
		t.Fatal(err)
	}
	w.drain()
	if r := w.stored(id); r.Status != Cancelled {
		t.Errorf("status = %s, want cancelled", r.Status)
	}
	if got := w.needStatus("food"); got != screening.NeedInProgress {
		t.Errorf("need = %s, want in-progress until the sender decides", got)
	}
	if _, err := w.s.Get(as(paula), id); err != nil {
		t.Errorf("Get = %v", err)
	}
}
