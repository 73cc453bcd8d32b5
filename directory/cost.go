package directory

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

var (
	freeWords = regexp.MustCompile(`(?i)^\s*(free|no (fee|fees|cost|charge)s?|none|services? (is|are) free|there (is|are) no (fee|cost|charge)s?|at no (cost|charge))\b`)
	butWords  = regexp.MustCompile(`(?i)[$€£]|\bslid|\bexcept|\bunless|\bbut\b|\breduced|\bor low|\blow.cost|\bdonation|\bsome\b`)
)

// free tells whether it is sure that nobody pays for the service.
func free(s Service) bool {
	if len(s.CostOptions) > 0 {
		return !slices.ContainsFunc(s.CostOptions, func(c CostOption) bool {
			return c.Amount != nil && *c.Amount > 0 || c.Amount == nil && !freeWords.MatchString(c.Option)
		})
	}
	text := cmp.Or(s.FeesDescription, s.Fees)
	return freeWords.MatchString(text) && !butWords.MatchString(text)
}

// fees is what the service costs in words.
func fees(s Service) string {
	if free(s) {
		return ""
	}
	var options []string
	for _, c := range s.CostOptions {
		if text := cmp.Or(c.AmountDescription, c.Option); text != "" {
			options = append(options, text)
		}
	}
	return cmp.Or(s.FeesDescription, s.Fees, strings.Join(options, "; "))
}
