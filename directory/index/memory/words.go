package memory

import (
	"encoding/binary"
	"slices"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
)

// fieldGap keeps words of different texts of one field from being neighbours.
const fieldGap = 20

// taxonomyField is the place of the taxonomy terms in texts.
const taxonomyField = 3

// texts lists the texts of an entry, by field, in the order in which a match counts.
func texts(e *directory.Entry) [10][]string {
	return [10][]string{
		{e.Name}, e.AlternateNames, e.Keywords, e.TaxonomyNames, {e.OrganizationName},
		{e.ProgramName}, {e.Eligibility}, {e.Description}, {e.City}, e.RequiredDocuments,
	}
}

// analyze turns the texts of an entry into terms with their best places,
// ascending by term, and counts the words of the name. The answer is valid
// until the next call.
func (c *core) analyze(e *directory.Entry) (found []occurrence, nameWords int) {
	found = c.found[:0]
	for field, list := range texts(e) {
		position := 0
		for _, text := range list {
			for w := range words.Split(words.Fold(text)) {
				found = append(found, occurrence{c.words.id(w, c.building), placeAt(field, position)})
				position++
			}
			if field == 0 {
				nameWords = position
			}
			position += fieldGap
		}
	}
	slices.SortFunc(found, func(a, b occurrence) int {
		if a.term != b.term {
			return int(int64(a.term) - int64(b.term))
		}
		return int(a.at) - int(b.at)
	})
	best := found[:0]
	for _, o := range found {
		last := len(best) - 1
		switch classified := o.at.field() == taxonomyField; {
		case last < 0 || best[last].term != o.term:
			if !classified {
				o.at |= stray
			}
			best = append(best, o)
		case classified:
			best[last].at &^= stray
		}
	}
	c.found = found[:0]
	return best, nameWords
}

// occurrence is a term of a document and its best place there.
type occurrence struct {
	term uint32
	at   place
}

// setWords makes found the words of the document and takes away those it had before.
func (c *core) setWords(id uint32, found []occurrence) {
	d := &c.docs[id]
	old := d.terms
	d.terms = packTerms(found)
	next := 0
	for term := range unpackTerms(old) {
		for next < len(found) && found[next].term < term {
			next++
		}
		stays := level(-1)
		if next < len(found) && found[next].term == term {
			stays = found[next].at.level()
		}
		for l := range level(levels) {
			if l != stays {
				c.words.terms[term].lists[l].remove(id)
			}
		}
	}
	for _, o := range found {
		c.words.terms[o.term].lists[o.at.level()].put(id, o.at)
	}
}

// packTerms writes the numbers of terms, ascending, as uvarint differences.
func packTerms(found []occurrence) string {
	buf := make([]byte, 0, 2*len(found))
	last := uint32(0)
	for _, o := range found {
		buf = binary.AppendUvarint(buf, uint64(o.term-last))
		last = o.term
	}
	return string(buf)
}

func unpackTerms(packed string) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		term := uint32(0)
		for buf := []byte(packed); len(buf) > 0; {
			d, n := binary.Uvarint(buf)
			buf, term = buf[n:], term+uint32(d)
			if !yield(term) {
				return
			}
		}
	}
}
