package docstore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"
)

// Kind is the type of a key's values.
type Kind int

// The kinds. Instants and truth values are kept as numbers.
const (
	NoneKind Kind = iota
	StringKind
	IntKind
)

// Value is one value of a key: a string, a whole number or none. Values are
// comparable with == and order as None < numbers < strings; strings order by
// their bytes.
type Value struct {
	kind Kind
	s    string
	i    int64
}

// None is the absence of a value.
var None Value

// String is a string value; the empty string is a value too.
func String(s string) Value { return Value{kind: StringKind, s: s} }

// Int is a number value.
func Int(i int64) Value { return Value{kind: IntKind, i: i} }

// Time is an instant, kept as milliseconds since 1970; the zero time is None.
func Time(t time.Time) Value {
	if t.IsZero() {
		return None
	}
	return Int(t.UnixMilli())
}

// Bool is a truth value, kept as 0 or 1.
func Bool(b bool) Value {
	if b {
		return Int(1)
	}
	return Int(0)
}

// Kind tells the value's type.
func (v Value) Kind() Kind { return v.kind }

// Str is the string of a string value, else "".
func (v Value) Str() string { return v.s }

// Any is the value as nil, int64 or string.
func (v Value) Any() any {
	switch v.kind {
	case StringKind:
		return v.s
	case IntKind:
		return v.i
	default:
		return nil
	}
}

// Compare orders two values: -1, 0 or 1.
func (v Value) Compare(w Value) int {
	return cmp.Or(cmp.Compare(v.kind.rank(), w.kind.rank()), cmp.Compare(v.i, w.i), cmp.Compare(v.s, w.s))
}

func (k Kind) rank() int {
	return [...]int{NoneKind: 0, StringKind: 2, IntKind: 1}[k]
}

// MarshalJSON writes null, a number or a string.
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.Any()) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Value) UnmarshalJSON(b []byte) error {
	var a any
	if len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		v.kind, v.s = IntKind, ""
		return json.Unmarshal(b, &v.i)
	}
	if err := json.Unmarshal(b, &a); err != nil {
		return err
	}
	switch a := a.(type) {
	case nil:
		*v = None
	case string:
		*v = String(a)
	default:
		return fmt.Errorf("a key value is null, a number or a string, not %T", a)
	}
	return nil
}
