package visits

import (
	"slices"
	"time"

	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

type need = screening.Need

// What is wrong, where the rule's own sentence would not say it to somebody
// who reads it later.
const (
	sayElsewhere   = "This patient is not at your organization now. Choose the patient, or make a new one."
	sayNeedChanged = "Somebody changed this need after your visit. Look at both and choose."
	sayOurs        = "Something went wrong on our side again and again. Tell your administrator, then send it on."

	sayWaitsPatient   = "This waits until it is clear who the patient is."
	sayWaitsScreening = "This waits until the answers are stored."
	sayWaitsWanted    = "This waits until it is clear whether help is wanted."
	sayWaitsConsent   = "This waits until the consent is recorded."
)

// notFound says by part what does not exist any more.
var notFound = map[string]string{
	referrals.VisitPartPatient:   sayElsewhere,
	referrals.VisitPartScreening: "The patient is not here any more.",
	referrals.VisitPartWanted:    "The need is not here any more.",
	referrals.VisitPartConsent:   "An organization of this consent is not here any more.",
	referrals.VisitPartReferral:  "This service is not listed any more. Choose another one, or leave the referral out.",
}

// changed says by part what somebody else changed in the meantime.
var changed = map[string]string{
	referrals.VisitPartPatient:   "Somebody changed this patient after your visit. Look at both and choose.",
	referrals.VisitPartScreening: "Somebody changed this at the same time. Send it on again.",
	referrals.VisitPartWanted:    sayNeedChanged,
	referrals.VisitPartConsent:   "Somebody changed this at the same time. Send it on again.",
	referrals.VisitPartReferral:  "Somebody changed this at the same time. Send it on again.",
}

// waitsFor tells for which other parts a part must wait, given how they ended:
//
//	screening, consent ← patient
//	wanted             ← patient, screening
//	referral           ← patient, screening, what is wanted for its topic, the visit's own consent
func waitsFor(part string, v referrals.Visit, e Envelope, problems map[string][]Problem) []Problem {
	open := func(name string) bool { st := e.part(name); return st != "" && st != PartDone }
	var out []Problem
	wait := func(on bool, say string) {
		if on {
			out = append(out, Problem{Format: say})
		}
	}
	if part == referrals.VisitPartPatient {
		return nil
	}
	wait(open(referrals.VisitPartPatient), sayWaitsPatient)
	if part == referrals.VisitPartWanted || part == referrals.VisitPartReferral {
		wait(open(referrals.VisitPartScreening), sayWaitsScreening)
	}
	if part == referrals.VisitPartReferral && v.Referral != nil {
		_, asked := v.Wanted[v.Referral.Topic]
		unclear := e.part(referrals.VisitPartWanted) == PartSkipped || slices.ContainsFunc(problems[referrals.VisitPartWanted], func(p Problem) bool {
			return p.Field == "" || p.Field == referrals.VisitPartWanted+"."+v.Referral.Topic
		})
		wait(asked && open(referrals.VisitPartWanted) && unclear, sayWaitsWanted)
		wait(v.Referral.ConsentID == "" && open(referrals.VisitPartConsent), sayWaitsConsent)
	}
	return out
}

// says tells whether a need already says whether help is wanted.
func says(n need, wanted bool) bool {
	if !wanted {
		return n.Status == screening.NeedNotWanted
	}
	return n.Wanted != nil && *n.Wanted && !n.Status.Closed()
}

// changedSince tells whether something else than the visit's own screening
// changed the need after the visit.
func changedSince(n need, collected time.Time, screeningID string) bool {
	return !collected.IsZero() && slices.ContainsFunc(n.History, func(c screening.NeedChange) bool {
		return c.At.After(collected) && (screeningID == "" || c.ScreeningID != screeningID)
	})
}
