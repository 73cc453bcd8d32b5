package links

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestSessionsEnd(t *testing.T) {
	d := newDesk(t)
	ended := func(what, token string) {
		t.Helper()
		if _, err := d.Session(t.Context(), token); !fault.Is(err, fault.Login) {
			t.Errorf("Session %s = %v, want it over", what, err)
		}
	}
	l := d.make(nil)
	locked := d.enter(l)
	d.clock.Add(lockedTimeout)
	ended("without a PIN for 15 minutes", locked)

	open := func() string {
		t.Helper()
		token, err := d.unlock(d.enter(l), "2749")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	idle := open()
	d.clock.Add(idleTimeout)
	ended("after 20 minutes without a request", idle)

	long := open()
	for range int(absolute/(10*time.Minute)) - 1 {
		d.clock.Add(10 * time.Minute)
		if _, err := d.Session(t.Context(), long); err != nil {
			t.Fatalf("Session in use = %v", err)
		}
	}
	d.clock.Add(10 * time.Minute)
	ended("after two hours", long)

	left := open()
	for range 2 {
		if err := d.End(t.Context(), left); err != nil {
			t.Fatal(err)
		}
	}
	ended("that was left", left)
}

func TestKiosk(t *testing.T) {
	d := newDesk(t)
	if _, _, err := d.StartKiosk(d.ctx, "essentials", []string{"en"}, "1234"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a kiosk with a weak PIN = %v, want it refused", err)
	}
	token, _, err := d.StartKiosk(d.ctx, "essentials", []string{"en", "es"}, "5820")
	if err != nil {
		t.Fatal(err)
	}
	k, found, err := d.Kiosk(t.Context(), token)
	if !found || err != nil {
		t.Fatalf("Kiosk = %v, %v", found, err)
	}
	l := d.make(func(n *NewLink) { n.Kind, n.Proof, n.PIN = AtKiosk, ByDesk, "" })
	if code := d.Code(l); len(fold(code)) != kioskLength {
		t.Errorf("Code = %q, want eight signs", code)
	}
	other := k
	other.OrganizationID = "elsewhere"
	_, _, err = d.Enter(t.Context(), d.Code(l), home, &other)
	dead(t, "the code at another organization's kiosk", err)
	guest, _, err := d.Enter(t.Context(), d.Code(l), home, &k)
	if err != nil {
		t.Fatal(err)
	}
	x, err := d.Session(t.Context(), guest)
	if err != nil || !x.Open || !x.Kiosk || x.Actor().DraftID != l.Subject {
		t.Errorf("Session at a kiosk = %+v, %v, want it open", x, err)
	}
	d.clock.Add(kioskTimeout)
	if _, err := d.Session(t.Context(), guest); !fault.Is(err, fault.Login) {
		t.Errorf("a kiosk's session after five minutes = %v, want it over", err)
	}
	d.clock.Add(KioskLife)
	_, _, err = d.Enter(t.Context(), d.Code(l), home, &k)
	dead(t, "the code after 30 minutes", err)

	if err := d.LeaveKiosk(t.Context(), token, "0000"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong PIN = %v, want it refused", err)
	}
	if err := d.LeaveKiosk(t.Context(), token, "5820"); err != nil {
		t.Errorf("LeaveKiosk = %v", err)
	}
	if _, found, _ := d.Kiosk(t.Context(), token); found {
		t.Error("the kiosk is still one")
	}
	token, _, _ = d.StartKiosk(d.ctx, "essentials", []string{"en"}, "5820")
	for range maxAttempts {
		_ = d.LeaveKiosk(t.Context(), token, "0000")
	}
	if err := d.LeaveKiosk(t.Context(), token, "5820"); !fault.Is(err, fault.Throttled) {
		t.Errorf("the right PIN after five wrong ones = %v, want it refused", err)
	}
	d.clock.Add(kioskLife)
	if _, found, _ := d.Kiosk(t.Context(), token); found {
		t.Error("the kiosk is still one after 12 hours")
	}
}
