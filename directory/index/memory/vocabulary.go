package memory

import (
	"slices"
	"strings"
)

// term is a word of the vocabulary with the documents it occurs in. A word
// that occurs nowhere any more stays until the next rebuild.
type term struct {
	text  string
	lists [levels]postings // each document is in one of them
	// standsFor lists the synonyms of the word when it is a phrase of its own
	// in the list of synonyms; see [lexicon].
	standsFor []sequence
}

// used tells whether the word occurs in a document.
func (t *term) used() bool {
	return slices.ContainsFunc(t.lists[:], func(p postings) bool { return len(p.places) > 0 })
}

// vocabulary holds all words, with the ways to find those that are meant by
// what a person typed.
type vocabulary struct {
	ids    map[string]uint32
	terms  []term
	sorted []uint32 // term ids in the order of their text, for prefixes
	typos  multimap // hash of a word with letters left out → terms
	stems  multimap // hash of language and stem → terms
}

func newVocabulary() *vocabulary {
	return &vocabulary{ids: map[string]uint32{}, typos: newMultimap(), stems: newMultimap()}
}

// id answers the number of a word, which becomes part of the vocabulary. A
// vocabulary that is being built is put in order by sort, later words are
// placed at once.
func (v *vocabulary) id(word string, building bool) uint32 {
	if id, ok := v.ids[word]; ok {
		return id
	}
	word = strings.Clone(word)
	id := uint32(len(v.terms))
	v.ids[word] = id
	v.terms = append(v.terms, term{text: word})
	at := len(v.sorted)
	if !building {
		at = v.firstFrom(word)
	}
	v.sorted = slices.Insert(v.sorted, at, id)
	eachDeletion(word, typosIndexed(word), func(hash uint32) { v.typos.add(hash, id) })
	for _, s := range stemmers {
		if stem := s.stem(word); stem != "" {
			v.stems.add(s.hash(stem), id)
		}
	}
	return id
}

// sort puts the words in order after building.
func (v *vocabulary) sort() {
	slices.SortFunc(v.sorted, func(a, b uint32) int { return strings.Compare(v.terms[a].text, v.terms[b].text) })
}

// firstFrom is the place in sorted of the first word not before prefix.
func (v *vocabulary) firstFrom(prefix string) int {
	at, _ := slices.BinarySearchFunc(v.sorted, prefix, func(id uint32, p string) int { return strings.Compare(v.terms[id].text, p) })
	return at
}

// withPrefix lists the terms that begin with prefix.
func (v *vocabulary) withPrefix(prefix string) []uint32 {
	from := v.firstFrom(prefix)
	to := from
	for to < len(v.sorted) && strings.HasPrefix(v.terms[v.sorted[to]].text, prefix) {
		to++
	}
	return v.sorted[from:to]
}

// multimap maps hashes to terms, mostly one each, in little memory. Different
// keys may share a hash, so whoever looks something up checks what it finds.
type multimap struct {
	one  map[uint32]int32 // a term, or ^place in many
	many [][]uint32
}

func newMultimap() multimap { return multimap{one: map[uint32]int32{}} }

func (m *multimap) add(hash, id uint32) {
	v, ok := m.one[hash]
	switch {
	case !ok:
		m.one[hash] = int32(id)
	case v < 0:
		if list := m.many[^v]; list[len(list)-1] != id {
			m.many[^v] = append(list, id)
		}
	case uint32(v) != id:
		m.one[hash] = ^int32(len(m.many))
		m.many = append(m.many, []uint32{uint32(v), id})
	}
}

// each calls fn with the terms under the hash.
func (m *multimap) each(hash uint32, fn func(id uint32)) {
	v, ok := m.one[hash]
	switch {
	case !ok:
	case v >= 0:
		fn(uint32(v))
	default:
		for _, id := range m.many[^v] {
			fn(id)
		}
	}
}
