package docstoretest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// sample holds values that engines are prone to change on the way.
type sample struct {
	docstore.Meta
	Text     string            `json:"text"`
	Number   int64             `json:"number"`
	Fraction float64           `json:"fraction"`
	At       time.Time         `json:"at"`
	List     []string          `json:"list"`
	Map      map[string]string `json:"map"`
	Bytes    []byte            `json:"bytes"`
	Yes      *bool             `json:"yes"`
	Deep     map[string]any    `json:"deep,omitempty"`
}

func sampleSpec() docstore.Spec[sample] {
	return docstore.Spec[sample]{
		Name: "samples", Schema: 1, Meta: func(s *sample) *docstore.Meta { return &s.Meta },
		Keys: docstore.Keys[sample]{
			"text":   func(s sample) docstore.Value { return str(s.Text) },
			"number": func(s sample) docstore.Value { return docstore.Int(s.Number) },
			"at":     func(s sample) docstore.Value { return docstore.Time(s.At) },
		},
		Many:    map[string]func(sample) []docstore.Value{"list": func(s sample) []docstore.Value { return stringValues(s.List) }},
		Kinds:   map[string]docstore.Kind{"number": docstore.IntKind, "at": docstore.IntKind},
		Indexes: []docstore.Index{{"text"}, {"number"}, {"at"}, {"list"}},
	}
}

func testValues(t *testing.T, open func(*testing.T) docstore.Engine) {
	e := open(t)
	c := openSpec(t, e, sampleSpec())
	no := false
	samples := []sample{
		{}, // nil slice, nil map, nil pointer, zero time
		{List: []string{}, Map: map[string]string{}, Bytes: []byte{}, Yes: &no},
		{List: []string{""}, Map: map[string]string{"": ""}},
		{Number: math.MaxInt64, Fraction: math.MaxFloat64, At: start.Add(time.Millisecond)},
		{Number: math.MinInt64, Fraction: -math.SmallestNonzeroFloat64, At: time.Date(1875, 5, 20, 0, 0, 0, 1e6, time.UTC)},
		{Number: 1<<53 + 1, Fraction: 0.1, At: time.Date(2999, 12, 31, 23, 59, 59, 999e6, time.UTC)},
		{Text: "Zoë 家 \U0001F3E0 e\u0301 \u202bعربي\u202c", List: []string{"\U0001F3E0", "e\u0301", "é"}},
		{Text: "quotes \" ' ` \\ / <b>&amp;\u2028 \t\r\n and $dollar.dots", Map: map[string]string{"$set": "a.b", "k.agency": "%"}},
		{Text: strings.Repeat("long ", 40_000), Deep: map[string]any{"a": []any{1.5, nil, map[string]any{"b": false}}}},
	}
	for i := range samples {
		samples[i].ID = fmt.Sprintf("s%d", i)
	}
	for _, want := range insert(t, c, samples...) {
		t.Run(want.ID, func(t *testing.T) {
			diff(t, "Get", get(t, c, want.ID), want, sameNotes)
			got, err := c.Update(t.Context(), want.ID, func(*sample) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			want.Version = 2
			diff(t, "Update", got, want, sameNotes)
			diff(t, "Get after Update", get(t, c, want.ID), want, sameNotes)
			for _, cond := range []docstore.Cond{docstore.Eq("text", str(want.Text)), docstore.Eq("number", docstore.Int(want.Number)), docstore.Eq("at", docstore.Time(want.At))} {
				found := find(t, c, docstore.Query{Where: []docstore.Cond{cond}})
				if !slices.ContainsFunc(found, func(s sample) bool { return s.ID == want.ID }) {
					t.Errorf("Find(%v) does not answer the document", cond)
				}
			}
			for _, v := range want.List {
				found := find(t, c, docstore.Query{Where: []docstore.Cond{docstore.Eq("list", str(v))}})
				if len(found) != 1 || found[0].ID != want.ID {
					t.Errorf("Find(list = %q) = %d documents, want this one", v, len(found))
				}
			}
		})
	}

	t.Run("ids", func(t *testing.T) {
		for _, id := range []string{"a/b c.d$e%f?g#h", "é", "e\u0301", "\U0001F3E0", "A", "a", strings.Repeat("x", 255), "'; DROP TABLE samples; --"} {
			insert(t, c, sample{Meta: docstore.Meta{ID: id}, Text: id})
			if got := get(t, c, id); got.ID != id || got.Text != id {
				t.Errorf("Get(%q) = %q", id, got.ID)
			}
		}
	})

	t.Run("keys order by bytes, numbers by size", func(t *testing.T) {
		c := openSpec(t, open(t), sampleSpec())
		texts := []string{"", " ", "!", "10", "9", "A", "Z", "a", "aa", "b", "é", "e\u0301", "z", "家", "\uFFFD", "\U0001F3E0", "~"}
		numbers := []int64{math.MinInt64, math.MinInt64 + 1, -1 << 53, -1, 0, 1, 9, 10, 1<<53 - 1, 1 << 53, 1<<53 + 1, math.MaxInt64 - 1, math.MaxInt64}
		for i, s := range texts {
			insert(t, c, sample{Meta: docstore.Meta{ID: fmt.Sprintf("t%d", i)}, Text: s})
		}
		for i, n := range numbers {
			insert(t, c, sample{Meta: docstore.Meta{ID: fmt.Sprintf("n%d", i)}, Number: n, Text: "\U0010FFFF"})
		}
		slices.Sort(texts)
		got := []string{}
		for _, s := range find(t, c, docstore.Query{OrderBy: []string{"text"}}) {
			if s.Text != "\U0010FFFF" {
				got = append(got, s.Text)
			}
		}
		diff(t, "texts", got, texts)
		gotN := []int64{}
		for _, s := range find(t, c, docstore.Query{OrderBy: []string{"number"}}) {
			if s.ID[0] == 'n' {
				gotN = append(gotN, s.Number)
			}
		}
		diff(t, "numbers", gotN, numbers)
		for i, n := range numbers {
			from := find(t, c, docstore.Query{Where: []docstore.Cond{docstore.Range("number", docstore.Int(n), docstore.None)}, Desc: true})
			if last := from[len(from)-1].Number; last != n {
				t.Errorf("range from %d (number %d) begins with %d", n, i, last)
			}
		}
	})
}
