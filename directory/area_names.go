package directory

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// namedAreas are names of areas that are neither ZIP codes nor counties nor
// states, by the state (FIPS code) they are said in; "" for any. Only such as
// stand for whole counties are here. Sources: the Census Bureau's list of
// counties and equivalents, where a city and its county are one; for New York
// the five counties that are its boroughs; for the Bay Area the nine counties
// of the Association of Bay Area Governments.
var namedAreas = map[string]map[string][]string{
	"":   {"san francisco bay area": bayArea, "new york city": newYork, "nyc": newYork, "five boroughs": newYork, "washington dc": {"state:11"}, "washington d c": {"state:11"}, "dc": {"state:11"}},
	"02": {"anchorage": {"county:02020"}, "juneau": {"county:02110"}},
	"06": {"bay area": bayArea},
	"08": {"denver": {"county:08031"}},
	"11": {"washington": {"state:11"}, "the district": {"state:11"}, "city of washington": {"state:11"}},
	"22": {"new orleans": {"county:22071"}},
	"32": {"carson city": {"county:32510"}},
	"36": {"manhattan": {"county:36061"}, "brooklyn": {"county:36047"}, "queens": {"county:36081"}, "bronx": {"county:36005"}, "the bronx": {"county:36005"}, "staten island": {"county:36085"}},
	"42": {"philadelphia": {"county:42101"}},
}

var (
	bayArea = []string{"county:06001", "county:06013", "county:06041", "county:06055", "county:06075", "county:06081", "county:06085", "county:06095", "county:06097"}
	newYork = []string{"county:36005", "county:36047", "county:36061", "county:36081", "county:36085"}
)

// namedArea finds such a name.
func namedArea(normal, state string) []string {
	if codes := namedAreas[state][normal]; codes != nil {
		return codes
	}
	return namedAreas[""][normal]
}

var (
	// people are words around the name of an area that say who lives there.
	people = regexp.MustCompile(`(?i)^(?:(?:serving|serves|for)\s+)?(?:(?:all|any|current)\s+)?(?:(?:residents?|people|persons|anyone)\s+(?:of|in|living in|who live in|residing in)\s+)?(?:the\s+)?(.+?)(?:\s+residents?)?(?:\s+only)?$`)
	// stateFirst is an area as call centers write it: "MD - Garrett County".
	stateFirst = regexp.MustCompile(`^([A-Z]{2})\s+-\s+(.+)$`)
	// stateCode is the code of a state alone, in capitals: "in" is not Indiana.
	stateCode = regexp.MustCompile(`^[A-Z]{2}$`)
	// inState is an area, or several, of a state: "Marin and Napa Counties in California".
	inState  = regexp.MustCompile(`(?i)^(.+?)(?:\s+in\s+|,\s*)([a-z .]+)$`)
	zipRange = regexp.MustCompile(`^(\d{5})\s*(?:-|–|to|through|thru)\s*(\d{5})$`)
)

// maxZIPRange is the longest range of ZIP codes that is taken for one.
const maxZIPRange = 200

// zipsBetween are the ZIP codes there are in a range: "94102 - 94134".
func zipsBetween(text string) ([]string, bool) {
	m := zipRange.FindStringSubmatch(strings.ToLower(text))
	if m == nil {
		return nil, false
	}
	from, _ := strconv.Atoi(m[1])
	to, _ := strconv.Atoi(m[2])
	if to <= from || to-from > maxZIPRange {
		return nil, false
	}
	var out []string
	for n := from; n <= to; n++ {
		if zip := fmt.Sprintf("%05d", n); knownZIP(zip) {
			out = append(out, "zip:"+zip)
		}
	}
	return out, len(out) > 0
}

func knownZIP(zip string) bool {
	_, ok := geo.LookupZIP(zip)
	return ok
}
