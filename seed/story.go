package seed

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// instrument is the one that the county screens with.
const instrument = "ahc-hrsn-core"

// teller tells what happened to one patient.
type teller struct {
	Services
	now    time.Time
	person person
	worker identity.Actor
	id     string                    // of the patient
	needs  map[string]screening.Need // by topic
	last   map[string]string         // by topic: the referral that was closed without help
	told   time.Time                 // when the last step happened
}

// tell registers the patient and lets happen what the chapters say.
func tell(ctx context.Context, s Services, p person, now time.Time) error {
	t := &teller{Services: s, now: now, person: p, id: ID("patient/" + p.slug), needs: map[string]screening.Need{}, last: map[string]string{}}
	for _, a := range Accounts() {
		if a.UserID == ID("user/"+p.worker) {
			t.worker = a.Actor()
		}
	}
	ctx = identity.With(ctx, t.worker)
	first := 1
	if len(p.chapters) > 0 {
		first = p.chapters[0].daysAgo
	}
	t.at(first)
	p.patient.AssignedTo = t.worker.ID
	if _, err := s.Patients.Register(docstore.WithID(ctx, t.id), p.patient, true); err != nil {
		return err
	}
	for i, c := range p.chapters {
		if err := t.chapter(ctx, i, c); err != nil {
			return fmt.Errorf("chapter %d: %w", i+1, err)
		}
	}
	if err := s.Drain(ctx); err != nil || p.discharged == nil {
		return err
	}
	return t.discharge(ctx, *p.discharged)
}

// discharge notes that the patient left a hospital that many days ago.
func (t *teller) discharge(ctx context.Context, daysAgo int) error {
	t.told = time.Time{}
	t.at(daysAgo)
	r, err := t.Screening.Rescreening(ctx, t.id)
	if err != nil {
		return err
	}
	zone, _ := time.LoadLocation(zone)
	on := t.now.In(zone).AddDate(0, 0, -daysAgo).Format(time.DateOnly)
	_, err = t.Screening.PatchRescreening(ctx, t.id, screening.RescreeningPatch{DischargedOn: &on, Version: r.Version})
	return err
}

// at moves the clock to a working hour that many days ago, after whatever
// happened before; never past now.
func (t *teller) at(daysAgo int) {
	zone, _ := time.LoadLocation(zone)
	local := t.now.In(zone)
	at := time.Date(local.Year(), local.Month(), local.Day()-daysAgo, 9, 10, 0, 0, zone)
	if !at.After(t.told) {
		at = t.told.Add(25 * time.Minute)
	}
	if latest := t.now.Add(-time.Minute); at.After(latest) {
		at = latest
		if !at.After(t.told) {
			at = t.told.Add(time.Second)
		}
	}
	t.told = at
	t.Clock.Set(at)
}

func (t *teller) chapter(ctx context.Context, n int, c chapter) error {
	t.told = time.Time{}
	t.at(c.daysAgo)
	relationship := "self"
	if len(t.person.patient.Representatives) > 0 {
		relationship = t.person.patient.Representatives[0].Relationship
	}
	result, err := t.Screening.Submit(docstore.WithID(ctx, ID(fmt.Sprintf("screening/%s/%d", t.person.slug, n))), screening.Submission{
		PatientID: t.id, Instrument: instrument, Language: "en", Mode: "in-person",
		Respondent: screening.Respondent{Relationship: relationship}, Answers: c.answers,
	})
	if err != nil {
		return fmt.Errorf("screening: %w", err)
	}
	for _, need := range result.Needs {
		t.needs[need.Topic] = need
	}
	for _, topic := range slices.Sorted(maps.Keys(c.wanted)) {
		need, ok := t.needs[topic]
		if !ok {
			return fmt.Errorf("the answers find no need of topic %s", topic)
		}
		wanted := c.wanted[topic]
		if t.needs[topic], err = t.Screening.PatchNeed(ctx, need.ID, screening.NeedPatch{Wanted: &wanted, Version: need.Version}); err != nil {
			return fmt.Errorf("need %s: %w", topic, err)
		}
	}
	for i, s := range c.stories {
		t.told = time.Time{}
		if err := t.story(ctx, fmt.Sprintf("%s/%d/%d", t.person.slug, n, i), s); err != nil {
			return fmt.Errorf("referral for %s to %s: %w", s.topic, s.services[0], err)
		}
	}
	return nil
}

// violenceDays is how long the seed's consents about violence hold.
const violenceDays = 90

// story records the consent, sends and does the steps.
func (t *teller) story(ctx context.Context, slug string, s story) error {
	t.at(s.steps[0].daysAgo)
	need := t.needs[s.topic]
	consent := referrals.Consent{
		PatientID: t.id, Needs: []string{need.Domain}, Method: referrals.Verbal,
		Fields:   []referrals.Field{referrals.FieldContact, referrals.FieldIdentity, referrals.FieldNeed, referrals.FieldNotes},
		Signer:   referrals.Signer{Name: t.person.patient.GivenName + " " + t.person.patient.FamilyName, Relationship: "self"},
		Language: "en", TextVersion: "1",
	}
	if reps := t.person.patient.Representatives; len(reps) > 0 {
		consent.Signer = referrals.Signer{Name: reps[0].Name, Relationship: reps[0].Relationship}
	}
	if need.Private {
		consent.Method, consent.ExpiresOn = referrals.Written, t.now.AddDate(0, 0, violenceDays).Format(time.DateOnly)
	}
	in := referrals.SendInput{PatientID: t.id, NeedID: need.ID, Note: notes[s.topic], Succeeds: t.last[s.topic]}
	if need.Urgent {
		in.Priority = referrals.Urgent
	}
	for _, path := range s.services {
		org, _, _ := strings.Cut(path, "/")
		consent.Recipients.OrganizationIDs = append(consent.Recipients.OrganizationIDs, ID(org))
		in.ServiceIDs = append(in.ServiceIDs, ID(path))
	}
	given, err := t.Referrals.RecordConsent(docstore.WithID(ctx, ID("consent/"+slug)), consent)
	if err != nil {
		return fmt.Errorf("consent: %w", err)
	}
	in.ConsentID = given.ID
	sent, err := t.Referrals.Send(docstore.WithID(ctx, ID("referral/"+slug)), in)
	if err != nil {
		return err
	}
	var ids []string
	if sent.Referral != nil {
		ids = []string{sent.Referral.ID}
	} else {
		for _, v := range sent.Request.Referrals {
			ids = append(ids, v.ID)
		}
	}
	delete(t.last, s.topic)
	for _, st := range s.steps[1:] {
		if err := t.Drain(ctx); err != nil {
			return err
		}
		t.at(st.daysAgo)
		if err := t.step(ctx, s, ids, st); err != nil {
			return fmt.Errorf("%s: %w", st.verb, err)
		}
	}
	return t.Drain(ctx)
}

// notes is what the worker writes to the agency, by topic.
var notes = map[string]string{
	"food":            "Best reached in the morning. Please say when to come.",
	"housing":         "A letter from the landlord is at hand.",
	"housing-quality": "The landlord knows. Children live in the home.",
	"transportation":  "Visits are on Tuesdays and Thursdays.",
	"utilities":       "The bill and the notice are at hand.",
	"safety":          "Please call only at the safe hours.",
}

// moves are the verbs that move a referral, and whether their detail is an outcome.
var moves = map[string]struct {
	to      referrals.Status
	outcome bool
}{
	"ack": {to: referrals.Acknowledged}, "acc": {to: referrals.Accepted}, "start": {to: referrals.InProgress},
	"hold": {to: referrals.OnHold}, "done": {to: referrals.Completed, outcome: true}, "rej": {to: referrals.Rejected},
	"fail": {to: referrals.Failed}, "cancel": {to: referrals.Cancelled},
}

// step does one thing to the referral; in a request, the agency named by the
// detail of acc is the one that goes on.
func (t *teller) step(ctx context.Context, s story, ids []string, st step) error {
	id, agency := ids[0], t.agencyActor(s.services[0])
	if st.verb == "acc" && st.detail == "2" {
		ids[0], ids[1] = ids[1], ids[0]
		s.services[0], s.services[1] = s.services[1], s.services[0]
		id, agency, st.detail = ids[0], t.agencyActor(s.services[0]), ""
	}
	switch st.verb {
	case "confirm":
		resolved := st.detail == "yes"
		_, err := t.Referrals.Confirm(ctx, id, referrals.Confirmation{Received: referrals.Received(st.detail), NeedResolved: &resolved, By: "patient"})
		return err
	case "tried":
		_, err := t.Referrals.Confirm(ctx, id, referrals.Confirmation{NotReached: true, By: "worker", Note: "No answer."})
		return err
	case "call":
		_, err := t.Referrals.AddAttempt(identity.With(ctx, agency), id, referrals.AttemptInput{Channel: "call", Note: "No answer."})
		return err
	case "note":
		_, err := t.Referrals.AddMessage(identity.With(ctx, agency), id, "We are in contact and will write again soon.")
		return err
	}
	m, ok := moves[st.verb]
	if !ok {
		return fmt.Errorf("unknown step")
	}
	by := identity.With(ctx, agency)
	if st.verb == "cancel" {
		by = ctx
	}
	v, err := t.Referrals.Get(by, id)
	if err != nil {
		return err
	}
	in := referrals.MoveInput{To: m.to, Version: v.Version}
	if m.outcome {
		in.Outcome = referrals.Outcome(st.detail)
	} else {
		in.Reason = st.detail
	}
	if _, err := t.Referrals.Move(by, id, in); err != nil {
		return err
	}
	if m.to == referrals.Rejected || m.to == referrals.Failed {
		t.last[s.topic] = id
	}
	return nil
}

// agencyActor is somebody at the agency of "organization/service": its staff
// where it has some, else a person without an account.
func (t *teller) agencyActor(path string) identity.Actor {
	org, _, _ := strings.Cut(path, "/")
	for _, a := range Accounts() {
		if a.OrganizationID == ID(org) {
			return a.Actor()
		}
	}
	return identity.Actor{ID: ID("user/desk/" + org), Name: "Front desk", Role: identity.AgencyStaff, OrganizationID: ID(org)}
}
