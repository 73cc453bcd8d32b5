package screening

import (
	"maps"
	"slices"
)

// domains is the required value set of category codes. Source: HL7 SDOH
// Clinical Care 3.0.0, SDOHCC CodeSystem Temporary Codes.
var domains = map[string]bool{
	"sdoh-category-unspecified": true, "food-insecurity": true, "housing-instability": true, "homelessness": true,
	"inadequate-housing": true, "transportation-insecurity": true, "financial-insecurity": true, "material-hardship": true,
	"educational-attainment": true, "employment-status": true, "veteran-status": true, "stress": true,
	"social-connection": true, "intimate-partner-violence": true, "elder-abuse": true, "personal-health-literacy": true,
	"health-insurance-coverage-status": true, "medical-cost-burden": true, "digital-literacy": true, "digital-access": true,
	"utility-insecurity": true, "incarceration-status": true, "language-access": true, "protective-factor": true,
}

// KnownDomain tells whether code is one of the category codes that needs carry,
// for example "food-insecurity".
func KnownDomain(code string) bool { return domains[code] }

// Domains lists the category codes in order.
func Domains() []string { return slices.Sorted(maps.Keys(domains)) }
