package accounts

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

func TestAuthenticate(t *testing.T) {
	h := newHouse(t)
	u, actor, err := h.Authenticate(t.Context(), " ana@CLINIC.example", password, "192.0.2.1")
	want := identity.Actor{ID: "ana", Name: "Ana", Role: identity.CHW, OrganizationID: "clinic"}
	if err != nil || u.ID != "ana" || actor != want {
		t.Errorf("Authenticate = %v, %v, want %v", actor, err, want)
	}
}

func TestAuthenticateGivesOneAnswerToAllThatIsWrong(t *testing.T) {
	h := newHouse(t)
	if _, err := h.Disable(h.as(t, "sam"), "ana", true); err != nil {
		t.Fatal(err)
	}
	if _, err := h.CreateUser(h.as(t, "sam"), NewUser{Email: "bare@clinic.example", Name: "Bare", OrganizationID: "clinic", Role: identity.CHW}); err != nil {
		t.Fatal(err)
	}
	for i, try := range [][2]string{
		{"sam@clinic.example", "another password"}, {"nobody@clinic.example", password}, {"ana@clinic.example", password},
		{"bare@clinic.example", ""}, {"bare@clinic.example", "nobody has this password"}, {"", ""},
	} {
		_, actor, err := h.Authenticate(t.Context(), try[0], try[1], fmt.Sprintf("192.0.2.%d", i))
		if !errors.Is(err, errWrongLogin) || actor != (identity.Actor{}) {
			t.Errorf("Authenticate %d = %v, %v, want the one answer", i, actor, err)
		}
	}
}

func TestAuthenticateIsThrottledPerAccountAndAddress(t *testing.T) {
	h := newHouse(t)
	try := func(email, password, address string) error {
		_, _, err := h.Authenticate(t.Context(), email, password, address)
		return err
	}
	for _, email := range []string{"ana@clinic.example", "nobody@clinic.example"} {
		for range pairBurst {
			wantKind(t, "wrong password", try(email, "wrong", "192.0.2.1"), fault.Login)
		}
		err := try(email, "wrong", "192.0.2.1")
		wantKind(t, "one try more", err, fault.Throttled)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.RetryAfter < time.Second || f.RetryAfter > pairRefill {
			t.Errorf("RetryAfter of %v, want between a second and %v", err, pairRefill)
		}
	}
	wantKind(t, "the right password, throttled", try("ana@clinic.example", password, "192.0.2.1"), fault.Throttled)
	wantKind(t, "the same account from elsewhere", try("ana@clinic.example", password, "192.0.2.2"), "")
	wantKind(t, "another account from there", try("sam@clinic.example", password, "192.0.2.1"), "")
	h.clock.Add(pairRefill)
	wantKind(t, "after a wait", try("ana@clinic.example", password, "192.0.2.1"), "")
}

func TestTooManySaysHowLongToWait(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		time.Millisecond: "Wait one minute and try again.", time.Minute: "Wait one minute and try again.",
		time.Minute + time.Second: "Wait 2 minutes and try again.",
	} {
		if f, ok := errors.AsType[*fault.Error](tooMany(wait)); !ok || f.Detail() != "Too many tries to sign in. "+want {
			t.Errorf("tooMany(%v) = %v, want %q", wait, tooMany(wait), want)
		}
	}
}

func TestAuthenticateIsThrottledPerAddressOverAccounts(t *testing.T) {
	h := newHouse(t)
	var err error
	for i := range addressBurst {
		_, _, err = h.Authenticate(t.Context(), fmt.Sprintf("u%d@clinic.example", i), "wrong", fmt.Sprintf("2001:db8::%d", i))
		wantKind(t, "wrong password", err, fault.Login)
	}
	_, _, err = h.Authenticate(t.Context(), "ana@clinic.example", password, "2001:db8::ffff")
	wantKind(t, "one try more from the same network", err, fault.Throttled)
	_, _, err = h.Authenticate(t.Context(), "ana@clinic.example", password, "2001:db8:0:1::1")
	wantKind(t, "from another network", err, "")
}

func TestGoodSignInsAreNotCounted(t *testing.T) {
	h := newHouse(t)
	for range 3 * addressBurst {
		if _, _, err := h.Authenticate(t.Context(), "ana@clinic.example", password, "192.0.2.1"); err != nil {
			t.Fatalf("Authenticate = %v, want no end of good sign-ins", err)
		}
	}
}

func TestAuthenticateHashesAnewWhenTheCostsChange(t *testing.T) {
	h := newHouse(t)
	before, _ := h.users.Get(t.Context(), "ana")
	dearer := cheap
	dearer.Iterations = 2
	s, err := New(t.Context(), h.engine, Options{Now: h.clock.Now, Params: dearer})
	if err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		if _, _, err := s.Authenticate(t.Context(), "ana@clinic.example", password, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		after, _ := h.users.Get(t.Context(), "ana")
		if ok, stale, err := s.matches(t.Context(), password, after.PasswordHash); !ok || stale || err != nil {
			t.Errorf("round %d: matches = %v, stale %v, %v, want a hash of the new costs", round, ok, stale, err)
		}
		if after.Version != before.Version+1 {
			t.Errorf("round %d: version %d, want one more than %d", round, after.Version, before.Version)
		}
	}
}
