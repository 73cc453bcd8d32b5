package directory

import "time"

// Factor is something that weighs in to the order of matches.
type Factor string

// The factors.
const (
	FactorArea     Factor = "area"
	FactorCapacity Factor = "capacity"
	FactorFit      Factor = "fit"
	FactorLanguage Factor = "language"
	FactorAccess   Factor = "access"
	FactorDistance Factor = "distance"
	FactorPast     Factor = "past"
	FactorOpen     Factor = "open"
	FactorCost     Factor = "cost"
	FactorRules    Factor = "rules"
	FactorFresh    Factor = "fresh"
	FactorQuality  Factor = "quality"
	FactorNeed     Factor = "need"
)

// Weight says how much a factor weighs.
type Weight struct {
	Factor Factor
	// Step is the points of one step, Steps how many there are at most.
	Step, Steps float64
}

// Most is the most points that the factor can give.
func (w Weight) Most() float64 { return w.Step * w.Steps }

// weights are what each factor gives, the most important first. A step of one
// is more than all below it together, so that the factors count in this order.
// Our own decision: whether help can be had at all comes before how good it
// was to others, and that before how convenient it is.
var weights = []Weight{
	{FactorArea, 65536, 3},     // how sure it is that it serves the place, and is near; see Tier
	{FactorCapacity, 16384, 3}, // open, not told, waitlist, full
	{FactorFit, 8192, 1},       // whether it is for somebody like the person
	{FactorLanguage, 4096, 1},
	{FactorAccess, 2048, 1}, // for those who use a wheelchair
	{FactorDistance, 1024, 1},
	{FactorPast, 512, 1}, // how it answered referrals
	{FactorOpen, 256, 1},
	{FactorCost, 128, 1},
	{FactorRules, 64, 1},   // no rules in words that nobody can check
	{FactorFresh, 32, 1},   // when somebody last made sure of the listing
	{FactorQuality, 16, 1}, // how much the listing tells
	{FactorNeed, 8, 1},     // how sure it is that it helps with the need
}

// Weights lists what weighs in to the order of matches, the most important first.
func Weights() []Weight { return append([]Weight(nil), weights...) }

// most is how many points each factor can give, and all together.
var most, mostPoints = func() (map[Factor]float64, float64) {
	m, sum := map[Factor]float64{}, 0.0
	for _, w := range weights {
		m[w.Factor] = w.Most()
		sum += w.Most()
	}
	return m, sum
}()

// capacitySteps: who takes more people comes first; not told comes before a
// waitlist, since a call may settle it.
var capacitySteps = map[string]float64{CapacityOpen: 3, CapacityUnknown: 2, CapacityWaitlist: 1, CapacityFull: 0}

// Shares of the points for fit. A service made for people like the person
// comes before one for everybody; what must be asked comes after, and last
// what seems to be for others, but not surely.
const (
	fitMet      = 1
	fitNothing  = 0.75
	fitAsk      = 0.5
	fitDoubtful = 0
)

// halfway is the distance in metres at which half the points for distance are
// left: five miles; one for who has no car, a walk of twenty minutes.
const (
	halfway       = 5 * metersPerMile
	halfwayOnFoot = metersPerMile
)

// virtualShare is the part of the points for distance that a service gets
// which needs no visit: as much as one about a mile and a half away.
const virtualShare = 0.75

// Shares of the points for language, where none is shared for sure.
const (
	interpreterShare = 0.5
	unknownShare     = 0.25
)

// closedShare is the part of the points for open now that a place gets which
// is closed now, but tells when it opens. One whose hours are not known gets
// none: somebody has to call first.
const closedShare = 0.25

// freshFor is how long a verified listing counts as fresh; its points fade away until then.
const freshFor = 365 * 24 * time.Hour

// unsureNeed is the confidence below which a need is shown as not sure.
const unsureNeed = 0.75

// pastParts are the parts of the points for past answers: shares of the
// referrals that were acknowledged and accepted, of those settled in which the
// person was served, and how soon it accepts.
var pastParts = struct{ acknowledged, accepted, served, soon float64 }{0.3, 0.25, 0.35, 0.1}

const (
	// priorReferrals is how many referrals with the network's usual answers
	// are added to a service's own, so that one accepted of one is no 100 %.
	// Our own decision: with as many of its own, they count half.
	priorReferrals = 10
	// slowDays is the number of days to accept at which half the points for soon are left.
	slowDays = 3
	// fewestShown is the least number of referrals of which anything is told
	// in words; smaller groups could tell about a person. Source: CMS cell
	// size suppression policy, cells of 1 to 10 are not shown.
	fewestShown = 11
)

// usualPast stands for the network where nothing is known of it.
var usualPast = Past{Sent: 2, Acknowledged: 1, Accepted: 1, Settled: 2, Served: 1, MedianDaysToAccept: slowDays}

// MatchingFacts are numbers of the rules of matching, to be told to people.
type MatchingFacts struct {
	HalfwayMiles, OnFootMiles int // where half the points for distance are left
	FreshDays                 int // how long a check of a listing counts
	PriorReferrals            int // usual referrals added to a service's own
	FewestShown               int // referrals below which nothing is told of past answers
}

// HowMatchingWorks answers the numbers of the rules of matching.
func HowMatchingWorks() MatchingFacts {
	return MatchingFacts{
		HalfwayMiles: int(halfway / metersPerMile), OnFootMiles: int(halfwayOnFoot / metersPerMile),
		FreshDays: int(freshFor.Hours() / 24), PriorReferrals: priorReferrals, FewestShown: fewestShown,
	}
}
