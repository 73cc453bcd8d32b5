package imports_test

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/imports"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// table is a feed with an organization that can be taken and one that cannot.
const table = "id,name,description\no1,Mission Pantry,Food\no2,,No name\n"

type house struct {
	*testing.T
	*imports.Service
	clock  *clock.Fake
	dir    *directory.Directory
	folder string
	ctx    context.Context
}

func open(t *testing.T) house {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	h := house{T: t, clock: clock.NewFake(time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)), folder: t.TempDir()}
	h.ctx = identity.With(t.Context(), identity.Actor{ID: "park", Name: "Sun Park", Role: identity.NetworkAdmin})
	if h.dir, err = directory.New(t.Context(), e, memory.New(), directory.Options{Now: h.clock.Now}); err != nil {
		t.Fatal(err)
	}
	h.Service, err = imports.New(t.Context(), e, imports.Options{
		Directory: h.dir, Folder: h.folder, Now: h.clock.Now, Log: slog.New(slog.DiscardHandler),
		Fetch: func(_ context.Context, address string, to *os.File) error {
			if strings.Contains(address, "inside") {
				return imports.ErrPrivate
			}
			_, err := to.WriteString(table)
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask is a dry run of the table.
func ask() imports.Ask {
	return imports.Ask{Feed: "county", File: strings.NewReader(table), FileName: "organization.csv", DryRun: true}
}

func (h house) start(in imports.Ask) imports.Run {
	h.Helper()
	r, err := h.Start(h.ctx, in)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

// work lets the job run, and reads the import as it then stands.
func (h house) work(id string) imports.Run {
	h.Helper()
	if _, err := h.Work(h.ctx); err != nil {
		h.Fatal(err)
	}
	r, err := h.Service.Run(h.ctx, id)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

func (h house) files() int {
	h.Helper()
	list, err := os.ReadDir(h.folder)
	if err != nil {
		h.Fatal(err)
	}
	return len(list)
}

func TestDryRunThenForReal(t *testing.T) {
	h := open(t)
	dry := h.work(h.start(ask()).ID)
	if dry.State != imports.Done || dry.Result == nil || dry.Result.Counts["organization"].New != 1 || !dry.Repeatable() {
		t.Fatalf("the dry run = %+v, want done, with one new organization", dry)
	}
	if feeds, err := h.dir.Feeds(h.ctx); err != nil || len(feeds) != 0 {
		t.Errorf("feeds after a dry run = %v, %v, want none", feeds, err)
	}
	again, err := h.Again(h.ctx, dry.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	real := h.work(again.ID)
	if real.State != imports.Done || real.DryRun || h.files() != 0 {
		t.Errorf("for real = %+v with %d files left, want done and the file gone", real, h.files())
	}
	if feeds, err := h.dir.Feeds(h.ctx); err != nil || len(feeds) != 1 || feeds[0].Records != 1 || feeds[0].Missing != 0 {
		t.Errorf("feeds = %+v, %v, want the one with its record", feeds, err)
	}
	if _, err := h.Again(h.ctx, real.ID, true); !fault.Is(err, fault.Conflict) {
		t.Errorf("again without its file = %v, want a conflict", err)
	}
}

// archive is a ZIP file with one file.
func archive(t *testing.T, name, content string) string {
	t.Helper()
	var b strings.Builder
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestFilesThatCannotBeTaken: each ends with a sentence that says what to do.
func TestFilesThatCannotBeTaken(t *testing.T) {
	h := open(t)
	for name, tt := range map[string]struct{ file, content, told string }{
		"no archive":       {"a.zip", "not a zip", "This is no ZIP file, or it is damaged."},
		"a bomb":           {"a.zip", archive(t, "organizations.csv", strings.Repeat("0", 20<<20)), "This ZIP file is not safe to open"},
		"a way out":        {"a.zip", archive(t, "../../organizations.csv", table), "This ZIP file is not safe to open"},
		"nothing to read":  {"a.zip", archive(t, "letter.docx", "Dear all"), "There is no file in it that we can read."},
		"another form":     {"a.csv", "colour,size\nblue,4\n", "The file does not have the form that you chose."},
		"bytes of no text": {"b.csv", strings.Repeat("\x00\x01", 500), "The file does not have the form that you chose."},
	} {
		in := ask()
		in.FileName, in.File = tt.file, strings.NewReader(tt.content)
		if r := h.work(h.start(in).ID); r.State != imports.Failed || !strings.HasPrefix(r.Problem, tt.told) {
			t.Errorf("%s: %s, %q, want failed, %q", name, r.State, r.Problem, tt.told)
		}
	}
}

// TestMistakesOfAMapping: a mapping that was sent says where it is wrong.
func TestMistakesOfAMapping(t *testing.T) {
	h := open(t)
	for text, field := range map[string]string{"{": "mapping-file", `{"tables": 3}`: "mapping-file", "": "mapping"} {
		in := ask()
		if in.MappingText = text; text == "" {
			in.Mapping = "nobody's"
		}
		_, err := h.Start(h.ctx, in)
		wrong, ok := errors.AsType[*fault.Error](err)
		if !ok || len(wrong.Fields) != 1 || wrong.Fields[0].Name != field {
			t.Errorf("mapping %q = %v, want %s refused", text, err, field)
		} else {
			t.Log(wrong.Fields[0].Detail())
		}
	}
}

func TestReportIsFilteredAndPaged(t *testing.T) {
	h := open(t)
	in := ask()
	in.File = strings.NewReader(table + strings.Repeat("x,,\n", 250))
	r := h.work(h.start(in).ID)
	all, errs := 0, 0
	for _, f := range []imports.Filter{{}, {Level: feed.Error}} {
		n := 0
		for cursor := ""; ; {
			page, err := h.Lines(h.ctx, r, f, cursor, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range page.Items {
				if n++; f.Level != "" && l.Level != f.Level {
					t.Errorf("a line of severity %s among those of %s", l.Level, f.Level)
				}
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if f.Level == "" {
			all = n
		} else {
			errs = n
		}
	}
	counted := 0
	for _, g := range r.Groups {
		counted += g.Count
	}
	if all != counted || errs == 0 || errs > all {
		t.Errorf("%d lines and %d errors, want all %d", all, errs, counted)
	}
	if page, err := h.Lines(h.ctx, r, imports.Filter{Rule: "none"}, "", 10); err != nil || len(page.Items) != 0 {
		t.Errorf("lines of no rule = %v, %v", page.Items, err)
	}
}

func TestStartRefuses(t *testing.T) {
	h := open(t)
	for name, tt := range map[string]struct {
		as   context.Context
		in   func(*imports.Ask)
		want fault.Kind
	}{
		"nobody":             {t.Context(), func(*imports.Ask) {}, fault.Login},
		"worker":             {identity.With(t.Context(), identity.Actor{ID: "vega", Role: identity.CHW}), func(*imports.Ask) {}, fault.Forbidden},
		"no name":            {h.ctx, func(a *imports.Ask) { a.Feed = " " }, fault.Invalid},
		"no file":            {h.ctx, func(a *imports.Ask) { a.File = nil }, fault.Invalid},
		"other file":         {h.ctx, func(a *imports.Ask) { a.FileName = "list.exe" }, fault.Invalid},
		"not a web address":  {h.ctx, func(a *imports.Ask) { a.File, a.Address = nil, "file:///etc/passwd" }, fault.Invalid},
		"unknown mapping":    {h.ctx, func(a *imports.Ask) { a.Mapping = "none" }, fault.Invalid},
		"mapping that is no": {h.ctx, func(a *imports.Ask) { a.MappingText = "{" }, fault.Invalid},
	} {
		in := ask()
		tt.in(&in)
		if _, err := h.Start(tt.as, in); !fault.Is(err, tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	h.start(ask())
	if _, err := h.Start(h.ctx, ask()); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same feed twice at once = %v, want a conflict", err)
	}
}

func TestAddressIsFetched(t *testing.T) {
	h := open(t)
	r := h.work(h.start(imports.Ask{Feed: "web", Address: "https://feed.example.org/organization.csv", DryRun: true}).ID)
	if r.State != imports.Done || h.files() != 0 {
		t.Errorf("fetched = %+v with %d files left, want it over and nothing left", r, h.files())
	}
	r = h.work(h.start(imports.Ask{Feed: "web", Address: "https://inside.example.org/x.csv", DryRun: true}).ID)
	if r.State != imports.Failed || !strings.Contains(r.Problem, "private network") {
		t.Errorf("an address inside = %s %q, want failed with the reason", r.State, r.Problem)
	}
}

// TestCutOffImportIsShownAndStartsAgain: the server stops in the middle.
func TestCutOffImportIsShownAndStartsAgain(t *testing.T) {
	h := open(t)
	id := h.start(ask()).ID
	ctx, stop := context.WithCancel(h.ctx)
	stop()
	if _, err := h.Work(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	r, err := h.Service.Run(h.ctx, id)
	if err != nil || r.State == imports.Done {
		t.Fatalf("after the stop = %+v, %v", r, err)
	}
	if r = h.work(id); r.State != imports.Done {
		again, err := h.Again(h.ctx, id, true)
		if err != nil {
			t.Fatal(err)
		}
		if r = h.work(again.ID); r.State != imports.Done {
			t.Errorf("started again = %+v, want done", r)
		}
	}
}

func TestPurgeRemovesFilesNobodyCameBackFor(t *testing.T) {
	h := open(t)
	r := h.work(h.start(ask()).ID)
	if n, err := h.Purge(h.ctx); n != 0 || err != nil || h.files() != 1 {
		t.Fatalf("Purge at once = %d, %v, want nothing done", n, err)
	}
	h.clock.Add(25 * time.Hour)
	if _, err := h.Purge(h.ctx); err != nil || h.files() != 0 {
		t.Errorf("%d files, %v after a day, want none", h.files(), err)
	}
	h.clock.Add(100 * 24 * time.Hour)
	if _, err := h.Purge(h.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Service.Run(h.ctx, r.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("an old report = %v, want gone", err)
	}
}
