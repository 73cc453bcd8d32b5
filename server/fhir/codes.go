package fhir

import "strings"

// Code systems and profiles of the standards.
const (
	sdohcc           = "http://hl7.org/fhir/us/sdoh-clinicalcare"
	sdohccCodes      = sdohcc + "/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
	taskProfile      = sdohcc + "/StructureDefinition/SDOHCC-TaskForReferralManagement"
	requestProfile   = sdohcc + "/StructureDefinition/SDOHCC-ServiceRequest"
	taskCodes        = "http://hl7.org/fhir/CodeSystem/task-code"
	dataAbsentReason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
	snomed           = "http://snomed.info/sct"
	actCodes         = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
	confidentiality  = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
	uris             = "urn:ietf:rfc:3986"
)

// Code systems of Havenloop: what the standards have no code for.
const (
	statusCodes  = "https://havenloop.org/fhir/CodeSystem/referral-status"
	reasonCodes  = "https://havenloop.org/fhir/CodeSystem/referral-reason"
	outcomeCodes = "https://havenloop.org/fhir/CodeSystem/referral-outcome"
)

// Concepts of SNOMED CT (2026 international edition: both active procedures,
// so of the value set US Core Procedure Codes). The guide's examples put every
// ServiceRequest under the first.
var (
	socialService   = Coding{snomed, "410606002", "Social service procedure"}
	patientReferral = Coding{snomed, "3457005", "Patient referral"}
)

// domainConcept is the category of a need. The display of each code of the
// guide is the code in capitalized words.
func domainConcept(domain string) CodeableConcept {
	words := strings.Split(domain, "-")
	for i, w := range words {
		if w == "sdoh" {
			words[i] = "SDOH"
		} else if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return concept(sdohccCodes, domain, strings.Join(words, " "))
}
