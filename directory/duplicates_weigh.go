package directory

import (
	"maps"
	"slices"
)

// Because is one thing that speaks for or against two records being the same.
type Because struct {
	// Code is one of the keys of evidence.
	Code string `json:"code"`
	// Weight is how much it speaks, in natural log odds; against when negative.
	Weight float64 `json:"weight"`
}

// evidence is how much each finding speaks for two records being the same, in
// natural log odds: 1 makes it 2.7 times as likely, 3 twenty times. Our own
// estimates, chosen so that what no two organizations share decides alone, a
// name with one more thing in common is enough, and a name never is; the test
// of labelled pairs measures them.
var evidence = map[string]float64{
	"same-identifier":  9,
	"other-identifier": -6,
	"same-name":        4,
	"like-name":        2.5,
	"near-name":        0.5,
	"other-name":       -3,
	"alien-name":       -6,
	"same-phone":       3,
	"shared-phone":     1,
	"same-email":       3,
	"same-website":     2.5,
	"shared-website":   0.5,
	"other-website":    -0.5,
	"same-address":     3,
	"shared-address":   1.5,
	"near-place":       1.5,
	"other-place":      -1,
	"far-place":        -2.5,
	"same-text":        1.5,
}

// beneath holds what weighs otherwise beneath one organization, whose services
// share phone, email, address and website anyway and often have one name at several
// places, and whose locations may have no name at all.
var beneath = map[string]map[string]float64{
	KindService: {
		"like-name": 0.5, "near-name": -3, "other-name": -6,
		"same-phone": 1.5, "shared-phone": 0.5, "same-email": 0.5, "same-address": 1.5, "shared-address": 1, "same-website": 0.5, "same-text": 3,
		"other-place": -4, "far-place": -6,
	},
	KindLocation: {"same-address": 4.5},
}

func weightOf(kind, code string) float64 {
	if w, ok := beneath[kind][code]; ok {
		return w
	}
	return evidence[code]
}

// prior is the log odds that two records that have something in common are the
// same before anything is compared: 1 to 20; our own estimate.
const prior = -3

// corroborates are the findings without one of which a name is not enough.
var corroborates = wordSet("same-identifier same-phone same-email same-website same-address shared-address shared-phone shared-website near-place same-text")

// onName is the most that a score can be on a name alone.
const onName = 0.3

// ProposeFrom is the score from which on two records are proposed as the same.
// On the pairs labelled by hand, precision is 0.91 and recall 0.81 there: a
// lower one finds little more and proposes more that is not the same, a higher
// one loses true pairs although a person looks at each anyway.
const ProposeFrom = 0.8

// BecauseCodes lists the codes that a [Because] can have.
func BecauseCodes() []string { return slices.Sorted(maps.Keys(evidence)) }
