package repair

import (
	"regexp"
	"slices"
	"strconv"
)

// ages are the ways to write whom a service is for by age. The named groups
// are whole years, from and to.
var ages = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\bages?\s*(?:from\s*)?(?P<from>\d{1,3})\s*(?:-|–|to|through|thru|and)\s*(?P<to>\d{1,3})\b(?:\s*years?)?`),
	regexp.MustCompile(`(?i)\b(?P<from>\d{1,3})\s*(?:-|–|to|through)\s*(?P<to>\d{1,3})\s*(?:years?|yrs?)(?:\s*(?:old|of age))?\b`),
	regexp.MustCompile(`(?i)\b(?:ages?|aged)\s*(?P<from>\d{1,3})\s*(?:\+|and\s+(?:over|older|up|above)|or\s+(?:over|older|above))`),
	regexp.MustCompile(`(?i)\b(?P<from>\d{1,3})\s*(?:years?|yrs?)(?:\s*(?:old|of age))?\s*(?:\+|and\s+(?:over|older|up|above)|or\s+(?:over|older|above))`),
	regexp.MustCompile(`(?i)\b(?P<from>\d{2,3})\s*\+(?:\s*(?:years?|only))?\s*$`),
	regexp.MustCompile(`(?i)\b(?:must be|at least)\s+(?P<from>\d{1,3})\b(?:\s*(?:years?|or older))`),
	regexp.MustCompile(`(?i)\b(?:under|below|younger than)\s+(?:the\s+)?(?:age\s+(?:of\s+)?)?(?P<below>\d{1,3})\b(?:\s*years?)?`),
	regexp.MustCompile(`(?i)\b(?:ages?\s+)?(?P<to>\d{1,3})\s*(?:years?\s*(?:old|of age)?\s*)?(?:and|or)\s+(?:under|younger)\b`),
}

// oldest is the highest age that is taken for one.
const oldest = 120

// Ages reads whole years out of the words about who is eligible, as the
// lowest and the highest age; "" where nothing is said. A text that names
// several groups says nothing sure, and is not read.
func Ages(s string) (from, to string) {
	type group struct{ from, to string }
	for _, re := range ages {
		var found []group
		for _, m := range re.FindAllStringSubmatch(s, -1) {
			var g group
			for i, name := range re.SubexpNames() {
				n, err := strconv.Atoi(m[i])
				switch {
				case name == "" || err != nil:
				case name == "from":
					g.from = strconv.Itoa(n)
				case name == "below":
					g.to = strconv.Itoa(n - 1)
				default:
					g.to = strconv.Itoa(n)
				}
			}
			if !slices.Contains(found, g) {
				found = append(found, g)
			}
		}
		if len(found) == 0 {
			continue
		}
		lo, _ := strconv.Atoi(found[0].from)
		hi, err := strconv.Atoi(found[0].to)
		if len(found) > 1 || lo > oldest || err == nil && (hi < lo || hi > oldest || hi < 0) {
			return "", ""
		}
		return found[0].from, found[0].to
	}
	return "", ""
}
