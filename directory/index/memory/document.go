package memory

import (
	"math"
	"slices"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/geo"
)

// document is what the index keeps of an entry to show and compare it, and to
// take it out again. What searches look at in many documents stands in
// columns, in sets and in postings.
type document struct {
	id, name string
	sortName string // folded, for order by name
	point    geo.Point

	verified, modified int64 // Unix seconds; math.MinInt64 for never

	terms   string // numbers of its terms; see packTerms
	areas   []uint32
	phrases []uint32 // organization, keywords and taxonomy terms, for suggestions
}

// columns hold what searches look at in many documents, each kind side by
// side and without pointers.
type columns struct {
	hot   []hot
	brief []brief
	spots []spot
	hours []uint32 // number of the timetable
	twin  []uint32 // the document before it of the same service, itself for the first
	ages  []ages
	// initials are the first letters of the name; see initialsOf.
	initials []uint64
}

// hot is what the order of nearly every search depends on.
type hot struct {
	quality float32
	service uint32
}

// ages are the bounds in years; the end does not fit any more.
type ages struct{ from, end float64 }

func (c *columns) grow() {
	c.hot, c.brief, c.spots = append(c.hot, hot{}), append(c.brief, 0), append(c.spots, spot{})
	c.hours, c.twin, c.ages = append(c.hours, 0), append(c.twin, 0), append(c.ages, ages{})
	c.initials = append(c.initials, 0)
}

// fill sets the plain fields of a document from its entry.
func (c *core) fill(id, service uint32, e *directory.Entry, nameWords int) {
	d := &c.docs[id]
	d.id, d.name, d.sortName = e.ID, e.Name, words.Fold(e.Name)
	c.initials[id] = initialsOf(d.sortName)
	d.verified, d.modified = seconds(e.VerifiedAt), seconds(e.LastModified)
	c.hot[id] = hot{quality: float32(min(max(e.Quality, 0), 1)), service: service}
	c.brief[id] = briefOf(c.hot[id].quality, nameWords)
	c.quality[qualityStep(c.hot[id].quality)].add(id)
	c.hours[id] = c.timetables.use(e.Hours)

	bounds := ages{math.Inf(-1), math.Inf(1)}
	if e.AgeMin != nil {
		bounds.from = *e.AgeMin
	}
	if e.AgeMax != nil {
		bounds.end = directory.AgeEnd(*e.AgeMax)
	}
	c.ages[id] = bounds
	c.marks.put(id, aged, e.AgeMin != nil || e.AgeMax != nil)

	d.point, c.spots[id] = geo.Point{}, spot{}
	if e.Point != nil && geo.Valid(*e.Point) {
		d.point, c.spots[id] = *e.Point, spotOf(*e.Point)
		c.marks.put(id, placed, true)
		c.grid.add(id, d.point)
	}
	c.marks.put(id, areaUnknown, e.AreaUnknown || len(e.Areas) == 0)
	c.marks.put(id, exempt, e.Statewide || e.Virtual)
	c.marks.put(id, isFree, e.CostFree)
}

// refer notes what the entry refers to: values of facets, areas, phrases.
func (c *core) refer(id uint32, e *directory.Entry) {
	for i := range c.facets {
		c.facets[i].set(id, facetSpecs[i].values(e))
	}
	refs := c.refs[:0]
	for _, text := range e.Areas {
		area := c.areas.id(text)
		c.areas.docs[area].Add(id)
		refs = append(refs, area)
	}
	areas := len(refs)
	refs = append(refs, c.phrases.use(e.OrganizationName, false))
	for _, list := range [][]string{e.Keywords, e.TaxonomyNames} {
		for _, text := range list {
			refs = append(refs, c.phrases.use(text, true))
		}
	}
	c.refs = refs
	kept := slices.Clone(refs)
	c.docs[id].areas, c.docs[id].phrases = kept[:areas:areas], kept[areas:]
}

// forget takes back what fill and refer noted of a document.
func (c *core) forget(id uint32) {
	d := &c.docs[id]
	for i := range c.facets {
		c.facets[i].unset(id)
	}
	for _, area := range d.areas {
		c.areas.docs[area].Remove(id)
	}
	for _, phrase := range d.phrases {
		c.phrases.list[phrase].uses--
	}
	d.areas, d.phrases = nil, nil
	if c.marks[placed].has(id) {
		c.grid.remove(id, d.point)
		c.marks.put(id, placed, false)
	}
	c.quality[qualityStep(c.hot[id].quality)].remove(id)
	c.timetables.drop(c.hours[id])
	c.hours[id] = 0
}

// seconds is the time as Unix seconds; the zero time is before all others.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.Unix()
}
