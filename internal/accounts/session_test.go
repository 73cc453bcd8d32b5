package accounts

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

func (h house) startSession(t testing.TB, userID string) string {
	t.Helper()
	token, err := h.StartSession(t.Context(), userID)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestSession(t *testing.T) {
	h := newHouse(t)
	token := h.startSession(t, "ana")
	actor, err := h.Session(t.Context(), token)
	if err != nil || actor.ID != "ana" || actor.Role != identity.CHW || actor.OrganizationID != "clinic" || actor.SessionID == "" {
		t.Errorf("Session = %+v, %v, want Ana of the clinic", actor, err)
	}
	if actor.SessionID == token {
		t.Error("the session's id is its token")
	}
	_, err = h.Session(t.Context(), "made up")
	wantKind(t, "Session of a made-up token", err, fault.Login)
	for s, err := range h.sessions.All(t.Context()) {
		if err != nil || strings.Contains(s.ID, token) {
			t.Errorf("stored session %s, %v shows its token", s.ID, err)
		}
	}
}

func TestSessionTimesOut(t *testing.T) {
	tests := []struct {
		name  string
		steps []time.Duration // between uses
		want  fault.Kind      // of the last use
	}{
		{"used within the idle time", []time.Duration{29 * time.Minute, 29 * time.Minute}, ""},
		{"idle", []time.Duration{30 * time.Minute}, fault.Login},
		{"used a little, then idle", []time.Duration{30 * time.Second, 29*time.Minute + 30*time.Second}, fault.Login},
		{"in use, 12 hours after sign-in", append(repeat(20*time.Minute, 35), 20*time.Minute), fault.Login},
		{"in use, just before that", repeat(20*time.Minute, 35), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			token := h.startSession(t, "ana")
			for i, step := range tt.steps {
				h.clock.Add(step)
				_, err := h.Session(t.Context(), token)
				want := tt.want
				if i < len(tt.steps)-1 {
					want = ""
				}
				wantKind(t, "Session", err, want)
			}
		})
	}
}

func repeat(d time.Duration, n int) []time.Duration {
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = d
	}
	return out
}

func TestSessionEnds(t *testing.T) {
	tests := []struct {
		name string
		end  func(t *testing.T, h house, token string) error
	}{
		{"signed out", func(t *testing.T, h house, token string) error { return h.EndSession(t.Context(), token) }},
		{"disabled", func(t *testing.T, h house, _ string) error {
			_, err := h.Disable(h.as(t, "sam"), "ana", true)
			return err
		}},
		{"disabled by the network", func(t *testing.T, h house, _ string) error {
			_, err := h.Disable(h.as(t, "nia"), "ana", true)
			return err
		}},
		{"own password changed", func(t *testing.T, h house, _ string) error {
			return h.ChangePassword(h.as(t, "ana"), password, "another four plain words", "192.0.2.1")
		}},
		{"password set by the supervisor", func(t *testing.T, h house, _ string) error {
			return h.SetPassword(h.as(t, "sam"), "ana", "another four plain words")
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			token := h.startSession(t, "ana")
			refresh, family, err := h.StartTokens(t.Context(), "ana")
			if err != nil {
				t.Fatal(err)
			}
			for _, use := range []func() error{
				func() error { _, err := h.Session(t.Context(), token); return err },
				func() error { _, err := h.Tokens(t.Context(), family); return err },
			} {
				wantKind(t, "before", use(), "")
			}
			if err := tt.end(t, h, token); err != nil {
				t.Fatal(err)
			}
			_, err = h.Session(t.Context(), token)
			wantKind(t, "Session after", err, fault.Login)
			if tt.name == "signed out" {
				return
			}
			_, err = h.Tokens(t.Context(), family)
			wantKind(t, "Tokens after", err, fault.Login)
			_, _, err = h.Refresh(t.Context(), refresh)
			wantKind(t, "Refresh after", err, fault.Login)
		})
	}
}

func TestChangesOfAnotherProcessAreSeenWithinFiveSeconds(t *testing.T) {
	h := newHouse(t)
	other, err := New(t.Context(), h.engine, Options{Now: h.clock.Now, Params: cheap})
	if err != nil {
		t.Fatal(err)
	}
	token := h.startSession(t, "ana")
	if _, err := h.Session(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if _, err := other.SetMemberships(h.as(t, "nia"), "ana", []Membership{{"clinic", identity.Supervisor}}, 1); err != nil {
		t.Fatal(err)
	}
	h.clock.Add(5 * time.Second)
	if actor, err := h.Session(t.Context(), token); err != nil || actor.Role != identity.Supervisor {
		t.Errorf("Session = %v, %v, want the new role", actor, err)
	}
	if _, err := other.Disable(h.as(t, "nia"), "ana", true); err != nil {
		t.Fatal(err)
	}
	h.clock.Add(5 * time.Second)
	_, err = h.Session(t.Context(), token)
	wantKind(t, "Session after Disable elsewhere", err, fault.Login)
}

func TestWhoMayDisableAndSetPasswords(t *testing.T) {
	h := newHouse(t)
	for _, tt := range []struct {
		as, id string
		want   fault.Kind
	}{
		{"sam", "ana", ""}, {"nia", "pat", ""}, {"pat", "ana", fault.NotFound}, {"ana", "sam", fault.Forbidden}, {"sam", "sam", fault.Forbidden}, {"nia", "gone", fault.NotFound},
	} {
		_, err := h.Disable(h.as(t, tt.as), tt.id, true)
		wantKind(t, "Disable "+tt.id+" as "+tt.as, err, tt.want)
	}
	if _, err := h.Disable(h.as(t, "sam"), "ana", false); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Authenticate(t.Context(), "ana@clinic.example", password, "192.0.2.1"); err != nil {
		t.Errorf("Authenticate once enabled again = %v", err)
	}
	for _, tt := range []struct {
		as, id string
		want   fault.Kind
	}{
		{"sam", "ana", ""}, {"nia", "ana", ""}, {"pat", "ana", fault.NotFound}, {"ana", "sam", fault.Forbidden}, {"sam", "sam", fault.Forbidden},
	} {
		err := h.SetPassword(h.as(t, tt.as), tt.id, "another four plain words")
		wantKind(t, "SetPassword of "+tt.id+" as "+tt.as, err, tt.want)
	}
	wantKind(t, "SetPassword by nobody", h.SetPassword(t.Context(), "ana", "another four plain words"), fault.Login)
	wantField(t, "SetPassword", h.SetPassword(h.as(t, "sam"), "ana", "short"), "password")
	if _, _, err := h.Authenticate(t.Context(), "ana@clinic.example", "another four plain words", "192.0.2.1"); err != nil {
		t.Errorf("Authenticate with the new password = %v", err)
	}
}

func TestChangePassword(t *testing.T) {
	h := newHouse(t)
	change := func(ctx context.Context, present, next Secret) error {
		return h.ChangePassword(ctx, present, next, "192.0.2.1")
	}
	ana := h.as(t, "ana")
	wantKind(t, "ChangePassword by nobody", change(t.Context(), password, "another four plain words"), fault.Login)
	wantField(t, "ChangePassword to a short one", change(ana, password, "short"), "password")
	wantKind(t, "ChangePassword", change(ana, password, "another four plain words"), "")
	for range pairBurst {
		wantField(t, "ChangePassword with a wrong one", change(ana, password, "a third of plain words"), "present")
	}
	wantKind(t, "ChangePassword after many tries", change(ana, password, "a third of plain words"), fault.Throttled)
}

func TestPurge(t *testing.T) {
	h := newHouse(t)
	h.startSession(t, "ana")
	if _, _, err := h.StartTokens(t.Context(), "ana"); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{0, 0}, {idleTimeout + time.Second, 1}, {familyTimeout, 1}, {0, 0}} {
		h.clock.Add(step.wait)
		if n, err := h.Purge(t.Context()); n != step.want || err != nil {
			t.Errorf("Purge after %v = %d, %v, want %d", step.wait, n, err, step.want)
		}
	}
	if n, _ := h.sessions.Count(t.Context(), docstore.Query{Where: []docstore.Cond{docstore.Eq("user", docstore.String("ana"))}}); n != 0 {
		t.Errorf("%d sessions left, want none", n)
	}
}
