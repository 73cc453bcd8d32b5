package directory

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// ResolveAreas turns service areas, mostly free text, into area codes where
// that is certain: ZIP codes, counties, states and the nation by name, and
// area codes themselves. state is the FIPS code of the state the service is in
// ("" where unknown); it says which "Orange County" and what "statewide" means.
// A name that can be a city or several counties is not resolved, and then
// Unknown is set; so it is when there are no areas. An extent in words counts
// first, where it can be read, then the name, then the description.
func ResolveAreas(areas []ServiceArea, state string) Coverage {
	c := Coverage{Unknown: len(areas) == 0}
	for _, a := range areas {
		found, all := resolveArea(a, state)
		c.Areas = append(c.Areas, found...)
		c.Unknown = c.Unknown || !all
	}
	slices.Sort(c.Areas)
	c.Areas = slices.Compact(c.Areas)
	if slices.Contains(c.Areas, "us") {
		c.Unknown = false // more than all there is cannot be meant
	}
	return c
}

func resolveArea(a ServiceArea, state string) (codes []string, all bool) {
	if a.Extent != "" && (a.ExtentType == "text" || a.ExtentType == "") {
		if codes, all = resolveText(a.Extent, state); all {
			return codes, true
		}
	}
	return resolveText(cmp.Or(strings.TrimSpace(a.Name), a.Description), state)
}

var (
	areaCode  = regexp.MustCompile(`^(zip:\d{5}|county:\d{5}|state:\d{2}|us)$`)
	zipCode   = regexp.MustCompile(`^(?:zip(?: ?codes?|s)?:? )?(\d{5})(?:-\d{4})?$`)
	separator = regexp.MustCompile(`\s*(?:[;,/|\n]|\s&\s|\band\b)\s*`)
	wide      = regexp.MustCompile(`^(?:the )?(?:(?:all|entire|whole) )?(?:of )?(?:the )?(?:state of )?`)
	// plural is a list of counties: "Alameda, Marin and Napa Counties", "counties of …".
	plural = regexp.MustCompile(`(?i)^(?:(?:the )?counties(?: of|:)\s+(.+)|(.+?)\s+counties)$`)
)

var nationwide = []string{"us", "u s", "usa", "u s a", "united states", "united states of america", "nationwide", "national", "nation wide", "worldwide", "world wide", "international", "entire united states", "all states", "all 50 states"}

var statewide = []string{"statewide", "state wide", "entire state", "whole state", "all counties", "the state"}

// resolveText reads one area's text; all tells whether every part of it is certain.
func resolveText(text, state string) (codes []string, all bool) {
	all = true
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";|\n", r) })
	for _, p := range parts {
		if strings.Trim(p, " .,\t\r") == "" {
			continue
		}
		found, sure := resolvePart(p, state)
		codes, all = append(codes, found...), all && sure
	}
	return codes, all && len(codes) > 0
}

// resolvePart reads a text that has no semicolons.
func resolvePart(text, state string) (codes []string, all bool) {
	text = strings.Trim(strings.TrimSpace(text), ".,")
	if m := people.FindStringSubmatch(text); m != nil {
		text = strings.TrimSpace(m[1])
	}
	if codes, ok := resolveNames(text, state); ok {
		return codes, true
	}
	if m := stateFirst.FindStringSubmatch(text); m != nil {
		if st, ok := geo.LookupState(m[1]); ok {
			return resolvePart(m[2], st.FIPS)
		}
	}
	if m := inState.FindStringSubmatch(text); m != nil {
		if st, ok := geo.LookupState(m[2]); ok && !namesState(m[1], state) {
			return resolvePart(m[1], st.FIPS)
		}
	}
	kind := ""
	if m := plural.FindStringSubmatch(text); m != nil {
		text, kind = m[1]+m[2], " county"
	}
	parts := separator.Split(text, -1)
	if len(parts) == 1 && kind == "" {
		return nil, false
	}
	all = true
	for _, p := range parts {
		if p == "" {
			continue
		}
		found, ok := resolveNames(p+kind, state)
		codes, all = append(codes, found...), all && ok
	}
	return codes, all && len(codes) > 0
}

// namesState tells whether one of the names in a list is a state, so that what
// follows the list is one more part of it: "Maryland, Virginia".
func namesState(list, state string) bool {
	for p := range strings.SplitSeq(list, ",") {
		p = strings.TrimSpace(p)
		if _, ok := geo.LookupState(p); ok && len(p) > 2 && !alsoCounty(geo.Normal(p), state) {
			return true
		}
	}
	return false
}

// resolveNames reads a single name; a region can be several counties.
func resolveNames(name, state string) ([]string, bool) {
	name = strings.TrimSpace(name)
	lower := strings.ToLower(name)
	if areaCode.MatchString(lower) {
		return []string{lower}, true
	}
	if m := zipCode.FindStringSubmatch(lower); m != nil {
		if !knownZIP(m[1]) {
			return nil, false
		}
		return codesOf("zip", m[1])
	}
	if codes, ok := zipsBetween(lower); ok {
		return codes, true
	}
	normal := geo.Normal(name)
	switch {
	case slices.Contains(nationwide, normal):
		return []string{"us"}, true
	case slices.Contains(statewide, normal):
		return codesOf("state", state)
	case stateCode.MatchString(name):
		if st, ok := geo.LookupState(name); ok {
			return codesOf("state", st.FIPS)
		}
	}
	normal = wide.ReplaceAllString(normal, "")
	if codes := namedArea(normal, state); codes != nil {
		return codes, true
	}
	if st, ok := geo.LookupState(normal); ok && len(normal) > 2 && !alsoCounty(normal, state) {
		return codesOf("state", st.FIPS)
	}
	if !saysCounty(normal) && !sameCityAndCounty[normal] {
		return nil, false
	}
	return one(geo.FindCounties(normal, state))
}

// resolveName reads a name that stands for one area.
func resolveName(name, state string) (string, bool) {
	codes, ok := resolveNames(name, state)
	if !ok || len(codes) != 1 {
		return "", false
	}
	return codes[0], true
}

// codesOf is one code; none where it is not known.
func codesOf(kind, code string) ([]string, bool) {
	if code == "" {
		return nil, false
	}
	return []string{kind + ":" + code}, true
}

func one(counties []geo.CountyInfo) ([]string, bool) {
	if len(counties) != 1 {
		return nil, false
	}
	return []string{"county:" + counties[0].FIPS}, true
}

// saysCounty tells whether a name says that it is a county, not a city.
func saysCounty(normal string) bool {
	for _, kind := range []string{" county", " parish", " borough", " census area", " municipio"} {
		if strings.HasSuffix(normal, kind) {
			return true
		}
	}
	return false
}

// sameCityAndCounty are places whose city and county are one.
var sameCityAndCounty = map[string]bool{
	"san francisco": true, "miami dade": true,
}

// alsoCounty tells whether the name of a state is, for a service in that other
// state, more likely one of its counties or cities: "Washington", "Delaware".
func alsoCounty(normal, state string) bool {
	return state != "" && len(geo.FindCounties(normal, state)) > 0 && geo.Normal(normal) != stateName(state)
}

func stateName(fips string) string {
	s, _ := geo.LookupState(fips)
	return geo.Normal(s.Name)
}
