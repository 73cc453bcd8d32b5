package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// FoundView is what a search found: a list, with a map beside it.
type FoundView struct {
	Status  string // "Showing 1 to 10 of 42"; empty when nothing is to be shown
	Results []FoundCard
	// Unknown may be open at the time asked for; the text says how many may.
	Unknown     []FoundCard
	UnknownText string
	UnknownAll  string
	Pager       Pager
	// Map is nil when no place of the page may be shown.
	Map *MapView
	// MapFirst puts the map before the list where they are not side by side;
	// Switch leads to the other way round.
	MapFirst bool
	Switch   string
	// Here is the search itself, to come back to.
	Here string
}

// FoundCard is a service in a list of results.
type FoundCard struct {
	ServiceCard
	Number   int    // as on the map
	Anchor   string // its id on the page
	OnMap    bool
	OnList   bool // it is on the shortlist already
	ChoiceID string
}

// foundView tells what was found. listed tells what is on the shortlist.
func foundView(l *Locale, f Form, found, unknown directory.SearchPage, listed func(id string) bool) FoundView {
	in := searchOf(f)
	from := (in.Page-1)*servicesPerPage + 1
	v := FoundView{Here: findAddress(f, findPage, f.Value(findPage)), MapFirst: f.Value(findView) == "map"}
	card := func(s directory.ServiceSummary, number int, at string) FoundCard {
		return FoundCard{
			ServiceCard: serviceCard(l, s), Number: number, Anchor: at + strconv.Itoa(number), OnList: listed(s.ID),
			ChoiceID: at + "choice-" + strconv.Itoa(number),
		}
	}
	var spots []mapSpot
	for i, s := range found.Items {
		c := card(s, from+i, "found-")
		if s.Point != nil && !s.Confidential {
			c.OnMap = true
			spots = append(spots, mapSpot{at: *s.Point, label: strconv.Itoa(c.Number), href: "#" + c.Anchor, name: s.Name})
		}
		v.Results = append(v.Results, c)
	}
	v.drawMap(l, f, spots)
	if len(found.Items) == 0 {
		v.Status = l.T("directory.none")
	} else {
		v.Status = l.T("directory.showing", "from", from, "to", from+len(found.Items)-1, "total", found.Total)
		v.Pager = findPager(l, f, in.Page, found.Total)
	}
	if unknown.Total > 0 {
		v.UnknownText = l.T("directory.unknown-hours", "count", unknown.Total)
		v.UnknownAll = findAddress(f, findUnknown, "unknown")
		if in.Page*servicesPerPage >= found.Total {
			for i, s := range unknown.Items {
				v.Unknown = append(v.Unknown, card(s, i+1, "unknown-"))
			}
		}
	}
	return v
}

func findPager(l *Locale, f Form, page, total int) Pager {
	pages := (total + servicesPerPage - 1) / servicesPerPage
	p := Pager{Status: l.T("pages.of", "page", page, "of", pages)}
	if page > 1 {
		p.Prev = findAddress(f, findPage, strconv.Itoa(page-1))
	}
	if page < pages {
		p.Next = findAddress(f, findPage, strconv.Itoa(page+1))
	}
	return p
}

// drawMap draws the map of the page, where there is one.
func (v *FoundView) drawMap(l *Locale, f Form, spots []mapSpot) {
	zip, _ := geo.LookupZIP(f.Value(findZIP))
	drawing, far, ok := drawMap(l, spots, zip)
	if !ok {
		v.MapFirst = false
		return
	}
	other := "map"
	if v.MapFirst {
		other = ""
	}
	v.Switch = findAddress(f.With(findPage), findView, other)
	if page := f.Value(findPage); page != "" {
		v.Switch += "&" + findPage + "=" + page
	}
	drawing.Label = l.T("map.label", "count", len(drawing.Pins))
	told := []string{l.T("map.text")}
	if drawing.Home.R > 0 {
		told = append(told, l.T("map.home", "zip", zip.Code))
	}
	if far > 0 {
		told = append(told, l.T("map.far", "count", far))
	}
	if missing := len(v.Results) - len(spots); missing > 0 {
		told = append(told, l.T("map.missing", "count", missing))
	}
	drawing.Text = strings.Join(told, " ")
	v.Map = &drawing
}

// widen proposes other searches where nothing was found: what the words may
// have meant, and each filter left out, with how many services it leaves.
func (v *DirectoryView) widen(completions []directory.Suggestion, left []int) {
	for _, s := range completions {
		if !strings.EqualFold(s.Text, v.Form.Value(findText)) {
			v.Wider = append(v.Wider, LinkRow{Title: s.Text, Meta: v.T("directory.mean." + s.Kind), Href: findAddress(v.Form, findText, s.Text)})
		}
	}
	order := make([]int, len(v.Chips))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(left[b], left[a]) })
	for _, i := range order {
		if left[i] == 0 && left[order[0]] > 0 { // another filter is in the way
			break
		}
		v.Wider = append(v.Wider, LinkRow{
			Title: v.T("directory.without", "filter", v.Chips[i].Label), Meta: v.T("directory.leaves", "count", left[i]), Href: v.Chips[i].Remove,
		})
	}
}

// openThen tells whether a place is open at the time that was asked for.
func openThen(l *Locale, t *directory.OpenThen) (string, Tone) {
	if t.Open == nil || !*t.Open {
		return openTag(l, t.Open)
	}
	day := l.T("weekday." + strconv.Itoa(int(t.From.In(l.Zone).Weekday())))
	switch {
	case t.Until.IsZero() || t.Already && t.Until.Sub(t.From) > dayLong:
		return l.T("open.on", "day", day), Good
	case t.Already:
		return l.T("open.on-until", "day", day, "to", l.Clock(t.Until)), Good
	default:
		return l.T("open.on-span", "day", day, "from", l.Clock(t.From), "to", l.Clock(t.Until)), Good
	}
}
