package fhir

import "github.com/labstack/echo/v4"

// CapabilityStatement is FHIR R4 CapabilityStatement, with the parts that say
// what this server does.
type CapabilityStatement struct {
	ResourceType   string         `json:"resourceType"`
	Status         string         `json:"status"`
	Date           string         `json:"date"`
	Kind           string         `json:"kind"`
	Software       Software       `json:"software"`
	Implementation Implementation `json:"implementation"`
	FHIRVersion    string         `json:"fhirVersion"`
	Format         []string       `json:"format"`
	Rest           []Rest         `json:"rest"`
}

// Software names the program.
type Software struct {
	Name string `json:"name"`
}

// Implementation names this installation.
type Implementation struct {
	Description string `json:"description"`
	URL         string `json:"url"`
}

// Rest is what the RESTful server does.
type Rest struct {
	Mode     string       `json:"mode"`
	Security RestSecurity `json:"security"`
	Resource []Capability `json:"resource"`
}

// RestSecurity says how to sign in.
type RestSecurity struct {
	CORS        bool   `json:"cors"`
	Description string `json:"description"`
}

// Capability is what the server does with one type of resource.
type Capability struct {
	Type             string             `json:"type"`
	SupportedProfile []string           `json:"supportedProfile,omitempty"`
	Documentation    string             `json:"documentation"`
	Interaction      []Interaction      `json:"interaction"`
	Versioning       string             `json:"versioning"`
	SearchParam      []SearchCapability `json:"searchParam,omitempty"`
}

// Interaction is a FHIR interaction: read or search-type.
type Interaction struct {
	Code string `json:"code"`
}

// SearchCapability is a search parameter.
type SearchCapability struct {
	Name          string `json:"name"`
	Type          string `json:"type"`
	Documentation string `json:"documentation"`
}

var (
	readOnly      = []Interaction{{"read"}}
	readAndSearch = []Interaction{{"read"}, {"search-type"}}
)

// capabilities is all that the server does; a test holds it against the routes.
var capabilities = []Capability{
	{
		Type: "Questionnaire", Interaction: readAndSearch, Versioning: "no-version",
		Documentation: "The screening instruments, each in its newest version.",
		SearchParam: []SearchCapability{
			{"url", "uri", "The canonical address, without a version."},
			{"version", "token", "The version, in full."},
		},
	},
	{
		Type: "QuestionnaireResponse", Interaction: readOnly, Versioning: "versioned",
		Documentation: "Complete screenings of patients of the own organization.",
	},
	{
		Type: "Task", SupportedProfile: []string{taskProfile}, Interaction: readAndSearch, Versioning: "versioned",
		Documentation: "Referrals that the own organization sent or received. " +
			"What the patient's consent does not cover is masked. Pages hold at most 100 tasks (_count).",
		SearchParam: []SearchCapability{
			{"status", "token", "One or several codes with commas, without a system."},
		},
	},
	{
		Type: "ServiceRequest", SupportedProfile: []string{requestProfile}, Interaction: readOnly, Versioning: "versioned",
		Documentation: "What was asked for by a referral; it has the id of the Task.",
	},
}

// statementDate is when what the statement says last changed.
const statementDate = "2026-11-22"

// capability is the statement of a server with the base URL.
func capability(base string) CapabilityStatement {
	return CapabilityStatement{
		ResourceType: "CapabilityStatement", Status: "active", Date: statementDate, Kind: "instance",
		Software:       Software{"Havenloop"},
		Implementation: Implementation{"Community resource referrals with screening for social needs", base},
		FHIRVersion:    "4.0.1", Format: []string{"json"},
		Rest: []Rest{{
			Mode: "server",
			Security: RestSecurity{Description: "Sign in at /api/v1/auth/login and send the access token as a bearer token. " +
				"Roles and the patient's consent decide what is shown; the rest is answered as not found."},
			Resource: capabilities,
		}},
	}
}

// Metadata handles GET /fhir/metadata: what this server can do.
func (h *Handlers) Metadata(c echo.Context) error { return answer(c, capability(h.base), nil) }
