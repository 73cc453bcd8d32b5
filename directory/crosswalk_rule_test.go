package directory_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// termWorld has services with terms that the shipped crosswalk does not know.
func termWorld(t *testing.T) *world {
	w := newWorld(t, directory.Options{})
	w.organization("sewers", "Sewers")
	for _, id := range []string{"Quilting", "Blanket Bees"} {
		if _, err := w.dir.PutTerm(w.network(), directory.TermDoc{Term: directory.TaxonomyTerm{ID: id, Name: id}}); err != nil {
			t.Fatal(err)
		}
	}
	w.named("a", "Morning Zither", "Quilting")
	w.named("b", "Evening Zither", "Quilting", "Blanket Bees")
	w.named("c", "Soup Kitchen", "Quilting")
	w.drain()
	return w
}

func (w *world) rule(r directory.Rule) {
	w.Helper()
	if err := w.dir.PutRule(w.network(), r); err != nil {
		w.Fatalf("PutRule(%+v): %v", r, err)
	}
}

func (w *world) remap(want int) {
	w.Helper()
	if n, err := w.dir.Remap(w.network()); err != nil || n != want {
		w.Errorf("Remap = %d, %v, want %d services looked at", n, err, want)
	}
	w.drain()
}

func (w *world) needs(id string, want ...string) {
	w.Helper()
	s, err := w.dir.Detail(w.network(), id)
	if err != nil {
		w.Fatal(err)
	}
	var got []string
	for _, m := range s.NeedMappings {
		got = append(got, m.Domain+" "+m.Source)
	}
	if d := cmp.Diff(want, got); d != "" {
		w.Errorf("needs of %s (-want +got):\n%s", id, d)
	}
}

func TestRulesMapServicesAnew(t *testing.T) {
	w := termWorld(t)
	w.remap(3)
	w.remap(0) // nothing changed since
	w.needs("a")
	w.needs("c", "food-insecurity name")

	w.rule(directory.Rule{Kind: directory.TermRule, Text: "QUILTING", Domains: []string{"social-connection"}, Confidence: directory.Sure})
	if p, err := w.dir.RemapProgress(w.network()); err != nil || p.Finished {
		t.Errorf("RemapProgress before the work = %+v, %v, want it unfinished", p, err)
	}
	w.remap(3)
	w.needs("a", "social-connection term")
	w.needs("c", "social-connection term", "food-insecurity name")
	if p, err := w.dir.RemapProgress(w.network()); err != nil || !p.Finished || p.Done != 3 || p.Total != 3 || p.Changed != 3 {
		t.Errorf("RemapProgress = %+v, %v, want 3 done and changed", p, err)
	}
	got, err := w.dir.Search(w.chw(), directory.Search{Needs: []string{"social-connection"}})
	if err != nil || got.Total != 3 {
		t.Errorf("the index finds %d services, %v, want those that were mapped", got.Total, err)
	}

	// Words that say nothing hide the shorter ones in them.
	w.rule(directory.Rule{Kind: directory.PhraseRule, Text: "soup kitchens", Confidence: directory.Likely})
	w.remap(3)
	w.needs("c", "social-connection term")

	// New and edited services are mapped at once.
	w.rule(directory.Rule{Kind: directory.PhraseRule, Text: "zither", Domains: []string{"stress"}, Confidence: directory.Likely, Language: "en"})
	w.named("d", "Noon Zithers")
	w.needs("d", "stress name")

	// Taken back, the shipped crosswalk stands again.
	rules, err := w.dir.Rules(w.network())
	if err != nil || len(rules) != 3 || rules[0].Text != "zither" {
		t.Fatalf("Rules = %+v, %v, want 3, the latest first", rules, err)
	}
	for _, r := range rules {
		if err := w.dir.RemoveRule(w.network(), r.Key()); err != nil {
			t.Fatal(err)
		}
	}
	w.remap(4)
	w.needs("a")
	w.needs("c", "food-insecurity name")
}

func TestRemapLeavesWhatAPersonSaid(t *testing.T) {
	w := termWorld(t)
	a, err := w.dir.ServiceByID(w.network(), "a")
	if err != nil {
		t.Fatal(err)
	}
	a.Needs = []directory.NeedMapping{{Domain: "transportation-insecurity", Source: directory.Manual}}
	w.put(a)
	w.rule(directory.Rule{Kind: directory.TermRule, Text: "Quilting", Domains: []string{"stress"}, Confidence: directory.Sure})
	w.remap(3)
	w.needs("a", "transportation-insecurity manual")
	w.needs("b", "stress term")
}

// TestRemapGoesOn stops in the middle and goes on; a change begins it anew.
func TestRemapGoesOn(t *testing.T) {
	w := newWorld(t, directory.Options{})
	w.organization("sewers", "Sewers")
	const many = 450
	for i := range many {
		w.named(fmt.Sprintf("s%03d", i), "Zither")
	}
	w.rule(directory.Rule{Kind: directory.PhraseRule, Text: "zither", Domains: []string{"stress"}, Confidence: directory.Likely})
	if n, err := w.dir.RemapSome(w.network()); err != nil || n != 200 {
		t.Fatalf("the first batch = %d, %v, want 200", n, err)
	}
	p, err := w.dir.RemapProgress(w.network())
	if err != nil || p.Done != 200 || p.Total != many || p.Finished {
		t.Errorf("RemapProgress in the middle = %+v, %v, want 200 of %d", p, err, many)
	}
	w.remap(many - 200)
	w.needs("s449", "stress name")
}

func TestCrosswalkIsSeenByOtherProcesses(t *testing.T) {
	w := termWorld(t)
	other, err := directory.New(t.Context(), w.engine, w.index, directory.Options{Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	maps := func(want int) {
		t.Helper()
		c, err := other.Crosswalk(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Map(directory.Service{Name: "Zither"}, nil, nil); len(got) != want {
			t.Errorf("another process maps it to %v, want %d needs", got, want)
		}
	}
	maps(0)
	w.rule(directory.Rule{Kind: directory.PhraseRule, Text: "zither", Domains: []string{"stress", "social-connection"}, Confidence: directory.Likely})
	maps(0)
	w.clock.Add(5 * time.Second)
	maps(2)
}

func TestMappingWork(t *testing.T) {
	w := termWorld(t)
	work, err := w.dir.MappingWork(w.network())
	if err != nil {
		t.Fatal(err)
	}
	want := directory.MappingWork{
		Terms:    []directory.Unread{{Kind: directory.TermRule, Text: "Quilting", Services: 2}, {Kind: directory.TermRule, Text: "Blanket Bees", Services: 1}},
		Words:    []directory.Unread{{Kind: directory.PhraseRule, Text: "zither", Services: 2}},
		Services: 2,
	}
	if d := cmp.Diff(want, work); d != "" {
		t.Errorf("MappingWork (-want +got):\n%s", d)
	}
	w.rule(directory.Rule{Kind: directory.TermRule, Text: "Quilting", Confidence: directory.Sure}) // says nothing
	if work, err = w.dir.MappingWork(w.network()); err != nil || len(work.Terms) != 1 {
		t.Errorf("MappingWork = %+v, %v, want what says nothing left out", work, err)
	}
}

func TestTryRule(t *testing.T) {
	w := termWorld(t)
	for _, tt := range []struct {
		rule directory.Rule
		want directory.Effect
	}{
		{
			directory.Rule{Kind: directory.TermRule, Text: "quilting", Domains: []string{"food-insecurity"}, Confidence: directory.Sure},
			directory.Effect{Looked: 3, Of: 3, Found: 3, Unmapped: 2, Changed: 2, Names: []string{"Morning Zither", "Evening Zither", "Soup Kitchen"}},
		},
		{
			directory.Rule{Kind: directory.PhraseRule, Text: "soup kitchen", Confidence: directory.Likely},
			directory.Effect{Looked: 3, Of: 3, Found: 1, Changed: 1, Names: []string{"Soup Kitchen"}},
		},
		{
			directory.Rule{Kind: directory.PhraseRule, Text: "zithers", Domains: []string{"stress"}, Confidence: directory.Possible},
			directory.Effect{Looked: 3, Of: 3, Found: 2, Unmapped: 2, Names: []string{"Morning Zither", "Evening Zither"}},
		},
	} {
		got, err := w.dir.TryRule(w.network(), tt.rule)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("TryRule(%+v) (-want +got):\n%s", tt.rule, d)
		}
	}
	w.remap(3)
	w.needs("a") // and nothing was stored
}

func TestRulesRefused(t *testing.T) {
	w := termWorld(t)
	for _, r := range []directory.Rule{
		{Kind: "guess", Text: "zither", Confidence: directory.Sure},
		{Kind: directory.TermRule, Text: " ", Confidence: directory.Sure},
		{Kind: directory.PhraseRule, Text: "!?", Confidence: directory.Sure},
		{Kind: directory.PhraseRule, Text: strings.Repeat("zither ", 30), Confidence: directory.Sure},
		{Kind: directory.PhraseRule, Text: "zither", Confidence: 2},
		{Kind: directory.PhraseRule, Text: "zither", Confidence: directory.Sure, Language: "tlh"},
		{Kind: directory.PhraseRule, Text: "zither", Confidence: directory.Sure, Domains: []string{"music"}},
	} {
		_, tried := w.dir.TryRule(w.network(), r)
		for _, err := range []error{w.dir.PutRule(w.network(), r), tried} {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("rule %+v: error = %v, want %s", r, err, fault.Invalid)
			}
		}
	}
	if err := w.dir.RemoveRule(w.network(), "term:nothing"); !fault.Is(err, fault.NotFound) {
		t.Errorf("RemoveRule of none: error = %v, want %s", err, fault.NotFound)
	}
	chw, good := w.chw(), directory.Rule{Kind: directory.TermRule, Text: "Quilting", Confidence: directory.Sure}
	_, list := w.dir.Rules(chw)
	_, work := w.dir.MappingWork(chw)
	_, try := w.dir.TryRule(chw, good)
	_, remap := w.dir.Remap(w.as(identity.AgencyAdmin, "sewers"))
	_, progress := w.dir.RemapProgress(chw)
	for name, err := range map[string]error{
		"list": list, "work": work, "try": try, "remap": remap, "progress": progress,
		"put": w.dir.PutRule(chw, good), "remove": w.dir.RemoveRule(chw, good.Key()),
	} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s by a worker: error = %v, want %s", name, err, fault.Forbidden)
		}
	}
}
