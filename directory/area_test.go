package directory

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestResolveAreas(t *testing.T) {
	unknown := Coverage{Unknown: true}
	codes := func(c ...string) Coverage { return Coverage{Areas: c} }
	partly := func(c ...string) Coverage { return Coverage{Areas: c, Unknown: true} }
	tests := []struct {
		text, state string
		want        Coverage
	}{
		{"Miami-Dade County", "", codes("county:12086")},
		{"94109; 94102", "06", codes("zip:94102", "zip:94109")},
		{"94109, 94102-1234 and 94103.", "", codes("zip:94102", "zip:94103", "zip:94109")},
		{"zip:94109", "", codes("zip:94109")},
		{"county:06075", "", codes("county:06075")},
		{"Statewide", "06", codes("state:06")},
		{"Statewide", "", unknown},
		{"All of California", "", codes("state:06")},
		{"Entire state of California", "", codes("state:06")},
		{"California", "", codes("state:06")},
		{"Nationwide", "", codes("us")},
		{"United States", "06", codes("us")},
		{"Orange County", "06", codes("county:06059")},
		{"Orange County", "", unknown},
		{"Orange County, CA", "", codes("county:06059")},
		{"Orange County, California", "12", codes("county:06059")},
		{"Alameda, Contra Costa and Marin Counties", "06", codes("county:06001", "county:06013", "county:06041")},
		{"Counties of Alameda and Marin", "06", codes("county:06001", "county:06041")},
		{"San Mateo County; San Francisco", "06", codes("county:06075", "county:06081")},
		{"Los Angeles", "06", unknown}, // the city or the county
		{"Los Angeles; Orange County", "06", partly("county:06059")},
		{"King and Queen County", "51", codes("county:51097")},
		{"Washington", "06", codes("state:53")},
		{"Washington", "01", unknown}, // Alabama has a county of the name
		{"Washington County", "01", codes("county:01129")},
		{"Baltimore County", "24", codes("county:24005")},
		{"Bay Area", "12", unknown}, // there is one in Tampa
		{"Bay Area", "06", codes("county:06001", "county:06013", "county:06041", "county:06055", "county:06075", "county:06081", "county:06085", "county:06095", "county:06097")},
		{"MD - Allegany County; MD - Garrett County; ", "24", codes("county:24001", "county:24023")},
		{"MD - Garrett County", "11", codes("county:24023")},
		{"MD", "", codes("state:24")},
		{"Allegany County, MD; Garrett County, MD", "", codes("county:24001", "county:24023")},
		{"District of Columbia, Maryland, Virginia", "11", codes("state:11", "state:24", "state:51")},
		{"Montgomery and Prince George's Counties in Maryland", "11", codes("county:24031", "county:24033")},
		{"San Francisco, Alameda and Marin Counties", "06", codes("county:06001", "county:06041", "county:06075")},
		{"Residents of Marin County only", "06", codes("county:06041")},
		{"District of Columbia residents", "11", codes("state:11")},
		{"Washington, DC", "", codes("state:11")},
		{"Philadelphia, PA", "", codes("county:42101")},
		{"Brooklyn, Queens", "36", codes("county:36047", "county:36081")},
		{"New York City", "36", codes("county:36005", "county:36047", "county:36061", "county:36081", "county:36085")},
		{"ZIP codes: 94109, 94110", "06", codes("zip:94109", "zip:94110")},
		{"94102-94104", "06", codes("zip:94102", "zip:94103", "zip:94104")},
		{"10000-99999", "", unknown},
		{"Worldwide", "", codes("us")},
		{"Reading, PA", "42", unknown}, // a city: nobody here knows its borders
		{"Ward 5", "11", unknown},
		{"DC Metro Area", "11", unknown},
		{"in", "", unknown},    // not Indiana
		{"99999", "", unknown}, // no such ZIP code
		{"", "06", unknown},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, ResolveAreas([]ServiceArea{{Name: tt.text}}, tt.state)); d != "" {
			t.Errorf("ResolveAreas(%q, %q) (-want +got):\n%s", tt.text, tt.state, d)
		}
	}
	if d := cmp.Diff(unknown, ResolveAreas(nil, "06")); d != "" {
		t.Errorf("ResolveAreas of nothing (-want +got):\n%s", d)
	}
	two := []ServiceArea{{Description: "Marin County"}, {Name: "Our county", Extent: "county:06075", ExtentType: "text"}}
	if d := cmp.Diff(codes("county:06041", "county:06075"), ResolveAreas(two, "06")); d != "" {
		t.Errorf("ResolveAreas of a description and an extent (-want +got):\n%s", d)
	}
}

// TestResolveAreasOfAnything: whatever the text, the codes are well formed and in
// order, each is there once, and nothing covers nothing for certain.
func TestResolveAreasOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom([]string{"Marin", "County", "Counties", "and", ",", ";", "CA", "Maryland", "in", "94109", "-", "94112", "of", "Statewide", "the", "residents", "\n", "Bay Area", "MD - "}),
			rapid.String(),
		), 0, 8).Draw(t, "words")
		state := rapid.SampledFrom([]string{"", "06", "24"}).Draw(t, "state")
		c := ResolveAreas([]ServiceArea{{Name: strings.Join(words, " ")}}, state)
		for i, code := range c.Areas {
			if !areaCode.MatchString(code) || i > 0 && c.Areas[i-1] >= code {
				t.Fatalf("%q in state %q: %v", words, state, c.Areas)
			}
		}
		if len(c.Areas) == 0 && !c.Unknown {
			t.Fatalf("%q covers nothing, and that for certain", words)
		}
	})
}
