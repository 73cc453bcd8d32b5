package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/snapshot"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server"
	"github.com/havenloop/havenloop/server/servertest"
)

// process is one life of a server on a store with an index file.
type process struct {
	server.Rooms
	log bytes.Buffer
	ctx context.Context // of one who may do everything with the directory
	end func()          // as a killed process ends: nothing is kept
}

// store is the county in a file, by the clock of the test.
type store struct {
	file, index string
	clock       *clock.Fake
}

func newStore(t *testing.T) *store {
	t.Helper()
	s := &store{file: filepath.Join(t.TempDir(), "county.db"), clock: clock.NewFake(servertest.Now.Add(time.Hour))}
	s.index = s.file + ".index"
	engine, err := sqlite.Open(t.Context(), s.file)
	if err != nil {
		t.Fatal(err)
	}
	if err := servertest.OpenOn(t, engine, slog.LevelError).Relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *store) start(t *testing.T, index string) *process {
	t.Helper()
	engine, err := sqlite.Open(t.Context(), s.file)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{ctx: identity.With(t.Context(), identity.SystemActor("test"))}
	p.Rooms, err = server.OpenRooms(t.Context(), server.RoomOptions{
		Engine: engine, Index: memory.New(), IndexInProcess: true, IndexFile: index, Holder: "test",
		Key: []byte(strings.Repeat("k", 32)), Now: s.clock.Now, Log: slog.New(slog.NewTextHandler(&p.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.end = func() {
		if err := engine.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// save keeps the index and tells whether it did.
func (p *process) save(t *testing.T) bool {
	t.Helper()
	n, err := p.SaveIndex(p.ctx)
	if err != nil {
		t.Fatal(err)
	}
	return n == 1
}

// wantLoaded tells whether the index was loaded, lets the time pass that passed
// for the listings, as a job does, and holds what is found against an index
// that is built from the store.
func (p *process) wantLoaded(t *testing.T, want bool) {
	t.Helper()
	if got := strings.Contains(p.log.String(), "the search index is loaded"); got != want {
		t.Errorf("loaded: %t, want %t; log:\n%s", got, want, p.log.String())
	}
	if _, err := p.Directory.Age(p.ctx); err != nil {
		t.Fatal(err)
	}
	if err := p.Relay.Drain(p.ctx); err != nil {
		t.Fatal(err)
	}
	got := p.answers(t)
	if _, err := p.Directory.Reindex(p.ctx); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p.answers(t), got); diff != "" {
		t.Errorf("answers (-built anew +as started):\n%s", diff)
	}
}

func (p *process) answers(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, text := range []string{"", "food", "rent help", "comida", "legal", "renamed pantry", "quite new", "shelter"} {
		page, err := p.Directory.Search(p.ctx, directory.Search{Q: text, PerPage: 100})
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(page)
		if err != nil {
			t.Fatal(err)
		}
		out[text] = string(b)
	}
	return out
}

// change does what an index can miss: a new service, a changed one, one that
// is gone, another name of an organization.
func (p *process) change(t *testing.T) {
	t.Helper()
	pantry, err := p.Directory.ServiceByID(p.ctx, seed.ID("valley-food-bank/pantry"))
	if err != nil {
		t.Fatal(err)
	}
	fresh := pantry
	fresh.ID, fresh.Version, fresh.Service.ID, fresh.Service.Name = seed.ID("quite-new"), 0, "", "Quite new help"
	fresh.Service.ServiceAtLocations = nil
	pantry.Service.Name = "Renamed pantry"
	for _, doc := range []directory.ServiceDoc{fresh, pantry} {
		if _, err := p.Directory.PutService(p.ctx, doc); err != nil {
			t.Fatal(err)
		}
	}
	page, err := p.Directory.Search(p.ctx, directory.Search{Q: "legal"})
	if err != nil || len(page.Items) < 2 {
		t.Fatalf("%d legal services, %v", len(page.Items), err)
	}
	gone, err := p.Directory.ServiceByID(p.ctx, page.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	gone.Service.Status = directory.Defunct
	if _, err := p.Directory.PutService(p.ctx, gone); err != nil {
		t.Fatal(err)
	}
	org, err := p.Directory.OrganizationByID(p.ctx, page.Items[1].OrganizationID)
	if err != nil {
		t.Fatal(err)
	}
	org.Organization.Name = "Legal people under another name"
	if _, err := p.Directory.PutOrganization(p.ctx, org); err != nil {
		t.Fatal(err)
	}
}

// TestKeptIndex starts again and again on one store, in every state that the
// index file can be in.
func TestKeptIndex(t *testing.T) {
	s := newStore(t)
	p := s.start(t, s.index)
	p.wantLoaded(t, false)
	if !p.save(t) || p.save(t) {
		t.Error("the index is kept twice though nothing changed, or not at all")
	}
	p.end()

	p = s.start(t, s.index)
	p.wantLoaded(t, true)
	p.change(t) // and killed before anybody heard of it
	p.end()

	s.clock.Add(time.Hour)
	p = s.start(t, s.index)
	p.wantLoaded(t, true)
	if !p.save(t) {
		t.Error("what changed is not kept")
	}
	p.end()

	other := s.start(t, "") // a command, while the server is down
	org, err := other.Directory.OrganizationByID(other.ctx, seed.ID("valley-food-bank"))
	if err != nil {
		t.Fatal(err)
	}
	org.Organization.Name = "Food of the county"
	if _, err := other.Directory.PutOrganization(other.ctx, org); err != nil {
		t.Fatal(err)
	}
	if err := other.Relay.Drain(other.ctx); err != nil {
		t.Fatal(err)
	}
	other.end()
	s.clock.Add(24 * time.Hour)
	p = s.start(t, s.index)
	p.wantLoaded(t, true)
	p.end()
}

// TestKeptIndexThatDoesNotFit makes sure that a file that is damaged, or of
// another program or store, counts for nothing.
func TestKeptIndexThatDoesNotFit(t *testing.T) {
	s := newStore(t)
	before, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	s.clock.Add(time.Hour)
	p := s.start(t, s.index)
	p.change(t)
	if err := p.Relay.Drain(p.ctx); err != nil {
		t.Fatal(err)
	}
	if !p.save(t) {
		t.Fatal("the index is not kept")
	}
	p.end()
	whole, err := os.ReadFile(s.index)
	if err != nil {
		t.Fatal(err)
	}
	f, err := snapshot.Open(s.index)
	if err != nil {
		t.Fatal(err)
	}
	label := string(f.Label)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	put := func(file string, b []byte) {
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	relabel := func(label string) {
		body := bytes.NewReader(whole[bytes.Index(whole, f.Label)+len(f.Label) : len(whole)-32])
		if err := snapshot.Write(s.index, []byte(label), func(w io.Writer) error {
			_, err := body.WriteTo(w)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		make func()
	}{
		{"a byte is wrong", func() {
			put(s.index, append(bytes.Clone(whole[:5000]), append([]byte{whole[5000] ^ 1}, whole[5001:]...)...))
		}},
		{"the end is missing", func() { put(s.index, whole[:len(whole)/2]) }},
		{"it is empty", func() { put(s.index, nil) }},
		{"it is of another program", func() { relabel(strings.Replace(label, `"program":"`, `"program":"0`, 1)) }},
		{"it says nothing of itself", func() { relabel("?") }},
		{"the store is an older one", func() { put(s.index, whole); put(s.file, before) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.make()
			p := s.start(t, s.index)
			p.wantLoaded(t, false)
			p.end()
		})
	}
}

// TestKeptIndexAndTerms makes sure that an index that lags behind the taxonomy
// terms is not kept, and one that was kept before counts for nothing.
func TestKeptIndexAndTerms(t *testing.T) {
	s := newStore(t)
	p := s.start(t, s.index)
	taxonomy, err := p.Directory.PutTaxonomy(p.ctx, directory.TaxonomyDoc{Taxonomy: directory.Taxonomy{ID: seed.ID("words"), Name: "Words"}})
	if err != nil {
		t.Fatal(err)
	}
	term, err := p.Directory.PutTerm(p.ctx, directory.TermDoc{Term: directory.TaxonomyTerm{ID: seed.ID("word"), Code: "w", Name: "Word", TaxonomyID: taxonomy.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Relay.Drain(p.ctx); err != nil {
		t.Fatal(err)
	}
	if !p.save(t) {
		t.Error("a new term, which no service carries, keeps the index from being kept")
	}
	s.clock.Add(time.Minute)
	term.Term.Name = "Other word"
	if _, err := p.Directory.PutTerm(p.ctx, term); err != nil {
		t.Fatal(err)
	}
	p.end()

	p = s.start(t, s.index)
	p.wantLoaded(t, false)
	p.end()
	p = s.start(t, s.index)
	s.clock.Add(time.Minute)
	term, err = p.Directory.PutTerm(p.ctx, func() directory.TermDoc { term.Version++; term.Term.Name = "Third word"; return term }())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Relay.Drain(p.ctx); err != nil {
		t.Fatal(err)
	}
	if p.save(t) {
		t.Error("an index that lags behind the terms is kept")
	}
	if _, err := os.Stat(s.index); !os.IsNotExist(err) {
		t.Errorf("the file of before is still there: %v", err)
	}
	p.end()
}
