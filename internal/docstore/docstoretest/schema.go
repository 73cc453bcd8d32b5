package docstoretest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
)

// changedSpec is noteSpec after a release: "status" is spelled in another way,
// "text" is gone, "tag" is now single and "words" many-valued, "by" is new,
// and "email" is no longer unique but "text" is.
func changedSpec() docstore.Spec[note] {
	s := noteSpec()
	s.Schema = 2
	s.Keys["status"] = func(n note) docstore.Value { return str("s-" + n.Status) }
	delete(s.Keys, "rank")
	s.Keys["tag"] = func(n note) docstore.Value { return optional(n.Tags[0]) }
	s.Keys["by"] = func(n note) docstore.Value { return str(n.Agency + "/" + n.Status) }
	s.Many = map[string]func(note) []docstore.Value{
		"words": func(n note) []docstore.Value { return stringValues(append([]string{n.Status}, n.Tags...)) },
	}
	s.Indexes = []docstore.Index{{"agency", "status", "due"}, {"tag"}, {"by"}, {"words", "due"}}
	s.Unique = []string{"text"}
	s.Upgrade = func(schema int, body []byte) ([]byte, error) {
		if schema != 1 {
			return nil, fmt.Errorf("schema %d", schema)
		}
		return body, nil
	}
	return s
}

func schemaNotes() []note {
	return numbered(20, func(i int, n *note) {
		worklist(i, n)
		n.Tags = []string{fmt.Sprint("t", i%5), "all"}
		n.Email = fmt.Sprintf("p%d@example.org", i)
		n.Text = fmt.Sprint("text ", i)
		n.Emit(start, "note.made", nil)
	})
}

// checkChanged tries every index of changedSpec on schemaNotes.
func checkChanged(t *testing.T, e docstore.Engine, c *docstore.Collection[note]) {
	t.Helper()
	for q, want := range map[*docstore.Query][]string{
		{Where: []docstore.Cond{eq("agency", "p"), eq("status", "s-new")}, OrderBy: []string{"due"}}: {"n0000", "n0006", "n0012", "n0018"},
		{Where: []docstore.Cond{eq("agency", "p"), eq("status", "new")}, OrderBy: []string{"due"}}:   {},
		{Where: []docstore.Cond{eq("tag", "t1")}}:                                                    {"n0001", "n0006", "n0011", "n0016"},
		{Where: []docstore.Cond{eq("by", "q/done")}}:                                                 {"n0005", "n0011", "n0017"},
		{Where: []docstore.Cond{eq("words", "done")}}:                                                {"n0011", "n0002", "n0005", "n0008", "n0014", "n0017"},
		{Where: []docstore.Cond{eq("text", "text 7")}}:                                               {"n0007"},
	} {
		diff(t, fmt.Sprintf("Find(%+v)", *q), ids(find(t, c, *q)), want)
	}
	if n, err := c.Count(t.Context(), docstore.Query{Where: []docstore.Cond{eq("words", "all")}}); err != nil || n != 20 {
		t.Errorf("Count of a value that all have = %d, %v; want 20", n, err)
	}
	if _, err := c.Find(t.Context(), docstore.Query{OrderBy: []string{"rank"}}); err == nil {
		t.Error("Find by a dropped key: no error")
	}
	twin := note{Meta: docstore.Meta{ID: "twin"}, Text: "text 3", Tags: []string{""}}
	if dup, ok := errors.AsType[*docstore.DuplicateError](c.Insert(t.Context(), &twin)); !ok || dup.Key != "text" {
		t.Errorf("Insert of a value that became unique: %v", dup)
	}
	for n, err := range c.All(t.Context()) {
		if err != nil || n.Version != 1 {
			t.Errorf("document %s has version %d, %v; want 1 as before", n.ID, n.Version, err)
		}
	}
	if got := len(pending(t, e)); got != 20 {
		t.Errorf("pending events = %d, want the 20 of before", got)
	}
}

func testSchema(t *testing.T, open func(*testing.T) docstore.Engine) {
	t.Run("the same spec again", func(t *testing.T) {
		e := open(t)
		insert(t, openSpec(t, e, noteSpec()), schemaNotes()...)
		c := openSpec(t, e, noteSpec())
		diff(t, "Find", ids(find(t, c, docstore.Query{Where: []docstore.Cond{eq("tag", "t2")}})), []string{"n0002", "n0007", "n0012", "n0017"})
	})
	t.Run("a changed spec and back", func(t *testing.T) {
		e := open(t)
		insert(t, openSpec(t, e, noteSpec()), schemaNotes()...)
		checkChanged(t, e, openSpec(t, e, changedSpec()))
		c := openSpec(t, e, noteSpec())
		diff(t, "Find by the key that was dropped", ids(find(t, c, docstore.Query{OrderBy: []string{"rank"}, Limit: 3})), []string{"n0019", "n0018", "n0017"})
		diff(t, "Find by the key that was single", ids(find(t, c, docstore.Query{Where: []docstore.Cond{eq("agency", "p"), eq("tag", "t2")}})), []string{"n0002", "n0012"})
	})
	for _, rekeyed := range []int{0, 7, 20} {
		t.Run(fmt.Sprintf("interrupted after %d documents", rekeyed), func(t *testing.T) {
			e := open(t)
			insert(t, openSpec(t, e, noteSpec()), schemaNotes()...)
			interrupted(t, e, rekeyed)
			checkChanged(t, e, openSpec(t, e, changedSpec()))
		})
	}
	t.Run("interrupted, then the old spec again", func(t *testing.T) {
		e := open(t)
		insert(t, openSpec(t, e, noteSpec()), schemaNotes()...)
		interrupted(t, e, 7)
		c := openSpec(t, e, noteSpec())
		for q, want := range map[*docstore.Query][]string{
			{Where: []docstore.Cond{eq("agency", "p"), eq("status", "new")}, OrderBy: []string{"due"}}: {"n0000", "n0006", "n0012", "n0018"},
			{Where: []docstore.Cond{eq("tag", "t3")}}:                                                  {"n0003", "n0008", "n0013", "n0018"},
			{Where: []docstore.Cond{eq("email", "p4@example.org")}}:                                    {"n0004"},
		} {
			diff(t, fmt.Sprintf("Find(%+v)", *q), ids(find(t, c, *q)), want)
		}
	})
	t.Run("a key that is not unique cannot become so", func(t *testing.T) {
		e := open(t)
		insert(t, openSpec(t, e, noteSpec()), schemaNotes()...)
		s := noteSpec()
		s.Unique = append(s.Unique, "status")
		_, err := docstore.Open(t.Context(), e, s)
		if dup, ok := errors.AsType[*docstore.DuplicateError](err); !ok || dup.Key != "status" || dup.Collection != "notes" {
			t.Errorf("Open error = %v, want a duplicate status in notes", err)
		}
		checkChanged(t, e, openSpec(t, e, changedSpec())) // and it can still be opened otherwise
	})
	t.Run("a document that changed meanwhile is left alone", func(t *testing.T) {
		e := open(t)
		insert(t, openSpec(t, e, noteSpec()), schemaNotes()...)
		interrupted(t, e, 0)
		before, err := e.Stale(t.Context(), "notes", "", 100)
		if err != nil || len(before) != 20 {
			t.Fatalf("Stale = %d documents, %v; want 20", len(before), err)
		}
		for i := range before { // one document is older here than in the engine, one newer
			before[i].Version += int64(i%3 - 1)
			before[i].Keys = [][]docstore.Value{{str("p")}, {str("by")}, {docstore.None}, {docstore.None}, {str("s")}, {docstore.None}, {str(before[i].ID)}, {}}
		}
		if err := e.Rekey(t.Context(), "notes", before); err != nil {
			t.Fatal(err)
		}
		after, err := e.Stale(t.Context(), "notes", "n0004", 3)
		if err != nil || len(after) != 3 || after[0].ID != "n0005" || after[1].ID != "n0006" || after[2].ID != "n0008" {
			t.Errorf("Stale after n0004 = %+v, %v; want n0005, n0006, n0008, which Rekey had in other versions", after, err)
		}
	})
	t.Run("a document that cannot be read stops the opening", func(t *testing.T) {
		e := open(t)
		insert(t, openSpec(t, e, noteSpec()), schemaNotes()...)
		refuse := errors.New("refuse")
		s := changedSpec()
		s.Upgrade = func(int, []byte) ([]byte, error) { return nil, refuse }
		if _, err := docstore.Open(t.Context(), e, s); !errors.Is(err, refuse) {
			t.Errorf("Open error = %v, want %v", err, refuse)
		}
	})
}

// interrupted begins to open changedSpec and stops for good after that many documents.
func interrupted(t *testing.T, e docstore.Engine, documents int) {
	t.Helper()
	stop := errors.New("stop")
	_, err := docstore.Open(t.Context(), &stopping{Engine: e, after: documents, err: stop}, changedSpec())
	if !errors.Is(err, stop) {
		t.Fatalf("Open error = %v, want the interruption", err)
	}
}

// stopping is an engine whose process ends after some documents were re-keyed.
type stopping struct {
	docstore.Engine
	after int
	err   error
}

// Rekey lets only so many documents pass.
func (s *stopping) Rekey(ctx context.Context, collection string, records []docstore.Record) error {
	n := min(s.after, len(records))
	s.after -= n
	if err := s.Engine.Rekey(ctx, collection, records[:n]); err != nil || n == len(records) {
		return err
	}
	return s.err
}

// Finish is never reached.
func (s *stopping) Finish(context.Context, string) error { return s.err }
