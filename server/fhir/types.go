package fhir

import "time"

// Meta is FHIR R4 Meta; that of a bundle has labels alone.
type Meta struct {
	VersionID   string   `json:"versionId,omitempty"`
	LastUpdated string   `json:"lastUpdated,omitempty"`
	Profile     []string `json:"profile,omitempty"`
	Security    []Coding `json:"security,omitempty"`

	updated time.Time
}

// Coding is FHIR R4 Coding.
type Coding struct {
	System  string `json:"system"`
	Code    string `json:"code"`
	Display string `json:"display,omitempty"`
}

// CodeableConcept is FHIR R4 CodeableConcept.
type CodeableConcept struct {
	Coding []Coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// Reference is FHIR R4 Reference. What the asker may not know has an extension
// in place of a reference.
type Reference struct {
	Extension []Extension `json:"extension,omitempty"`
	Reference string      `json:"reference,omitempty"`
	Display   string      `json:"display,omitempty"`
}

// Extension is FHIR R4 Extension with a code.
type Extension struct {
	URL       string `json:"url"`
	ValueCode string `json:"valueCode"`
}

// Identifier is FHIR R4 Identifier.
type Identifier struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

// Annotation is FHIR R4 Annotation.
type Annotation struct {
	Text string `json:"text"`
}

// refer refers to a resource of this server, and says that it is masked where
// the id is not shown.
func refer(resourceType, id, display string) Reference {
	if id == "" {
		return Reference{Extension: []Extension{{dataAbsentReason, "masked"}}}
	}
	return Reference{Reference: resourceType + "/" + id, Display: display}
}

// concept is a CodeableConcept of one code.
func concept(system, code, display string) CodeableConcept {
	return CodeableConcept{Coding: []Coding{{system, code, display}}}
}

// coded is a code of our own with the words for people.
func coded(system, code, text string) CodeableConcept {
	return CodeableConcept{Coding: []Coding{{System: system, Code: code}}, Text: text}
}
