package referrals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
)

// Ladder is what happens next to a referral on whose turn nobody acts.
type Ladder struct {
	Rungs []Rung `json:"rungs,omitempty"` // those to come, by time
}

// Rung is one step of the ladder and when it comes.
type Rung struct {
	Do string    `json:"do"` // a step of the network's ladder
	At time.Time `json:"at"`
}

// rule is what the network decided for referrals like this one.
func (s *Service) rule(ctx context.Context, r Referral) (network.LadderRule, error) {
	if s.Network == nil {
		return network.Defaults().LadderFor(r.Need.Domain, string(r.Priority)), nil
	}
	settings, err := s.Network.Settings(ctx)
	if err != nil {
		return network.LadderRule{}, fmt.Errorf("ladder of referral %s: %w", r.ID, err)
	}
	return settings.LadderFor(r.Need.Domain, string(r.Priority)), nil
}

// proposes lists the statuses in which another agency may be proposed: nobody
// has agreed to help.
var proposes = []Status{Requested, Acknowledged, Rejected, Failed, Cancelled}

// ladder lays the steps of the turn that r is in, each in the calendar of those
// it is for.
func (r Referral) ladder(rule network.LadderRule, calendar func(Party) clock.Calendar) *Ladder {
	l := &Ladder{}
	for _, step := range rule.Steps {
		at := r.Turn.Due
		switch step.Do {
		case network.StepSoon:
			at = r.Turn.soon(step.Wait, calendar(r.Turn.Party))
		case network.StepAdmin:
			if r.Turn.Party != Agency {
				continue
			}
			at = after(at, step.Wait, calendar(Agency))
		case network.StepSupervisor, network.StepAgain:
			at = after(at, step.Wait, calendar(Sender))
		case network.StepNext:
			if !slices.Contains(proposes, r.Status) {
				continue
			}
			at = after(at, step.Wait, calendar(Sender))
		}
		l.Rungs = append(l.Rungs, Rung{step.Do, at})
	}
	slices.SortStableFunc(l.Rungs, func(a, b Rung) int { return a.At.Compare(b.At) })
	return l
}

// soon is when the party is reminded before the turn is due: that long before,
// or, where the turn is too short for it, when half of it is over and the
// organization is open.
func (t Turn) soon(before network.Wait, c clock.Calendar) time.Time {
	at := t.Due
	switch {
	case before.OpenHours > 0:
		at = c.SubOpeningHours(at, time.Duration(before.OpenHours)*time.Hour)
	case before.Days > 0:
		at = at.AddDate(0, 0, -before.Days)
	default:
		at = c.SubBusinessDays(at, before.BusinessDays)
	}
	if at.After(t.Since) {
		return at
	}
	half := c.AddOpeningHours(t.Since.Add(t.Due.Sub(t.Since)/2), 0)
	return clock.Instant(slices.MinFunc([]time.Time{half, t.Due}, time.Time.Compare))
}

// climbAt is when the next step is due; zero for never. A turn whose steps were
// not laid yet, since it began before there were such rules, is due at once.
func (r Referral) climbAt() time.Time {
	switch {
	case r.Turn == nil:
		return time.Time{}
	case r.Ladder == nil:
		return r.Turn.Since
	case len(r.Ladder.Rungs) == 0:
		return time.Time{}
	}
	return r.Ladder.Rungs[0].At
}

// atOnce is how many referrals climb at the same time: their writes share the
// store's commits, each of which takes as long for many as for one.
const atOnce = 128

// ClimbLadder is a job: it does what is due on the ladders of all referrals,
// each step once for a turn but the one that comes again. It answers for how
// many it did something.
func (s *Service) ClimbLadder(ctx context.Context) (int, error) {
	ctx = identity.With(ctx, identity.SystemActor("climb-ladder"))
	c := climber{s: s, known: map[string][]string{}}
	return eachDueAtOnce(ctx, s.referrals, s.due("ladder"), atOnce, func(r Referral) (bool, error) {
		done, err := c.climb(ctx, r)
		if err != nil {
			err = fmt.Errorf("ladder of referral %s: %w", r.ID, err)
		}
		return done, err
	})
}

// climber is one run of the job. It asks once who works where.
type climber struct {
	s     *Service
	mu    sync.Mutex
	known map[string][]string
}

// climb does the steps of one referral that are due, and notes them. What is
// done is done under a key, so it may be repeated when the note fails.
func (c *climber) climb(ctx context.Context, r Referral) (bool, error) {
	s := c.s
	rule, err := s.rule(ctx, r)
	if err != nil {
		return false, err
	}
	if r.Ladder == nil {
		calendar, err := s.calendars.pair(ctx, r)
		if err != nil {
			return false, err
		}
		r.Ladder = r.ladder(rule, calendar)
		r.Ladder.Rungs = slices.DeleteFunc(r.Ladder.Rungs, r.didBefore)
	}
	now := s.Now()
	n := 0
	for n < len(r.Ladder.Rungs) && !r.Ladder.Rungs[n].At.After(now) {
		n++
	}
	due, left := r.Ladder.Rungs[:n], r.Ladder.Rungs[n:]
	for _, rung := range due {
		if slices.ContainsFunc(due, func(g Rung) bool { return g.Do == instead[rung.Do] }) {
			continue
		}
		if err := rungs[rung.Do](c, ctx, r, rule); err != nil {
			return false, err
		}
	}
	if again := rule.Step(network.StepAgain); again != nil && slices.ContainsFunc(due, Rung.again) {
		calendar, err := s.calendars.pair(ctx, r)
		if err != nil {
			return false, err
		}
		left = append(slices.Clone(left), Rung{network.StepAgain, after(now, again.Wait, calendar(Sender))})
	}
	return s.climbed(ctx, r, due, left)
}

// instead says which step makes another one pointless that is due with it.
var instead = map[string]string{network.StepSoon: network.StepDue, network.StepAgain: network.StepSupervisor}

func (g Rung) again() bool { return g.Do == network.StepAgain }

// didBefore tells whether a step was done in this turn before ladders were laid.
func (r Referral) didBefore(g Rung) bool {
	escalated := g.Do == network.StepSupervisor && r.Escalation != nil && r.Escalation.At.After(r.Turn.Since)
	return escalated || slices.Contains(r.Reminded, g.Do)
}

// climbed notes that steps were done and which are left. An escalation that was
// dealt with is open again when the supervisors are told again.
func (s *Service) climbed(ctx context.Context, was Referral, did, left []Rung) (bool, error) {
	event := "referral.reminded"
	reminded := slices.Clone(was.Reminded)
	first := false
	for _, rung := range did {
		if !slices.Contains(reminded, rung.Do) {
			reminded = append(reminded, rung.Do)
		}
		first = first || rung.Do == network.StepSupervisor
	}
	again := slices.ContainsFunc(did, Rung.again)
	if first || again {
		event = "referral.escalated"
	}
	done, err := s.inTurn(ctx, was, event, func(r *Referral) {
		r.Ladder, r.Reminded = &Ladder{Rungs: left}, reminded
		known := r.Escalation != nil && !r.Escalation.At.Before(r.Turn.Since)
		if first && !known || again && !r.Escalation.Open() {
			r.Escalation = &Escalation{At: s.Now()}
		}
	})
	return done && len(did) > 0, err
}

// inTurn changes a referral if it is still the same turn. It is read again only
// where somebody has changed it since.
func (s *Service) inTurn(ctx context.Context, was Referral, event string, set func(*Referral)) (bool, error) {
	r := was
	set(&r)
	r.emit(s.Now(), event, len(was.History))
	if err := s.referrals.Replace(ctx, &r); !errors.Is(err, docstore.ErrConflict) {
		return err == nil, err
	}
	changed := false
	_, err := s.change(ctx, was.ID, func(r *Referral) error {
		if changed = r.Turn != nil && *r.Turn == *was.Turn; !changed {
			return errNothingToDo
		}
		set(r)
		return nil
	}, event)
	return changed && err == nil, err
}

// rungs says what is done at each step.
var rungs = map[string]func(c *climber, ctx context.Context, r Referral, rule network.LadderRule) error{
	network.StepSoon: (*climber).remind,
	network.StepDue:  (*climber).remind,
	network.StepAdmin: func(c *climber, ctx context.Context, r Referral, _ network.LadderRule) error {
		return c.tell(ctx, network.StepAdmin, "referral.unanswered", r, r.Agency.ID, identity.AgencyAdmin)
	},
	network.StepSupervisor: func(c *climber, ctx context.Context, r Referral, _ network.LadderRule) error {
		return c.tell(ctx, network.StepSupervisor, "referral.escalated", r, r.Sender.ID, identity.Supervisor)
	},
	network.StepAgain: func(c *climber, ctx context.Context, r Referral, _ network.LadderRule) error {
		at := r.Ladder.Rungs[slices.IndexFunc(r.Ladder.Rungs, Rung.again)].At
		return c.tell(ctx, fmt.Sprint(network.StepAgain, "/", at.UnixMilli()), "referral.escalated", r, r.Sender.ID, identity.Supervisor)
	},
	network.StepNext: func(c *climber, ctx context.Context, r Referral, rule network.LadderRule) error {
		return c.s.proposeNext(ctx, r, rule)
	},
}

// remind tells those who follow the referral on the side whose turn it is.
func (c *climber) remind(ctx context.Context, r Referral, _ network.LadderRule) error {
	step := network.StepDue
	if r.Turn.Due.After(c.s.Now()) {
		step = network.StepSoon
	}
	if r.Turn.Party == Agency {
		return c.tell(ctx, step, "referral.reminded", r, r.Agency.ID, identity.AgencyStaff, identity.AgencyAdmin)
	}
	users, err := c.s.audience(ctx, r, Sender)
	if err != nil || Violence(r.Need.Domain) {
		return err
	}
	return c.s.tell(ctx, "referral.reminded", r.stepKey(step), r, users...)
}

// stepKey names a step of the present turn.
func (r Referral) stepKey(step string) string {
	return fmt.Sprintf("%s/%d/%s", r.ID, r.Turn.Since.UnixMilli(), step)
}

// tell tells the users with a role in the organization about a step. Nobody is
// told of violence: others may see the notice.
func (c *climber) tell(ctx context.Context, step, template string, r Referral, organizationID string, roles ...identity.Role) error {
	if Violence(r.Need.Domain) {
		return nil
	}
	users, err := c.users(ctx, organizationID, roles...)
	if err != nil {
		return err
	}
	return c.s.tell(ctx, template, r.stepKey(step), r, users...)
}

func (c *climber) users(ctx context.Context, organizationID string, roles ...identity.Role) ([]string, error) {
	key := fmt.Sprint(organizationID, roles)
	c.mu.Lock()
	users, ok := c.known[key]
	c.mu.Unlock()
	if ok {
		return users, nil
	}
	users, err := c.s.users(ctx, organizationID, roles...)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.known[key] = users
	c.mu.Unlock()
	return users, nil
}

// due asks for documents whose instant under the key has come.
func (s *Service) due(key string) docstore.Query {
	return docstore.Query{Where: []docstore.Cond{docstore.Range(key, docstore.None, docstore.Int(s.Now().UnixMilli()+1))}}
}
