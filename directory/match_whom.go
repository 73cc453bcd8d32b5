package directory

import (
	"fmt"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// Whom are people of whom a service is for any, which prints in plain English words.
type Whom []Condition

// String names the people: "women or children".
func (w Whom) String() string {
	var out []string
	for _, c := range w {
		if text := c.String(); text != "" {
			out = append(out, text)
		}
	}
	return strings.Join(out, " or ")
}

// whomWords name the people who meet a condition, by its [Condition.Word]. A
// translation has the same words.
var whomWords = map[string]string{
	"age-from": "people aged %g or older", "age-to": "people aged %g or younger", "age-range": "people aged %g to %g",
	"age-infant": "babies", "age-child": "children", "age-youth": "teens", "age-young-adult": "young adults", "age-adult": "adults", "age-senior": "older adults",
	"sex-female": "women", "sex-male": "men", "residence": "people who live in %s",
	"income": "people with a low income", "income-to": "people with an income up to %g%% of the poverty level",
	"veteran": "veterans", "pregnant": "people who are pregnant or just had a baby",
	"household-children": "families with children", "household-family": "families", "household-single": "people who live alone",
	"immigration-papers": "people with immigration papers or citizenship", "insurance-medicaid": "people with Medicaid", "insurance-medicare": "people with Medicare",
	"insurance-uninsured": "people without health insurance", "insurance-insured": "people with health insurance",
	"disability": "people with a disability", "homeless": "people without a home", "other": "others it names",
}

// Word is the code of the words for the condition, with what stands in them.
func (c Condition) Word() (code string, args []any) {
	switch {
	case c.Kind == AgeCondition && c.Min != nil && c.Max != nil && *c.Min > 0:
		return "age-range", []any{*c.Min, *c.Max}
	case c.Kind == AgeCondition && c.Max != nil:
		return "age-to", []any{*c.Max}
	case c.Kind == AgeCondition && c.Min != nil:
		return "age-from", []any{*c.Min}
	case c.Kind == IncomeCondition && c.Max != nil:
		return "income-to", []any{*c.Max}
	case c.Kind == ResidenceCondition:
		var names []string
		for _, a := range c.Areas {
			names = append(names, areaName(a))
		}
		return "residence", []any{strings.Join(names, ", ")}
	case c.Value != "":
		return string(c.Kind) + "-" + c.Value, nil
	default:
		return string(c.Kind), nil
	}
}

// String names the people who meet the condition in plain English words.
func (c Condition) String() string {
	code, args := c.Word()
	if len(args) == 0 {
		return whomWords[code]
	}
	return fmt.Sprintf(whomWords[code], args...)
}

// AreaText is an area code in words that ResolveAreas reads back.
func AreaText(code string) string {
	if id, ok := strings.CutPrefix(code, "county:"); ok {
		c, _ := geo.County(id)
		s, _ := geo.LookupState(id[:min(2, len(id))])
		return c.Name + ", " + s.Code
	}
	return areaName(code)
}

// areaName is an area code in words.
func areaName(code string) string {
	kind, id, _ := strings.Cut(code, ":")
	switch kind {
	case "zip":
		return id
	case "county":
		c, _ := geo.County(id)
		return c.Name
	case "state":
		s, _ := geo.LookupState(id)
		return s.Name
	default:
		return "the United States"
	}
}
