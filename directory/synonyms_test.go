package directory_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// quilts is a world with one service that no shipped synonym leads to.
func quilts(t *testing.T) *world {
	w := newWorld(t, directory.Options{LocalIndex: true})
	w.organization("sewers", "Sewers")
	w.named("quilting", "Quilting circle")
	w.drain()
	return w
}

// named puts a service of the organization "sewers" that has only a name, and
// perhaps taxonomy terms.
func (w *world) named(id, name string, terms ...string) directory.ServiceDoc {
	w.Helper()
	s := directory.ServiceDoc{Service: directory.Service{ID: id, OrganizationID: "sewers", Name: name, Status: directory.Active}}
	for _, t := range terms {
		s.Service.Attributes = append(s.Service.Attributes, directory.Attribute{TaxonomyTermID: t})
	}
	return w.put(s)
}

func (w *world) finds(q string, want int) {
	w.Helper()
	got, err := w.dir.Search(w.chw(), directory.Search{Q: q})
	if err != nil {
		w.Fatalf("Search(%q): %v", q, err)
	}
	if got.Total != want {
		w.Errorf("Search(%q) finds %d, want %d", q, got.Total, want)
	}
}

func TestSynonymsOfTheNetwork(t *testing.T) {
	w := quilts(t)
	w.finds("gribble", 0)
	put := func(key string, g words.Group) {
		t.Helper()
		if err := w.dir.PutSynonyms(w.network(), key, g); err != nil {
			t.Fatalf("PutSynonyms(%q, %v): %v", key, g, err)
		}
	}
	put("", words.Group{Language: words.English, Words: []string{" Gribble ", "gribble"}, Also: []string{"quilting"}})
	w.finds("gribble", 1)
	put("gribble>", words.Group{Language: words.Several, Words: []string{"snoodle", "quilting"}})
	w.finds("gribble", 0)
	w.finds("snoodle", 1)

	other, err := directory.New(t.Context(), w.engine, memory.New(), directory.Options{Now: w.clock.Now, LocalIndex: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Reindex(w.network()); err != nil {
		t.Fatal(err)
	}
	elsewhere := *w
	elsewhere.dir = other
	elsewhere.finds("snoodle", 1) // a process that starts knows what was stored before
	put("", words.Group{Language: words.English, Words: []string{"wozzle"}, Also: []string{"quilting"}})
	elsewhere.finds("wozzle", 0)
	relay, err := docstore.NewRelay(t.Context(), w.engine, docstore.RelayOptions{Now: w.clock.Now, Consumers: []docstore.Consumer{other.WordsConsumer()}})
	if err != nil {
		t.Fatal(err)
	}
	w.drain()
	if err := relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	elsewhere.finds("wozzle", 1) // and one that runs follows

	if err := w.dir.RemoveSynonyms(w.network(), "snoodle"); err != nil {
		t.Fatal(err)
	}
	w.finds("snoodle", 0)
}

func TestSwitchSynonyms(t *testing.T) {
	w := quilts(t)
	first := words.Shipped()[0]
	state := func() directory.Synonyms {
		t.Helper()
		list, err := w.dir.ListSynonyms(w.network())
		if err != nil {
			t.Fatal(err)
		}
		return list[slices.IndexFunc(list, func(s directory.Synonyms) bool { return s.Key() == first.Key() })]
	}
	for _, on := range []bool{false, false, true} {
		if err := w.dir.SwitchSynonyms(w.network(), first.Key(), on); err != nil {
			t.Fatalf("SwitchSynonyms(%q, %t): %v", first.Key(), on, err)
		}
		if got := state(); got.Off == on || !got.Shipped {
			t.Errorf("after SwitchSynonyms(%q, %t) it is %+v", first.Key(), on, got)
		}
	}
}

func TestSynonymsRefused(t *testing.T) {
	w := quilts(t)
	good := words.Group{Language: words.English, Words: []string{"gribble"}, Also: []string{"quilting"}}
	if err := w.dir.PutSynonyms(w.network(), "", good); err != nil {
		t.Fatal(err)
	}
	shipped := words.Shipped()[0]
	many := func(n int, form string) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf(form, i))
		}
		return out
	}
	for _, tt := range []struct {
		name string
		key  string
		g    words.Group
		kind fault.Kind
	}{
		{"no language", "", words.Group{Words: []string{"a", "b"}}, fault.Invalid},
		{"no words", "", words.Group{Language: "en", Also: []string{"quilting"}}, fault.Invalid},
		{"one word alone", "", words.Group{Language: "en", Words: []string{"gribble", "Gribble"}}, fault.Invalid},
		{"no letters", "", words.Group{Language: "en", Words: []string{"!!", "quilt"}}, fault.Invalid},
		{"a story", "", words.Group{Language: "en", Words: []string{"one two three four five six seven", "quilt"}}, fault.Invalid},
		{"only words that are left out", "", words.Group{Language: "en", Words: []string{"i need help", "quilt"}}, fault.Invalid},
		{"too many phrases", "", words.Group{Language: "en", Words: []string{"mip"}, Also: many(words.MaxPhrases+1, "w%d")}, fault.Invalid},
		{"too many words", "", words.Group{Language: "en", Words: []string{"mip"}, Also: many(26, "a b c w%d")}, fault.Invalid},
		{"there already", "", good, fault.Conflict},
		{"shipped", "", shipped, fault.Conflict},
		{"gone", "nothing>", good, fault.NotFound},
	} {
		if err := w.dir.PutSynonyms(w.network(), tt.key, tt.g); !fault.Is(err, tt.kind) {
			t.Errorf("PutSynonyms, %s: error = %v, want %s", tt.name, err, tt.kind)
		}
	}
	for name, err := range map[string]error{
		"remove a shipped one": w.dir.RemoveSynonyms(w.network(), shipped.Key()),
		"switch one's own":     w.dir.SwitchSynonyms(w.network(), good.Key(), false),
	} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: error = %v, want %s", name, err, fault.NotFound)
		}
	}
	agency := w.as(identity.AgencyAdmin, "sewers")
	_, err := w.dir.ListSynonyms(agency)
	for name, err := range map[string]error{
		"list": err, "put": w.dir.PutSynonyms(agency, "", good), "remove": w.dir.RemoveSynonyms(agency, good.Key()),
		"switch": w.dir.SwitchSynonyms(agency, shipped.Key(), false), "switch what is not": w.dir.SwitchSynonyms(agency, "x", false),
	} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s by an agency: error = %v, want %s", name, err, fault.Forbidden)
		}
	}
	w.finds("gribble", 1) // and nothing changed
}
