package accounts

import (
	"sync"
	"testing"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

var (
	firstAdmin = NewUser{Email: "first@network.example", Name: "First", Password: password}
	newNetwork = Organization{Name: "County Network", TimeZone: "America/Los_Angeles"}
)

func emptyHouse(t *testing.T) house {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	fake := clock.NewFake(start)
	s, err := New(t.Context(), engine, Options{Now: fake.Now, Params: cheap})
	if err != nil {
		t.Fatal(err)
	}
	return house{s, engine, fake}
}

func (h house) setupToken(t *testing.T) string {
	t.Helper()
	token, err := h.SetupToken(t.Context())
	if err != nil || token == "" {
		t.Fatalf("SetupToken = %q, %v, want a token", token, err)
	}
	return token
}

func TestFirstAdmin(t *testing.T) {
	h := emptyHouse(t)
	token := h.setupToken(t)
	u, err := h.FirstAdmin(t.Context(), token, newNetwork, firstAdmin)
	if err != nil {
		t.Fatal(err)
	}
	_, actor, err := h.Authenticate(t.Context(), firstAdmin.Email, password, "192.0.2.1")
	if err != nil || actor.ID != u.ID || actor.Role != identity.NetworkAdmin {
		t.Errorf("Authenticate = %v, %v, want the network admin", actor, err)
	}
	_, err = h.FirstAdmin(t.Context(), token, newNetwork, firstAdmin)
	wantKind(t, "FirstAdmin again", err, fault.Login)
	if token, err := h.SetupToken(t.Context()); token != "" || err != nil {
		t.Errorf("SetupToken of a store with a network = %q, %v, want none", token, err)
	}
}

func TestFirstAdminRefuses(t *testing.T) {
	h := emptyHouse(t)
	_, err := h.FirstAdmin(t.Context(), "", newNetwork, firstAdmin)
	wantKind(t, "FirstAdmin without set-up", err, fault.Login)
	old, token := h.setupToken(t), h.setupToken(t)
	_, err = h.FirstAdmin(t.Context(), old, newNetwork, firstAdmin)
	wantKind(t, "FirstAdmin with a replaced token", err, fault.Login)
	short, bad := firstAdmin, newNetwork
	short.Password, bad.TimeZone = "", ""
	_, err = h.FirstAdmin(t.Context(), token, newNetwork, short)
	wantField(t, "FirstAdmin without a password", err, "password")
	_, err = h.FirstAdmin(t.Context(), token, bad, firstAdmin)
	wantField(t, "FirstAdmin without a time zone", err, "timeZone")
	h.clock.Add(setupTimeout)
	_, err = h.FirstAdmin(t.Context(), token, newNetwork, firstAdmin)
	wantKind(t, "FirstAdmin with an old token", err, fault.Login)
}

func TestFirstAdminHasOneWinner(t *testing.T) {
	h := emptyHouse(t)
	token := h.setupToken(t)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		n := firstAdmin
		n.Email = string(rune('a'+i)) + n.Email
		wg.Go(func() { _, errs[i] = h.FirstAdmin(t.Context(), token, newNetwork, n) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantKind(t, "FirstAdmin", err, fault.Login)
	}
	if won != 1 {
		t.Errorf("%d set-ups won, want 1", won)
	}
}

// TestFirstAdminGoesOnAfterAFailure stops after the claim, as a crash would: the same person's second try succeeds, another's does not.
func TestFirstAdminGoesOnAfterAFailure(t *testing.T) {
	h := emptyHouse(t)
	token := h.setupToken(t)
	d, err := h.setups.Get(t.Context(), setupID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.claim(t.Context(), &d, fingerprint(foldEmail(firstAdmin.Email))); err != nil {
		t.Fatal(err)
	}
	other := firstAdmin
	other.Email = "other@example.org"
	_, err = h.FirstAdmin(t.Context(), token, newNetwork, other)
	wantKind(t, "FirstAdmin of somebody else", err, fault.Login)
	if _, err := h.FirstAdmin(t.Context(), token, newNetwork, firstAdmin); err != nil {
		t.Errorf("FirstAdmin again = %v, want it to go on", err)
	}
}
