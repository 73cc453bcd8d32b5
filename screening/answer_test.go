package screening

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/fault"
)

// TestAnswerJSON reads each form of an answer, and forms that are none.
func TestAnswerJSON(t *testing.T) {
	tests := []struct {
		in   string
		want Answer
		out  string // "" for an error
	}{
		{`["LA33-6"]`, Codes("LA33-6"), `["LA33-6"]`},
		{` [ "a", "b" ] `, Codes("a", "b"), `["a","b"]`},
		{`{"values":["a"]}`, Codes("a"), `["a"]`},
		{`{"values":[42]}`, Number(42), `[42]`},
		{`[0.5]`, Number(0.5), `[0.5]`},
		{`{"absent":"asked-declined"}`, Absent(AskedDeclined), `{"absent":"asked-declined"}`},
		{`{"absent":"whatever"}`, Absent("whatever"), `{"absent":"whatever"}`}, // refused by Check
		{`[]`, Answer{Values: []Value{}}, `[]`},
		{`{}`, Answer{}, `[]`},
		{`{"values":["a"],"absent":"asked-declined"}`, Answer{}, ""},
		{`{"value":["a"]}`, Answer{}, ""},
		{`"a"`, Answer{}, ""},
		{`3`, Answer{}, ""},
		{`[null]`, Answer{}, ""},
		{`[["a"]]`, Answer{}, ""},
		{`[true]`, YesNo(true), `[true]`},
		{`[ false ]`, YesNo(false), `[false]`},
		{`[{"text":"a cousin"}]`, Written("a cousin"), `[{"text":"a cousin"}]`},
		{`[{"value":5,"unit":"kg"}]`, Measured(5, "kg"), `[{"value":5,"unit":"kg"}]`},
		{`[{"value":5}]`, Number(5), `[5]`},
		{`["2026-01-02"]`, Codes("2026-01-02"), `["2026-01-02"]`},
		{`[{"text":""}]`, Answer{}, ""},
		{`[{"unit":"kg"}]`, Answer{}, ""},
		{`[{"text":"a","value":5}]`, Answer{}, ""},
		{`[{"text":"a","unit":"kg"}]`, Answer{}, ""},
		{`[{"value":"5"}]`, Answer{}, ""},
		{`[{"code":"a"}]`, Answer{}, ""},
		{`[truly]`, Answer{}, ""},
		{`[`, Answer{}, ""},
	}
	for _, tt := range tests {
		var got Answer
		err := json.Unmarshal([]byte(tt.in), &got)
		if (err != nil) != (tt.out == "") {
			t.Errorf("Unmarshal(%s) error = %v", tt.in, err)
		}
		if err != nil {
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Unmarshal(%s) (-want +got):\n%s", tt.in, diff)
		}
		if out := mustJSON(t, got); out != tt.out {
			t.Errorf("Marshal(%s) = %s, want %s", tt.in, out, tt.out)
		}
	}
}

// TestAnswersJSON tells every answer that cannot be read at its linkId.
func TestAnswersJSON(t *testing.T) {
	var in Submission
	err := json.Unmarshal([]byte(`{"answers":{"/b":true,"/a":"x","/c":["ok"]}}`), &in)
	wantKind(t, "Unmarshal", err, fault.Invalid)
	if diff := cmp.Diff([]string{"answers./a", "answers./b"}, fieldsOf(err)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if err := json.Unmarshal([]byte(`{"answers":[]}`), &in); err == nil {
		t.Error("Unmarshal of a list of answers = nil, want an error")
	}
	if err := json.Unmarshal([]byte(`{"answers":null}`), &in); err != nil {
		t.Errorf("Unmarshal of null answers = %v", err)
	}
}

// FuzzAnswers reads any JSON: what is read is written and read again the same,
// and neither Check nor Derive is harmed by it.
func FuzzAnswers(f *testing.F) {
	for _, s := range []string{
		`{"/71802-3":["LA31995-6"]}`, `{"/88122-7":{"absent":"asked-unknown"}}`, `{"/95614-4":[4]}`,
		`{"/96778-6":{"values":["LA9-3","LA28580-1"]}}`, `{"/x":[1e300,"",true,{"text":"a"},{"value":1,"unit":"kg"}]}`,
	} {
		f.Add([]byte(s))
	}
	i := instrument(f, "ahc-hrsn-core")
	f.Fuzz(func(t *testing.T, b []byte) {
		var first, second Answers
		if json.Unmarshal(b, &first) != nil {
			return
		}
		out := mustJSON(t, first)
		if err := json.Unmarshal([]byte(out), &second); err != nil || mustJSON(t, second) != out {
			t.Errorf("%s was read and written as %s, then as %s, %v", b, out, mustJSON(t, second), err)
		}
		_ = i.Check(first)
		if a, b := mustJSON(t, Derive(i, first)), mustJSON(t, Derive(i, second)); a != b {
			t.Errorf("Derive = %s, then %s", a, b)
		}
	})
}
