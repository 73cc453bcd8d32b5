package memory

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/geo"
)

// document is what the index keeps of an entry besides its words and facts.
type document struct {
	id, name string
	sortName string // folded, for order by name
	org      uint32 // phrase number of the organization's name
	point    geo.Point
	hours    *directory.Hours

	verified, modified int64 // Unix seconds; math.MinInt64 for never

	terms   []byte   // numbers of its terms, ascending, as uvarint differences
	phrases []uint32 // keywords and taxonomy terms, for suggestions
	areas   []uint32
}

// facts are what most searches look at in most documents, kept side by side.
type facts struct {
	spot            spot
	ageFrom, ageEnd float64 // years; the end does not fit any more
	quality         float32
	service         uint32
	flags           flags
	turn            uint16             // place among the documents of its service, by id
	nameWords       uint8              // how many words the name has
	valueEnds       [facetCount]uint16 // where the values of each facet end
	values          []uint32           // facet values of all facets, one facet after the other
}

type flags uint8

const (
	hasPoint flags = 1 << iota
	areaUnknown
	exempt // statewide or virtual: not cut by a radius
	isFree
	hasHours
	shared // its service has other documents
)

// fieldGap keeps words of different texts of one field from being neighbours.
const fieldGap = 20

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
	found = slices.CompactFunc(found, func(a, b occurrence) bool { return a.term == b.term })
	c.found = found
	return found, nameWords
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
		if next == len(found) || found[next].term != term {
			c.words.terms[term].postings.remove(id)
		}
	}
	for _, o := range found {
		c.words.terms[o.term].postings.put(id, o.at)
	}
}

func packTerms(found []occurrence) []byte {
	if len(found) == 0 {
		return nil
	}
	var buf []byte
	last := uint32(0)
	for _, o := range found {
		buf = binary.AppendUvarint(buf, uint64(o.term-last))
		last = o.term
	}
	return slices.Clip(buf)
}

func unpackTerms(buf []byte) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		term := uint32(0)
		for len(buf) > 0 {
			d, n := binary.Uvarint(buf)
			buf, term = buf[n:], term+uint32(d)
			if !yield(term) {
				return
			}
		}
	}
}

// fill sets the plain fields of a document from its entry.
func (c *core) fill(id, service uint32, e *directory.Entry, nameWords int) {
	d, f := &c.docs[id], &c.facts[id]
	d.id, d.name, d.sortName = e.ID, e.Name, words.Fold(e.Name)
	d.hours, d.point = e.Hours, geo.Point{}
	d.verified, d.modified = seconds(e.VerifiedAt), seconds(e.LastModified)
	f.service, f.quality, f.flags, f.spot = service, float32(min(max(e.Quality, 0), 1)), 0, spot{}
	f.nameWords = uint8(min(nameWords, math.MaxUint8))
	f.ageFrom, f.ageEnd = math.Inf(-1), math.Inf(1)
	if e.AgeMin != nil {
		f.ageFrom = *e.AgeMin
	}
	if e.AgeMax != nil {
		f.ageEnd = directory.AgeEnd(*e.AgeMax)
	}
	if e.Point != nil && geo.Valid(*e.Point) {
		f.flags |= hasPoint
		d.point, f.spot = *e.Point, spotOf(*e.Point)
	}
	f.flags |= areaUnknown.when(e.AreaUnknown || len(e.Areas) == 0) | exempt.when(e.Statewide || e.Virtual) |
		isFree.when(e.CostFree) | hasHours.when(e.Hours != nil)
}

// when is the flag if on, else no flag.
func (f flags) when(on bool) flags {
	if on {
		return f
	}
	return 0
}

// seconds is the time as Unix seconds; the zero time is before all others.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.Unix()
}
