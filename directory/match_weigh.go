package directory

import (
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/geo"
)

// weights are what each fact adds to a score. Every weight is more than all
// below it together, so that facts count strictly in this order: tier of
// place, capacity, language, distance, open now, cost, age, other rules,
// freshness of the listing, how sure the need is. Unit: points; a weight is the most its
// fact can add, those of tier and capacity three times. Our own decision:
// whether help can be had at all comes before how convenient it is.
var weights = struct {
	tier, capacity, language, distance, openNow, free, age, noRules, verified, need float64
}{tier: 8192, capacity: 2048, language: 1024, distance: 512, openNow: 256, free: 128, age: 64, noRules: 32, verified: 16, need: 8}

// capacitySteps: who takes more people comes first; not told comes before a
// waitlist, since a call may settle it.
var capacitySteps = map[string]float64{CapacityOpen: 3, CapacityUnknown: 2, CapacityWaitlist: 1, CapacityFull: 0}

// halfway is the distance in metres at which half the points for distance are left: five miles.
const halfway = 5 * metersPerMile

// freshFor is how long a verified listing counts as fresh.
const freshFor = 365 * 24 * time.Hour

// mostPoints is the score of a service with everything.
var mostPoints = 3*weights.tier + 3*weights.capacity + weights.language + weights.distance + weights.openNow + weights.free + weights.age + weights.noRules + weights.verified + weights.need

// weighing adds up one candidate.
type weighing struct {
	points  float64
	reasons []Reason
	unknown []Reason
}

func (w *weighing) because(code, format string, args ...any) {
	w.reasons = append(w.reasons, Reason{code, format, args})
}

func (w *weighing) unsure(code, format string, args ...any) {
	w.unknown = append(w.unknown, Reason{code, format, args})
}

// weigh scores one candidate; ok is false when it is not for the seeker.
func (s ready) weigh(domain string, c Candidate, now time.Time) (m scored, ok bool) {
	e := c.Entry
	tier, meters, fits := s.tier(e)
	if !fits || e.Status != string(Active) || !slices.Contains(e.Needs, domain) || s.age != nil && !ageFits(e, *s.age) {
		return scored{}, false
	}
	var w weighing
	w.need(domain, c.Confidence)
	w.place(s.areas, tier, e)
	w.capacity(e.Capacity)
	w.distance(meters, e, c.Service.Confidential)
	w.language(s.languages, e.Languages, c.Service.Interpreters)
	open := e.Hours.At(now)
	w.hours(open)
	w.cost(e.CostFree, c.Service.Fees)
	w.eligibility(s.age, e, c.Service.Eligibility)
	if !e.VerifiedAt.IsZero() && now.Sub(e.VerifiedAt) < freshFor {
		w.points += weights.verified
		w.because(ReasonVerified, "Somebody checked this listing on %s.", Date(e.VerifiedAt.Format(time.DateOnly)))
	}
	m = scored{points: w.points, entry: e.ID, match: Match{Service: c.Service, Reasons: w.reasons, Unknown: w.unknown}}
	if m.match.Unknown == nil {
		m.match.Unknown = []Reason{}
	}
	m.match.Service.DistanceMeters, m.match.Service.Tier, m.match.Service.OpenNow = meters, s.name(tier), open.Known()
	return m, true
}

// unsureNeed is the confidence below which a need is shown as not sure.
const unsureNeed = 0.75

func (w *weighing) need(domain string, confidence float64) {
	w.because(ReasonNeed, "It helps with: %s.", NeedName(domain))
	w.points += weights.need * confidence
	if confidence < unsureNeed {
		w.unsure(UnknownNeed, "We think it helps with this need, but nobody has checked.")
	}
}

func (w *weighing) place(areas []string, tier Tier, e Entry) {
	w.points += weights.tier * float64(Unknown-tier)
	for _, a := range areas { // narrowest first
		if slices.Contains(e.Areas, a) {
			format, arg := areaSentence(a)
			w.because(ReasonCoversArea, format, arg...)
			return
		}
	}
	w.unsure(UnknownArea, "We do not know if it serves this area. Ask first.")
}

// areaSentence says that a service covers the area of the code.
func areaSentence(code string) (format string, args []any) {
	kind, id, _ := strings.Cut(code, ":")
	switch kind {
	case "zip":
		return "It serves ZIP code %s.", []any{id}
	case "county":
		c, _ := geo.County(id)
		return "It serves %s.", []any{c.Name}
	case "state":
		st, _ := geo.LookupState(id)
		return "It serves all of %s.", []any{st.Name}
	default:
		return "It serves the whole country.", nil
	}
}

func (w *weighing) capacity(status string) {
	w.points += weights.capacity * capacitySteps[status]
	switch status {
	case CapacityOpen:
		w.because(ReasonCapacity, "It takes new people.")
	case CapacityWaitlist:
		w.because(ReasonCapacity, "It has a waitlist.")
	case CapacityFull:
		w.because(ReasonCapacity, "It is full right now.")
	default:
		w.unsure(ReasonCapacity, "We do not know if it takes new people.")
	}
}

// virtualShare is the part of the points for distance that a service gets
// which needs no visit: as much as one about a mile and a half away.
const virtualShare = 0.75

func (w *weighing) distance(meters *float64, e Entry, confidential bool) {
	share := 0.0
	if e.Virtual {
		share = virtualShare
		w.because(ReasonVirtual, "It can help by phone or online.")
	}
	if meters != nil {
		share = max(share, halfway/(halfway+*meters))
		w.because(ReasonDistance, "It is %s away.", Miles(*meters))
	}
	w.points += weights.distance * share
	switch {
	case meters != nil || e.Virtual:
	case confidential:
		w.unsure(UnknownDistance, "The address is kept private to keep people safe. Call first.")
	default:
		w.unsure(UnknownDistance, "We do not know how far away it is.")
	}
}

// Shares of the points for language, where none is shared for sure.
const (
	interpreterShare = 0.5
	unknownShare     = 0.25
)

func (w *weighing) language(wanted, spoken []string, interpreters bool) {
	if len(wanted) == 0 {
		return
	}
	for _, code := range wanted {
		if slices.Contains(spoken, code) {
			w.points += weights.language
			w.because(ReasonLanguage, "They speak %s.", LanguageName(code))
			return
		}
	}
	switch {
	case interpreters:
		w.points += weights.language * interpreterShare
		w.because(ReasonInterpreter, "They can bring in an interpreter.")
	case len(spoken) == 0:
		w.points += weights.language * unknownShare
		w.unsure(UnknownLanguages, "We do not know if they speak %s.", LanguageName(wanted[0]))
	}
}

// closedShare is the part of the points for open now that a place gets which
// is closed now, but tells when it opens. One whose hours are not known gets
// none: somebody has to call first.
const closedShare = 0.25

func (w *weighing) hours(open Openness) {
	switch open {
	case Open:
		w.points += weights.openNow
		w.because(ReasonOpenNow, "It is open now.")
	case Closed:
		w.points += weights.openNow * closedShare
	case OpenUnknown:
		w.unsure(UnknownHours, "We do not know when it is open. Call first.")
	}
}

func (w *weighing) cost(free bool, fees string) {
	switch {
	case free:
		w.points += weights.free
		w.because(ReasonFree, "It is free.")
	case fees == "":
		w.unsure(UnknownCost, "We do not know what it costs.")
	}
}

// eligibility: a service for everybody comes before one with rules in words,
// which nobody can check here.
func (w *weighing) eligibility(age *float64, e Entry, rules string) {
	limited := e.AgeMin != nil || e.AgeMax != nil
	switch {
	case !limited:
		w.points += weights.age
	case age != nil:
		w.points += weights.age
		w.because(ReasonAge, "It is for people of this age.")
	default:
		format, args := ageSentence(e.AgeMin, e.AgeMax)
		w.unsure(UnknownEligible, format, args...)
	}
	if rules == "" {
		w.points += weights.noRules
	} else {
		w.unsure(UnknownEligible, "There are rules for who can use it: %s", rules)
	}
}

func ageSentence(from, to *float64) (format string, args []any) {
	switch {
	case to == nil:
		return "It is for people aged %g or older. Check the age.", []any{*from}
	case from == nil:
		return "It is for people aged %g or younger. Check the age.", []any{*to}
	default:
		return "It is for people aged %g to %g. Check the age.", []any{*from, *to}
	}
}
