package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// words name the text that is asked for.
func words(language, key string, _ ...any) string { return strings.TrimSpace(language + " " + key) }

// book has an email address for each user but nobody.
type book struct{}

func (book) User(_ context.Context, id string) (Contact, error) {
	switch id {
	case "nobody":
		return Contact{}, nil
	case "broken":
		return Contact{}, errors.New("store is away")
	}
	return Contact{Email: id + "@example.org"}, nil
}

func (book) Patient(_ context.Context, id string) (Contact, error) {
	if id == "unsafe" {
		return Contact{}, nil
	}
	return Contact{Phone: "+12095550177"}, nil
}

func (book) Organization(_ context.Context, id string) (Contact, error) {
	if id == "broken" {
		return Contact{}, errors.New("store is away")
	}
	return Contact{Email: id + "@pantry.example"}, nil
}

func (o office) open(t *testing.T) *Service {
	t.Helper()
	s, err := New(t.Context(), o.engine, Options{
		Now: o.clock.Now, BaseURL: "https://havenloop.example/", Senders: map[Channel]Sender{Email: o.mail},
		Book: book{}, Words: words,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func news(user string) News {
	return News{To: ToUser(user), Template: "referral.received", Path: "/referrals/r1", Key: "e1"}
}

func (o office) tell(t *testing.T, all ...News) {
	t.Helper()
	for _, n := range all {
		if err := o.Tell(t.Context(), n); err != nil {
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
	shared := news("")
	shared.To = ToAddress(Email, "front-desk@pantry.example", "")
	o.tell(t, news("ana"), shared, news("ana"))
	o.wantSent(t, 2, false)
	o.wantSent(t, 0, false)
	slices.SortFunc(o.mail.sent, func(a, b Message) int { return strings.Compare(a.To, b.To) })
	if len(o.mail.sent) != 2 || o.mail.sent[0].To != "ana@example.org" || o.mail.sent[1].To != "front-desk@pantry.example" {
		t.Fatalf("sent = %+v, want one to Ana and one to the front desk", o.mail.sent)
	}
	m := o.mail.sent[0]
	m.ID, m.To = "", ""
	want := Message{
		Channel: Email, Subject: "told.referral.received.subject", Link: "https://havenloop.example/referrals/r1",
		Body: "told.referral.received.text\nhttps://havenloop.example/referrals/r1",
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	o.tell(t, news("ana")) // long after it was sent
	o.wantSent(t, 0, false)
}

func TestTellRefuses(t *testing.T) {
	o := newOffice(t)
	for name, change := range map[string]func(*News){
		"no key":                func(n *News) { n.Key = "" },
		"no recipient":          func(n *News) { n.To = Recipient{} },
		"two recipients":        func(n *News) { n.To.PatientID = "p1" },
		"a page for an address": func(n *News) { n.To = ToAddress(InApp, "x@example.org", "") },
		"an address nowhere":    func(n *News) { n.To = ToAddress("", "x@example.org", "") },
		"an unknown template":   func(n *News) { n.Template = "hello" },
		"no path":               func(n *News) { n.Path = "" },
		"a name for a path":     func(n *News) { n.Path = "/patients?name=Maria Gonzalez" },
		"another website":       func(n *News) { n.Path = "https://evil.example" },
	} {
		n := news("ana")
		change(&n)
		if err := o.Tell(t.Context(), n); err == nil || strings.Contains(err.Error(), "Maria") {
			t.Errorf("Tell with %s = %v, want an error that repeats no value", name, err)
		}
	}
	n := news("")
	n.To = ToOrganization("broken")
	if err := o.Tell(t.Context(), n); err == nil {
		t.Error("Tell while the store of addresses is away = nil error, so that nobody asks again")
	}
}

func TestTellChoosesTheChannel(t *testing.T) {
	o := newOffice(t)
	pantry, texted, patient, unsafe := news(""), news(""), news(""), news("")
	pantry.To, texted.To = ToOrganization("desk"), ToAddress(SMS, "+12095550100", "es")
	patient.To, unsafe.To = ToPatient("p1"), ToPatient("unsafe")
	o.tell(t, pantry, texted, patient, unsafe)
	o.wantSent(t, 1, false) // there is no way to send texts
	if len(o.mail.sent) != 1 || o.mail.sent[0].To != "desk@pantry.example" {
		t.Errorf("sent = %+v, want one to the desk", o.mail.sent)
	}
}

func TestSendTriesAgainThenGivesUp(t *testing.T) {
	o := newOffice(t)
	o.tell(t, news("ana"))
	o.mail.err = errors.New("mail server is away")
	for _, step := range backoff {
		o.wantSent(t, 0, true)
		o.clock.Add(step - time.Second)
		o.wantSent(t, 0, false) // not due yet
		o.clock.Add(step/5 + time.Second)
	}
	o.wantSent(t, 0, true) // the last try
	o.clock.Add(365 * 24 * time.Hour)
	o.mail.err = nil
	o.wantSent(t, 0, false)
	o.wantCounts(t, map[Status]int{Queued: 0, Sent: 0, Dead: 1})
}

func TestSendComesBackWhenTheGatewaySays(t *testing.T) {
	for _, tt := range []struct{ asked, want time.Duration }{
		{time.Second, backoff[0]},        // sooner than we would
		{3 * time.Hour, 3 * time.Hour},   // later
		{1000 * time.Hour, longest},      // a slip of theirs
		{-time.Hour, backoff[0]},         // nonsense
		{2 * backoff[0], 2 * backoff[0]}, // a little later
	} {
		o := newOffice(t)
		o.tell(t, news("ana"))
		o.mail.err = fmt.Errorf("text message: %w", Later(errors.New("too many"), tt.asked))
		o.wantSent(t, 0, true)
		o.mail.err = nil
		o.clock.Add(tt.want - time.Second)
		o.wantSent(t, 0, false)
		o.clock.Add(backoff[0]/5 + time.Second)
		o.wantSent(t, 1, false)
	}
	if Later(nil, time.Hour) != nil {
		t.Error("Later of no failure is a failure")
	}
}

func TestSendRecoversAfterFailures(t *testing.T) {
	o := newOffice(t)
	o.tell(t, news("ana"))
	o.mail.err = errors.New("mail server is away")
	o.wantSent(t, 0, true)
	o.mail.err = nil
	o.clock.Add(2 * backoff[0])
	o.wantSent(t, 1, false)
	o.wantCounts(t, map[Status]int{Queued: 0, Sent: 1, Dead: 0})
}

// wantCounts looks at what is to leave the house.
func (o office) wantCounts(t *testing.T, want map[Status]int) {
	t.Helper()
	got := map[Status]int{Queued: 0, Sent: 0, Dead: 0}
	for n, err := range o.docs.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if n.Channel != InApp {
			got[n.Status]++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notices by status (-want +got):\n%s", diff)
	}
}

func TestSendGivesUpAtOnceWhenRefused(t *testing.T) {
	o := newOffice(t)
	o.tell(t, news("nobody"), news("ana"))
	o.wantSent(t, 1, false) // the one does not hold up the other
	o.tell(t, news("ben"))
	o.mail.err = fmt.Errorf("%w: no such mailbox", ErrRefused)
	o.wantSent(t, 0, true)
	o.wantCounts(t, map[Status]int{Queued: 0, Sent: 1, Dead: 1, Dropped: 1})
}

func TestSendWaitsForTheStoreOfAddresses(t *testing.T) {
	o := newOffice(t)
	o.tell(t, news("broken"))
	o.wantSent(t, 0, true)
	o.wantCounts(t, map[Status]int{Queued: 1, Sent: 0, Dead: 0})
}

func TestSendOfTwoInstancesSendsOnce(t *testing.T) {
	o := newOffice(t)
	for i := range 30 {
		o.tell(t, news(fmt.Sprint("u", i)))
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
	o.tell(t, news("ana"))
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
	page := func(user, path string) News {
		return News{To: ToUser(user), Template: "referral.moved", Path: path, Key: path}
	}
	o.tell(t, page("ana", "/referrals/r1"))
	o.clock.Add(time.Minute)
	o.tell(t, page("ana", "/referrals/r2"), page("ben", "/referrals/r3"))
	ana := identity.With(t.Context(), identity.Actor{ID: "ana", Role: identity.CHW})
	got, err := o.InApp(ana)
	if err != nil || len(got) != 2 || got[0].Data["path"] != "/referrals/r2" {
		t.Fatalf("InApp = %+v, %v, want Ana's two, the newest first", got, err)
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
	o.tell(t, news("ana"))
	o.clock.Add(kept)
	o.tell(t, news("ben"))
	for _, want := range []int{0, 2, 0} {
		if n, err := o.Purge(t.Context()); n != want || err != nil {
			t.Errorf("Purge = %d, %v, want %d", n, err, want)
		}
		o.clock.Add(time.Second)
	}
}

func TestNewWantsAWayToFindAddresses(t *testing.T) {
	o := newOffice(t)
	if _, err := New(t.Context(), o.engine, Options{Now: o.clock.Now, Senders: map[Channel]Sender{Email: o.mail}}); err == nil {
		t.Error("New with a sender and no Book = nil error")
	}
	if _, err := New(t.Context(), o.engine, Options{Now: o.clock.Now}); err != nil {
		t.Errorf("New for notices on pages alone = %v", err)
	}
}
