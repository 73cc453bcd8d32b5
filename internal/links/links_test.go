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
