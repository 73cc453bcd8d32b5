package patients

import (
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
)

// Patient is a person who is screened and referred.
type Patient struct {
	docstore.Meta
	// OrganizationID is the care organization the patient belongs to.
	OrganizationID string `json:"organizationId"`
	GivenName      string `json:"givenName"`
	FamilyName     string `json:"familyName"`
	// BirthDate is a date such as "1987-04-30".
	BirthDate string `json:"birthDate"`
	// Phone is stored in E.164, for example "+14155550123"; US numbers may be
	// given as people write them.
	Phone   string  `json:"phone,omitempty"`
	Email   string  `json:"email,omitempty"`
	Address Address `json:"address,omitzero"`
	// Languages are BCP 47 tags such as "zh-Hans".
	Languages       Languages        `json:"languages,omitzero"`
	Contact         Contact          `json:"contact,omitzero"`
	Representatives []Representative `json:"representatives,omitempty"`
	// Situation is what helps to find services that fit.
	Situation Situation `json:"situation,omitzero"`
	// AssignedTo is the id of the worker who cares for the patient; empty when
	// nobody in particular does.
	AssignedTo string `json:"assignedTo,omitempty"`
	// Part2 marks a record from a substance use program under 42 CFR Part 2.
	Part2     bool      `json:"part2,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
	CreatedBy string    `json:"createdBy"`
	ChangedAt time.Time `json:"changedAt"`
}

// Address is where a patient lives or gets mail.
type Address struct {
	Line       string `json:"line,omitempty"`
	City       string `json:"city,omitempty"`
	State      string `json:"state,omitempty"`      // two letters
	PostalCode string `json:"postalCode,omitempty"` // five digits
}

// Languages are those a patient prefers.
type Languages struct {
	Spoken  string `json:"spoken,omitempty"`
	Written string `json:"written,omitempty"`
}

// Contact says how a patient may be reached; nil where nobody asked.
type Contact struct {
	SafeToText      *bool `json:"safeToText,omitempty"`
	SafeToVoicemail *bool `json:"safeToVoicemail,omitempty"`
	// SafeHours is in the patient's words, for example "weekdays after 5".
	SafeHours string `json:"safeHours,omitempty"`
	// SafeTimes are the same for programs; see [Contact.SafeAt].
	SafeTimes *SafeTimes `json:"safeTimes,omitempty"`
	// DoNotContact stops every message and call to the patient.
	DoNotContact bool `json:"doNotContact,omitempty"`
}

// Representative acts for a patient.
type Representative struct {
	Name         string `json:"name"`
	Relationship string `json:"relationship"` // parent, guardian or proxy
	Phone        string `json:"phone,omitempty"`
}

// Age is the patient's age in whole years on the day of now.
func (p Patient) Age(now time.Time) int {
	t, err := time.Parse(clock.DateLayout, p.BirthDate)
	if err != nil {
		return 0 // never stored: normalize refuses it
	}
	years := now.Year() - t.Year()
	if now.Month() < t.Month() || now.Month() == t.Month() && now.Day() < t.Day() {
		years--
	}
	return years
}
