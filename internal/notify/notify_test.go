package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// outbox takes messages, or fails with err.
type outbox struct {
	mu   sync.Mutex
	sent []Message
	err  error
}

func (o *outbox) Send(_ context.Context, m Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return o.err
	}
	o.sent = append(o.sent, m)
	return nil
}

type office struct {
	*Service
	engine docstore.Engine
	clock  *clock.Fake
	mail   *outbox
}

func newOffice(t *testing.T) office {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	o := office{engine: engine, clock: clock.NewFake(time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC)), mail: &outbox{}}
	o.Service = o.open(t)
	return o
}

func (o office) open(t *testing.T) *Service {
	t.Helper()
	s, err := New(t.Context(), o.engine, Options{
		Now: o.clock.Now, BaseURL: "https://havenloop.example/", Senders: map[Channel]Sender{Email: o.mail},
		Address: func(_ context.Context, id string, c Channel) (string, error) {
			switch id {
			case "nobody":
				return "", nil
			case "broken":
				return "", errors.New("store is away")
			}
			return id + "@example.org", nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mailTo(user string) Notice {
	return Notice{Key: "referral.received/r1/" + user, UserID: user, Channel: Email, Template: "referral.received", Data: map[string]string{"path": "/referrals/r1"}}
}

func (o office) queue(t *testing.T, ns ...Notice) {
	t.Helper()
	for _, n := range ns {
		if err := o.Queue(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
}

func (o office) wantSent(t *testing.T, want int, wantErr bool) {
	t.Helper()
	if n, err := o.Send(t.Context()); n != want || (err != nil) != wantErr {
		t.Errorf("Send = %d, %v, want %d and an error: %v", n, err, want, wantErr)
	}
}

func TestSend(t *testing.T) {
	o := newOffice(t)
	shared := mailTo("")
	shared.Key, shared.To = "shared", "front-desk@pantry.example"
	o.queue(t, mailTo("ana"), shared, mailTo("ana"))
	o.wantSent(t, 2, false)
	o.wantSent(t, 0, false)
	if len(o.mail.sent) != 2 || o.mail.sent[0].To != "ana@example.org" || o.mail.sent[1].To != "front-desk@pantry.example" {
		t.Fatalf("sent = %+v, want one to Ana and one to the front desk", o.mail.sent)
	}
	m := o.mail.sent[0]
	m.ID, m.To = "", ""
	want := Message{Channel: Email, Subject: "A new referral is waiting", Body: "A new referral is waiting for your answer. Sign in to read it: https://havenloop.example/referrals/r1"}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	o.queue(t, mailTo("ana")) // long after it was sent
	o.wantSent(t, 0, false)
}

func TestQueueRefuses(t *testing.T) {
	o := newOffice(t)
	for name, change := range map[string]func(*Notice){
		"no key":                  func(n *Notice) { n.Key = "" },
		"no recipient":            func(n *Notice) { n.UserID = "" },
		"two recipients":          func(n *Notice) { n.To = "x@example.org" },
		"a page for an address":   func(n *Notice) { n.Channel, n.UserID, n.To = InApp, "", "x@example.org" },
		"a channel without a way": func(n *Notice) { n.Channel = SMS },
		"an unknown template":     func(n *Notice) { n.Template = "hello" },
		"no value":                func(n *Notice) { n.Data = nil },
		"a value too many":        func(n *Notice) { n.Data = map[string]string{"path": "/", "name": "Maria"} },
		"a name for a path":       func(n *Notice) { n.Data = map[string]string{"path": "/patients?name=Maria Gonzalez"} },
		"another website":         func(n *Notice) { n.Data = map[string]string{"path": "https://evil.example"} },
	} {
		n := mailTo("ana")
		change(&n)
		if err := o.Queue(t.Context(), n); err == nil || strings.Contains(err.Error(), "Maria") {
			t.Errorf("Queue with %s = %v, want an error that repeats no value", name, err)
		}
	}
}

func TestSendTriesAgainThenGivesUp(t *testing.T) {
	o := newOffice(t)
	o.queue(t, mailTo("ana"))
	o.mail.err = errors.New("mail server is away")
	for _, wait := range backoff {
		o.wantSent(t, 0, true)
		o.clock.Add(wait - time.Second)
		o.wantSent(t, 0, false) // not due yet
		o.clock.Add(time.Second)
	}
	o.wantSent(t, 0, true) // the last try
	o.clock.Add(365 * 24 * time.Hour)
	o.mail.err = nil
	o.wantSent(t, 0, false)
	o.wantCounts(t, map[Status]int64{Queued: 0, Sent: 0, Dead: 1})
}

func TestSendRecoversAfterFailures(t *testing.T) {
	o := newOffice(t)
	o.queue(t, mailTo("ana"))
	o.mail.err = errors.New("mail server is away")
	o.wantSent(t, 0, true)
	o.mail.err = nil
	o.clock.Add(backoff[0])
	o.wantSent(t, 1, false)
	o.wantCounts(t, map[Status]int64{Queued: 0, Sent: 1, Dead: 0})
}

func (o office) wantCounts(t *testing.T, want map[Status]int64) {
	t.Helper()
	for status, n := range want {
		got, err := o.docs.Count(t.Context(), docstore.Query{Where: []docstore.Cond{docstore.Eq("status", docstore.String(string(status)))}})
		if err != nil || got != n {
			t.Errorf("%d notices are %s, %v, want %d", got, status, err, n)
		}
	}
}

func TestSendGivesUpAtOnceWhenRefused(t *testing.T) {
	o := newOffice(t)
	o.queue(t, mailTo("nobody"), mailTo("ana"))
	o.wantSent(t, 1, true) // the one does not hold up the other
	o.queue(t, mailTo("ben"))
	o.mail.err = fmt.Errorf("%w: no such mailbox", ErrRefused)
	o.wantSent(t, 0, true)
	o.wantCounts(t, map[Status]int64{Queued: 0, Sent: 1, Dead: 2})
}

func TestSendWaitsForTheStoreOfAddresses(t *testing.T) {
	o := newOffice(t)
	o.queue(t, mailTo("broken"))
	o.wantSent(t, 0, true)
	o.wantCounts(t, map[Status]int64{Queued: 1, Sent: 0, Dead: 0})
}

func TestSendOfTwoInstancesSendsOnce(t *testing.T) {
	o := newOffice(t)
	for i := range 30 {
		o.queue(t, mailTo(fmt.Sprint("u", i)))
	}
	other := o.open(t)
	var wg sync.WaitGroup
	for _, s := range []*Service{o.Service, other} {
		wg.Go(func() {
			if _, err := s.Send(t.Context()); err != nil {
				t.Errorf("Send = %v", err)
			}
		})
	}
	wg.Wait()
	to := map[string]int{}
	for _, m := range o.mail.sent {
		to[m.To]++
	}
	if len(to) != 30 || len(o.mail.sent) != 30 {
		t.Errorf("%d messages to %d people, want 30 to 30", len(o.mail.sent), len(to))
	}
}

func TestSendOfAnInstanceThatDiedIsRepeatedByAnother(t *testing.T) {
	o := newOffice(t)
	o.queue(t, mailTo("ana"))
	ctx, cancel := context.WithCancel(t.Context())
	claim, err := o.docs.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("status", docstore.String("queued"))}})
	if err != nil {
		t.Fatal(err)
	}
	n := claim.Items[0]
	n.Attempts, n.NextAt = 1, o.clock.Now().Add(claimed)
	if err := o.docs.Replace(ctx, &n); err != nil {
		t.Fatal(err)
	}
	cancel() // and the instance is gone
	o.wantSent(t, 0, false)
	o.clock.Add(claimed)
	o.wantSent(t, 1, false)
}

func TestInApp(t *testing.T) {
	o := newOffice(t)
	page := func(user, path string) Notice {
		return Notice{Key: user + path, UserID: user, Channel: InApp, Template: "referral.moved", Data: map[string]string{"path": path}}
	}
	o.queue(t, page("ana", "/referrals/r1"))
	o.clock.Add(time.Minute)
	o.queue(t, page("ana", "/referrals/r2"), page("ben", "/referrals/r3"), mailTo("ana"))
	ana := identity.With(t.Context(), identity.Actor{ID: "ana", Role: identity.CHW})
	got, err := o.InApp(ana)
	if err != nil || len(got) != 2 || got[0].Data["path"] != "/referrals/r2" {
		t.Fatalf("InApp = %+v, %v, want Ana's two, the newest first", got, err)
	}
	if subject, body := got[0].Text(""); subject != "A referral has news" || !strings.HasSuffix(body, ": /referrals/r2") {
		t.Errorf("Text = %q, %q, want the words and the path", subject, body)
	}
	for range 2 {
		if _, err := o.MarkRead(ana, got[0].ID); err != nil {
			t.Fatal(err)
		}
		o.clock.Add(time.Minute)
	}
	if again, _ := o.InApp(ana); !again[0].ReadAt.Equal(o.clock.Now().Add(-2*time.Minute)) || !again[1].ReadAt.IsZero() {
		t.Errorf("ReadAt = %v and %v, want the first time, and never", again[0].ReadAt, again[1].ReadAt)
	}
	ben := identity.With(t.Context(), identity.Actor{ID: "ben", Role: identity.CHW})
	if _, err := o.MarkRead(ben, got[0].ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("MarkRead of another's = %v, want not found", err)
	}
	if _, err := o.InApp(t.Context()); !fault.Is(err, fault.Login) {
		t.Errorf("InApp of nobody = %v, want login", err)
	}
	if _, err := o.MarkRead(t.Context(), got[0].ID); !fault.Is(err, fault.Login) {
		t.Errorf("MarkRead of nobody = %v, want login", err)
	}
}

func TestPurge(t *testing.T) {
	o := newOffice(t)
	o.queue(t, mailTo("ana"))
	o.clock.Add(kept)
	o.queue(t, mailTo("ben"))
	for _, want := range []int{0, 1, 0} {
		if n, err := o.Purge(t.Context()); n != want || err != nil {
			t.Errorf("Purge = %d, %v, want %d", n, err, want)
		}
		o.clock.Add(time.Second)
	}
}

func TestTemplatesLeadToAPage(t *testing.T) {
	for name, tmpl := range templates {
		if tmpl.subject == "" || len(tmpl.subject) > 60 || !strings.HasSuffix(tmpl.body, "{link}") || strings.Count(tmpl.body, "{") != 1 {
			t.Errorf("template %s = %+v, want a subject of at most 60 characters, and a body with the link at its end", name, tmpl)
		}
	}
}

func TestNewWantsAWayToFindAddresses(t *testing.T) {
	o := newOffice(t)
	if _, err := New(t.Context(), o.engine, Options{Now: o.clock.Now, Senders: map[Channel]Sender{Email: o.mail}}); err == nil {
		t.Error("New with a sender and no Address = nil error")
	}
	if _, err := New(t.Context(), o.engine, Options{Now: o.clock.Now}); err != nil {
		t.Errorf("New for notices on pages alone = %v", err)
	}
}
