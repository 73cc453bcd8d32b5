package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

func as(ctx context.Context, user string) context.Context {
	return identity.With(ctx, identity.Actor{ID: user, Role: identity.CHW})
}

// choose saves preferences of Ana, whose clock is that of Los Angeles.
func (o office) choose(t *testing.T, change func(*Preferences)) {
	t.Helper()
	p := usual("ana")
	p.TimeZone = "America/Los_Angeles"
	change(&p)
	if _, err := o.SavePreferences(as(t.Context(), "ana"), p); err != nil {
		t.Fatal(err)
	}
}

func another(key string) News {
	n := news("ana")
	n.Key = key
	return n
}

func TestQuietHours(t *testing.T) {
	o := newOffice(t) // 9 in the morning in Los Angeles
	o.choose(t, func(p *Preferences) { p.Quiet = clock.Hours{From: "21:00", To: "07:00"} })
	o.tell(t, another("e1"))
	o.wantSent(t, 1, false)
	o.clock.Set(time.Date(2026, 11, 17, 6, 0, 0, 0, time.UTC)) // 10 in the evening
	urgent := another("e2")
	urgent.Urgent = true
	o.tell(t, urgent)
	o.wantSent(t, 0, false)
	o.clock.Set(time.Date(2026, 11, 17, 14, 59, 0, 0, time.UTC))
	o.wantSent(t, 0, false)
	o.clock.Add(time.Minute)
	o.wantSent(t, 1, false)
}

func TestDigest(t *testing.T) {
	o := newOffice(t)
	o.choose(t, func(p *Preferences) { p.Digest = Hourly; p.Language = "es" })
	o.clock.Add(10 * time.Minute)
	for i := range 5 {
		o.tell(t, another(fmt.Sprint("e", i)))
	}
	o.wantSent(t, 0, false)
	urgent := another("now")
	urgent.Urgent = true
	o.tell(t, urgent)
	o.wantSent(t, 1, false)
	o.clock.Add(50 * time.Minute)
	o.wantSent(t, 5, false)
	if len(o.mail.sent) != 2 || o.mail.sent[1].Subject != "es told.digest.subject" || o.mail.sent[1].Link != "https://havenloop.example/" {
		t.Errorf("sent = %+v, want the urgent one, and one for all others", o.mail.sent)
	}
	o.wantSent(t, 0, false)
}

func TestPreferencesCountWhenANoticeIsSent(t *testing.T) {
	o := newOffice(t)
	o.choose(t, func(p *Preferences) { p.Digest = Daily })
	o.tell(t, another("e1"))
	o.wantSent(t, 0, false)
	o.choose(t, func(p *Preferences) { p.Digest = AtOnce })
	o.wantSent(t, 1, false)
	o.choose(t, func(p *Preferences) { p.Digest = Daily })
	o.tell(t, another("e2"))
	o.choose(t, func(p *Preferences) { p.Channels[Referrals] = nil })
	o.clock.Add(48 * time.Hour)
	o.wantSent(t, 0, false)
	o.wantCounts(t, map[Status]int{Queued: 0, Sent: 1, Dead: 0, Dropped: 1})
	if all, err := o.InApp(as(t.Context(), "ana")); err != nil || len(all) != 2 {
		t.Errorf("on the page = %d, %v, want both, whatever was chosen", len(all), err)
	}
	inside := another("e3")
	inside.Inside = true
	o.choose(t, func(*Preferences) {})
	o.tell(t, inside)
	o.wantSent(t, 0, false)
}

func TestSavePreferencesRefuses(t *testing.T) {
	o := newOffice(t)
	for name, change := range map[string]func(*Preferences){
		"a text without a number": func(p *Preferences) { p.Channels[Messages] = []Channel{SMS} },
		"no number":               func(p *Preferences) { p.Phone = "12" },
		"no channel":              func(p *Preferences) { p.Channels[Messages] = []Channel{Webhook} },
		"no kind":                 func(p *Preferences) { p.Channels["gossip"] = nil },
		"no language":             func(p *Preferences) { p.Language = "Spanish!" },
		"no zone":                 func(p *Preferences) { p.TimeZone = "Mars" },
		"half a night":            func(p *Preferences) { p.Quiet.From = "21:00" },
		"no digest":               func(p *Preferences) { p.Digest = "weekly" },
	} {
		p := usual("ana")
		change(&p)
		if _, err := o.SavePreferences(as(t.Context(), "ana"), p); !fault.Is(err, fault.Invalid) {
			t.Errorf("SavePreferences with %s = %v, want invalid", name, err)
		}
	}
	if _, err := o.SavePreferences(t.Context(), usual("ana")); !fault.Is(err, fault.Login) {
		t.Errorf("SavePreferences of nobody = %v, want login", err)
	}
	if _, err := o.Preferences(t.Context()); !fault.Is(err, fault.Login) {
		t.Errorf("Preferences of nobody = %v, want login", err)
	}
	if p, err := o.Preferences(as(t.Context(), "ben")); err != nil || p.Digest != AtOnce || len(p.Channels) != len(Kinds()) {
		t.Errorf("Preferences of who chose nothing = %+v, %v", p, err)
	}
}

func TestDeadIsForTheNetwork(t *testing.T) {
	o := newOffice(t)
	o.tell(t, another("e1"))
	o.mail.err = fmt.Errorf("%w: no such mailbox", ErrRefused)
	o.wantSent(t, 0, true)
	park := identity.With(t.Context(), identity.Actor{ID: "park", Role: identity.NetworkAdmin})
	dead, err := o.Dead(park, "")
	if err != nil || len(dead.Items) != 1 || dead.Items[0].Failure != "message refused: no such mailbox" {
		t.Fatalf("Dead = %+v, %v", dead.Items, err)
	}
	if _, err := o.Dead(as(t.Context(), "ana"), ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Dead as a worker = %v, want forbidden", err)
	}
	if _, err := o.Retry(as(t.Context(), "ana"), dead.Items[0].ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Retry as a worker = %v, want forbidden", err)
	}
	o.mail.err = nil
	if _, err := o.Retry(park, dead.Items[0].ID); err != nil {
		t.Fatal(err)
	}
	o.wantSent(t, 1, false)
}

// gateway takes texts as a slow one does: each waits until the try's time is
// over, or the gate is opened.
type gateway struct{ gate chan struct{} }

func (g gateway) Send(ctx context.Context, _ Message) error {
	select {
	case <-g.gate:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestASlowGatewayHoldsUpItsOwnLaneAlone(t *testing.T) {
	o := newOffice(t)
	slow := gateway{make(chan struct{})}
	s, err := New(t.Context(), o.engine, Options{
		Now: o.clock.Now, Senders: map[Channel]Sender{Email: o.mail, SMS: slow}, Book: book{}, Words: words,
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		n := another(fmt.Sprint("e", i))
		n.To = ToPatient(fmt.Sprint("p", i))
		if err := s.Tell(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = s.SendOn(SMS)(t.Context()) })
	o.tell(t, another("mail"))
	if n, err := s.SendOn(Email)(t.Context()); n != 1 || err != nil {
		t.Errorf("email while texts hang = %d, %v, want it sent", n, err)
	}
	close(slow.gate)
	wg.Wait()
	o.wantCounts(t, map[Status]int{Queued: 0, Sent: 21, Dead: 0})
}

// shaky is a gateway that fails, or takes a message from a process that dies
// before it notes that.
type shaky struct {
	docstore.Engine
	fail, die bool
	mu        sync.Mutex
	dead      bool
	taken     map[string]int
}

func (s *shaky) Send(_ context.Context, m Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail {
		return errors.New("the gateway is away")
	}
	s.taken[m.To]++
	s.dead = s.dead || s.die
	return nil
}

// Write stores nothing for a process that is dead.
func (s *shaky) Write(ctx context.Context, collection string, ws ...docstore.Write) []error {
	s.mu.Lock()
	dead := s.dead
	s.mu.Unlock()
	if !dead {
		return s.Engine.Write(ctx, collection, ws...)
	}
	errs := make([]error, len(ws))
	for i := range errs {
		errs[i] = errFull
	}
	return errs
}

// TestNothingIsLostOrDoubled: whatever fails and however often news is told,
// each is handed over once; once more only for what was on its way when the
// process died.
func TestNothingIsLostOrDoubled(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		engine, err := sqlite.OpenMemory(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		defer engine.Close()
		fake := clock.NewFake(time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC))
		world := &shaky{Engine: engine, taken: map[string]int{}}
		s, err := New(t.Context(), world, Options{Now: fake.Now, Senders: map[Channel]Sender{Email: world}, Book: book{}, Words: words})
		if err != nil {
			rt.Fatal(err)
		}
		told, deaths := map[string]bool{}, 0
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			switch rapid.IntRange(0, 3).Draw(rt, "step") {
			case 0, 1:
				user := fmt.Sprint("u", rapid.IntRange(0, 5).Draw(rt, "user"))
				told[user] = true
				if err := s.Tell(t.Context(), news(user)); err != nil {
					rt.Fatal(err)
				}
			case 2:
				fake.Add(time.Duration(rapid.IntRange(1, 60).Draw(rt, "minutes")) * time.Minute)
			default:
				world.fail, world.die = rapid.Bool().Draw(rt, "fail"), rapid.Bool().Draw(rt, "die")
				_, _ = s.Send(t.Context())
				if world.dead {
					deaths, world.dead = deaths+1, false
				}
			}
		}
		world.fail, world.die = false, false
		for range 3 {
			fake.Add(30 * time.Hour)
			if _, err := s.Send(t.Context()); err != nil {
				rt.Fatal(err)
			}
		}
		extra := 0
		for user := range told {
			n := world.taken[user+"@example.org"]
			if n == 0 && !s.gaveUp(t) {
				rt.Fatalf("%s was never told", user)
			}
			extra += max(n-1, 0)
		}
		if extra > deaths*laneWidth {
			rt.Fatalf("%d doubles for %d deaths", extra, deaths)
		}
	})
}

// gaveUp tells whether a notice was tried so often that it is dead.
func (s *Service) gaveUp(t *testing.T) bool {
	for n, err := range s.docs.All(t.Context()) {
		if err == nil && n.Status == Dead && n.Attempts > len(backoff) {
			return true
		}
	}
	return false
}
