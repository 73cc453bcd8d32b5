package feed

import (
	"crypto/sha256"
	"io"
	"slices"
	"strconv"
	"strings"
)

// parcel is an object, or a part of one, that a row makes.
type parcel struct {
	kind  string
	of    *parcel
	list  string // of the parent, with its label
	n     int    // which of several
	cells map[string]string
	from  map[string]string // the headings that cells come from
	said  bool              // something is not a constant
	parts []*parcel
}

// parcels are those of a row under a rule.
type parcels struct {
	byKey map[string][]*parcel // of each target, in the order of their numbers
	roots []*parcel
	// counts are how many values the first list for a target has: a second one
	// of another length cannot be laid beside it.
	counts map[string]int
	left   map[string]bool // lists of which objects were left out was told
}

// sameCount notes how many values a list has, and tells whether it goes with
// the others for the same objects.
func (p *parcels) sameCount(s *setting, n int) bool {
	if n == 0 {
		return true
	}
	key := s.to.key()
	if s.number >= 0 {
		key += strconv.Itoa(s.number)
	}
	have, ok := p.counts[key]
	if !ok {
		p.counts[key] = n
	}
	return !ok || have == n
}

// at are the objects that a value goes into: the one of its number, or all of
// the target's where the value is the same for all. Numbered columns and the
// objects of a list count in the outermost list of the target, the parts of a
// cell in the innermost.
func (p *parcels) at(s *setting, n int) []*parcel {
	key := s.to.key()
	if have := p.byKey[key]; s.split == "" && s.list == "" && s.number < 0 && len(have) > 0 {
		return have
	}
	o := p.root(s.to.object)
	for i, step := range s.to.steps {
		number := 0
		switch {
		case i == 0 && s.number >= 0:
			number = s.number
		case i == 0 && s.list != "", i == len(s.to.steps)-1 && s.split != "":
			number = n
		}
		o = o.part(step, number)
	}
	if !slices.Contains(p.byKey[key], o) {
		p.byKey[key] = append(p.byKey[key], o)
	}
	return []*parcel{o}
}

func (p *parcels) root(kind string) *parcel {
	for _, o := range p.roots {
		if o.kind == kind {
			return o
		}
	}
	o := &parcel{kind: kind, cells: map[string]string{}}
	p.roots = append(p.roots, o)
	return o
}

// part is a part of an object, which becomes one.
func (o *parcel) part(s step, n int) *parcel {
	list := s.list + "[" + s.label + "]"
	for _, have := range o.parts {
		if have.list == list && have.n == n {
			return have
		}
	}
	made := &parcel{kind: s.of, of: o, list: list, n: n, cells: map[string]string{}}
	o.parts = append(o.parts, made)
	return made
}

// put sets a field that has no value yet; it answers whether the value is there now.
func (o *parcel) put(s *setting, value string, said bool) bool {
	have, ok := o.cells[s.to.field]
	if ok && have != "" {
		return have == value
	}
	o.cells[s.to.field] = value
	if o.from == nil {
		o.from = map[string]string{}
	}
	o.from[s.to.field] = s.label
	o.said = o.said || said && s.to.field != "id" && !(isRoot(o.kind) && strings.HasSuffix(s.to.field, "_id"))
	return true
}

// any tells whether an object or a part of it says something.
func (o *parcel) any() bool {
	return o.said || slices.ContainsFunc(o.parts, (*parcel).any)
}

// sum is a fingerprint of all that an object says.
func (o *parcel) sum() (out [sha256.Size]byte) {
	h := sha256.New()
	o.write(h)
	h.Sum(out[:0])
	return out
}

func (o *parcel) write(w io.Writer) {
	_, _ = io.WriteString(w, o.kind+"\x00"+o.list+strconv.Itoa(o.n)) // a hash takes everything
	for _, f := range sortedKeys(o.cells) {
		_, _ = io.WriteString(w, "\x00"+f+"\x00"+o.cells[f])
	}
	for _, part := range o.parts {
		part.write(w)
	}
}
