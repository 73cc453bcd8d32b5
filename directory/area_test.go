package directory

import (
	"testing"

	"github.com/google/go-cmp/cmp"
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
		{"Bay Area", "06", unknown},
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
