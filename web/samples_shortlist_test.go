package web

import (
	"strconv"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
)

// shortlistSamples renders the list to take along, and the map beside results.
func shortlistSamples(t testing.TB) map[string]templ.Component {
	p := samplePage(t, identity.CHW, "/shortlist", "shortlist.title")
	full := p.form()
	framed := p
	full.refuse(&framed, fault.New(fault.BusinessRule, "A list holds at most %d services. Take some off first.", 10), nil)
	find := samplePage(t, identity.CHW, "/directory", "directory.title")
	return map[string]templ.Component{
		"shortlist":           shortlistPage(sampleShortlist(t, p, p.form(), "es")),
		"shortlist-arabic":    shortlistPage(sampleShortlist(t, p, p.form(), "ar")),
		"shortlist-none":      shortlistPage(shortlistView(p, p.form(), p.Locale, directory.Shortlist{}, nil)),
		"shortlist-refused":   shortlistPage(sampleShortlist(t, p, full, "en")),
		"directory-map":       directoryPage(sampleFound(t, find, "map", 10)),
		"directory-open-then": directoryPage(sampleFound(t, find, "then", 3)),
	}
}

func sampleShortlist(t testing.TB, p Page, f Form, tag string) ShortlistView {
	t.Helper()
	words, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	nine := []directory.Span{{From: "09:00", To: "17:00"}}
	usual := &directory.UsualHours{Other: []directory.DayHours{{Date: "2026-03-17"}}}
	for i := range 5 {
		usual.Days[i].Spans = nine
	}
	pantry := sampleDetail(t)
	pantry.Places[0].Usual = usual
	shelter := pantry
	shelter.ID, shelter.Name, shelter.Needs = "s2", "Night shelter", []string{"intimate-partner-violence"}
	list := directory.Shortlist{Meta: docstore.Meta{ID: "u1"}, Services: []string{"s1", "s2", "s3"}, Language: tag}
	return shortlistView(p, f, words.For(p.Now, p.Zone, tag), list, []directory.ServiceDetail{pantry, shelter})
}

// sampleFound are n results around San Francisco, the last one by telephone.
func sampleFound(t testing.TB, p Page, state string, n int) DirectoryView {
	t.Helper()
	f := p.form().With(findZIP, "94109").With(findText, "food")
	if state == "map" {
		f = f.With(findView, "map")
	} else {
		f = f.With(findOpen, "sat").With(findPart, "evening")
	}
	v := DirectoryView{Page: p, Form: f, Searched: true, Listed: 2}
	v.fill(map[string][]directory.FacetCount{"accessibility": {{Value: "wheelchair", Count: 2}}})
	v.Found = foundView(v.Locale, f, directory.SearchPage{Total: n, Items: sampleSpread(n, state == "then")},
		directory.SearchPage{Total: 7, Items: sampleSpread(2, false)}, func(string) bool { return false })
	return v
}

func sampleSpread(n int, then bool) []directory.ServiceSummary {
	items := make([]directory.ServiceSummary, n)
	for i := range items {
		s := sampleService()
		s.ID, s.Name = "s"+strconv.Itoa(i), "Food pantry "+strconv.Itoa(i+1)
		s.Point = &geo.Point{Lat: 37.7 + 0.11*float64(i*7%10)/10, Lng: -122.5 + 0.12*float64(i*3%10)/10}
		if i > 0 && i == n-1 {
			s.Point, s.Address, s.Virtual = nil, nil, true
		}
		if then {
			s.Then = &directory.OpenThen{Open: new(true), From: sampleNow.AddDate(0, 0, 5).Add(9 * time.Hour), Already: i == 0}
			s.Then.Until = s.Then.From.Add(2 * time.Hour)
		}
		items[i] = s
	}
	return items
}
