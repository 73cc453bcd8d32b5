package memory

import (
	"unicode"
	"unicode/utf8"
)

// How long a word must be, in letters, to be found with one or two typos.
// The figures are Meilisearch's, so that both engines forgive alike.
const (
	oneTypo  = 5
	twoTypos = 9
)

// typosAllowed is how many typos a typed word may have. A wrong first letter
// counts as two, as in Meilisearch. Numbers and codes ("snap") must be right.
func typosAllowed(word string) int {
	n := 0
	for _, r := range word {
		if unicode.IsDigit(r) {
			return 0
		}
		n++
	}
	switch {
	case n < oneTypo || isExact(word):
		return 0
	case n < twoTypos:
		return 1
	default:
		return 2
	}
}

// typosIndexed is how many letters to leave out of a word of the vocabulary,
// so that it is found by every typed word that may have typos; -1 for words
// that no such word can mean.
func typosIndexed(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n < oneTypo-1 || isExact(word):
		return -1
	case n < twoTypos-2:
		return 1
	default:
		return 2
	}
}

// deletionPrefix is how many letters of a word are looked at when letters are
// left out: words that differ in few letters do so at their beginning too.
const deletionPrefix = 7

// eachDeletion calls fn with the hash of the beginning of word and of all that
// remain when up to deletions letters are left out of it (symmetric delete: a
// typed word and the word meant have one of them in common).
func eachDeletion(word string, deletions int, fn func(hash uint32)) {
	if deletions < 0 {
		return
	}
	var buf [deletionPrefix]rune
	letters := buf[:0]
	for _, r := range word {
		if len(letters) == deletionPrefix {
			break
		}
		letters = append(letters, r)
	}
	fn(hashWithout(letters, -1, -1))
	for i := range letters {
		if deletions >= 1 && !repeats(letters, i) {
			fn(hashWithout(letters, i, -1))
		}
		for j := i + 1; deletions == 2 && j < len(letters); j++ {
			fn(hashWithout(letters, i, j))
		}
	}
}

// repeats tells whether leaving out letter i gives the same as letter i-1.
func repeats(letters []rune, i int) bool { return i > 0 && letters[i] == letters[i-1] }

// hashWithout is the FNV-1a hash of the letters without those at i and j.
func hashWithout(letters []rune, i, j int) uint32 {
	h := uint32(2166136261)
	for k, r := range letters {
		if k != i && k != j {
			h = (h ^ uint32(r)) * 16777619
		}
	}
	return h
}

// alike is the working memory of similar.
type alike struct {
	seen []bool // by term
	ids  []uint32
	d    distance
}

// similar finds the terms that a typed word can mean with typos, but not the
// word itself, and calls fn once with each and the number of typos. With
// prefix set the word may be the beginning of a term, with one typo at most.
func (v *vocabulary) similar(word string, allowed int, prefix bool, a *alike, fn func(id uint32, typos int)) {
	if allowed == 0 {
		return
	}
	if len(a.seen) < len(v.terms) {
		a.seen = make([]bool, len(v.terms)+len(v.terms)/8)
	}
	a.d.typed = append(a.d.typed[:0], []rune(word)...)
	eachDeletion(word, allowed, func(hash uint32) {
		v.typos.each(hash, func(id uint32) {
			t := &v.terms[id]
			if a.seen[id] || !t.used() && t.standsFor == nil {
				return
			}
			a.seen[id] = true
			a.ids = append(a.ids, id)
			if n := a.d.to(t.text, allowed, prefix); n > 0 && n <= allowed {
				fn(id, n)
			}
		})
	})
	for _, id := range a.ids {
		a.seen[id] = false
	}
	a.ids = a.ids[:0]
}

// distance compares one typed word with many.
type distance struct {
	typed, letters []rune
	rows           [3][]int
}

// to counts the typos in the typed word when word was meant: letters missing,
// too many, wrong, or two neighbours swapped (optimal string alignment). Above
// max the answer is max+1. With prefix set, a word may go on after the typed one.
func (d *distance) to(word string, max int, prefix bool) int {
	d.letters = d.letters[:0]
	for _, r := range word {
		d.letters = append(d.letters, r)
	}
	typed, meant := d.typed, d.letters
	if prefix && len(meant) > len(typed)+1 {
		meant = meant[:len(typed)+1]
	}
	if diff := len(typed) - len(meant); diff > max || diff < -max {
		return max + 1
	}
	whole := len(d.letters) == len(meant)
	for i := range d.rows {
		d.rows[i] = append(d.rows[i][:0], make([]int, len(meant)+1)...)
	}
	prev2, prev, row := d.rows[0], d.rows[1], d.rows[2]
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(typed); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(meant); j++ {
			cost := 1
			if typed[i-1] == meant[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && typed[i-1] == meant[j-2] && typed[i-2] == meant[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > max {
			return max + 1
		}
		prev2, prev, row = prev, row, prev2
	}
	n := max + 1
	if whole {
		n = prev[len(meant)]
	}
	if prefix {
		for j := len(typed) - 1; j <= len(meant); j++ {
			if prev[j] <= 1 {
				n = min(n, prev[j])
			}
		}
	}
	if n > 0 && typed[0] != meant[0] {
		n++
	}
	return min(n, max+1)
}
