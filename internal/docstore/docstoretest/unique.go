package docstoretest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/docstore"
)

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
