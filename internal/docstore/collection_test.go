package docstore_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
)

// box is the document of these tests.
type box struct {
	docstore.Meta
	Color  string  `json:"color"`
	Weight float64 `json:"weight"`
}

func boxSpec() docstore.Spec[box] {
	return docstore.Spec[box]{
		Name: "boxes", Schema: 3, Meta: func(b *box) *docstore.Meta { return &b.Meta },
		Keys:    docstore.Keys[box]{"color": func(b box) docstore.Value { return docstore.String(b.Color) }},
		Many:    map[string]func(box) []docstore.Value{"letter": func(b box) []docstore.Value { return nil }, "other": func(b box) []docstore.Value { return nil }},
		Indexes: []docstore.Index{{"color"}},
	}
}

func openMemory(t *testing.T) docstore.Engine {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return e
}

func openBoxes(t *testing.T, e docstore.Engine, change func(*docstore.Spec[box])) *docstore.Collection[box] {
	t.Helper()
	s := boxSpec()
	if change != nil {
		change(&s)
	}
	c, err := docstore.Open(t.Context(), e, s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSpecsThatCannotBe(t *testing.T) {
	e := openMemory(t)
	tests := []struct {
		name   string
		change func(*docstore.Spec[box])
		want   string // in the error; empty: the spec is good
	}{
		{"good", func(*docstore.Spec[box]) {}, ""},
		{"no name", func(s *docstore.Spec[box]) { s.Name = "" }, "needs Name"},
		{"no meta", func(s *docstore.Spec[box]) { s.Meta = nil }, "needs Name and Meta"},
		{"key single and many-valued", func(s *docstore.Spec[box]) { s.Many["color"] = s.Many["letter"] }, "color is single and many-valued"},
		{"index on an unknown key", func(s *docstore.Spec[box]) { s.Indexes = append(s.Indexes, docstore.Index{"color", "size"}) }, "unknown key size"},
		{"index without keys", func(s *docstore.Spec[box]) { s.Indexes = append(s.Indexes, docstore.Index{}) }, "needs keys"},
		{"index with two many-valued keys", func(s *docstore.Spec[box]) { s.Indexes = append(s.Indexes, docstore.Index{"letter", "other"}) }, "at most one"},
		{"unique unknown key", func(s *docstore.Spec[box]) { s.Unique = []string{"size"} }, "unique key size"},
		{"unique many-valued key", func(s *docstore.Spec[box]) { s.Unique = []string{"letter"} }, "unique key letter"},
		{"unique number", func(s *docstore.Spec[box]) {
			s.Unique, s.Kinds = []string{"color"}, map[string]docstore.Kind{"color": docstore.IntKind}
		}, "must be a single key of strings"},
	}
	for _, tt := range tests {
		s := boxSpec()
		tt.change(&s)
		_, err := docstore.Open(t.Context(), e, s)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Open, %s: error = %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestOneBadDocumentStopsNoOther(t *testing.T) {
	c := openBoxes(t, openMemory(t), nil)
	batch := []*box{
		{Meta: docstore.Meta{ID: "a"}},
		{Meta: docstore.Meta{ID: "b"}, Weight: math.NaN()}, // no JSON
		{},
		{Meta: docstore.Meta{ID: strings.Repeat("x", 256)}},
		{Meta: docstore.Meta{ID: "\xff"}},
		{Meta: docstore.Meta{ID: "c"}},
	}
	errs := c.InsertAll(t.Context(), batch)
	for i, good := range []bool{true, false, false, false, false, true} {
		want := map[bool]int64{true: 1}[good]
		if (errs[i] == nil) != good || batch[i].Version != want {
			t.Errorf("document %d: version %d, %v; want version %d", i, batch[i].Version, errs[i], want)
		}
	}
	for _, id := range []string{"a", "c"} {
		if _, err := c.Get(t.Context(), id); err != nil {
			t.Errorf("Get(%q): %v", id, err)
		}
	}
}

// What a document notes for itself never stands in the JSON that clients get.
func TestNotesStayInside(t *testing.T) {
	c := openBoxes(t, openMemory(t), nil)
	ctx := docstore.WithRequest(t.Context(), "k", "h")
	b := box{Meta: docstore.Meta{ID: "a"}, Color: "red"}
	if _, err := c.InsertOnce(ctx, &b, time.Now()); err != nil {
		t.Fatal(err)
	}
	got, err := c.Get(t.Context(), "a")
	if err != nil || len(got.Applied) != 1 || got.Color != "red" {
		t.Errorf("Get = %+v, %v; want red, with the request noted", got, err)
	}
	for _, doc := range []box{b, got} {
		out, err := json.Marshal(doc)
		if want := `{"id":"a","version":1,"color":"red","weight":0}`; err != nil || string(out) != want {
			t.Errorf("JSON = %s, %v; want %s", out, err, want)
		}
	}
}

func TestUpgradeWhenRead(t *testing.T) {
	e := openMemory(t)
	old := openBoxes(t, e, nil)
	b := box{Meta: docstore.Meta{ID: "a"}, Color: "red"}
	if err := old.Insert(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	seen := []int{}
	c := openBoxes(t, e, func(s *docstore.Spec[box]) {
		s.Schema = 4
		s.Upgrade = func(schema int, body []byte) ([]byte, error) {
			seen = append(seen, schema)
			return []byte(strings.Replace(string(body), "red", "crimson", 1)), nil
		}
	})
	find := func(color string) int {
		p, err := c.Find(t.Context(), docstore.Query{Where: []docstore.Cond{docstore.Eq("color", docstore.String(color))}})
		if err != nil {
			t.Fatal(err)
		}
		return len(p.Items)
	}
	if find("crimson") != 1 || find("red") != 0 {
		t.Errorf("found %d crimson and %d red boxes, want the keys of the new form", find("crimson"), find("red"))
	}
	got, err := c.Update(t.Context(), "a", func(*box) error { return nil })
	if err != nil || got.Color != "crimson" || got.Version != 2 {
		t.Errorf("Update = %+v, %v; want the new form at version 2", got, err)
	}
	seen = nil
	if _, err := c.Get(t.Context(), "a"); err != nil || len(seen) > 0 {
		t.Errorf("after a write, Upgrade was called with %v, %v; want no more", seen, err)
	}

	bad := errors.New("bad")
	older := boxSpec()
	older.Upgrade = func(int, []byte) ([]byte, error) { return nil, bad }
	if _, err := docstore.Open(t.Context(), e, older); !errors.Is(err, bad) {
		t.Errorf("Open with an Upgrade that fails: %v, want its error", err)
	}
}
