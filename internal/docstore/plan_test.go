package docstore

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

type planned struct{ Meta }

// planner is a collection that plans and reads nothing.
func planner(t *testing.T) *Collection[planned] {
	none := func(planned) Value { return None }
	c := &Collection[planned]{spec: Spec[planned]{
		Name: "planned", Meta: func(p *planned) *Meta { return &p.Meta },
		Keys:    Keys[planned]{"a": none, "b": none, "c": none, "d": none, "u": none},
		Many:    map[string]func(planned) []Value{"m": func(planned) []Value { return nil }},
		Indexes: []Index{{"a", "b", "c", "d"}, {"a", "b"}, {"b", "a", "c"}, {"a", "m", "c"}, {"d"}},
		Unique:  []string{"u"},
	}}
	if err := c.compile(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPlan(t *testing.T) {
	c := planner(t)
	x, y := String("x"), String("y")
	tests := []struct {
		name  string
		q     Query
		want  Index
		first Value // of the index's first key; None: whatever
	}{
		{"the shortest index that serves", Query{Where: []Cond{Eq("a", x)}}, Index{"a", "b"}, x},
		{"equalities in any order take the order of the index", Query{Where: []Cond{Eq("b", y), Eq("a", x)}}, Index{"a", "b"}, x},
		{"order asks for another", Query{Where: []Cond{Eq("a", y), Eq("b", x)}, OrderBy: []string{"c", "d"}}, Index{"a", "b", "c", "d"}, y},
		{"the first of equal length", Query{Where: []Cond{Eq("b", y), Eq("a", x)}, OrderBy: []string{"c"}}, Index{"b", "a", "c"}, y},
		{"range", Query{Where: []Cond{Eq("b", x), Range("a", x, None)}}, Index{"b", "a", "c"}, x},
		{"many-valued among the equalities", Query{Where: []Cond{Eq("m", x), Eq("a", y)}, OrderBy: []string{"c"}}, Index{"a", "m", "c"}, y},
		{"a unique key is an index", Query{Where: []Cond{Eq("u", x)}}, Index{"u"}, x},
		{"order alone", Query{OrderBy: []string{"d"}}, Index{"d"}, None},
		{"none: many-valued in the order", Query{Where: []Cond{Eq("a", x)}, OrderBy: []string{"m"}}, nil, None},
		{"none: equality behind a gap", Query{Where: []Cond{Eq("a", x), Eq("c", x)}}, nil, None},
		{"none: order does not follow", Query{Where: []Cond{Eq("a", x)}, OrderBy: []string{"c"}}, nil, None},
		{"none: range is not first in the order", Query{Where: []Cond{Eq("a", x), Range("c", x, y)}, OrderBy: []string{"b", "c"}}, nil, None},
	}
	for _, tt := range tests {
		s, err := c.plan(tt.q)
		if !slices.Equal(s.Index, tt.want) || (err == nil) != (tt.want != nil) {
			t.Errorf("plan, %s: index %v, %v; want %v", tt.name, s.Index, err, tt.want)
		}
		if tt.first != None && (len(s.Prefix) == 0 || s.Prefix[0][0] != tt.first) && s.Lo != tt.first {
			t.Errorf("plan, %s: prefix %v, want %v first", tt.name, s.Prefix, tt.first)
		}
	}
}

func TestCombinationsAreBounded(t *testing.T) {
	c := planner(t)
	values := func(n int) (vs []Value) {
		for i := range n {
			vs = append(vs, Int(int64(i)))
		}
		return vs
	}
	for n, ok := range map[int]bool{maxCursors: true, maxCursors + 1: false} {
		if _, err := c.plan(Query{Where: []Cond{In("a", values(n)...)}}); (err == nil) != ok {
			t.Errorf("plan with %d values: error = %v, want it allowed: %v", n, err, ok)
		}
	}
	if _, err := c.plan(Query{Where: []Cond{In("a", values(17)...), In("b", values(16)...)}}); err == nil {
		t.Error("plan with 17 times 16 values: no error")
	}
}

func TestCursor(t *testing.T) {
	drawValue := rapid.OneOf(rapid.Just(None), rapid.Map(rapid.String(), String), rapid.Map(rapid.Int64(), Int))
	rapid.Check(t, func(rt *rapid.T) {
		key := drawValue.Draw(rt, "key")
		c := planner(t)
		c.spec.Keys["b"] = func(planned) Value { return key }
		s := IndexScan{Index: Index{"a", "b"}, Prefix: [][]Value{{String("x")}}}
		var doc planned
		doc.ID = rapid.StringN(1, 40, -1).Draw(rt, "id")
		cursor, err := c.cursor(s, doc)
		if err != nil {
			rt.Fatal(err)
		}
		if err := s.resume(cursor); err != nil || s.AfterID != doc.ID || len(s.After) != 1 || s.After[0] != key {
			rt.Errorf("cursor of (%v, %q) resumes at (%v, %q), %v", key, doc.ID, s.After, s.AfterID, err)
		}
	})
	for _, forged := range []string{"x", "e30", "W10", "WzEsMl0", "WyJhIiwyLDNd"} { // {}, [], [1,2], ["a",2,3]
		s := IndexScan{Index: Index{"a", "b"}, Prefix: [][]Value{{String("x")}}}
		if err := s.resume(forged); err == nil {
			t.Errorf("resume(%q) = (%v, %q), want it refused", forged, s.After, s.AfterID)
		}
	}
}

func TestValues(t *testing.T) {
	ordered := []Value{None, Int(-1 << 63), Int(-1), Int(0), Int(1), Int(1<<63 - 1), String(""), String("0"), String("A"), String("a"), String("é"), String("\U0001F3E0")}
	for i, v := range ordered {
		for j, w := range ordered {
			want := 0
			if i != j {
				want = map[bool]int{true: -1, false: 1}[i < j]
			}
			if got := v.Compare(w); got != want {
				t.Errorf("%v.Compare(%v) = %d, want %d", v.Any(), w.Any(), got, want)
			}
		}
		b, err := json.Marshal(v)
		var back Value
		if err == nil {
			err = json.Unmarshal(b, &back)
		}
		if err != nil || back != v {
			t.Errorf("JSON of %v = %s, which reads as %v, %v", v.Any(), b, back.Any(), err)
		}
	}
	for _, bad := range []string{"true", "[]", "{}", "1.5", "1e400", `"`} {
		var v Value
		if err := json.Unmarshal([]byte(bad), &v); err == nil {
			t.Errorf("%s reads as the value %v, want an error", bad, v.Any())
		}
	}
}
