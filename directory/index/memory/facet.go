package memory

import (
	"encoding/binary"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/havenloop/havenloop/directory"
)

// facetCount is the number of facets.
const facetCount = 7

// facetSpecs lists the facets: their names in a query and their values in an
// entry.
var facetSpecs = [facetCount]struct {
	name   string
	values func(*directory.Entry) []string
	filter func(*directory.Query) []string // nil: counted only
}{
	{"needs", func(e *directory.Entry) []string { return e.Needs }, func(q *directory.Query) []string { return q.Needs }},
	{"languages", func(e *directory.Entry) []string { return e.Languages }, func(q *directory.Query) []string { return q.Languages }},
	{"city", func(e *directory.Entry) []string { return one(e.City) }, nil},
	{"capacity", func(e *directory.Entry) []string { return one(e.Capacity) }, func(q *directory.Query) []string { return q.Capacity }},
	{"accessibility", func(e *directory.Entry) []string { return e.Accessibility }, func(q *directory.Query) []string { return q.Accessibility }},
	{"organizationId", func(e *directory.Entry) []string { return one(e.OrganizationID) }, func(q *directory.Query) []string { return one(q.OrganizationID) }},
	{"taxonomyIds", func(e *directory.Entry) []string { return e.TaxonomyIDs }, func(q *directory.Query) []string { return q.TaxonomyIDs }},
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// facet holds the values of one facet and, for filters, their documents. The
// values of a document together are a combination: there are few of them, so
// that counting documents is counting combinations.
type facet struct {
	values
	of     combos            // of each document; the first combination has no values
	lists  [][]uint32        // values of each combination
	combos map[string]uint32 // by its values
}

func newFacet() facet {
	return facet{values: newValues(), lists: make([][]uint32, 1), combos: map[string]uint32{}}
}

// set makes the values those of the document.
func (f *facet) set(doc uint32, texts []string) {
	f.unset(doc)
	var list []uint32
	for _, text := range texts {
		if v := f.id(text); !slices.Contains(list, v) {
			list = append(list, v)
			f.docs[v].Add(doc)
		}
	}
	if list == nil {
		return
	}
	key := comboKey(list)
	combo, ok := f.combos[key]
	if !ok {
		combo = uint32(len(f.lists))
		f.lists = append(f.lists, list)
		f.combos[key] = combo
	}
	f.of.set(doc, combo)
}

// comboKey tells combinations apart.
func comboKey(values []uint32) string {
	key := make([]byte, 0, 4*len(values))
	for _, v := range values {
		key = binary.LittleEndian.AppendUint32(key, v)
	}
	return string(key)
}

// unset takes its values from the document.
func (f *facet) unset(doc uint32) {
	for _, v := range f.lists[f.of.get(doc)] {
		f.docs[v].Remove(doc)
	}
	f.of.set(doc, 0)
}

// values are texts with the documents that have them.
type values struct {
	ids   map[string]uint32
	texts []string
	docs  []*roaring.Bitmap
}

func newValues() values { return values{ids: map[string]uint32{}} }

// id is the number of a value, which becomes one of them.
func (f *values) id(value string) uint32 {
	id, ok := f.ids[value]
	if !ok {
		id = uint32(len(f.texts))
		f.ids[value] = id
		f.texts = append(f.texts, value)
		f.docs = append(f.docs, roaring.New())
	}
	return id
}

// union marks the documents that have one of the values.
func (f *values) union(list []string, mark docset) docset {
	var sets []*roaring.Bitmap
	for _, v := range list {
		if id, ok := f.ids[v]; ok {
			sets = append(sets, f.docs[id])
		}
	}
	switch len(sets) {
	case 0:
	case 1:
		sets[0].WriteDenseTo(mark)
	default:
		roaring.FastOr(sets...).WriteDenseTo(mark)
	}
	return mark
}
