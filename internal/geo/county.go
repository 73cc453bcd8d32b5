package geo

import "strings"

// CountyInfo is a county or what a state has in its place: a parish, a
// borough, an independent city.
type CountyInfo struct {
	FIPS  string // five digits, for example "06075"
	Name  string // in full, for example "San Francisco County"
	State string // FIPS code, the first two digits
}

// countyKinds are the words that end the full names of counties, longest
// first, in the form of [Normal].
var countyKinds = []string{
	"city and borough", "census area", "municipality", "municipio", "borough", "county", "parish", "city",
}

// cutKind takes the kind of county off a normal name: "miami dade county"
// becomes "miami dade", "county".
func cutKind(normal string) (base, kind string) {
	for _, k := range countyKinds {
		if b, ok := strings.CutSuffix(normal, " "+k); ok {
			return b, k
		}
	}
	return normal, ""
}

// County finds a county by its FIPS code.
func County(fips string) (CountyInfo, bool) {
	i, ok := load().county[fips]
	if !ok {
		return CountyInfo{}, false
	}
	return load().counties[i], true
}

// FindCounties finds the counties that a name can mean, with or without its
// kind ("Miami-Dade", "Miami-Dade County"), in one state (FIPS code) or, when
// state is "", in all. A name that says its kind finds no other kind: "Baltimore
// County" is not Baltimore city. The answer is in the order of FIPS codes.
func FindCounties(name, state string) []CountyInfo {
	d := load()
	base, kind := cutKind(Normal(name))
	var out []CountyInfo
	for _, i := range d.byName[base] {
		c := d.counties[i]
		_, is := cutKind(Normal(c.Name))
		if (state == "" || c.State == state) && (kind == "" || is == "" || kind == is) {
			out = append(out, c)
		}
	}
	return out
}
