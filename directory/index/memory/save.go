package memory

import (
	"fmt"
	"io"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
)

// Save implements [directory.Saved].
func (x *Index) Save(w io.Writer) error {
	x.change.Lock()
	defer x.change.Unlock()
	t := writing(w)
	x.core.keep(t)
	if err := t.close(); err != nil {
		return fmt.Errorf("save the search index: %w", err)
	}
	return nil
}

// Load implements [directory.Saved].
func (x *Index) Load(r io.Reader) error {
	err := x.swap(func(l *lexicon) (*core, error) {
		c := newCore(newLexicon(words.Set{}))
		t := reading(r)
		c.keep(t)
		if t.err != nil {
			return nil, t.err
		}
		c.building = false
		c.teach(l)
		return c, nil
	})
	if err != nil {
		return fmt.Errorf("load the search index: %w", err)
	}
	return nil
}

// keep writes the core to the tape, or fills a new core from it. What follows
// from the rest is not kept, but made again.
func (c *core) keep(t *tape) {
	c.words.keep(t)
	list(t, &c.docs, func(d *document) { d.keep(t) })
	c.columns.keep(t)
	for i := range c.marks {
		numbers(t, &c.marks[i], 8)
	}
	for i := range c.quality {
		numbers(t, &c.quality[i], 8)
	}
	numbers(t, &c.free, 4)
	list(t, &c.services, func(s *service) { t.text(&s.id); numbers(t, &s.docs, 4) })
	numbers(t, &c.freeServices, 4)
	for i := range c.facets {
		c.facets[i].keep(t)
	}
	c.areas.keep(t)
	c.timetables.keep(t)
	c.phrases.keep(t)
	if t.reads() && t.err == nil {
		t.err = c.complete()
	}
}

// complete makes what follows from what was kept.
func (c *core) complete() error {
	for n, s := range c.services {
		if s.id != "" {
			c.serviceIDs[s.id] = uint32(n)
		}
	}
	for id := range uint32(len(c.docs)) {
		d := &c.docs[id]
		c.initials[id] = initialsOf(d.sortName)
		if c.marks[placed].has(id) {
			c.spots[id] = spotOf(d.point)
			c.grid.add(id, d.point)
		}
		for i := range c.facets {
			f := &c.facets[i]
			for _, v := range f.lists[f.of.get(id)] {
				f.docs[v].Add(id)
			}
		}
		for _, area := range d.areas {
			c.areas.docs[area].Add(id)
		}
		for _, phrase := range d.phrases {
			c.phrases.list[phrase].uses++
		}
		c.timetables.list[c.hours[id]].uses++
	}
	c.timetables.list[0].uses = 0 // unknown hours are not counted
	return c.timetables.complete()
}

func (d *document) keep(t *tape) {
	t.text(&d.id)
	t.text(&d.name)
	t.text(&d.sortName)
	t.float(&d.point.Lat)
	t.float(&d.point.Lng)
	t.int(&d.verified)
	t.int(&d.modified)
	t.text(&d.terms)
	numbers(t, &d.areas, 4)
	numbers(t, &d.phrases, 4)
}

func (c *columns) keep(t *tape) {
	list(t, &c.hot, func(h *hot) {
		h.quality = float32(floatOf(t, float64(h.quality)))
		h.service = uint32(t.word(uint64(h.service), 4))
	})
	numbers(t, &c.brief, 2)
	numbers(t, &c.hours, 4)
	numbers(t, &c.twin, 4)
	list(t, &c.ages, func(a *ages) { t.float(&a.from); t.float(&a.end) })
	if t.reads() {
		c.spots, c.initials = make([]spot, len(c.hot)), make([]uint64, len(c.hot))
	}
}

func floatOf(t *tape, v float64) float64 {
	t.float(&v)
	return v
}

func (v *vocabulary) keep(t *tape) {
	var kept []term
	if !t.reads() {
		kept = v.terms
	}
	list(t, &kept, func(w *term) {
		t.text(&w.text)
		for l := range w.lists {
			w.lists[l].keep(t)
		}
	})
	if !t.reads() || t.err != nil {
		return
	}
	for _, w := range kept {
		id := v.id(w.text, true)
		v.terms[id].lists = w.lists
	}
	v.sort()
}

func (p *postings) keep(t *tape) {
	set := docset(nil)
	if p.dense != nil {
		set = p.dense.docset
	}
	numbers(t, &p.docs, 4)
	numbers(t, &p.places, 2)
	numbers(t, &set, 8)
	if t.reads() && set != nil {
		p.dense = new(ranked)
		p.dense.of(set)
	}
}

func (f *facet) keep(t *tape) {
	f.values.keep(t)
	numbers(t, &f.of.low, 2)
	numbers(t, &f.of.high, 2)
	list(t, &f.lists, func(values *[]uint32) { numbers(t, values, 4) })
	if t.reads() {
		for combo, values := range f.lists {
			if combo > 0 {
				f.combos[comboKey(values)] = uint32(combo)
			}
		}
	}
}

func (f *values) keep(t *tape) {
	list(t, &f.texts, t.text)
	if t.reads() {
		for i, text := range f.texts {
			f.ids[text] = uint32(i)
			f.docs = append(f.docs, roaring.New())
		}
	}
}

func (p *phrases) keep(t *tape) {
	list(t, &p.list, func(p *phrase) { t.text(&p.text); t.text(&p.folded); t.bool(&p.need) })
	if t.reads() {
		for i := range p.list {
			key := phraseKey(p.list[i].text, p.list[i].need)
			p.list[i].text = key[1:] // so that the text is in memory once
			p.ids[key] = uint32(i)
		}
	}
}

func (t *timetables) keep(tp *tape) {
	list(tp, &t.list, func(e *timetable) { tp.text(&e.key) })
	numbers(tp, &t.free, 4)
}

// complete makes the hours of their keys.
func (t *timetables) complete() (err error) {
	for i := range t.list {
		e := &t.list[i]
		if e.key == "" {
			continue
		}
		t.ids[e.key] = uint32(i)
		if e.hours, err = directory.HoursOfKey(e.key); err != nil {
			return err
		}
	}
	return nil
}
