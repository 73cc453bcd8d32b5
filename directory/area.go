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
	zipCode   = regexp.MustCompile(`^(?:zip(?: code)?s? )?(\d{5})(?:-\d{4})?$`)
	separator = regexp.MustCompile(`\s*(?:[;,/|\n]|\s&\s|\band\b)\s*`)
	wide      = regexp.MustCompile(`^(?:the )?(?:(?:all|entire|whole) )?(?:of )?(?:the )?(?:state of )?`)
	// qualified is a county with its state: "Orange County, CA".
	qualified = regexp.MustCompile(`(?i)^(.+\s(?:county|parish|borough|census area|municipio)),\s*([a-z .]+)$`)
	// plural is a list of counties: "Alameda, Marin and Napa Counties", "counties of …".
	plural = regexp.MustCompile(`(?i)^(?:(?:the )?counties(?: of|:)\s+(.+)|(.+?)\s+counties)$`)
)

var nationwide = []string{"us", "u s", "usa", "u s a", "united states", "united states of america", "nationwide", "national", "nation wide"}

var statewide = []string{"statewide", "state wide", "entire state", "whole state", "all counties", "the state"}

// resolveText reads one area's text; all tells whether every part of it is certain.
func resolveText(text, state string) (codes []string, all bool) {
	text = strings.Trim(strings.TrimSpace(text), ".;,")
	if text == "" {
		return nil, false
	}
	if code, ok := resolveName(text, state); ok {
		return []string{code}, true
	}
	if m := qualified.FindStringSubmatch(text); m != nil {
		if st, ok := geo.LookupState(m[2]); ok {
			return one(geo.FindCounties(m[1], st.FIPS))
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
		code, ok := resolveName(p+kind, state)
		if !ok {
			all = false
			continue
		}
		codes = append(codes, code)
	}
	return codes, all && len(codes) > 0
}

// resolveName reads a single name.
func resolveName(name, state string) (string, bool) {
	name = strings.TrimSpace(name)
	if areaCode.MatchString(strings.ToLower(name)) {
		return strings.ToLower(name), true
	}
	normal := geo.Normal(name)
	if m := zipCode.FindStringSubmatch(strings.ToLower(name)); m != nil {
		_, known := geo.LookupZIP(m[1])
		return "zip:" + m[1], known
	}
	if slices.Contains(nationwide, normal) {
		return "us", true
	}
	if slices.Contains(statewide, normal) {
		return "state:" + state, state != ""
	}
	normal = wide.ReplaceAllString(normal, "")
	if st, ok := geo.LookupState(normal); ok && len(normal) > 2 && !alsoCounty(normal, state) {
		return "state:" + st.FIPS, true
	}
	if !saysCounty(normal) && !sameCityAndCounty[normal] {
		return "", false
	}
	codes, ok := one(geo.FindCounties(normal, state))
	if !ok {
		return "", false
	}
	return codes[0], true
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
	"san francisco": true, "denver": true, "philadelphia": true, "miami dade": true,
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
