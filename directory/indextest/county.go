package indextest

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// town is one of the made-up county of the relevance suite.
type town struct {
	slug, name, zip string
	point           geo.Point
}

var towns = []town{
	{"alder-falls", "Alder Falls", "95350", geo.Point{Lat: 37.64, Lng: -120.99}},
	{"tamarack", "Tamarack", "95380", geo.Point{Lat: 37.49, Lng: -120.85}},
	{"cedar-glen", "Cedar Glen", "95307", geo.Point{Lat: 37.59, Lng: -120.95}},
	{"riverbend", "Riverbend", "95367", geo.Point{Lat: 37.73, Lng: -120.93}},
	{"oak-ridge", "Oak Ridge", "95361", geo.Point{Lat: 37.77, Lng: -120.85}},
	{"salado", "Salado", "95363", geo.Point{Lat: 37.47, Lng: -121.13}},
	{"newbridge", "Newbridge", "95360", geo.Point{Lat: 37.32, Lng: -121.02}},
	{"waterford-hills", "Waterford Hills", "95386", geo.Point{Lat: 37.64, Lng: -120.76}},
}

const countyArea, stateArea = "county:06099", "state:06"

var agencies = []string{
	"St. Brigid Parish", "Open Hands Network", "Valley Community Action", "Bridge House",
	"New Dawn Family Center", "Sierra Neighbors", "Harvest Circle", "Alder County Partners",
}

// openings are the hours that kinds of services keep; none are unknown. All
// but those that are always open are closed on Thanksgiving and Christmas.
var openings = map[string]directory.Schedule{
	"wk":    {ByDay: "MO,TU,WE,TH,FR", OpensAt: "09:00", ClosesAt: "17:00"},
	"am":    {ByDay: "MO,WE,FR", OpensAt: "09:00", ClosesAt: "12:00"},
	"eve":   {ByDay: "TU,TH", OpensAt: "16:00", ClosesAt: "20:00"},
	"sat":   {ByDay: "SA", OpensAt: "09:00", ClosesAt: "13:00"},
	"we":    {ByDay: "SA,SU", OpensAt: "10:00", ClosesAt: "18:00"},
	"night": {ByDay: "MO,TU,WE,TH,FR,SA,SU", OpensAt: "18:00", ClosesAt: "08:00"},
	"all":   {ByDay: "MO,TU,WE,TH,FR,SA,SU", OpensAt: "00:00", ClosesAt: "23:59"},
}

// listed is a service of the county with the names by which cases call it:
// its kind, its id (kind-town), its agency, and kind@agency.
type listed struct {
	directory.Entry
	names []string
}

// County reads the made-up county of the relevance suite.
func County(tb testing.TB) []directory.Entry {
	tb.Helper()
	var out []directory.Entry
	for _, s := range county(tb) {
		out = append(out, s.Entry)
	}
	return out
}

func county(tb testing.TB) []listed {
	tb.Helper()
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		tb.Fatalf("load the time zone of the county: %v", err)
	}
	var out []listed
	for kind, f := range lines(tb, "relevance/services.txt", 10) {
		copies, err := strconv.Atoi(f[1])
		if err != nil || copies < 1 || copies > len(towns) {
			tb.Fatalf("services.txt: %s is offered in %q towns", f[0], f[1])
		}
		for i := range copies {
			out = append(out, service(tb, f, towns[(i+kind)%len(towns)], agencies[(3*i+kind)%len(agencies)], zone))
		}
	}
	return out
}

// service makes the entry of one kind of service in one town.
func service(tb testing.TB, f []string, at town, agency string, zone *time.Location) listed {
	id := f[0] + "-" + at.slug
	e := directory.Entry{
		ID: id + "-1", ServiceID: id, Status: "active", OrganizationName: agency,
		Name: strings.NewReplacer("{t}", at.name, "{n}", agency).Replace(f[2]), Needs: list(f[3], ","),
		TaxonomyNames: list(f[4], ";"), Languages: list(f[5], ","), Description: f[8], Eligibility: f[9],
		City: at.name, PostalCode: at.zip, Point: &geo.Point{Lat: at.point.Lat, Lng: at.point.Lng},
		Areas: []string{countyArea}, Capacity: directory.CapacityUnknown, Quality: 0.5,
	}
	if !strings.Contains(f[2], "{n}") {
		e.OrganizationName = "City of " + at.name
	}
	e.OrganizationID = slug(e.OrganizationName)
	for _, n := range e.Needs {
		e.Keywords = append(e.Keywords, directory.DefaultCrosswalk().Words(n)...)
	}
	opening, ok := openings[f[6]]
	if !ok {
		tb.Fatalf("services.txt: %s keeps unknown hours %q", f[0], f[6])
	}
	opening.Freq = "WEEKLY"
	schedules := []directory.Schedule{opening}
	if f[6] != "all" {
		schedules = append(schedules, directory.Schedule{DTStart: "2026-11-26", Closed: true}, directory.Schedule{DTStart: "2026-12-25", Closed: true})
	}
	e.Hours = directory.CompileHours(schedules, zone)
	for _, flag := range list(f[7], ",") {
		switch years, _ := strconv.ParseFloat(strings.TrimLeft(flag, "minax"), 64); {
		case flag == "free":
			e.CostFree = true
		case flag == "statewide":
			e.Statewide, e.Areas, e.Point, e.City = true, []string{stateArea}, nil, ""
		case flag == "virtual":
			e.Virtual = true
		case strings.HasPrefix(flag, "min"):
			e.AgeMin = &years
		case strings.HasPrefix(flag, "max"):
			e.AgeMax = &years
		default:
			tb.Fatalf("services.txt: %s has an unknown flag %q", f[0], flag)
		}
	}
	return listed{e, []string{f[0], id, e.OrganizationID, f[0] + "@" + e.OrganizationID}}
}

// lines reads a file of lines with so many parts between bars; the last ones
// may be missing.
func lines(tb testing.TB, name string, parts int) [][]string {
	tb.Helper()
	data, err := files.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatalf("read %s: %v", name, err)
	}
	var out [][]string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) > parts {
			tb.Fatalf("%s: a line has more than %d parts: %s", name, parts, line)
		}
		f = append(f, make([]string, parts-len(f))...)
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		out = append(out, f)
	}
	return out
}

func list(text, by string) []string {
	out := strings.Split(text, by)
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// slug writes a name as cases call it: "St. Brigid Parish" is "st-brigid-parish".
func slug(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(name, ".", "")), " ", "-")
}

// townNamed finds a town by its slug.
func townNamed(tb testing.TB, slug string) town {
	i := slices.IndexFunc(towns, func(t town) bool { return t.slug == slug })
	if i < 0 {
		tb.Fatalf("there is no town %q", slug)
	}
	return towns[i]
}

// seekerIn is where a seeker in the town is, narrowest first.
func seekerIn(t town) []string { return []string{"zip:" + t.zip, countyArea, stateArea, "us"} }
