package docstoretest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

func testWrite(t *testing.T, open func(*testing.T) docstore.Engine) {
	c, ctx := openNotes(t, open), t.Context()

	t.Run("what was inserted is read", func(t *testing.T) {
		want := note{Meta: docstore.Meta{ID: "a"}, Agency: "pantry", Status: "open", Due: start, Rank: 7, Tags: []string{"x", "y"}, Text: "first"}
		if err := c.Insert(ctx, &want); err != nil {
			t.Fatal(err)
		}
		if want.Version != 1 {
			t.Errorf("version after Insert = %d, want 1", want.Version)
		}
		diff(t, "Get", get(t, c, "a"), want, sameNotes)
	})
	t.Run("a second document with the id is refused", func(t *testing.T) {
		n := note{Meta: docstore.Meta{ID: "a"}, Text: "second"}
		err := c.Insert(ctx, &n)
		dup, ok := errors.AsType[*docstore.DuplicateError](err)
		if !ok || dup.Key != "id" || dup.Collection != "notes" || !fault.Is(err, fault.Conflict) {
			t.Errorf("Insert error = %v, want a duplicate id in notes, a conflict for clients", err)
		}
		if n.Version != 0 {
			t.Errorf("version after a refused Insert = %d, want 0", n.Version)
		}
		if got := get(t, c, "a").Text; got != "first" {
			t.Errorf("Get(a).Text = %q, want first", got)
		}
	})
	t.Run("replace raises the version", func(t *testing.T) {
		n := get(t, c, "a")
		n.Text, n.Status = "changed", "done"
		if err := c.Replace(ctx, &n); err != nil {
			t.Fatal(err)
		}
		if got := get(t, c, "a"); n.Version != 2 || got.Version != 2 || got.Text != "changed" {
			t.Errorf("Get(a) = %q version %d, want changed version 2; caller's version %d", got.Text, got.Version, n.Version)
		}
		diff(t, "index of the old status", ids(find(t, c, docstore.Query{Where: []docstore.Cond{docstore.Eq("status", docstore.String("open"))}})), []string{})
		diff(t, "index of the new status", ids(find(t, c, docstore.Query{Where: []docstore.Cond{docstore.Eq("status", docstore.String("done"))}})), []string{"a"})
	})
	t.Run("replacing another version is a conflict", func(t *testing.T) {
		for _, v := range []int64{0, 1, 3} {
			n := get(t, c, "a")
			n.Version, n.Text = v, "too late"
			if err := c.Replace(ctx, &n); !errors.Is(err, docstore.ErrConflict) {
				t.Errorf("Replace of version %d: error = %v, want ErrConflict", v, err)
			}
			if n.Version != v {
				t.Errorf("version after a conflict = %d, want %d", n.Version, v)
			}
		}
		if got := get(t, c, "a"); got.Text != "changed" || got.Version != 2 {
			t.Errorf("Get(a) = %q version %d, want changed version 2", got.Text, got.Version)
		}
	})
	t.Run("what does not exist is not found", func(t *testing.T) {
		n := note{Meta: docstore.Meta{ID: "nobody", Version: 1}}
		_, getErr := c.Get(ctx, "nobody")
		_, updateErr := c.Update(ctx, "nobody", func(*note) error { return nil })
		for what, err := range map[string]error{"Get": getErr, "Update": updateErr, "Replace": c.Replace(ctx, &n), "Delete": c.Delete(ctx, &n)} {
			if !errors.Is(err, docstore.ErrNotFound) {
				t.Errorf("%s error = %v, want ErrNotFound", what, err)
			}
		}
	})
	t.Run("failed update changes nothing", func(t *testing.T) {
		refuse := errors.New("refuse")
		_, err := c.Update(ctx, "a", func(n *note) error { n.Text = "new"; return refuse })
		if !errors.Is(err, refuse) {
			t.Errorf("Update error = %v, want %v", err, refuse)
		}
		if got := get(t, c, "a"); got.Text != "changed" || got.Version != 2 {
			t.Errorf("Get(a) = %q version %d, want changed version 2", got.Text, got.Version)
		}
	})
	t.Run("update starts over when somebody was faster", func(t *testing.T) {
		tries := 0
		got, err := c.Update(ctx, "a", func(n *note) error {
			if tries++; tries == 1 {
				other := get(t, c, "a")
				other.Rank = 100
				if err := c.Replace(ctx, &other); err != nil {
					return err
				}
			}
			n.Rank++
			return nil
		})
		if err != nil || tries != 2 || got.Rank != 101 || got.Version != 4 {
			t.Errorf("Update = rank %d, version %d, %v after %d tries; want rank 101, version 4 after 2", got.Rank, got.Version, err, tries)
		}
	})
	t.Run("delete compares the version too", func(t *testing.T) {
		n := get(t, c, "a")
		n.Version--
		if err := c.Delete(ctx, &n); !errors.Is(err, docstore.ErrConflict) {
			t.Errorf("Delete error = %v, want ErrConflict", err)
		}
		n.Version++
		if err := c.Delete(ctx, &n); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Get(ctx, "a"); !errors.Is(err, docstore.ErrNotFound) {
			t.Errorf("Get after Delete: error = %v, want ErrNotFound", err)
		}
		for _, q := range []docstore.Query{
			{Where: []docstore.Cond{docstore.Eq("status", docstore.String("done"))}},
			{Where: []docstore.Cond{docstore.Eq("tag", docstore.String("x"))}},
		} {
			diff(t, "index after Delete", ids(find(t, c, q)), []string{})
		}
		again := note{Meta: docstore.Meta{ID: "a"}, Text: "again"}
		if err := c.Insert(ctx, &again); err != nil || again.Version != 1 {
			t.Errorf("Insert after Delete: version %d, %v; want version 1", again.Version, err)
		}
	})
}

func testBatch(t *testing.T, open func(*testing.T) docstore.Engine) {
	c, ctx := openNotes(t, open), t.Context()
	docs := insert(t, c, numbered(40, func(i int, n *note) { n.Rank = int64(i) })...)

	t.Run("get many answers those that exist", func(t *testing.T) {
		for _, want := range [][]string{{}, {"n0003"}, {"n0001", "n0002", "n0039"}} {
			got, err := c.GetMany(ctx, append([]string{"nobody"}, want...))
			if err != nil {
				t.Fatal(err)
			}
			keys := []string{}
			for id, n := range got {
				if n.ID != id || n.Version != 1 {
					t.Errorf("GetMany[%q] = %q version %d", id, n.ID, n.Version)
				}
				keys = append(keys, id)
			}
			diff(t, "GetMany", keys, want, cmpopts.SortSlices(func(a, b string) bool { return a < b }))
		}
		all := ids(docs)
		got, err := c.GetMany(ctx, append(all, all...))
		if err != nil || len(got) != len(all) {
			t.Errorf("GetMany of every id twice: %d documents, %v; want %d", len(got), err, len(all))
		}
	})
	t.Run("insert all refuses only what is taken", func(t *testing.T) {
		batch := []*note{{Meta: docstore.Meta{ID: "new1"}}, {Meta: docstore.Meta{ID: "n0005"}, Text: "thief"}, {Meta: docstore.Meta{ID: "new2"}}, {Meta: docstore.Meta{ID: "new2"}, Text: "twin"}}
		got := []bool{}
		for _, err := range c.InsertAll(ctx, batch) {
			_, dup := errors.AsType[*docstore.DuplicateError](err)
			if err != nil && !dup {
				t.Errorf("InsertAll error = %v, want a duplicate", err)
			}
			got = append(got, dup)
		}
		diff(t, "refused", got, []bool{false, true, false, true})
		if a, b := get(t, c, "n0005").Text, get(t, c, "new2").Text; a != "" || b != "" {
			t.Errorf("texts = %q and %q, want those of the first", a, b)
		}
	})
	t.Run("replace all refuses only what changed", func(t *testing.T) {
		batch := []*note{ptr(get(t, c, "n0000")), ptr(get(t, c, "n0001")), {Meta: docstore.Meta{ID: "nobody", Version: 1}}, ptr(get(t, c, "n0002"))}
		if _, err := c.Update(ctx, "n0001", func(n *note) error { n.Text = "faster"; return nil }); err != nil {
			t.Fatal(err)
		}
		for _, n := range batch {
			n.Text = "batch"
		}
		errs := c.ReplaceAll(ctx, batch)
		for i, want := range []error{nil, docstore.ErrConflict, docstore.ErrNotFound, nil} {
			if !errors.Is(errs[i], want) {
				t.Errorf("ReplaceAll error %d = %v, want %v", i, errs[i], want)
			}
		}
		got := []string{get(t, c, "n0000").Text, get(t, c, "n0001").Text, get(t, c, "n0002").Text}
		diff(t, "texts", got, []string{"batch", "faster", "batch"})
	})
	t.Run("all reads every document in the order of ids", func(t *testing.T) {
		big := openSpec(t, open(t), noteSpec())
		want := ids(insert(t, big, numbered(1203, func(int, *note) {})...)) // more than two batches
		got := []string{}
		for n, err := range big.All(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, n.ID)
		}
		diff(t, "All", got, want)
		for n, err := range big.All(ctx) {
			if err != nil || n.ID != want[0] {
				t.Errorf("All begins with %q, %v", n.ID, err)
			}
			break
		}
	})
}

func testUnique(t *testing.T, open func(*testing.T) docstore.Engine) {
	c, ctx := openNotes(t, open), t.Context()
	taken := func(what string, err error) {
		t.Helper()
		dup, ok := errors.AsType[*docstore.DuplicateError](err)
		if diff := cmp.Diff(dup, &docstore.DuplicateError{Collection: "notes", Key: "email"}); !ok || diff != "" {
			t.Errorf("%s error = %v, want a duplicate email in notes", what, err)
		}
	}
	insert(t, c, numbered(3, func(int, *note) {})...) // documents without the key do not clash
	ann := insert(t, c, note{Meta: docstore.Meta{ID: "ann"}, Email: "ann@example.org"})[0]

	bob := note{Meta: docstore.Meta{ID: "bob"}, Email: "ann@example.org", Tags: []string{"x"}}
	bob.Emit(start, "note.made", nil)
	taken("Insert", c.Insert(ctx, &bob))
	if _, err := c.Get(ctx, "bob"); !errors.Is(err, docstore.ErrNotFound) {
		t.Errorf("Get after a refused Insert: error = %v, want ErrNotFound", err)
	}
	diff(t, "index after a refused Insert", ids(find(t, c, docstore.Query{Where: []docstore.Cond{docstore.Eq("tag", docstore.String("x"))}})), []string{})

	bob = insert(t, c, note{Meta: docstore.Meta{ID: "bob"}, Email: "bob@example.org"})[0]
	bob.Email = "ann@example.org"
	taken("Replace", c.Replace(ctx, &bob))
	diff(t, "Find by unique key", ids(find(t, c, docstore.Query{Where: []docstore.Cond{docstore.Eq("email", docstore.String("ann@example.org"))}})), []string{"ann"})

	ann.Email = "" // gives it up
	if err := c.Replace(ctx, &ann); err != nil {
		t.Fatal(err)
	}
	if err := c.Replace(ctx, &bob); err != nil {
		t.Errorf("Replace with a value given up: %v", err)
	}
	bob.Text = "keeps its own value"
	if err := c.Replace(ctx, &bob); err != nil {
		t.Errorf("Replace with its own value: %v", err)
	}
	if err := c.Delete(ctx, &bob); err != nil {
		t.Fatal(err)
	}
	ann.Email = "ann@example.org"
	if err := c.Replace(ctx, &ann); err != nil {
		t.Errorf("Replace with the value of a deleted document: %v", err)
	}
	insert(t, c, note{Meta: docstore.Meta{ID: "upper"}, Email: "ANN@example.org"}) // another value
	diff(t, "Find in the order of the unique key", ids(find(t, c, docstore.Query{OrderBy: []string{"email"}})),
		[]string{"n0000", "n0001", "n0002", "upper", "ann"})
}

func ptr[T any](v T) *T { return &v }
