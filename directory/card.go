package directory

import (
	"cmp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// card is a service made ready to be shown: what every answer says of it, and
// its places. It does not change, except for what it remembers of openness.
type card struct {
	id     string
	facts  ServiceFacts // without what depends on the place
	places []*place
	needs  map[string]float64 // domain → confidence
	// eligibility is for whom the service is.
	eligibility Eligibility
	loadedAt    time.Time
}

// place is a service at one location, made ready to be shown.
type place struct {
	entry   Entry
	facts   ServiceFacts
	written func() []byte // the facts as JSON, made at the first use
	opens   atomic.Pointer[openSpan]
}

// openSpan is a time in which openness does not change.
type openSpan struct {
	from, to time.Time // to is zero when nothing changes soon
	now      Openness
	then     *HoursChange
}

// newCard makes a card of what is known of a service.
func newCard(l listing, crosswalk *Crosswalk, at time.Time) *card {
	s := l.doc.Service
	c := &card{id: l.doc.ID, loadedAt: at, eligibility: l.eligibility(), needs: map[string]float64{}, facts: ServiceFacts{
		ID: l.doc.ID, Name: s.Name, Description: shorten(s.Description, 300),
		OrganizationID: s.OrganizationID, OrganizationName: l.org.Organization.Name,
		Status: s.Status, Needs: []string{}, Languages: []string{},
		Capacity:   l.capacity(),
		MinimumAge: s.MinimumAge, MaximumAge: s.MaximumAge, Eligibility: shorten(s.EligibilityDescription, 300),
		Fees: shorten(fees(s), 200), Interpreters: s.InterpretationServices != "",
		URL: cmp.Or(s.URL, l.org.Organization.Website), Alert: s.Alert, LastVerified: l.doc.verifiedOn(), Stale: l.stale(), Hidden: l.hidden(),
		Rooms: l.rooms(),
	}}
	if t := l.doc.Capacity.UpdatedAt; !t.IsZero() {
		c.facts.CapacityUpdatedAt = &t
		if l.doc.Capacity.Status != c.facts.Capacity {
			c.facts.CapacitySaid = l.doc.Capacity.Status
		}
	}
	for _, n := range l.doc.Needs {
		c.facts.Needs = append(c.facts.Needs, n.Domain)
		c.needs[n.Domain] = n.Confidence
	}
	spots := l.spots()
	for i, e := range l.entries(crosswalk) {
		c.places = append(c.places, l.place(c.facts, e, spots[i]))
	}
	return c
}

func (l listing) place(s ServiceFacts, e Entry, sp spot) *place {
	s.ServiceAtLocationID = sp.sal.ID
	s.Phone = l.phone(sp)
	s.Free, s.Virtual, s.Statewide = e.CostFree, e.Virtual, e.Statewide
	if len(e.Languages) > 0 {
		s.Languages = e.Languages
	}
	if z := l.zone(sp); z != nil {
		s.TimeZone = z.String()
	}
	if l.confidential(sp) {
		s.Confidential = true
		return newPlace(e, s)
	}
	s.LocationName, s.Point = sp.loc.Location.Name, e.Point
	if a := address(sp.loc.Location); a.Address1 != "" || a.City != "" {
		s.Address = &PostalAddress{
			Line: strings.Trim(a.Address1+", "+a.Address2, ", "), City: a.City, State: a.StateProvince, PostalCode: a.PostalCode,
		}
	}
	return newPlace(e, s)
}

func newPlace(e Entry, facts ServiceFacts) *place {
	return &place{entry: e, facts: facts, written: sync.OnceValue(facts.write)}
}

// at finds the place of an entry; nil when the service has it no longer.
func (c *card) at(entryID string) *place {
	for _, p := range c.places {
		if p.entry.ID == entryID {
			return p
		}
	}
	return nil
}

// show is the summary of the service at the place at the time, without distance and tier.
func (p *place) show(now time.Time) ServiceSummary {
	span := p.openness(now)
	return ServiceSummary{ServiceFacts: p.facts, OpenNow: span.now.Known(), Next: span.then, written: p.written()}
}

// openness is the present state of the hours and when it changes. It is found
// once for the time until then, since many answers show the same place.
func (p *place) openness(now time.Time) *openSpan {
	if s := p.opens.Load(); s != nil && !now.Before(s.from) && (s.to.IsZero() && now.Sub(s.from) < time.Hour || now.Before(s.to)) {
		return s
	}
	s := &openSpan{from: now, now: p.entry.Hours.At(now)}
	if at, to, ok := p.entry.Hours.NextChange(now); ok {
		s.to, s.then = at, &HoursChange{At: at.UTC(), Open: to.Known()}
	}
	p.opens.Store(s)
	return s
}

// then is whether the place is open at the time that the query asks for.
func (p *place) then(q *Query) *OpenThen {
	h, from, to := p.entry.Hours, *q.OpenAt, q.OpenAt.Add(time.Second)
	if q.OpenUntil != nil {
		to = *q.OpenUntil
	}
	t := &OpenThen{Open: h.Within(from, to).Known()}
	if start, end, ok := h.Opening(from, to); ok {
		t.From, t.Already = start.UTC(), h.At(start.Add(-time.Second)) == Open
		if !end.IsZero() {
			t.Until = end.UTC()
		}
	}
	return t
}

// shorten cuts a text to about n bytes, between words.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	cut := strings.LastIndexAny(s[:n], " \n\t")
	if cut < n/2 {
		cut = strings.LastIndexFunc(s[:n+1], func(r rune) bool { return true }) // the start of the last whole rune
	}
	return strings.TrimRight(s[:cut], " ,;:-") + "…"
}
