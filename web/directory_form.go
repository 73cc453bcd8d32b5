package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// The names of the search form's fields, which stand in the address.
const (
	findText     = "q"
	findZIP      = "zip"
	findNeed     = "need"
	findLanguage = "language"
	findMiles    = "miles"
	findOpen     = "open" // "now", or a day of the week
	findPart     = "part" // of that day
	findUnknown  = "hours"
	findRoom     = "room"
	findFree     = "free"
	findAccess   = "access"
	findSort     = "sort"
	findView     = "view" // "map": the map first, on a phone
	findPage     = "page"
)

// findFields are the filters of a search in the order of their chips; what
// orders or shows it stands behind.
var findFields = []string{
	findText, findZIP, findNeed, findLanguage, findMiles, findOpen, findPart, findUnknown, findRoom, findFree, findAccess, findSort, findView,
}

// findAlias gives the form's names of what the directory calls otherwise.
var findAlias = map[string]string{
	"postalCode": findZIP, "radiusKm": findMiles, "lat": findZIP, "openOn": findOpen, "openAt": findOpen, "timeZone": findZIP,
	"hoursUnknown": findOpen, "capacity": findRoom, "page": "", "perPage": "",
}

// findFacets are the filters whose choices are counted.
var findFacets = []struct{ name, field string }{
	{"needs", findNeed}, {"languages", findLanguage}, {"capacity", findRoom}, {"accessibility", findAccess},
}

// tileIcons draws the needs to begin with; their order is that of the directory.
var tileIcons = map[string]string{
	"food-insecurity": "food", "homelessness": "bed", "housing-instability": "home", "utility-insecurity": "bolt",
	"transportation-insecurity": "bus", "financial-insecurity": "money", "material-hardship": "bag",
	"employment-status": "building", "educational-attainment": "book", "health-insurance-coverage-status": "heart",
	"stress": "message", "social-connection": "people",
}

const (
	kmPerMile = metresPerMile / 1000
	openNow   = "now"
)

// miles are the distances to choose from.
var miles = []int{2, 5, 10, 25, 50}

// FindChoices are what the filters offer.
type FindChoices struct {
	Needs, Languages, Distance, Open, Part, Room, Access, Sort []Option
}

// searchOf reads the search from the form. Numbers that are none are refused
// by the directory as 0 is.
func searchOf(f Form) directory.Search {
	in := directory.Search{
		Q: strings.TrimSpace(f.Value(findText)), Locale: f.Language, PostalCode: strings.TrimSpace(f.Value(findZIP)),
		Needs: filled(f.Value(findNeed)), Languages: filled(f.Value(findLanguage)), Capacity: filled(f.Value(findRoom)),
		Accessibility: filled(f.Value(findAccess)), Free: f.Value(findFree) != "", Zone: f.Zone,
		HoursUnknown: f.Value(findUnknown) != "" && f.Value(findOpen) != "",
		Sort:         directory.Sort(f.Value(findSort)), PerPage: servicesPerPage, Page: 1,
		Facets: []string{"needs", "languages", "capacity", "accessibility"},
	}
	switch day := f.Value(findOpen); day {
	case "":
	case openNow:
		in.OpenNow = true
	default:
		in.OpenOn = &directory.OpenOn{Day: day, Part: directory.DayPart(f.Value(findPart))}
	}
	if text := f.Value(findPage); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			n = -1
		}
		in.Page = n
	}
	if text := f.Value(findMiles); text != "" {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || n != n {
			n = -1
		}
		in.RadiusKm = new(n * kmPerMile)
	}
	return in
}

// fill makes the choices of the form. counts are what each would find; nil
// when nothing was searched.
func (v *DirectoryView) fill(counts map[string][]directory.FacetCount) {
	l, f := v.Locale, v.Form
	counted := func(first, facet, field string, name func(value string) string, leave ...string) []Option {
		options := []Option{{Label: first}}
		for _, c := range counts[facet] {
			if !slices.Contains(leave, c.Value) {
				options = append(options, Option{Value: c.Value, Label: l.T("directory.counted", "name", name(c.Value), "count", c.Count)})
			}
		}
		if chosen := f.Value(field); chosen != "" && !slices.ContainsFunc(options, func(o Option) bool { return o.Value == chosen }) {
			options = append(options, Option{Value: chosen, Label: name(chosen)})
		}
		return options
	}
	domain := func(code string) string { return l.T("domain." + code) }
	v.Choice.Needs = counted(l.T("directory.any-need"), "needs", findNeed, domain)
	if counts == nil {
		for _, d := range directory.Domains() {
			v.Choice.Needs = append(v.Choice.Needs, Option{Value: d.Code, Label: domain(d.Code)})
			if ic, ok := tileIcons[d.Code]; ok {
				v.Tiles = append(v.Tiles, Tile{Value: d.Code, Label: domain(d.Code), Icon: ic})
			}
		}
	}
	v.Choice.Languages = counted(l.T("directory.any-language"), "languages", findLanguage, languageName, "en")
	v.Choice.Room = counted(l.T("directory.any-room"), "capacity", findRoom, func(code string) string { return l.T("capacity." + code) })
	if access := counted(l.T("directory.any-access"), "accessibility", findAccess, func(name string) string { return name }); len(access) > 1 {
		v.Choice.Access = access
	}
	v.Choice.Distance = []Option{{Label: l.T("directory.any-distance")}}
	for _, m := range miles {
		v.Choice.Distance = append(v.Choice.Distance, Option{Value: strconv.Itoa(m), Label: l.T("directory.within", "count", m)})
	}
	v.fillTimes()
	v.Choice.Sort = []Option{{Label: l.T("directory.sort-best")}}
	if f.Value(findZIP) != "" {
		v.Choice.Sort = append(v.Choice.Sort, Option{Value: string(directory.ByDistance), Label: l.T("directory.sort-distance")})
	}
	v.Choice.Sort = append(v.Choice.Sort, Option{Value: string(directory.ByName), Label: l.T("directory.sort-name")})
	v.More = v.Invalid
	v.Chips = findChips(f)
	if len(v.Chips) > 1 {
		v.Clear = "/directory?" + findText + "="
	}
}

// weekdays are the days of the week from Monday on, as the directory names them.
var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// weekdayWord is the name of a day of the week.
func (l *Locale) weekdayWord(day string) string {
	return l.T("weekday." + strconv.Itoa((slices.Index(weekdays, day)+1)%7))
}

func (v *DirectoryView) fillTimes() {
	l := v.Locale
	v.Choice.Open = []Option{{Label: l.T("directory.any-day")}, {Value: openNow, Label: l.T("open.open")}}
	for _, day := range weekdays {
		v.Choice.Open = append(v.Choice.Open, Option{Value: day, Label: l.weekdayWord(day)})
	}
	v.Choice.Part = []Option{{Label: l.T("directory.any-part")}}
	for _, part := range directory.DayParts() {
		v.Choice.Part = append(v.Choice.Part, Option{Value: string(part), Label: l.T("daypart." + string(part))})
	}
}
