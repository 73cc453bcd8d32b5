package directory

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/geo"
)

// weighing adds up one candidate.
type weighing struct {
	points   float64
	doubtful bool // it seems to be for others
	reasons  []Reason
	unknown  []Reason
}

// howSure says how sure it is that the service is for the seeker.
func (w *weighing) howSure() Fit {
	if w.doubtful {
		return FitDoubtful
	}
	for _, r := range w.unknown {
		if r.Code == UnknownEligible || r.Code == UnknownArea {
			return FitAsk
		}
	}
	return FitSure
}

// add gives a share, from 0 to 1, of the points of a factor.
func (w *weighing) add(f Factor, share float64) { w.points += most[f] * share }

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
	if !fits || e.Status != string(Active) || !slices.Contains(e.Needs, domain) {
		return scored{}, false
	}
	var w weighing
	w.need(domain, c.Confidence)
	w.place(s.areas, tier, e)
	w.capacity(e.Capacity)
	if !w.fit(s, c) {
		return scored{}, false
	}
	w.access(s.Wheelchair, e)
	w.distance(meters, e, c.Service.Confidential, s.NoCar)
	w.language(s.languages, e.Languages, c.Service.Interpreters)
	open := e.Hours.At(now)
	w.hours(open)
	w.cost(e.CostFree, c.Service.Fees)
	w.past(c.Past)
	w.papers(c.Eligibility.Papers)
	w.rules(c)
	w.fresh(e, now)
	m = scored{points: w.points, entry: e.ID, match: Match{Service: c.Service, Fit: w.howSure(), Reasons: w.reasons, Unknown: w.unknown}}
	if m.match.Unknown == nil {
		m.match.Unknown = []Reason{}
	}
	m.match.Service.DistanceMeters, m.match.Service.Tier, m.match.Service.OpenNow = meters, s.name(tier), open.Known()
	return m, true
}

func (w *weighing) need(domain string, confidence float64) {
	w.because(ReasonNeed, "It helps with: %s.", NeedName(domain))
	w.add(FactorNeed, confidence)
	if confidence < unsureNeed {
		w.unsure(UnknownNeed, "We think it helps with this need, but nobody has checked.")
	}
}

func (w *weighing) place(areas []string, tier Tier, e Entry) {
	w.add(FactorArea, float64(Unknown-tier)/float64(Unknown))
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
	w.add(FactorCapacity, capacitySteps[status]/capacitySteps[CapacityOpen])
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

func (w *weighing) distance(meters *float64, e Entry, confidential, onFoot bool) {
	share, half := 0.0, float64(halfway)
	if onFoot {
		half = halfwayOnFoot
	}
	if e.Virtual {
		share = virtualShare
		w.because(ReasonVirtual, "It can help by phone or online.")
	}
	if meters != nil {
		share = max(share, half/(half+*meters))
		w.because(ReasonDistance, "It is %s away.", Miles(*meters))
	}
	w.add(FactorDistance, share)
	switch {
	case meters != nil || e.Virtual:
	case confidential:
		w.unsure(UnknownDistance, "The address is kept private to keep people safe. Call first.")
	default:
		w.unsure(UnknownDistance, "We do not know how far away it is.")
	}
}

func (w *weighing) language(wanted, spoken []string, interpreters bool) {
	if len(wanted) == 0 {
		return
	}
	for _, code := range wanted {
		if slices.Contains(spoken, code) {
			w.add(FactorLanguage, 1)
			w.because(ReasonLanguage, "They speak %s.", LanguageName(code))
			return
		}
	}
	switch {
	case interpreters:
		w.add(FactorLanguage, interpreterShare)
		w.because(ReasonInterpreter, "They can bring in an interpreter.")
	case len(spoken) == 0:
		w.add(FactorLanguage, unknownShare)
		w.unsure(UnknownLanguages, "We do not know if they speak %s.", LanguageName(wanted[0]))
	}
}

func (w *weighing) hours(open Openness) {
	switch open {
	case Open:
		w.add(FactorOpen, 1)
		w.because(ReasonOpenNow, "It is open now.")
	case Closed:
		w.add(FactorOpen, closedShare)
	case OpenUnknown:
		w.unsure(UnknownHours, "We do not know when it is open. Call first.")
	}
}

func (w *weighing) cost(free bool, fees string) {
	switch {
	case free:
		w.add(FactorCost, 1)
		w.because(ReasonFree, "It is free.")
	case fees == "":
		w.unsure(UnknownCost, "We do not know what it costs.")
	}
}

// fresh: a listing that somebody made sure of lately, and one that tells much.
func (w *weighing) fresh(e Entry, now time.Time) {
	w.add(FactorQuality, min(max(e.Quality, 0), 1))
	age := max(now.Sub(e.VerifiedAt), 0)
	if e.VerifiedAt.IsZero() || age >= freshFor {
		return
	}
	w.add(FactorFresh, 1-float64(age)/float64(freshFor))
	w.because(ReasonVerified, "Somebody checked this listing on %s.", Date(e.VerifiedAt.Format(time.DateOnly)))
}

var (
	accessWords   = regexp.MustCompile(`(?i)wheelchair|\bada\b|\bramps?\b|accessible|silla de ruedas|accesible`)
	noAccessWords = regexp.MustCompile(`(?i)\b(no|not|non|limited|partial\w*|inaccessible|sin)\b`)
)

// access: whether somebody in a wheelchair gets in.
func (w *weighing) access(wheelchair bool, e Entry) {
	if !wheelchair {
		return
	}
	words := strings.Join(e.Accessibility, "; ")
	switch {
	case e.Virtual, accessWords.MatchString(words) && !noAccessWords.MatchString(words):
		w.add(FactorAccess, 1)
		if !e.Virtual {
			w.because(ReasonAccess, "A wheelchair can get in.")
		}
	default:
		w.unsure(ReasonAccess, "We do not know if a wheelchair can get in. Ask first.")
	}
}
