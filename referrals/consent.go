package referrals

import (
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// Consent is a patient's permission to share certain things about certain
// needs with certain agencies. Nothing leaves without one.
type Consent struct {
	docstore.Meta
	PatientID string `json:"patientId"`
	// OrganizationID is the care organization that holds the consent.
	OrganizationID string     `json:"organizationId"`
	Recipients     Recipients `json:"recipients"`
	Needs          []string   `json:"needs"`  // domains
	Fields         []Field    `json:"fields"` // what may be shared
	Method         Method     `json:"method"`
	Signer         Signer     `json:"signer"`
	// Signature is what stands for the signer's hand; empty when it was given by voice.
	Signature   Signature `json:"signature,omitzero"`
	Language    string    `json:"language"`              // of the text that was read, a BCP 47 tag
	TextVersion string    `json:"textVersion,omitempty"` // of the text that was read
	// ExpiresOn is the last day on which the consent holds; "" for no end.
	ExpiresOn string `json:"expiresOn,omitempty"`
	// EndsAt is the end of that day where the care organization is; zero for no end.
	EndsAt time.Time `json:"endsAt,omitzero"`

	Status  ConsentStatus `json:"status"`
	GivenAt time.Time     `json:"givenAt"`
	GivenBy string        `json:"givenBy"` // the user who recorded it
	// GivenByName is that user's name then.
	GivenByName string    `json:"givenByName,omitempty"`
	EndedAt     time.Time `json:"endedAt,omitzero"`
	EndedBy     string    `json:"endedBy,omitempty"`
}

// Recipients says with whom may be shared.
type Recipients struct {
	OrganizationIDs []string `json:"organizationIds"`
	// Class is [NetworkAgencies] or empty.
	Class string `json:"class,omitempty"`
}

// NetworkAgencies is the class of all agencies of the network that serve the need.
const NetworkAgencies = "network-agencies"

// Field is a group of data that a consent covers.
type Field string

// The field groups.
const (
	FieldContact  Field = "contact"  // phone, email, address, when and how to call
	FieldIdentity Field = "identity" // name, birth date, languages
	FieldNeed     Field = "need"     // which need it is
	FieldAnswers  Field = "answers"  // the screening answers behind the need
	FieldNotes    Field = "notes"    // what the sender wrote
)

// Method is how consent was given.
type Method string

// The methods.
const (
	Verbal     Method = "verbal"
	Written    Method = "written"
	Electronic Method = "electronic"
)

// Signer is who gave the consent.
type Signer struct {
	Name string `json:"name"`
	// Relationship to the patient: "self", "parent", "guardian", "proxy" or another word.
	Relationship string `json:"relationship"`
}

// Signature is how a consent that was not given by voice was signed.
type Signature struct {
	// TypedName is what the signer typed; it is the signer's name.
	TypedName string `json:"typedName,omitempty"`
	// FileID is the signed page, a photo or a scan; it may come later.
	FileID string `json:"fileId,omitempty"`
	// Earlier are pages that FileID took the place of, the oldest first. They
	// stay: what was signed when is evidence.
	Earlier []EarlierPage `json:"earlier,omitempty"`
}

// EarlierPage is a signed page that another one replaced.
type EarlierPage struct {
	FileID string `json:"fileId"`
	// At is when it was replaced, By the name of who did.
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// AwaitsPage tells whether the consent was signed on paper and nobody has
// added the page yet.
func (c Consent) AwaitsPage() bool {
	return c.Method == Written && c.Signature.FileID == "" && c.Status == ConsentActive
}

// ConsentStatus says whether a consent holds.
type ConsentStatus string

// The consent statuses.
const (
	ConsentActive  ConsentStatus = "active"
	ConsentRevoked ConsentStatus = "revoked"
	ConsentExpired ConsentStatus = "expired"
	// ConsentVoid ended because the record came under 42 CFR Part 2, which asks
	// for a written one.
	ConsentVoid ConsentStatus = "void"
)

// Violence tells whether knowing of a need of the domain endangers the
// patient. Such a need takes a consent of its own that names the agencies.
func Violence(domain string) bool {
	return domain == "intimate-partner-violence" || domain == "elder-abuse"
}

// InForce tells whether the consent holds at that instant.
func (c Consent) InForce(at time.Time) bool {
	return c.Status == ConsentActive && (c.EndsAt.IsZero() || at.Before(c.EndsAt))
}

// Covers tells whether sharing about a need of the domain with the agency is
// permitted at that instant.
func (c Consent) Covers(agencyID, domain string, at time.Time) bool {
	if !c.InForce(at) || !slices.Contains(c.Needs, domain) {
		return false
	}
	if slices.Contains(c.Recipients.OrganizationIDs, agencyID) {
		return true
	}
	return c.Recipients.Class == NetworkAgencies && !Violence(domain)
}

// Shares tells whether the consent names the group of data.
func (c Consent) Shares(f Field) bool { return slices.Contains(c.Fields, f) }
