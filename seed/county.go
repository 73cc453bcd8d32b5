package seed

import (
	"bufio"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed data/county.txt
var countyText string

// organization is one of the county's with its places and services.
type organization struct {
	slug, name, zip, street, hours, about string
	languages                             []string
	places                                []place
	services                              []service
}

// place is a further one of an organization.
type place struct{ zip, street, name, hours string }

type service struct {
	slug, name, hours, capacity, area, cost, who, about string
	needs, languages, bring                             []string
	ages                                                [2]*float64
	everywhere                                          bool // offered at every place
}

// needCodes are the short words for need domains (Gravity category codes).
var needCodes = map[string]string{
	"food": "food-insecurity", "hi": "housing-instability", "hl": "homelessness", "ih": "inadequate-housing",
	"tr": "transportation-insecurity", "ut": "utility-insecurity", "ipv": "intimate-partner-violence", "ea": "elder-abuse",
	"fin": "financial-insecurity", "mat": "material-hardship", "emp": "employment-status", "edu": "educational-attainment",
	"soc": "social-connection", "str": "stress", "ins": "health-insurance-coverage-status", "med": "medical-cost-burden",
	"dl": "digital-literacy", "da": "digital-access", "lang": "language-access", "vet": "veteran-status",
	"inc": "incarceration-status", "phl": "personal-health-literacy", "unspec": "sdoh-category-unspecified",
}

// towns names the made-up towns by the ZIP codes on whose ground they stand.
var towns = map[string]string{
	"95350": "Alder Falls", "95351": "Alder Falls", "95354": "Alder Falls", "95355": "Alder Falls",
	"95356": "Alder Falls", "95357": "Alder Falls", "95358": "Alder Falls",
	"95380": "Tamarack", "95382": "Tamarack", "95307": "Cedar Glen", "95367": "Riverbend", "95361": "Oak Ridge",
	"95363": "Salado", "95360": "Newbridge", "95319": "Empire Grove", "95326": "Hughes Creek",
	"95386": "Waterford Hills", "95368": "Salado Springs", "95328": "Keys Crossing", "95316": "Denton", "95313": "Crows Rest",
}

// The area and zone of the county.
const (
	countyArea = "county:06099"
	stateArea  = "state:06"
	state      = "CA"
	zone       = "America/Los_Angeles"
)

// readCounty reads data/county.txt; a line that cannot be read is an error.
func readCounty() ([]organization, error) {
	var out []organization
	err := eachLine(countyText, func(kind byte, f []string) error {
		switch kind {
		case '@':
			if len(f) != 7 {
				return fmt.Errorf("an organization has 7 parts")
			}
			out = append(out, organization{slug: f[0], name: f[1], zip: f[2], street: f[3], hours: f[4], languages: list(f[5]), about: f[6]})
			return nil
		case '+':
			if len(f) != 4 {
				return fmt.Errorf("a place has 4 parts")
			}
			o := &out[len(out)-1]
			o.places = append(o.places, place{f[0], f[1], f[2], f[3]})
			return nil
		case '-':
			s, err := readService(f)
			o := &out[len(out)-1]
			o.services = append(o.services, s)
			return err
		}
		return fmt.Errorf("a line begins with @, + or -")
	})
	return out, err
}

func readService(f []string) (service, error) {
	if len(f) != 12 {
		return service{}, fmt.Errorf("a service has 12 parts, not %d", len(f))
	}
	s := service{
		name: f[1], hours: f[3], languages: list(f[4]), capacity: f[5], area: f[6], cost: f[7],
		who: f[9], bring: list(f[10]), about: f[11],
	}
	s.slug, s.everywhere = strings.CutSuffix(f[0], "*")
	for _, n := range list(f[2]) {
		domain, ok := needCodes[n]
		if !ok {
			return s, fmt.Errorf("unknown need %s", n)
		}
		s.needs = append(s.needs, domain)
	}
	if f[8] != "" {
		for i, part := range strings.SplitN(f[8], "-", 2) {
			if part == "" {
				continue
			}
			n, err := strconv.ParseFloat(part, 64)
			if err != nil {
				return s, fmt.Errorf("ages %s: %w", f[8], err)
			}
			s.ages[i] = &n
		}
	}
	return s, nil
}

// eachLine calls fn for every line that is not empty or a comment, with its
// first character and the parts between bars.
func eachLine(text string, fn func(kind byte, parts []string) error) error {
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line[1:], "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if err := fn(line[0], parts); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

// list splits at commas; nothing gives nothing.
func list(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
