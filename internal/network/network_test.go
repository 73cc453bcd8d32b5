package network

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

type house struct {
	*Service
	clock  *clock.Fake
	engine docstore.Engine
}

func open(t *testing.T) house {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	fake := clock.NewFake(time.Date(2026, 3, 18, 17, 30, 0, 0, time.UTC))
	return house{reopen(t, engine, fake), fake, engine}
}

func reopen(t *testing.T, engine docstore.Engine, fake *clock.Fake) *Service {
	t.Helper()
	s, err := New(t.Context(), engine, Options{Now: fake.Now, Instrument: func(_ context.Context, id string) (bool, error) {
		return id == "essentials" || id == "ahc-hrsn-core", nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func admin(ctx context.Context) context.Context {
	return identity.With(ctx, identity.Actor{ID: "nia", Name: "Nia Park", Role: identity.NetworkAdmin, OrganizationID: "network"})
}

func TestDefaultsStandUntilSomebodySaves(t *testing.T) {
	h := open(t)
	s, err := h.Settings(t.Context()) // nobody is signed in
	if err != nil {
		t.Fatal(err)
	}
	if want := (Rescreen{AfterDays: 182, AfterPositiveDays: 30, AtDischarge: true}); s.Version != 0 || s.Rescreen != want || len(s.HelpLines) != 4 {
		t.Errorf("Settings = version %d, %+v, %d lines, want the defaults", s.Version, s.Rescreen, len(s.HelpLines))
	}
	if err := h.check(t.Context(), &s); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
	s.Rescreen.AfterDays = 90
	saved, err := h.Save(admin(t.Context()), s)
	if err != nil || saved.Version != 1 || saved.ChangedBy != "Nia Park" {
		t.Fatalf("Save = version %d by %q, %v, want version 1 by Nia Park", saved.Version, saved.ChangedBy, err)
	}
	again, err := h.Settings(t.Context())
	if err != nil || again.Rescreen.AfterDays != 90 {
		t.Errorf("Settings after Save = %d days, %v, want 90 at once", again.Rescreen.AfterDays, err)
	}
	if diff := cmp.Diff(saved, again, cmpopts.IgnoreUnexported(docstore.Meta{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("Settings differ from what Save answered:\n%s", diff)
	}
}

func TestOthersSeeAChangeWithinFiveSeconds(t *testing.T) {
	h := open(t)
	other := reopen(t, h.engine, h.clock)
	s, err := other.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Rescreen.AfterDays = 90
	if _, err := h.Save(admin(t.Context()), s); err != nil {
		t.Fatal(err)
	}
	h.clock.Add(cachedFor)
	if s, err := other.Settings(t.Context()); err != nil || s.Rescreen.AfterDays != 90 {
		t.Errorf("Settings after five seconds = %d days, %v, want 90", s.Rescreen.AfterDays, err)
	}
}

func TestSaveNeedsTheNetwork(t *testing.T) {
	h := open(t)
	if _, err := h.Save(t.Context(), Defaults()); !fault.Is(err, fault.Login) {
		t.Errorf("Save as nobody = %v, want login", err)
	}
	for _, role := range []identity.Role{identity.CHW, identity.CareManager, identity.Supervisor, identity.AgencyStaff, identity.AgencyAdmin, identity.PatientRole} {
		ctx := identity.With(t.Context(), identity.Actor{ID: "x", Role: role})
		if _, err := h.Save(ctx, Defaults()); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Save as %s = %v, want forbidden", role, err)
		}
	}
}

func TestSaveComparesVersions(t *testing.T) {
	h := open(t)
	ctx := admin(t.Context())
	first, err := h.Save(ctx, Defaults())
	if err != nil {
		t.Fatal(err)
	}
	for name, version := range map[string]int64{"saved for the first time by two": 0, "read before": first.Version + 1} {
		stale := Defaults()
		stale.Version = version
		if _, err := h.Save(ctx, stale); !errors.Is(err, docstore.ErrConflict) {
			t.Errorf("%s: Save = %v, want a conflict", name, err)
		}
	}
	if none := open(t); true {
		s := Defaults()
		s.Version = 3
		if _, err := none.Save(ctx, s); !errors.Is(err, docstore.ErrConflict) {
			t.Errorf("Save over settings that are not there = %v, want a conflict", err)
		}
	}
	if second, err := h.Save(ctx, first); err != nil || second.Version != 2 {
		t.Errorf("Save over the version read = %d, %v, want 2", second.Version, err)
	}
}

func TestSaveTwiceUnderOneKeyIsSavedOnce(t *testing.T) {
	h := open(t)
	ctx := docstore.WithRequest(admin(t.Context()), "k", "hash")
	for range 2 {
		if s, err := h.Save(ctx, Defaults()); err != nil || s.Version != 1 {
			t.Errorf("Save = version %d, %v, want 1", s.Version, err)
		}
	}
	if _, err := h.Save(docstore.WithRequest(admin(t.Context()), "k", "other"), Defaults()); !errors.Is(err, docstore.ErrKeyReused) {
		t.Errorf("Save of something else under the key = %v, want ErrKeyReused", err)
	}
}

func TestSaveRefuses(t *testing.T) {
	h := open(t)
	line := func(change func(*HelpLine)) func(*Settings) {
		return func(s *Settings) { change(&s.HelpLines[0]) }
	}
	tests := []struct {
		name, field string
		change      func(*Settings)
	}{
		{"no days", "rescreen.afterDays", func(s *Settings) { s.Rescreen.AfterDays = 0 }},
		{"too many days", "rescreen.afterPositiveDays", func(s *Settings) { s.Rescreen.AfterPositiveDays = maxDays + 1 }},
		{"no instrument", "selfInstrument", func(s *Settings) { s.SelfInstrument = "" }},
		{"an instrument that is not there", "selfInstrument", func(s *Settings) { s.SelfInstrument = "none" }},
		{"a language of an instrument that is not there", "selfLanguages[0].instrument", func(s *Settings) { s.SelfLanguages = []SelfLanguage{{"none", "es"}} }},
		{"a language that is none", "selfLanguages[0].language", func(s *Settings) { s.SelfLanguages = []SelfLanguage{{"essentials", "?"}} }},
		{"too many lines", "helpLines", func(s *Settings) { s.HelpLines = make([]HelpLine, maxLines+1) }},
		{"a line without a code", "helpLines[0].code", line(func(h *HelpLine) { h.Code = "" })},
		{"two lines with one code", "helpLines[1].code", func(s *Settings) { s.HelpLines[1].Code = s.HelpLines[0].Code }},
		{"a line that nobody can reach", "helpLines[0].call", line(func(h *HelpLine) { h.Call, h.Text, h.URL = "", "", "" })},
		{"a number of letters", "helpLines[0].call", line(func(h *HelpLine) { h.Call = "HELP" })},
		{"a text number of letters", "helpLines[0].text", line(func(h *HelpLine) { h.Text = "HELP" })},
		{"a word without a number", "helpLines[0].text", line(func(h *HelpLine) { h.TextWord, h.Text = "START", "" })},
		{"two words", "helpLines[0].textWord", line(func(h *HelpLine) { h.Text, h.TextWord = "88788", "START NOW" })},
		{"an address that is none", "helpLines[0].url", line(func(h *HelpLine) { h.URL = "javascript:alert(1)" })},
		{"an address that others can read along", "helpLines[0].url", line(func(h *HelpLine) { h.URL = "http://example.org" })},
		{"a line that is never shown", "helpLines[0].for", line(func(h *HelpLine) { h.For = nil })},
		{"shown for what is no topic", "helpLines[0].for", line(func(h *HelpLine) { h.For = []string{"My topic"} })},
		{"a label in no language", "helpLines[0].label", line(func(h *HelpLine) { h.Label = map[string]string{"!": "x"} })},
		{"a long label", "helpLines[0].label", line(func(h *HelpLine) { h.Label = map[string]string{"en": strings.Repeat("x", maxLabel+1)} })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Defaults()
			tt.change(&s)
			_, err := h.Save(admin(t.Context()), s)
			f, _ := errors.AsType[*fault.Error](err)
			if f == nil || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == tt.field }) {
				t.Errorf("Save = %v, want invalid at %s", err, tt.field)
			}
		})
	}
	if s, err := h.Settings(t.Context()); err != nil || s.Version != 0 {
		t.Errorf("after refusals version = %d, %v, want 0", s.Version, err)
	}
}

func TestSaveTidies(t *testing.T) {
	h := open(t)
	s := Defaults()
	s.SelfLanguages = []SelfLanguage{{"essentials", "es"}, {"essentials", "es"}}
	s.HelpLines[0].Label = map[string]string{"en": "  Danger now ", "es": " "}
	saved, err := h.Save(admin(t.Context()), s)
	if err != nil {
		t.Fatal(err)
	}
	if !saved.SelfAllowed("essentials", "es") || saved.SelfAllowed("ahc-hrsn-core", "es") || len(saved.SelfLanguages) != 1 {
		t.Errorf("SelfLanguages = %v, want essentials in es once", saved.SelfLanguages)
	}
	if diff := cmp.Diff(map[string]string{"en": "Danger now"}, saved.HelpLines[0].Label); diff != "" {
		t.Errorf("label:\n%s", diff)
	}
}

func TestHelpLineIsShown(t *testing.T) {
	tests := []struct {
		name   string
		on     []string
		urgent bool
		topics []string
		want   bool
	}{
		{"always", []string{ForAlways}, false, nil, true},
		{"urgent and it is", []string{ForUrgent}, true, nil, true},
		{"urgent and it is not", []string{ForUrgent}, false, []string{"food"}, false},
		{"for a topic that is there", []string{"safety"}, false, []string{"food", "safety"}, true},
		{"for a topic that is not there", []string{"safety"}, true, []string{"food"}, false},
	}
	for _, tt := range tests {
		if got := (HelpLine{For: tt.on}).Shown(tt.urgent, tt.topics...); got != tt.want {
			t.Errorf("%s: Shown = %v, want %v", tt.name, got, tt.want)
		}
	}
}
