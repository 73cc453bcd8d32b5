package geo

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// ZIP is what is known of a ZIP code. The source knows ZIP Code Tabulation
// Areas, which are nearly but not exactly the ZIP codes of the postal service.
type ZIP struct {
	Code string
	// Point is the centroid; not [Valid] for the few ZIP codes whose centroid is not known.
	Point Point
	// Counties are the FIPS codes of the counties it lies in, mostly one;
	// empty where the source does not say.
	Counties []string
	// State is the FIPS code of the state; "" where the source does not say.
	State string
}

// LookupZIP finds a ZIP code: five digits, or ZIP+4, of which the first five count.
func LookupZIP(zip string) (ZIP, bool) {
	code, ok := fiveDigits(zip)
	if !ok {
		return ZIP{}, false
	}
	n, _ := strconv.ParseUint(code, 10, 32) // five digits
	d := load()
	i, ok := slices.BinarySearchFunc(d.zips, uint32(n), compareZIP)
	if !ok {
		return ZIP{}, false
	}
	return d.zip(d.zips[i], code), true
}

// Approximate is about where a ZIP code is, also one that the source does not
// know because nobody lives in it, such as those of post office boxes: the
// centroid of the known ZIP code with the nearest number and the same first
// three digits, which are those of one mail center.
func Approximate(zip string) (Point, bool) {
	code, ok := fiveDigits(zip)
	if !ok {
		return Point{}, false
	}
	n, _ := strconv.Atoi(code) // five digits
	d := load()
	from, _ := slices.BinarySearchFunc(d.zips, uint32(n/100*100), compareZIP)
	var best Point
	nearest := 100
	for _, r := range d.zips[from:] {
		if int(r.zip) >= n/100*100+100 {
			break
		}
		if p, away := r.point(), max(n-int(r.zip), int(r.zip)-n); away < nearest && Valid(p) {
			best, nearest = p, away
		}
	}
	return best, nearest < 100
}

func compareZIP(r zipRow, n uint32) int { return cmp.Compare(r.zip, n) }

// Areas lists the area codes a ZIP code is in, narrowest first: the ZIP code,
// its counties, its state and the US, for example "zip:94109", "county:06075",
// "state:06", "us". Of a ZIP code that is not known, nothing is sure but
// itself and the US; what is no ZIP code is in no area.
func Areas(zip string) []string {
	code, ok := fiveDigits(zip)
	if !ok {
		return nil
	}
	out := []string{"zip:" + code}
	z, _ := LookupZIP(code)
	for _, c := range z.Counties {
		out = append(out, "county:"+c)
	}
	if z.State != "" {
		out = append(out, "state:"+z.State)
	}
	return append(out, "us")
}

func fiveDigits(zip string) (string, bool) {
	code, _, _ := strings.Cut(strings.TrimSpace(zip), "-")
	if len(code) == 9 {
		code = code[:5]
	}
	if len(code) != 5 || strings.Trim(code, "0123456789") != "" {
		return "", false
	}
	return code, true
}
