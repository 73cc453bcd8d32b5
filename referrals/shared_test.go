package referrals

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// Reads answers what Saw has noted, as if all of it happened now.
func (w *world) Reads(_ context.Context, patientID string) ([]audit.Entry, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []audit.Entry
	for _, line := range w.saw {
		p := strings.Fields(line) // actor, action, patient, subject
		if p[2] != patientID {
			continue
		}
		e := audit.Entry{At: w.clock.Now(), ActorID: p[0], Action: p[1], PatientID: p[2], Subject: p[3]}
		for org, users := range w.users {
			for _, u := range users {
				if u.ID == p[0] {
					e.OrganizationIDs = []string{org}
				}
			}
		}
		out = append(out, e)
	}
	return out, nil
}

func TestSharedStaysAfterTheConsentEnds(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	c := w.stored(id).ConsentID
	before, err := w.s.Shared(as(rosa), c)
	if err != nil || len(before) != 1 || before[0].Times != 0 || !before[0].FirstSeen.IsZero() {
		t.Fatalf("Shared before anybody looked = %+v, %v", before, err)
	}
	for range 2 {
		if _, err := w.s.Get(as(paula), id); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.s.RevokeConsent(as(rosa), c, 0); err != nil {
		t.Fatal(err)
	}
	w.drain()
	if _, err := w.s.Get(as(paula), id); err != nil { // sees nothing of the person any more
		t.Fatal(err)
	}
	got, err := w.s.Shared(as(rosa), c)
	if err != nil {
		t.Fatal(err)
	}
	now := w.clock.Now()
	same(t, "what was shared", got, []Share{{
		ReferralID: id, Agency: Ref{"pantry", "The pantry"}, SentAt: monday, Fields: allFields, Times: 2, FirstSeen: now, LastSeen: now,
	}})
	_, err = w.s.Shared(as(otto), c)
	refused(t, "Shared by another clinic", err, fault.NotFound)
	_, err = w.s.Shared(as(paula), c)
	refused(t, "Shared by an agency", err, fault.Forbidden)
}

func TestSharedInABroadcast(t *testing.T) {
	w := newWorld(t)
	sent := w.send("s-pantry", "s-kitchen")
	w.to(paula, sent.Request.Referrals[0].ID, Accepted)
	w.drain()
	shares, err := w.s.Shared(as(rosa), w.stored(sent.Request.Referrals[0].ID).ConsentID)
	if err != nil || len(shares) != 2 {
		t.Fatalf("Shared = %+v, %v; want two", shares, err)
	}
	for _, s := range shares {
		want := []Field{FieldNeed} // who is passed over never saw more
		if s.Agency.ID == "pantry" {
			want = allFields
		}
		same(t, "what "+s.Agency.ID+" could see", s.Fields, want)
	}
}

func TestMarkEndsConsentsThatAreNotWritten(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	written := consent()
	written.Method = Written
	kept := w.record(written)
	maria := w.people["maria"]
	maria.Part2 = true
	w.people["maria"] = maria
	patientChanged(t, w, "maria")
	w.drain()
	w.drain()
	list, err := w.s.Consents(as(rosa), "maria")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		want := ConsentVoid
		if c.ID == kept.ID {
			want = ConsentActive
		}
		if c.Status != want {
			t.Errorf("the %s consent is %s, want %s", c.Method, c.Status, want)
		}
	}
	if r := w.stored(id); r.Status != Cancelled || r.Reason != reasonConsentEnded || r.Turn == nil {
		t.Errorf("the referral is %s (%s), turn %v; want it cancelled with the sender's turn", r.Status, r.Reason, r.Turn)
	}
	if v, _ := w.s.Get(as(paula), id); v.Patient != nil {
		t.Error("the agency still sees who it is")
	}
}

// patientChanged delivers the event that the patients' room would send.
func patientChanged(t *testing.T, w *world, id string) {
	t.Helper()
	for _, c := range w.s.Consumers() {
		event := docstore.Event{ID: "e1", Type: "patient.changed", Collection: "patients", DocumentID: id, At: w.clock.Now()}
		if err := c.Handle(t.Context(), []docstore.Event{event}); err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
	}
}

func TestTypedName(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name, typed string
		method      Method
		want        string
		kind        fault.Kind
	}{
		{"as the signer is called", "Maria Lopez", Electronic, "Maria Lopez", ""},
		{"in other letters", " maria  LOPEZ ", Electronic, "maria LOPEZ", ""},
		{"somebody else's", "Rosa Ruiz", Electronic, "", fault.Invalid},
		{"typed as the signer", "", Electronic, "Maria Lopez", ""},
		{"nothing is signed by voice", "Maria Lopez", Verbal, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := consent()
			c.Method, c.Signature = tt.method, Signature{TypedName: tt.typed, FileID: "made-up"}
			got, err := w.s.CheckConsent(as(rosa), c)
			if tt.kind != "" {
				refused(t, "CheckConsent", err, tt.kind)
				return
			}
			if err != nil || got.Signature.TypedName != tt.want || got.Signature.FileID != "" {
				t.Errorf("signature = %+v, %v; want %q and no file", got.Signature, err, tt.want)
			}
		})
	}
}

func TestViolenceIsNeverBroadcast(t *testing.T) {
	w := newWorld(t)
	c := violenceConsent()
	c.Recipients.OrganizationIDs = []string{"shelter", "pantry"}
	c = w.record(c)
	in := SendInput{PatientID: "maria", NeedID: "violence", ServiceIDs: []string{"s-shelter", "s-pantry"}, ConsentID: c.ID}
	_, err := w.s.Send(as(rosa), in)
	refused(t, "a broadcast about violence", err, fault.BusinessRule)
	in.ServiceIDs = in.ServiceIDs[:1]
	if _, err := w.s.Send(as(rosa), in); err != nil {
		t.Errorf("one agency = %v, want it sent", err)
	}
}

func TestAgencyIsToldTheScope(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	v, err := w.s.Get(as(paula), id)
	if err != nil || v.Scope == nil {
		t.Fatalf("Get = scope %v, %v", v.Scope, err)
	}
	same(t, "scope", *v.Scope, Scope{Fields: consent().Fields, GivenAt: monday, Method: Verbal, ExpiresOn: "2027-03-01"})
	if v, _ := w.s.Get(as(rosa), id); v.Scope != nil {
		t.Error("the sender reads the consent itself, not its scope")
	}
	w.clock.Add(400 * 24 * time.Hour)
	if v, _ := w.s.Get(as(paula), id); v.Scope != nil {
		t.Error("a consent that has ended still has a scope")
	}
}
