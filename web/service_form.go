package web

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/geo"
)

// Where a service is offered, as the form asks it.
const (
	placeStreet       = "street"
	placeConfidential = "confidential"
	placePhone        = "phone"
)

// For whom a service is by where they live, as the form asks it.
const (
	areaCounty  = "county"
	areaZIPs    = "zips"
	areaState   = "state"
	areaUnknown = "unknown"
)

// What a service costs, as the form asks it; unknown when nothing is chosen.
const (
	costFree  = "free"
	costOther = "other"
)

// Sizes of what can be typed, in characters.
const (
	maxServiceLine = 200
	maxServiceText = 4000
)

// oldest is the highest age that a service can name, in years.
const oldest = 120

// weekdayCodes are the days of the week from Sunday, as calendars write them
// (RFC 5545, section 3.3.10).
var weekdayCodes = [7]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// serviceTexts are the inputs of the form for a service with free text.
var serviceTexts = []struct {
	name string
	most int // characters
}{
	{"name", maxServiceLine}, {"description", maxServiceText}, {"line", maxServiceLine}, {"city", maxServiceLine},
	{"zips", maxServiceText}, {"eligibility", maxServiceText}, {"fees", maxServiceLine},
}

// serviceEntry reads the form for a service; wrong collects what is wrong.
type serviceEntry struct {
	Form
	wrong fault.Fields
}

func (e *serviceEntry) text(name string) string { return strings.TrimSpace(e.Value(name)) }

// serviceFrom is the service of the organization that the form describes, and
// its location; nil for one that works by telephone alone.
func serviceFrom(f Form, o accounts.Organization) (directory.ServiceDoc, *directory.LocationDoc, error) {
	e := &serviceEntry{Form: f}
	for _, t := range serviceTexts {
		e.wrong.Check(utf8.RuneCountInString(e.text(t.name)) <= t.most, t.name, "Use at most %d characters.", t.most)
	}
	s := directory.ServiceDoc{TimeZone: o.TimeZone, Confidential: e.text("place") == placeConfidential}
	s.Service = directory.Service{
		OrganizationID: o.ID, Status: directory.Active, Name: e.text("name"), Description: e.text("description"),
		EligibilityDescription: e.text("eligibility"),
	}
	e.wrong.Check(s.Service.Name != "", "name", "Enter the name of the service.")
	s.Needs = e.needs()
	place := e.place(o)
	s.Service.Phones = e.phones()
	s.Service.ServiceAreas = e.areas()
	s.Service.Languages = e.languages()
	s.Service.Schedules = e.schedules()
	s.Service.MinimumAge, s.Service.MaximumAge = e.ages()
	s.Service.FeesDescription = e.fees()
	s.Service.AssuredDate = f.Now.Format(clock.DateLayout)
	return s, place, e.wrong.Err()
}

func (e *serviceEntry) needs() []directory.NeedMapping {
	var out []directory.NeedMapping
	known := directory.Domains()
	for _, code := range e.Values["needs"] {
		e.wrong.Check(slices.ContainsFunc(known, func(d directory.Domain) bool { return d.Code == code }), "needs", "Choose needs from the list.")
		out = append(out, directory.NeedMapping{Domain: code, Confidence: 1, Source: directory.Manual})
	}
	e.wrong.Check(len(out) > 0, "needs", "Choose at least one need that the service helps with.")
	return out
}

// place is where the service is offered. Of a confidential place no address is
// kept at all.
func (e *serviceEntry) place(o accounts.Organization) *directory.LocationDoc {
	l := directory.Location{OrganizationID: o.ID, Name: o.Name, LocationType: directory.Physical}
	switch e.text("place") {
	case placePhone:
		return nil
	case placeConfidential:
		return &directory.LocationDoc{Location: l, TimeZone: o.TimeZone, Confidential: true}
	case placeStreet:
	default:
		e.wrong.Add("place", "Choose where people get the service.")
		return nil
	}
	line, city, zip := e.text("line"), e.text("city"), e.text("postalCode")
	e.wrong.Check(line != "", "line", "Enter the street and number.")
	e.wrong.Check(city != "", "city", "Enter the city.")
	state, ok := geo.LookupState(e.text("state"))
	e.wrong.Check(ok, "state", "Write the state as two letters, for example CA.")
	at, ok := geo.Approximate(zip)
	e.wrong.Check(ok, "postalCode", "Enter a ZIP code with five digits that exists.")
	l.Latitude, l.Longitude = &at.Lat, &at.Lng
	l.Addresses = []directory.Address{{
		Address1: line, City: city, StateProvince: state.Code, PostalCode: zip, Country: "US", AddressType: directory.Physical,
	}}
	return &directory.LocationDoc{Location: l, TimeZone: o.TimeZone}
}

func (e *serviceEntry) phones() []directory.Phone {
	number := e.text("phone")
	if number == "" {
		e.wrong.Check(e.text("place") == placeStreet, "phone", "Enter a phone number. Without an address it is the only way to reach the service.")
		return nil
	}
	n, err := phonenumbers.Parse(number, "US")
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		e.wrong.Add("phone", "Write the phone number with its area code, for example 415-555-0123.")
		return nil
	}
	p := directory.Phone{Number: phonenumbers.Format(n, phonenumbers.E164), Type: "voice"}
	if ext, err := strconv.ParseFloat(n.GetExtension(), 64); err == nil {
		p.Extension = &ext
	}
	return []directory.Phone{p}
}

// areas are where the people live whom the service is for, by name and as a
// code that is certain; none when it is not known.
func (e *serviceEntry) areas() []directory.ServiceArea {
	var out []directory.ServiceArea
	add := func(name, code string) {
		out = append(out, directory.ServiceArea{Name: name, Extent: code, ExtentType: "text"})
	}
	switch area := e.text("area"); area {
	case areaUnknown:
	case areaZIPs:
		for _, text := range strings.FieldsFunc(e.text("zips"), func(r rune) bool { return strings.ContainsRune(" ,;\r\n\t", r) }) {
			zip, ok := geo.LookupZIP(text)
			e.wrong.Check(ok, "zips", "We do not know the ZIP code %s. Check it, or leave it out.", text)
			add(zip.Code, "zip:"+zip.Code)
		}
		e.wrong.Check(len(out) > 0, "zips", "Enter the ZIP codes.")
	case areaCounty, areaState:
		zip, _ := geo.LookupZIP(e.text("postalCode"))
		if state, ok := geo.LookupState(zip.State); ok && area == areaState {
			add(state.Name, "state:"+state.FIPS)
		}
		for _, fips := range zip.Counties {
			if county, ok := geo.County(fips); ok && area == areaCounty {
				add(county.Name, "county:"+fips)
			}
		}
		e.wrong.Check(len(out) > 0, "area", "We cannot tell the county or state from the ZIP code. Enter one that people live in, or choose another area.")
	default:
		e.wrong.Add("area", "Choose where the people live whom the service is for.")
	}
	return out
}

func (e *serviceEntry) languages() []directory.Language {
	var out []directory.Language
	for _, tag := range e.Values["languages"] {
		code := directory.LanguageCode(tag)
		if code != "" && !slices.ContainsFunc(out, func(l directory.Language) bool { return l.Code == code }) {
			out = append(out, directory.Language{Code: code, Name: languageName(tag)})
		}
	}
	return out
}

// hoursField is the input for when the service opens on a day; the one for
// when it closes is called closesField.
func hoursField(day int) string  { return "hours." + strconv.Itoa(day) }
func closesField(day int) string { return hoursField(day) + "-to" }

func (e *serviceEntry) schedules() []directory.Schedule {
	var out []directory.Schedule
	for day, code := range weekdayCodes {
		from, to := e.text(hoursField(day)), e.text(closesField(day))
		if from+to == "" {
			continue
		}
		_, errFrom := time.Parse("15:04", from)
		_, errTo := time.Parse("15:04", to)
		e.wrong.Check(errFrom == nil && errTo == nil && from != to, hoursField(day), "Enter when it opens and when it closes, or leave both empty.")
		out = append(out, directory.Schedule{Freq: "WEEKLY", ByDay: code, OpensAt: from, ClosesAt: to})
	}
	return out
}

func (e *serviceEntry) ages() (from, to *float64) {
	from, to = e.age("ageFrom"), e.age("ageTo")
	if from != nil && to != nil {
		e.wrong.Check(*from <= *to, "ageFrom", "The lowest age must not be above the highest age.")
	}
	return from, to
}

func (e *serviceEntry) age(name string) *float64 {
	text := e.text(name)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || n > oldest {
		e.wrong.Add(name, "Write the age in whole years, for example 18.")
		return nil
	}
	return new(float64(n))
}

func (e *serviceEntry) fees() string {
	switch e.text("cost") {
	case costFree:
		return "Free"
	case costOther:
		e.wrong.Check(e.text("fees") != "", "fees", "Say what it costs.")
	}
	return e.text("fees")
}
