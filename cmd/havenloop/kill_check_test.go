package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
	"github.com/havenloop/havenloop/seed"
)

// check looks at the folder of a server that was killed: all that was answered
// is there, and every open referral has a turn.
func (k *killed) check() {
	k.t.Helper()
	k.open(time.Now(), func(h *house) {
		s := storedIn(k.t, h)
		s.turns()
		for _, st := range k.stories {
			s.holds(st)
		}
	})
}

// stored is what lies in the folder, as it is.
type stored struct {
	t         *testing.T
	h         *house
	referrals map[string]referrals.Referral
	messages  map[string][]string // texts, by referral
	consents  map[string]referrals.Consent
	notices   map[string]notify.Notice
	tasks     map[string]referrals.Task
}

func storedIn(t *testing.T, h *house) stored {
	t.Helper()
	s := stored{
		t: t, h: h, messages: map[string][]string{}, referrals: read[referrals.Referral](t, h, "referrals"),
		consents: read[referrals.Consent](t, h, "consents"), notices: read[notify.Notice](t, h, "notices"),
		tasks: read[referrals.Task](t, h, "referral_tasks"),
	}
	for _, m := range read[referrals.Message](t, h, "referral_messages") {
		s.messages[m.ReferralID] = append(s.messages[m.ReferralID], m.Text)
	}
	return s
}

// read reads a whole collection past its room.
func read[T any](t *testing.T, h *house, collection string) map[string]T {
	t.Helper()
	records, err := h.Engine.Scan(t.Context(), collection, docstore.IndexScan{})
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]T, len(records))
	for _, r := range records {
		var one T
		if err := json.Unmarshal(r.Body, &one); err != nil {
			t.Fatalf("%s %s: %v", collection, r.ID, err)
		}
		out[r.ID] = one
	}
	return out
}

// turns holds the rule that every referral that is not settled has a turn.
func (s stored) turns() {
	s.t.Helper()
	for id, r := range s.referrals {
		open := r.Settlement == nil
		if open != (r.Turn != nil) || open && (r.Turn.Party == referrals.Neither || !r.Turn.Due.After(r.Turn.Since)) {
			s.t.Errorf("referral %s is %s, settled %+v, with the turn %+v", id, r.Status, r.Settlement, r.Turn)
		}
	}
}

// holds looks for what was answered in a story.
func (s stored) holds(st *story) {
	s.t.Helper()
	ctx := s.t.Context()
	if st.patient != "" {
		if _, err := s.h.Patients.Open(ctx, st.patient); err != nil {
			s.t.Errorf("story %d lost its patient: %v", st.n, err)
		}
	}
	if st.need != "" {
		if _, err := s.h.Screening.OpenNeed(ctx, st.need); err != nil {
			s.t.Errorf("story %d lost its need: %v", st.n, err)
		}
	}
	c, ok := s.consents[st.consent]
	if st.consent != "" && !ok || st.revoked && c.Status != referrals.ConsentRevoked {
		s.t.Errorf("story %d lost its consent, or its end: %q", st.n, c.Status)
	}
	for _, p := range st.parts {
		got := s.history(p.id)
		if len(got) < len(p.statuses) || !slices.Equal(got[:len(p.statuses)], p.statuses) {
			s.t.Errorf("story %d: referral %s went through %v, answered was %v", st.n, p.id, got, p.statuses)
		}
		for _, text := range p.texts {
			if n := count(s.messages[p.id], text); n != 1 {
				s.t.Errorf("story %d: a message on referral %s is there %d times", st.n, p.id, n)
			}
		}
	}
	if st.confirmed && s.referrals[st.now.id].Confirmation == nil {
		s.t.Errorf("story %d lost the patient's answer", st.n)
	}
}

func (s stored) history(id string) []referrals.Status {
	var out []referrals.Status
	for _, step := range s.referrals[id].History {
		out = append(out, step.To)
	}
	return out
}

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// plant sends referrals in the past, on which nobody acted since, so that the
// next server has steps of the ladder to do.
func (k *killed) plant(n int) {
	k.t.Helper()
	k.open(time.Now().AddDate(0, 0, -30), func(h *house) {
		for i := range 2 {
			id, err := plantOne(k.t.Context(), h, fmt.Sprintf("%d of round %d", i, n))
			if err != nil {
				k.t.Fatal(err)
			}
			k.planted = append(k.planted, id)
		}
	})
}

func plantOne(ctx context.Context, h *house, name string) (string, error) {
	for _, a := range seed.Accounts() {
		if a.UserID == seed.ID("user/vega") {
			ctx = identity.With(ctx, a.Actor())
		}
	}
	p, err := h.Patients.Register(ctx, patients.Patient{
		GivenName: name, FamilyName: "Planted", BirthDate: "1980-01-01", Address: patients.Address{PostalCode: "95351"},
	}, true)
	if err != nil {
		return "", err
	}
	result, err := h.Screening.Submit(ctx, screening.Submission{PatientID: p.ID, Instrument: "hunger-vital-sign", Answers: screening.Answers{
		"/88122-7": screening.Codes("LA28397-0"), "/88123-5": screening.Codes("LA28397-0"),
	}})
	if err != nil {
		return "", err
	}
	need, wanted := result.Needs[0], true
	if need, err = h.Screening.PatchNeed(ctx, need.ID, screening.NeedPatch{Wanted: &wanted, Version: need.Version}); err != nil {
		return "", err
	}
	c, err := h.Referrals.RecordConsent(ctx, referrals.Consent{
		PatientID: p.ID, Recipients: referrals.Recipients{OrganizationIDs: []string{foodBank.organization}}, Needs: []string{need.Domain},
		Fields: []referrals.Field{referrals.FieldIdentity, referrals.FieldNeed}, Method: referrals.Verbal,
		Signer: referrals.Signer{Name: "Planted", Relationship: "self"}, Language: "en",
	})
	if err != nil {
		return "", err
	}
	sent, err := h.Referrals.Send(ctx, referrals.SendInput{PatientID: p.ID, NeedID: need.ID, ServiceIDs: []string{foodBank.service}, ConsentID: c.ID})
	if err != nil {
		return "", err
	}
	return sent.Referral.ID, nil
}

// sendersRest is longer than a notice is left alone whose sender died.
const sendersRest = 11 * time.Minute

// finish lets what waits be done, and compares what became of the stories with
// what they tell, and the news with those that there should be.
func (k *killed) finish() {
	k.t.Helper()
	k.open(time.Now().Add(sendersRest), func(h *house) {
		ctx := identity.With(k.t.Context(), identity.SystemActor("test"))
		_, err := h.Referrals.ClimbLadder(ctx)
		err = errors.Join(err, h.Relay.Drain(ctx))
		for n := 1; n > 0 && err == nil; {
			n, err = h.Notify.Send(ctx)
		}
		if err != nil {
			k.t.Fatal(err)
		}
		s := storedIn(k.t, h)
		s.turns()
		if len(k.stories) == 0 {
			k.t.Error("no story was told")
		}
		requests := 0
		for _, st := range k.stories {
			s.holds(st)
			s.ended(st)
			requests += len(st.steps)
		}
		s.told(k)
		mails, texts, hooks := s.mailed(k), s.texted(k), s.posted(k)
		k.t.Logf("%d stories of %d requests; %d notices; sent again after a kill: %d mails, %d texts, %d webhooks",
			len(k.stories), requests, len(s.notices), mails, texts, hooks)
	})
}

// ended compares how a story ended with what it tells: nothing more happened.
func (s stored) ended(st *story) {
	s.t.Helper()
	if !st.atEnd() {
		s.t.Errorf("story %d is not told to its end", st.n)
	}
	for _, p := range st.parts {
		r := s.referrals[p.id]
		want := slices.Clone(p.statuses)
		if p != st.now && r.RequestID != "" || st.revoked {
			want = append(want, referrals.Cancelled)
		}
		if got := s.history(p.id); !slices.Equal(got, want) {
			s.t.Errorf("story %d: referral %s went through %v, want %v", st.n, p.id, got, want)
		}
		if settled := r.Settlement != nil; settled == st.revoked {
			s.t.Errorf("story %d: referral %s is %s, settled %t", st.n, p.id, r.Status, settled)
		}
		if n := len(s.messages[p.id]); n != len(p.texts) {
			s.t.Errorf("story %d: referral %s has %d messages, want %d", st.n, p.id, n, len(p.texts))
		}
	}
	need, err := s.h.Screening.OpenNeed(s.t.Context(), st.need)
	want := screening.NeedMet
	if st.revoked {
		want = screening.NeedInProgress
	}
	if err != nil || need.Status != want {
		s.t.Errorf("story %d: the need is %s, %v; want %s", st.n, need.Status, err, want)
	}
}
