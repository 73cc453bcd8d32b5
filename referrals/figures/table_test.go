package figures

import (
	"math"
	"strconv"
	"testing"
)

// A column with more values than codes must not show what is left over as if it
// were one of the values that have a code.
func TestDictionaryWithTooManyValues(t *testing.T) {
	d := newDictionary()
	for i := range math.MaxUint16 {
		if c := d.code(strconv.Itoa(i)); int(c) != i {
			t.Fatalf("code of value %d = %d", i, c)
		}
	}
	for _, word := range []string{"left over", "another"} {
		if c := d.code(word); int(c) < len(d.words) {
			t.Errorf("code of %q = %d, which is that of %q", word, c, d.words[c])
		}
	}
	counts := make([]group, len(d.words)+1)
	for person := range uint32(Fewest) {
		counts[d.code("left over")].add(person)
		counts[0].add(person)
	}
	p := makePool(counts, d.words)
	if !p.mixed || p.place[d.code("another")] != 0 {
		t.Errorf("pool %v, mixed %v: values without a code are not among the others", p.values, p.mixed)
	}
}
