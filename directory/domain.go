package directory

// Domain is a need domain: a category of social needs.
type Domain struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// domains are the need domains in the order in which lists show them. Codes:
// Gravity Project, value set "SDOHCC ValueSet SDOH Category" of HL7 SDOH
// Clinical Care 3.0.0; the names are our plain words for them.
var domains = []Domain{
	{"food-insecurity", "Food"},
	{"housing-instability", "Keeping a home"},
	{"homelessness", "A place to stay"},
	{"inadequate-housing", "Safe and healthy housing"},
	{"utility-insecurity", "Utility bills"},
	{"transportation-insecurity", "Transportation"},
	{"financial-insecurity", "Money"},
	{"material-hardship", "Clothes and household goods"},
	{"employment-status", "Work"},
	{"educational-attainment", "Education"},
	{"health-insurance-coverage-status", "Health insurance"},
	{"medical-cost-burden", "Medical bills"},
	{"personal-health-literacy", "Understanding health information"},
	{"stress", "Stress and mental health"},
	{"social-connection", "Social connection"},
	{"intimate-partner-violence", "Safety in relationships"},
	{"elder-abuse", "Safety of older adults"},
	{"veteran-status", "Help for veterans"},
	{"digital-access", "Internet and devices"},
	{"digital-literacy", "Computer skills"},
	{"incarceration-status", "Life after prison or jail"},
	{"language-access", "Help in your language"},
	{"protective-factor", "Strengths and protection"},
	{"sdoh-category-unspecified", "Other help"},
}

var domainNames = func() map[string]string {
	m := make(map[string]string, len(domains))
	for _, d := range domains {
		m[d.Code] = d.Name
	}
	return m
}()

// Domains lists the need domains in the order in which lists show them.
func Domains() []Domain { return append([]Domain(nil), domains...) }

// DomainName is a need domain in plain words; the code itself when it is none.
func DomainName(code string) string {
	if n, ok := domainNames[code]; ok {
		return n
	}
	return code
}
