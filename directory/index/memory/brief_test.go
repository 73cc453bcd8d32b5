package memory

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestBrief makes sure that a brief never promises less than the document has,
// so that no search leaves out what belongs on its page, and hardly more.
func TestBrief(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quality := rapid.OneOf(rapid.Float32Range(0, 1), rapid.SampledFrom([]float32{0, math.SmallestNonzeroFloat32, 0.5, 0.75, 1})).Draw(t, "quality")
		nameWords := rapid.IntRange(0, 40).Draw(t, "words")
		b := briefOf(quality, nameWords)
		if got := b.quality(); got < quality || got > quality*(1+1.0/32)+math.SmallestNonzeroFloat32*(1<<qualityBits) {
			t.Fatalf("quality %v reads %v", quality, got)
		}
		if got, want := b.nameWords(), min(nameWords, maxNameWords); got != want {
			t.Fatalf("%d words read %d, want %d", nameWords, got, want)
		}
	})
	if maxNameWords <= maxClause {
		t.Errorf("names of %d words and more look alike, and a search may have %d clauses", maxNameWords, maxClause)
	}
}

// TestCombos holds combinations, also when there are more than one half of a
// number can tell apart, against a plain list.
func TestCombos(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c combos
		var want []uint32
		for range rapid.IntRange(1, 30).Draw(t, "documents") {
			c.grow()
			want = append(want, 0)
			doc := rapid.IntRange(0, len(want)-1).Draw(t, "document")
			want[doc] = rapid.OneOf(rapid.Uint32Range(0, 3), rapid.Uint32Range(1<<16-2, 1<<16+2)).Draw(t, "combination")
			c.set(uint32(doc), want[doc])
		}
		counts, docs := make([]uint32, 1<<16+3), []uint32{}
		for doc, combo := range want {
			if got := c.get(uint32(doc)); got != combo {
				t.Fatalf("document %d has combination %d, want %d", doc, got, combo)
			}
			docs = append(docs, uint32(doc))
		}
		c.count(docs, counts)
		for _, combo := range want {
			counts[combo]--
		}
		for combo, n := range counts {
			if n != 0 {
				t.Fatalf("combination %d is counted %d times too often", combo, int32(n))
			}
		}
	})
}
