package accounts

import (
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestSetLanguage(t *testing.T) {
	h := newHouse(t)
	token := h.startSession(t, "ana")
	before, err := h.Session(t.Context(), token)
	if err != nil || before.Language != "" {
		t.Fatalf("language = %q, %v, want none yet", before.Language, err)
	}
	if err := h.SetLanguage(h.as(t, "ana"), "zh-Hans"); err != nil {
		t.Fatal(err)
	}
	after, err := h.Session(t.Context(), token)
	if err != nil || after.Language != "zh-Hans" {
		t.Errorf("language = %q, %v, want zh-Hans at once", after.Language, err)
	}
	for _, tag := range []string{"", "Spanish!"} {
		if err := h.SetLanguage(h.as(t, "ana"), tag); !fault.Is(err, fault.Invalid) {
			t.Errorf("SetLanguage(%q) = %v, want invalid", tag, err)
		}
	}
	if err := h.SetLanguage(t.Context(), "es"); !fault.Is(err, fault.Login) {
		t.Errorf("SetLanguage of nobody = %v, want a request to sign in", err)
	}
}
