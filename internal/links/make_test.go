package links

import (
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

func TestCheckPIN(t *testing.T) {
	known := []string{"+12095550177", "95351"}
	for pin, ok := range map[string]bool{
		"2749": true, "83650271": true,
		"": false, "274": false, "274918365": false, "27a9": false, "２７４９": false,
		"0000": false, "1234": false, "4321": false, "7890": false, "1212": false, "1122": false, "12345678": false,
		"1990": false, "0514": false, "1405": false, "051490": false, "05141990": false, "19900514": false, "140590": false,
		"0177": false, "5550": false, "9535": false,
	} {
		var wrong fault.Fields
		CheckPIN(pin, "1990-05-14", known, &wrong)
		if (wrong.Err() == nil) != ok {
			t.Errorf("CheckPIN(%q) = %v, want it taken: %v", pin, wrong.Err(), ok)
		}
	}
}

func TestMakeRefusesAndReplays(t *testing.T) {
	d := newDesk(t)
	for what, at := range map[string]time.Time{"yesterday": d.clock.Now().Add(-time.Hour), "in 31 days": d.clock.Now().Add(MaxLife + time.Hour)} {
		_, err := d.Make(d.ctx, NewLink{Kind: SelfScreening, Proof: ByText, ExpiresAt: at})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("a link until %s = %v, want it refused", what, err)
		}
	}
	again := docstore.WithRequest(d.ctx, "k1", "hash")
	d.ctx = again
	first, second := d.make(nil), d.make(nil)
	if first.ID != second.ID || d.Code(first) != d.Code(second) {
		t.Errorf("the same request made %s and %s, want one link", first.ID, second.ID)
	}
	list, err := d.ForPatient(d.ctx, "p1")
	if err != nil || len(list) != 1 {
		t.Errorf("ForPatient = %d links, %v, want 1", len(list), err)
	}
	found, ok, err := d.BySubject(d.ctx, first.Subject)
	if !ok || err != nil || found.ID != first.ID {
		t.Errorf("BySubject = %v, %v, %v", found.ID, ok, err)
	}
	if _, ok, _ := d.BySubject(d.ctx, "other"); ok {
		t.Error("BySubject of an unknown subject found a link")
	}
}

func TestPurge(t *testing.T) {
	d := newDesk(t)
	l := d.make(nil)
	d.enter(l)
	if _, _, err := d.StartKiosk(d.ctx, "essentials", nil, "5820"); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Purge(d.ctx); n != 0 || err != nil {
		t.Errorf("Purge at once = %d, %v, want nothing", n, err)
	}
	d.clock.Add(DefaultLife)
	if n, err := d.Purge(d.ctx); n != 2 || err != nil {
		t.Errorf("Purge after the link's end = %d, %v, want session and kiosk", n, err)
	}
	d.clock.Add(kept + time.Millisecond)
	if n, err := d.Purge(d.ctx); n != 1 || err != nil {
		t.Errorf("Purge 90 days later = %d, %v, want the link", n, err)
	}
}

func TestEventsTellWhoDidWhat(t *testing.T) {
	d := newDesk(t)
	l := d.make(nil)
	token := d.enter(l)
	_, _ = d.unlock(token, "1111")
	if _, err := d.unlock(token, "2749"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Withdraw(d.ctx, l.ID); err != nil {
		t.Fatal(err)
	}
	pending, err := d.engine.Pending(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range pending {
		got = append(got, e.Type+" "+strings.ReplaceAll(e.ActorID, l.ID, "ID"))
	}
	want := "link.made rosa, link.opened links/ID, link.refused links/ID, link.unlocked links/ID, link.withdrawn rosa"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("events = %s, want %s", s, want)
	}
}

func TestNewRefusesAShortKey(t *testing.T) {
	if _, err := New(t.Context(), nil, Options{Key: []byte("short")}); err == nil {
		t.Error("New with a short key = nil, want an error")
	}
}
