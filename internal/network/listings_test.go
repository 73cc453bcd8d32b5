package network

import (
	"encoding/json"
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestRulesOfListings(t *testing.T) {
	h := open(t)
	good := DefaultListings()
	for _, tt := range []struct {
		name   string
		change func(*Listings)
		ok     bool
	}{
		{"the defaults", func(*Listings) {}, true},
		{"hidden on the day it is old", func(l *Listings) { l.HideAfterDays = 365 }, true},
		{"hidden before it is old", func(l *Listings) { l.HideAfterDays = 364 }, false},
		{"never old", func(l *Listings) { l.StaleAfterDays = 0 }, false},
		{"less than nothing", func(l *Listings) { l.HideAfterDays = -1 }, false},
		{"longer than ten years", func(l *Listings) { l.HideAfterDays = 3651 }, false},
		{"room for no time", func(l *Listings) { l.CapacityDays = 0 }, false},
	} {
		s := Defaults()
		s.Listings = good
		tt.change(&s.Listings)
		if err := h.check(t.Context(), &s); (err == nil) != tt.ok || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: check = %v, want fine: %t", tt.name, err, tt.ok)
		}
	}
}

func TestSettingsOfBeforeGetTheRulesOfListings(t *testing.T) {
	body, err := upgrade(1, []byte(`{"id":"settings","rescreen":{"afterDays":90}}`))
	if err != nil {
		t.Fatal(err)
	}
	var s Settings
	if err := json.Unmarshal(body, &s); err != nil {
		t.Fatal(err)
	}
	if s.Listings != DefaultListings() || s.Rescreen.AfterDays != 90 {
		t.Errorf("upgraded = %+v, %d days, want the defaults and 90", s.Listings, s.Rescreen.AfterDays)
	}
	if _, err := upgrade(1, []byte(`{`)); err == nil {
		t.Error("upgrade of broken JSON succeeded")
	}
}
