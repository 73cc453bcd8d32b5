package fhirpath

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample is a response with a group, a choice of several answers and numbers.
const sample = `{"item": [
	{"linkId": "a", "answer": [{"valueCoding": {"code": "yes", "extension": [{"url": "` + OrdinalValue + `", "valueDecimal": 2}]}}]},
	{"linkId": "g", "item": [
		{"linkId": "b", "answer": [{"valueInteger": 3}]},
		{"linkId": "c", "answer": [{"valueCoding": {"code": "x", "extension": [{"url": "` + ItemWeight + `", "valueDecimal": 1.5}]}}, {"valueCoding": {"code": "y"}}]}
	]},
	{"linkId": "d", "answer": [{"valueBoolean": false}]},
	{"linkId": "e", "answer": [{"valueDate": "2026-03-01"}]},
	{"linkId": "f", "answer": [{"valueString": "12"}]}
]}`

func env(t testing.TB) Env {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(sample), &v); err != nil {
		t.Fatal(err)
	}
	return Env{"resource": {v}, "list": {1.0, 2.0, 3.0}, "none": {}, "word": {"am"}}
}

// TestEval tries every operator and function.
func TestEval(t *testing.T) {
	tests := map[string]string{
		`1 + 2 * 3`: `[7]`, `(1 + 2) * 3`: `[9]`, `-2 + 5`: `[3]`, `- -2`: `[2]`, `7 div 2`: `[3]`, `7 mod 2`: `[1]`, `7 / 2`: `[3.5]`, `1 / 0`: `[]`, `1 mod 0`: `[]`,
		`1 + {}`: `[]`, `'a' + 'b'`: `["ab"]`, `'a' & {}`: `["a"]`, `{}`: `[]`, `'it\'s'`: `["it's"]`, `1.5`: `[1.5]`,
		`true and false`: `[false]`, `true or {}`: `[true]`, `{} and false`: `[false]`, `{} and true`: `[]`, `true xor true`: `[false]`, `{} or false`: `[]`,
		`false implies {}`: `[true]`, `true implies false`: `[false]`, `{} implies true`: `[true]`, `true implies {}`: `[]`,
		`1 = 1`: `[true]`, `1 != 2`: `[true]`, `{} = 1`: `[]`, `%list = %list`: `[true]`, `%list = 1`: `[false]`, `'a' = 1`: `[false]`,
		`1 < 2`: `[true]`, `2 <= 1`: `[false]`, `'b' > 'a'`: `[true]`, `2 >= 2`: `[true]`, `{} > 1`: `[]`,
		`2 in %list`: `[true]`, `%list contains 4`: `[false]`, `{} in %list`: `[]`, `1 in {}`: `[false]`, `%list contains {}`: `[]`,
		`%list | 3 | 4`: `[1,2,3,4]`, `%list.combine(3)`: `[1,2,3,3]`, `%list.union(3)`: `[1,2,3]`, `%list.combine(3).distinct()`: `[1,2,3]`,
		`%list.sum()`: `[6]`, `%list.avg()`: `[2]`, `%list.min()`: `[1]`, `%list.max()`: `[3]`, `%none.sum()`: `[]`, `%list.count()`: `[3]`,
		`%list.first()`: `[1]`, `%list.last()`: `[3]`, `%none.first()`: `[]`, `%none.last()`: `[]`, `%list[1]`: `[2]`, `%list[9]`: `[]`, `%list[-1]`: `[]`,
		`%list.where($this > 1)`: `[2,3]`, `%list.select($this * 2)`: `[2,4,6]`, `%list.all($this > 0)`: `[true]`, `%none.all(false)`: `[true]`,
		`%list.exists()`: `[true]`, `%list.exists($this > 5)`: `[false]`, `%none.empty()`: `[true]`, `%none.exists().not()`: `[true]`, `{}.not()`: `[]`,
		`%list.aggregate($this + $total, 0)`: `[6]`, `%list.aggregate(iif($total.empty(), $this, $total * $this))`: `[6]`,
		`iif(true, 1, 2)`: `[1]`, `iif({}, 1, 2)`: `[2]`, `iif(false, 1)`: `[]`, `iif(%word, 1, 2)`: `[1]`,
		`(0 - 2.5).abs()`: `[2.5]`, `2.5.round()`: `[3]`, `2.7.floor()`: `[2]`, `2.2.ceiling()`: `[3]`,
		`'12'.toInteger() + 1`: `[13]`, `'1.5'.toInteger()`: `[]`, `'1.5'.toDecimal()`: `[1.5]`, `'0x1'.toDecimal()`: `[]`, `true.toInteger()`: `[1]`,
		`%resource.item.where(linkId='a').answer.value.code`:                   `["yes"]`,
		`%resource.item.where(linkId = 'a').answer.valueCoding.code`:           `["yes"]`,
		`%resource.item.where(linkId='g').item.where(linkId='b').answer.value`: `[3]`,
		`%resource.repeat(item).where(linkId='c').answer.value.code`:           `["x","y"]`,
		`%resource.repeat(item).answer.value.ordinal().sum()`:                  `[3.5]`,
		`%resource.repeat(item).answer.weight()`:                               `[2,1.5]`,
		`%resource.item.where(linkId='d').answer.value`:                        `[false]`,
		`%resource.item.where(linkId='e').answer.value > '2026-02-28'`:         `[true]`,
		`%resource.item.where(linkId='f').answer.value.toInteger()`:            `[12]`,
		"%resource.`item`.where(linkId = 'zz').answer.value.code":              `[]`,
		`%word.code`: `[]`,
	}
	for expr, want := range tests {
		e, err := Parse(expr)
		if err != nil {
			t.Errorf("Parse(%s) = %v", expr, err)
			continue
		}
		got, err := e.Eval(env(t))
		if err != nil {
			t.Errorf("%s: %v", expr, err)
		}
		if got == nil {
			got = Collection{}
		}
		if b, _ := json.Marshal(got); string(b) != want {
			t.Errorf("%s = %s, want %s", expr, b, want)
		}
	}
}

// TestParseRefuses tries what is outside of the subset, and what is no expression.
func TestParseRefuses(t *testing.T) {
	tests := map[string]string{
		``: "ends too early", `1 +`: "ends too early", `item.where(true)`: "starts with a variable", `%resource.descendants()`: "descendants()",
		`%resource.children()`: "not supported", `1 is Integer`: "not expected", `today()`: "starts with a variable", `'a' ~ 'b'`: `"~"`,
		`%resource.item[0`: "missing", `(1`: "missing", `'a`: "no end", `'\u0041'`: "escape", `$this`: "outside", `%resource.`: "a name is missing",
		`%list.where()`: "0 arguments", `%list.count(1)`: "1 arguments", `iif(true)`: "1 arguments", `@2026-01-01`: `"@"`, `1 2`: "not expected", `{1}`: "missing",
		strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100): "deep", strings.Repeat("-", 100) + "1": "deep", strings.Repeat("1", 5000): "at most",
		`%list.where(1 2)`: "missing", `4 'unit'`: "not expected",
	}
	for expr, want := range tests {
		if _, err := Parse(expr); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%.40s) = %v, want an error with %q", expr, err, want)
		}
	}
}

// TestEvalFails tries data that do not fit, and an expression that does not end soon.
func TestEvalFails(t *testing.T) {
	many := "%list" + strings.Repeat(".combine(%list)", 3)
	for _, expr := range []string{
		`1 + 'a'`, `%list + 1`, `%word * 2`, `1 < 'a'`, `true and %list`, `%other`, `'a' & 1`, `%word.sum()`, `%word.abs()`, `%list['a']`, `%list[0.5]`, `%list in %list`,
		many + ".select(" + many + ".select(" + many + ".select(" + many + ".select(" + many + "))))",
		`%resource.repeat($this.combine(%list).select($this))` + strings.Repeat(`.select(%list)`, 12),
	} {
		e, err := Parse(expr)
		if err != nil {
			t.Errorf("Parse(%s) = %v", expr, err)
			continue
		}
		if got, err := e.Eval(env(t)); err == nil {
			t.Errorf("%.60s = %d values, want an error", expr, len(got))
		}
	}
}

func TestNames(t *testing.T) {
	e, err := Parse(`%b + iif(%a, %b, %c)`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, e.Names()); diff != "" {
		t.Errorf("Names (-want +got):\n%s", diff)
	}
}

// FuzzParse reads any text as an expression and evaluates what is one: no
// panic, an end, and the same answer twice.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`%resource.repeat(item).answer.value.ordinal().sum()`, `iif(%a.exists() or %b, 'x', {})`, `%list.aggregate($this + $total, 0) div 2`,
		`'LA1'.combine('LA2') contains %word`, `-1.5.round() <= 2 implies (1 in %list | 4)[0]`, "%`a b`.where(value > 'c')",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := Parse(s)
		if err != nil {
			return
		}
		vars := env(t)
		for _, n := range e.Names() {
			if _, ok := vars[n]; !ok {
				vars[n] = Collection{"x", 2.0, true}
			}
		}
		one, errOne := e.Eval(vars)
		two, errTwo := e.Eval(vars)
		a, err := json.Marshal(one)
		if err != nil {
			t.Fatalf("%s answers no JSON: %v", s, err)
		}
		if b, _ := json.Marshal(two); string(a) != string(b) || (errOne == nil) != (errTwo == nil) {
			t.Errorf("%s = %s, %v, then %s, %v", s, a, errOne, b, errTwo)
		}
	})
}
