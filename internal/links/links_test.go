package links

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/secret"
)

const home = "192.0.2.1"

// desk is where links are made, with a clock that stands.
type desk struct {
	*Service
	t      *testing.T
	ctx    context.Context
	engine docstore.Engine
	clock  *clock.Fake
}

func newDesk(t *testing.T) desk {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	c := clock.NewFake(time.Date(2026, 3, 9, 16, 0, 0, 0, time.UTC))
	s, err := New(t.Context(), engine, Options{
		Now: c.Now, Key: []byte(strings.Repeat("k", 32)),
		PINCost: argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := identity.With(t.Context(), identity.Actor{ID: "rosa", Role: identity.CHW, OrganizationID: "clinic"})
	return desk{s, t, ctx, engine, c}
}

func (d desk) make(change func(*NewLink)) Link {
	d.t.Helper()
	n := NewLink{Kind: SelfScreening, PatientID: "p1", OrganizationID: "clinic", Instrument: "essentials", Proof: ByPIN, PIN: "2749"}
	if change != nil {
		change(&n)
	}
	l, err := d.Make(d.ctx, n)
	if err != nil {
		d.t.Fatal(err)
	}
	return l
}

func (d desk) enter(l Link) string {
	d.t.Helper()
	token, _, err := d.Enter(d.t.Context(), d.Code(l), home, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return token
}

func (d desk) unlock(token string, pin secret.Text) (string, error) {
	fresh, _, err := d.Unlock(d.t.Context(), token, pin)
	return fresh, err
}

// dead holds err to the one answer of links that do not work.
func dead(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil || err.Error() != ErrDead.Error() {
		t.Errorf("%s = %v, want %v", what, err, ErrDead)
	}
}

func TestCodeOpensTheLinkAfterThePIN(t *testing.T) {
	d := newDesk(t)
	l := d.make(nil)
	if code := d.Code(l); !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$`).MatchString(code) {
		t.Errorf("Code = %q, want twelve signs in groups of four", code)
	}
	if l.State(d.clock.Now()) != NotOpened || l.ExpiresAt != d.clock.Now().Add(DefaultLife) {
		t.Errorf("a new link is %s until %v, want not opened and 14 days", l.State(d.clock.Now()), l.ExpiresAt)
	}
	token := d.enter(l)
	x, err := d.Session(t.Context(), token)
	if err != nil || x.Open || x.Actor() != (identity.Actor{}) {
		t.Fatalf("Session before the PIN = open %v, actor %+v, %v, want nobody", x.Open, x.Actor(), err)
	}
	fresh, err := d.unlock(token, "27 49")
	if err != nil || fresh == token {
		t.Fatalf("Unlock = %v, want a new token", err)
	}
	if _, err := d.Session(t.Context(), token); !fault.Is(err, fault.Login) {
		t.Errorf("the token from before the PIN = %v, want it to be over", err)
	}
	x, err = d.Session(t.Context(), fresh)
	want := identity.Actor{ID: "p1", Name: "Patient", Role: identity.PatientRole, OrganizationID: "clinic", SessionID: x.id, PatientID: "p1", DraftID: l.Subject}
	if err != nil || x.Actor() != want {
		t.Errorf("Actor = %+v, %v, want %+v", x.Actor(), err, want)
	}
	if x.Link.State(d.clock.Now()) != Answering {
		t.Errorf("State after the PIN = %s, want answering", x.Link.State(d.clock.Now()))
	}
}

func TestCodesAreForgivingInSpelling(t *testing.T) {
	for typed, want := range map[string]string{"o1Il-abcd efgh": "0111ABCDEFGH", " 7f3k–qx2m ": "7F3KQX2M"} {
		if got := fold(typed); got != want {
			t.Errorf("fold(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestNothingSecretIsStored(t *testing.T) {
	d := newDesk(t)
	l := d.make(func(n *NewLink) { n.PIN = "83650271" })
	d.enter(l)
	r, err := d.engine.Get(t.Context(), "links", l.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"83650271", d.Code(l), fold(d.Code(l))} {
		if strings.Contains(string(r.Body), secret) {
			t.Errorf("the store holds %q", secret)
		}
	}
}

func TestDeadLinksAnswerAlike(t *testing.T) {
	d := newDesk(t)
	try := func(code string) error {
		_, _, err := d.Enter(t.Context(), code, home, nil)
		return err
	}
	dead(t, "an unknown code", try("0000-0000-0000"))
	dead(t, "a short code", try("0000"))

	withdrawn := d.make(nil)
	held := d.enter(withdrawn)
	if _, err := d.Withdraw(d.ctx, withdrawn.ID); err != nil {
		t.Fatal(err)
	}
	dead(t, "a withdrawn link", try(d.Code(withdrawn)))
	if _, err := d.Session(t.Context(), held); !fault.Is(err, fault.Login) {
		t.Errorf("Session of a withdrawn link = %v, want it over at once", err)
	}

	used := d.make(nil)
	for range 2 {
		if _, err := d.MarkUsed(d.ctx, used.ID); err != nil {
			t.Fatal(err)
		}
	}
	dead(t, "a used link", try(d.Code(used)))
	dead(t, "a desk's code on another device", try(d.Code(d.make(func(n *NewLink) { n.Kind, n.Proof = AtKiosk, ByDesk }))))

	old := d.make(nil)
	d.clock.Add(DefaultLife)
	dead(t, "an expired link", try(d.Code(old)))
	if old.State(d.clock.Now()) != Expired {
		t.Errorf("State after 14 days = %s, want expired", old.State(d.clock.Now()))
	}
}

func TestFiveWrongPINsLockTheLink(t *testing.T) {
	d := newDesk(t)
	l := d.make(nil)
	token := d.enter(l)
	for n := 1; n < maxAttempts; n++ {
		if _, err := d.unlock(token, "1111"); !fault.Is(err, fault.Invalid) {
			t.Fatalf("wrong PIN %d = %v, want it refused", n, err)
		}
	}
	if _, err := d.unlock(token, "2749"); err != nil {
		t.Fatalf("the right PIN at the fifth try = %v", err)
	}
	token = d.enter(l) // the count begins anew
	for range maxAttempts - 1 {
		_, _ = d.unlock(token, "1111")
	}
	_, err := d.unlock(token, "1111")
	dead(t, "the fifth wrong PIN", err)
	_, err = d.unlock(token, "2749")
	dead(t, "the right PIN of a locked link", err)
	if now, _ := d.Get(t.Context(), l.ID); now.State(d.clock.Now()) != Locked {
		t.Errorf("State = %s, want locked", now.State(d.clock.Now()))
	}
}

func TestPINsTriedAtOnceDoNotMakeMoreTries(t *testing.T) {
	d := newDesk(t)
	token := d.enter(d.make(nil))
	var wg sync.WaitGroup
	refused := make(chan error, 20)
	for range 20 {
		wg.Go(func() {
			_, err := d.unlock(token, "1111")
			refused <- err
		})
	}
	wg.Wait()
	close(refused)
	tried := 0
	for err := range refused {
		if fault.Is(err, fault.Invalid) {
			tried++
		}
	}
	if tried >= maxAttempts {
		t.Errorf("%d of 20 PINs tried at once were looked at without locking, want at most %d", tried, maxAttempts-1)
	}
}

func TestTextedCode(t *testing.T) {
	d := newDesk(t)
	l := d.make(func(n *NewLink) { n.Proof, n.PIN = ByText, "" })
	token := d.enter(l)
	if _, err := d.unlock(token, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("no code = %v, want it refused", err)
	}
	code, _, err := d.NewText(t.Context(), token)
	if err != nil || !regexp.MustCompile(`^\d{6}$`).MatchString(code) {
		t.Fatalf("NewText = %q, %v, want six digits", code, err)
	}
	if _, _, err := d.NewText(t.Context(), token); !fault.Is(err, fault.Throttled) {
		t.Errorf("another code at once = %v, want to wait", err)
	}
	d.clock.Add(textedLife)
	if _, err := d.unlock(token, secret.Text(code)); !fault.Is(err, fault.Invalid) {
		t.Errorf("a code after ten minutes = %v, want it refused", err)
	}
	if code, _, err = d.NewText(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	other := d.enter(l)
	if _, err := d.unlock(token, secret.Text(code)); err != nil {
		t.Errorf("the right code = %v", err)
	}
	if _, err := d.unlock(other, secret.Text(code)); !fault.Is(err, fault.Invalid) {
		t.Errorf("the code a second time = %v, want it refused", err)
	}
	for range maxTexts - 2 {
		d.clock.Add(textPause)
		if _, _, err := d.NewText(t.Context(), other); err != nil {
			t.Fatal(err)
		}
	}
	d.clock.Add(textPause)
	if _, _, err := d.NewText(t.Context(), other); !fault.Is(err, fault.Throttled) {
		t.Errorf("a sixth text = %v, want it refused", err)
	}
	_, _, err = d.NewText(t.Context(), d.enter(d.make(nil)))
	dead(t, "a text for a link with a PIN", err)
}

func TestWrongCodesAreThrottledByAddress(t *testing.T) {
	d := newDesk(t)
	try := func(code, address string) error {
		_, _, err := d.Enter(t.Context(), code, address, nil)
		return err
	}
	l := d.make(nil)
	for range addressBurst {
		dead(t, "a wrong code", try("0000-0000-0000", home))
	}
	if err := try(d.Code(l), home); !fault.Is(err, fault.Throttled) {
		t.Errorf("after %d wrong codes = %v, want to wait", addressBurst, err)
	}
	if err := try(d.Code(l), "192.0.2.2"); err != nil {
		t.Errorf("somebody else at that moment = %v, want it to work", err)
	}
	d.clock.Add(addressRefill)
	if err := try(d.Code(l), home); err != nil {
		t.Errorf("after the wait = %v, want it to work", err)
	}
	for range allBurst {
		d.all.Take("", d.clock.Now())
	}
	if err := try(d.Code(l), home); !fault.Is(err, fault.Throttled) {
		t.Errorf("an address with wrong codes, when there are too many of all = %v, want to wait", err)
	}
	if err := try(d.Code(l), "192.0.2.2"); err != nil {
		t.Errorf("an address without wrong codes at that moment = %v, want it to work", err)
	}
}

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
