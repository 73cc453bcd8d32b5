package webhook

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/outward"
)

// TestSignAsTheStandardDoes takes the example of the Standard Webhooks
// repository, spec/standard-webhooks.md, "Signature scheme".
func TestSignAsTheStandardDoes(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", `{"test": 2432232314}`)
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("Sign = %s, want %s", got, want)
	}
}

// system is the other side.
type system struct {
	status int
	later  string // Retry-After
	got    []*http.Request
	bodies []string
}

func (s *system) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	s.got, s.bodies = append(s.got, r), append(s.bodies, string(b))
	w.Header().Set("Retry-After", s.later)
	w.WriteHeader(s.status)
}

type office struct {
	*Service
	notices *notify.Service
	clock   *clock.Fake
	other   *system
	url     string
	pat     context.Context // admin of the pantry
}

func open(t *testing.T, client *http.Client) office {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	o := office{clock: clock.NewFake(time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC)), other: &system{status: 204}}
	server := httptest.NewTLSServer(o.other)
	t.Cleanup(server.Close)
	o.url = server.URL + "/hooks?token=canary"
	if client == nil {
		client = server.Client()
	}
	if o.Service, err = New(t.Context(), engine, Options{Now: o.clock.Now, Key: []byte(strings.Repeat("k", 32)), Client: client}); err != nil {
		t.Fatal(err)
	}
	o.notices, err = notify.New(t.Context(), engine, notify.Options{
		Now: o.clock.Now, Senders: map[notify.Channel]notify.Sender{notify.Webhook: o.Service},
		Book: nobody{}, Words: func(string, string, ...any) string { return "" },
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Use(o.notices)
	o.pat = identity.With(t.Context(), identity.Actor{ID: "pat", Name: "Pat", Role: identity.AgencyAdmin, OrganizationID: "pantry"})
	return o
}

type nobody struct{}

func (nobody) User(context.Context, string) (notify.Contact, error)    { return notify.Contact{}, nil }
func (nobody) Patient(context.Context, string) (notify.Contact, error) { return notify.Contact{}, nil }
func (nobody) Organization(context.Context, string) (notify.Contact, error) {
	return notify.Contact{}, nil
}

func moved(key string) Happened {
	return Happened{
		Type: "referral.moved", Key: key, At: time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC),
		OrganizationIDs: []string{"clinic", "pantry"}, Data: map[string]string{"referralId": "r1", "status": "in-progress"},
	}
}

func (o office) send(t *testing.T, want int) {
	t.Helper()
	if n, err := o.notices.Send(t.Context()); n != want {
		t.Errorf("Send = %d, %v, want %d", n, err, want)
	}
}

func TestAnnounce(t *testing.T) {
	o := open(t, nil)
	e, err := o.Add(o.pat, o.url)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the relay may hand an event over twice
		if err := o.Announce(t.Context(), moved("e1")); err != nil {
			t.Fatal(err)
		}
	}
	o.send(t, 1)
	if len(o.other.bodies) != 1 || o.other.bodies[0] != `{"type":"referral.moved","timestamp":"2026-11-16T17:00:00Z","data":{"referralId":"r1","status":"in-progress"}}` {
		t.Fatalf("sent %q, want the event once", o.other.bodies)
	}
	_, text, err := o.Endpoint(o.pat, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(text), "whsec_"))
	h := o.other.got[0].Header
	if err != nil || len(key) != 32 || h.Get("Webhook-Signature") != Sign(key, h.Get("Webhook-Id"), h.Get("Webhook-Timestamp"), o.other.bodies[0]) {
		t.Errorf("the signature %q does not fit the secret, %v", h.Get("Webhook-Signature"), err)
	}
	bad := moved("e2")
	bad.Data = map[string]string{"note": "Maria Santos"}
	if err := o.Announce(t.Context(), bad); err == nil || strings.Contains(err.Error(), "Maria") {
		t.Errorf("Announce with a name = %v, want an error that does not repeat it", err)
	}
	foreign := moved("e3")
	foreign.OrganizationIDs = []string{"clinic"}
	if err := o.Announce(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	o.send(t, 0)
}

func TestDeadEventsCanBeSentAgain(t *testing.T) {
	o := open(t, nil)
	e, err := o.Add(o.pat, o.url)
	if err != nil {
		t.Fatal(err)
	}
	o.other.status = 500
	if err := o.Announce(t.Context(), moved("e1")); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		o.send(t, 0)
		o.clock.Add(30 * time.Hour)
	}
	dead, err := o.Dead(o.pat, e.ID)
	if err != nil || len(dead) != 1 || strings.Contains(dead[0].Failure, "canary") || !strings.Contains(dead[0].Failure, "500") {
		t.Fatalf("Dead = %+v, %v, want the event with the answer and no address", dead, err)
	}
	o.other.status = 200
	o.other.got = nil
	stranger := identity.With(t.Context(), identity.Actor{ID: "kim", Role: identity.AgencyAdmin, OrganizationID: "kitchen"})
	if err := o.Retry(stranger, e.ID, dead[0].ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("Retry by another agency = %v, want not found", err)
	}
	if err := o.Retry(o.pat, e.ID, dead[0].ID); err != nil {
		t.Fatal(err)
	}
	o.send(t, 1)
	if err := o.Retry(o.pat, e.ID, dead[0].ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("Retry of what was sent = %v, want a conflict", err)
	}
}

func TestBusySystemIsLeftAlone(t *testing.T) {
	o := open(t, nil)
	if _, err := o.Add(o.pat, o.url); err != nil {
		t.Fatal(err)
	}
	o.other.status, o.other.later = 429, "7200"
	if err := o.Announce(t.Context(), moved("e1")); err != nil {
		t.Fatal(err)
	}
	o.send(t, 0)
	o.other.status = 200
	o.clock.Add(2*time.Hour - time.Second)
	o.send(t, 0)
	o.clock.Add(time.Second)
	o.send(t, 1)
	if len(o.other.got) != 2 {
		t.Errorf("it was called %d times, want 2", len(o.other.got))
	}
}

func TestAnswer410EndsIt(t *testing.T) {
	o := open(t, nil)
	e, err := o.Add(o.pat, o.url)
	if err != nil {
		t.Fatal(err)
	}
	o.other.status = 410
	if err := o.Test(o.pat, e.ID); err != nil {
		t.Fatal(err)
	}
	o.send(t, 0)
	if now, _, err := o.Endpoint(o.pat, e.ID); err != nil || !now.Off || !now.Gone {
		t.Errorf("Endpoint = %+v, %v, want it off and gone", now, err)
	}
	if now, err := o.Switch(o.pat, e.ID, true); err != nil || now.Off || now.Gone {
		t.Errorf("Switch on = %+v, %v", now, err)
	}
	if err := o.Announce(t.Context(), moved("e1")); err != nil {
		t.Fatal(err)
	}
	if err := o.Remove(o.pat, e.ID); err != nil {
		t.Fatal(err)
	}
	o.other.got = nil
	o.send(t, 0)
	if len(o.other.got) != 0 {
		t.Error("an event went to an address that was removed")
	}
}

func TestPrivateAddressesAreNotCalled(t *testing.T) {
	o := open(t, outward.Strict())
	e, err := o.Add(o.pat, o.url) // on this machine
	if err != nil {
		t.Fatal(err)
	}
	err = o.Send(t.Context(), notify.Message{ID: "n1", To: e.ID, Body: "{}"})
	if !errors.Is(err, outward.ErrPrivate) || len(o.other.got) != 0 || strings.Contains(err.Error(), "canary") {
		t.Errorf("Send to this machine = %v, with %d calls", err, len(o.other.got))
	}
}

func TestWhoManagesWebhooks(t *testing.T) {
	o := open(t, nil)
	for _, address := range []string{"", "http://a.example", "https://", "https://user:pw@a.example", "ftp://a.example", "https://a.example/" + strings.Repeat("x", 500)} {
		if _, err := o.Add(o.pat, address); !fault.Is(err, fault.Invalid) {
			t.Errorf("Add(%.30q) = %v, want invalid", address, err)
		}
	}
	for range maxEndpoints {
		if _, err := o.Add(o.pat, "https://a.example"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.Add(o.pat, "https://a.example"); !fault.Is(err, fault.Invalid) {
		t.Errorf("Add of one too many = %v, want invalid", err)
	}
	for _, role := range []identity.Role{identity.CHW, identity.Supervisor, identity.AgencyStaff} {
		ctx := identity.With(t.Context(), identity.Actor{ID: "x", Role: role, OrganizationID: "pantry"})
		if _, err := o.Endpoints(ctx); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Endpoints as %s = %v, want forbidden", role, err)
		}
	}
	if _, err := o.Add(t.Context(), "https://a.example"); !fault.Is(err, fault.Login) {
		t.Errorf("Add by nobody = %v, want login", err)
	}
}
