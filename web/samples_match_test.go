package web

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

// matchSamples renders the pages about matching: how it works, matches with
// much to ask, and what is told of a patient for it.
func matchSamples(t testing.TB) map[string]templ.Component {
	list := sampleMatches(samplePage(t, identity.CHW, "/patients/p1/needs/n3/matches", "matches.title"))
	list.Choice = matchChoice(list.Locale, "p1", "n3", "", sampleJudged())
	edit := samplePage(t, identity.CHW, "/patients/p1/edit", "patient-edit.title")
	patient := sampleRecord()
	patient.Situation = sampleSituation()
	refused := samplePage(t, identity.CHW, "/patients/p1/edit", "patient-edit.title")
	refused.Invalid = true
	wrong := editForm(refused, patient).With("situation.householdSize", "many")
	wrong.Problems = []Problem{{Field: "situation.householdSize", Text: "Write how many people live in the home as a number up to 30."}}
	return map[string]templ.Component{
		"matching":          matchingPage(matchingView(samplePage(t, identity.CHW, howMatchingWorks, "matching.title"))),
		"matches-judged":    matchesPage(list),
		"situation":         editPatientPage(editPatientView(edit, editForm(edit, patient), patient)),
		"situation-refused": editPatientPage(editPatientView(refused, wrong, patient)),
	}
}

func sampleSituation() patients.Situation {
	return patients.Situation{Sex: "female", HouseholdSize: 4, Children: new(true), Veteran: new(false), Insurance: "medicaid", IncomePercent: new(130), Travel: "no-car"}
}
