package referrals

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
)

// rules is a network that decided so.
type rules []network.LadderRule

func (r rules) Settings(context.Context) (network.Settings, error) {
	return network.Settings{Ladder: r}, nil
}

// boss is the admin of the pantry.
var boss = identity.Actor{ID: "boss", Name: "Bo Boss", Role: identity.AgencyAdmin, OrganizationID: "pantry"}

func (w *world) hire(a identity.Actor) {
	w.users[a.OrganizationID] = append(w.users[a.OrganizationID], accounts.User{
		Meta: docstore.Meta{ID: a.ID}, Name: a.Name,
		Memberships: []accounts.Membership{{OrganizationID: a.OrganizationID, Role: a.Role}},
	})
}

// climb runs the job and answers what it told, in order.
func (w *world) climb(want int) []string {
	w.t.Helper()
	w.notices = w.notices[:0]
	n, err := w.s.ClimbLadder(context.Background())
	if err != nil || n != want {
		w.t.Errorf("ClimbLadder = %d, %v; want %d", n, err, want)
	}
	return w.told()
}

func TestClimbEachStepOnce(t *testing.T) {
	w := newWorld(t)
	w.hire(boss)
	id := w.refer()
	due := w.stored(id).Turn.Due // Wednesday 10:00 Pacific
	for _, step := range []struct {
		name string
		at   time.Time
		told []string
	}{
		{"too early", due.Add(-24*time.Hour - time.Millisecond), nil},
		{"a business day before", due.Add(-24 * time.Hour), []string{"referral.reminded boss", "referral.reminded paula"}},
		{"at due", due, []string{"referral.reminded boss", "referral.reminded paula"}},
		{"four hours after", due.Add(4 * time.Hour), []string{"referral.unanswered boss"}},
		{"a business day after", due.Add(24 * time.Hour), []string{"referral.escalated sam"}},
		{"two business days after", due.Add(48 * time.Hour), nil},
		{"five business days after", due.Add(7 * 24 * time.Hour), []string{"referral.escalated sam"}},
		{"five more", due.Add(14 * 24 * time.Hour), []string{"referral.escalated sam"}},
	} {
		w.clock.Set(step.at)
		want := 1
		if step.name == "too early" {
			want = 0
		}
		same(t, step.name, w.climb(want), step.told)
		same(t, step.name+", again", w.climb(0), []string(nil))
	}
	r := w.stored(id)
	same(t, "steps", r.Reminded, network.LadderSteps())
	if r.Revision != 1 || !r.Escalation.Open() {
		t.Errorf("revision = %d, escalation %+v; a step must not make the version that people see stale", r.Revision, r.Escalation)
	}
	w.to(paula, id, Accepted)
	if r := w.stored(id); r.Reminded != nil || r.Escalation.Open() || r.Escalation.ResolvedBy != "Paula Price" {
		t.Errorf("reminded = %v, escalation = %+v in a new turn", r.Reminded, r.Escalation)
	}
}

func TestClimbAfterALongRest(t *testing.T) {
	w := newWorld(t)
	w.hire(boss)
	id := w.refer()
	w.clock.Add(1000 * time.Hour)
	same(t, "told", w.climb(1), []string{"referral.escalated sam", "referral.reminded boss", "referral.reminded paula", "referral.unanswered boss"})
	same(t, "steps", w.stored(id).Reminded, network.LadderSteps())
}

func TestClimbForTheSender(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.to(paula, id, Rejected)
	w.clock.Set(w.stored(id).Turn.Due)
	same(t, "told", w.climb(1), []string{"referral.reminded rosa"})

	w.users["clinic"][0].Disabled = true // Rosa left
	other := w.send("s-kitchen").Referral.ID
	w.to(kim, other, Rejected)
	w.clock.Set(w.stored(other).Turn.Due)
	if told := w.climb(1); !slices.Contains(told, "referral.reminded sam") || slices.Contains(told, "referral.reminded rosa") {
		t.Errorf("told = %v, want Sam in Rosa's place", told)
	}
}

func TestNobodyIsToldOfViolence(t *testing.T) {
	w := newWorld(t)
	c := consent()
	c.Needs, c.Method, c.Recipients = []string{"intimate-partner-violence"}, Written, Recipients{OrganizationIDs: []string{"pantry"}}
	c.ExpiresOn = "2026-12-01"
	c = w.record(c)
	sent, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "violence", ServiceIDs: []string{"s-pantry"}, ConsentID: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	w.s.Network = rules{{Steps: network.DefaultLadder()[0].Steps, Resend: true}}
	w.clock.Add(1000 * time.Hour)
	same(t, "told", w.climb(1), []string(nil))
	if r := w.stored(sent.Referral.ID); !r.Escalation.Open() || r.Onward != nil || r.Status != Requested {
		t.Errorf("escalation %+v, onward %+v, %s; want the supervisors to see it and nothing sent by itself", r.Escalation, r.Onward, r.Status)
	}
}

func TestClimbGoesOnAfterAFailure(t *testing.T) {
	w := newWorld(t)
	w.refer()
	w.clock.Add(1000 * time.Hour)
	w.broken = errors.New("out of paper")
	if n, err := w.s.ClimbLadder(t.Context()); n != 0 || !errors.Is(err, w.broken) {
		t.Errorf("ClimbLadder = %d, %v; want the failure", n, err)
	}
	w.broken = nil
	w.climb(1)
}

func TestClimbInBatches(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	for n := range 2*jobBatch + 7 {
		w.plant(askedID("plant", time.Duration(n).String()), monday, Accepted)
	}
	w.clock.Add(1000 * time.Hour)
	w.climb(2*jobBatch + 8)
}

// Steps count in the calendar of those they are for: Pacific opening hours for
// the agency, Eastern business days for the sender.
func TestStepsInTheirOwnCalendars(t *testing.T) {
	w := newWorld(t)
	w.hire(boss)
	w.clock.Set(time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)) // Wednesday 16:00 Pacific
	id := w.refer()
	r := w.stored(id)
	got := map[string]string{}
	for _, g := range r.Ladder.Rungs {
		zone := pacific.Location
		if slices.Contains([]string{network.StepSupervisor, network.StepNext, network.StepAgain}, g.Do) {
			zone = eastern.Location
		}
		got[g.Do] = g.At.In(zone).Format("Mon 15:04 MST")
	}
	same(t, "steps", got, map[string]string{
		"soon": "Thu 16:00 PST", "due": "Fri 16:00 PST", "admin": "Mon 12:00 PDT",
		"supervisor": "Mon 19:00 EDT", "next": "Tue 19:00 EDT", "again": "Fri 19:00 EDT",
	})
}

func TestTurnsLastAsTheNetworkDecides(t *testing.T) {
	w := newWorld(t)
	w.s.Network = rules{
		{Turns: map[string]network.Wait{"requested": {BusinessDays: 5}}},
		{Need: "food-insecurity", Priority: "urgent", Turns: map[string]network.Wait{"requested": {OpenHours: 1}}},
	}
	id := w.refer()
	if got, want := w.stored(id).Turn.Due, pacific.AddBusinessDays(w.clock.Now(), 5); !got.Equal(want) {
		t.Errorf("due = %v, want %v", got, want)
	}
	w.to(rosa, id, Cancelled)
	c := w.record(consent())
	sent, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-kitchen"}, ConsentID: c.ID, Priority: Urgent})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := w.stored(sent.Referral.ID).Turn.Due, pacific.AddOpeningHours(w.clock.Now(), time.Hour); !got.Equal(want) {
		t.Errorf("due of the urgent one = %v, want %v", got, want)
	}
	if l := w.stored(sent.Referral.ID).Ladder; l == nil || len(l.Rungs) != 0 {
		t.Errorf("ladder = %+v, want none of a rule without steps", l)
	}
	w.clock.Add(1000 * time.Hour)
	w.climb(0)
}

func TestLaddersOfReferralsFromBefore(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	if _, err := w.s.referrals.Update(t.Context(), id, func(r *Referral) error {
		r.Ladder, r.Reminded = nil, []string{"soon"}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.climb(0)
	r := w.stored(id)
	if r.Ladder == nil || r.Ladder.Rungs[0].Do != network.StepDue || !slices.Equal(r.Reminded, []string{"soon"}) {
		t.Errorf("ladder = %+v after %v, want it laid from due on", r.Ladder, r.Reminded)
	}
}

func TestSoonOfShortTurns(t *testing.T) {
	for _, tt := range []struct {
		name   string
		turn   Turn
		before network.Wait
		want   time.Time
	}{
		{"a day before", Turn{Since: monday, Due: monday.Add(72 * time.Hour)}, network.Wait{BusinessDays: 1}, monday.Add(48 * time.Hour)},
		{"half of a short turn", Turn{Since: monday, Due: monday.Add(4 * time.Hour)}, network.Wait{BusinessDays: 1}, monday.Add(2 * time.Hour)},
		{"two hours", Turn{Since: monday, Due: monday.Add(6 * time.Hour)}, network.Wait{OpenHours: 2}, monday.Add(4 * time.Hour)},
		{"three days", Turn{Since: monday, Due: monday.Add(14 * 24 * time.Hour)}, network.Wait{Days: 3}, monday.Add(11 * 24 * time.Hour)},
	} {
		if got := tt.turn.soon(tt.before, pacific); !got.Equal(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
