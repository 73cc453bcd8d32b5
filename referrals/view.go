package referrals

import (
	"time"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// View is what one person sees of a referral, in the form of the API.
type View struct {
	ID      string `json:"id"`
	Status  Status `json:"status"`
	Label   string `json:"statusLabel"`
	Version int64  `json:"version"`

	// Patient is nil when the asker may not know who it is.
	Patient *PatientView `json:"patient"`
	// Need is nil when the consent does not cover which need it is.
	Need *NeedView `json:"need"`

	Service            Ref    `json:"service"`
	ServiceName        string `json:"serviceName"`
	OrganizationID     string `json:"organizationId"`
	OrganizationName   string `json:"organizationName"`
	SenderOrganization Ref    `json:"senderOrganization"`
	Worker             Ref    `json:"worker"`

	RequestID string   `json:"requestId,omitempty"`
	ConsentID string   `json:"consentId,omitempty"` // for the sender
	Succeeds  string   `json:"succeeds,omitempty"`  // for the sender
	Priority  Priority `json:"priority,omitempty"`
	Note      string   `json:"note"`
	// Withheld says why something is left out: "until-accepted" while several
	// agencies are asked, "consent-ended", or empty.
	Withheld string `json:"withheld,omitempty"`
	// Scope tells an agency what the patient agreed to; nil for the sender, who
	// reads the consent itself.
	Scope *Scope `json:"consentScope,omitempty"`
	// Part2 asks to show the redisclosure notice of 42 CFR Part 2.
	Part2 bool `json:"part2,omitempty"`

	Turn     *Turn   `json:"turn"` // nil when settled
	Expected string  `json:"expected,omitempty"`
	Overdue  bool    `json:"overdue"`
	Settled  bool    `json:"settled"`
	As       Settled `json:"settledAs,omitempty"`
	// SucceededBy is the referral that took this one's place; for the sender.
	SucceededBy string  `json:"succeededBy,omitempty"`
	Reason      string  `json:"reason,omitempty"`
	Outcome     Outcome `json:"outcome"`
	OutcomeText string  `json:"outcomeLabel,omitempty"`
	// Means says what reason or outcome mean for the need, Person what happens
	// next, said to the person.
	Means  string `json:"means,omitempty"`
	Person string `json:"person,omitempty"`
	// Next is what the sender should do after the outcome.
	Next string `json:"next,omitempty"`

	// Waitlist is set while the referral waits for room.
	Waitlist *Waitlist `json:"waitlist,omitempty"`
	// Onward is where it was sent on to; for the sender, and for the agency that
	// did so.
	Onward *SentOn `json:"onward,omitempty"`
	// LogOnly says that the agency knows nothing of it.
	LogOnly bool `json:"logOnly,omitempty"`

	Moves []MoveOption `json:"moves"` // open to the asker now
	// TakeBackUntil is until when the agency may take its last answer back; left
	// out where it may not.
	TakeBackUntil time.Time `json:"takeBackUntil,omitzero"`
	CanConfirm    bool      `json:"canConfirm"`
	CanMessage    bool      `json:"canMessage"`
	CanNote       bool      `json:"canNote"`
	History       []Step    `json:"history"`

	Measures     Measures      `json:"measures,omitzero"`
	Confirmation *Confirmation `json:"confirmation,omitempty"` // for the sender
	Tries        []Try         `json:"tries,omitempty"`        // for the sender
	Escalation   *Escalation   `json:"escalation,omitempty"`   // for the sender
	CreatedAt    time.Time     `json:"createdAt"`
}

// SentOn is where a referral was sent on to.
type SentOn struct {
	Service Ref `json:"service"`
	Agency  Ref `json:"agency"`
}

// RequestView is a request to several agencies, in the form of the API.
type RequestView struct {
	ID         string    `json:"id"`
	PatientID  string    `json:"patientId"`
	NeedID     string    `json:"needId"`
	AcceptedBy string    `json:"acceptedBy,omitempty"` // the referral that won
	CreatedAt  time.Time `json:"createdAt"`
	Referrals  []View    `json:"referrals"`
}

// PatientView is what the consent lets an agency know of the patient.
type PatientView struct {
	ID string `json:"id"`
	// Field identity.
	GivenName  string             `json:"givenName,omitempty"`
	FamilyName string             `json:"familyName,omitempty"`
	BirthDate  string             `json:"birthDate,omitempty"`
	Languages  patients.Languages `json:"languages,omitzero"`
	// Field contact.
	Phone   string           `json:"phone,omitempty"`
	Email   string           `json:"email,omitempty"`
	Address patients.Address `json:"address,omitzero"`
	Contact patients.Contact `json:"contact,omitzero"`
	// Representatives may be called in the patient's place.
	Representatives []patients.Representative `json:"representatives,omitempty"`
}

// Scope says what a consent permits an agency, since whoever receives data is
// told with them what they may be used for (42 CFR 2.32(b)).
type Scope struct {
	Fields    []Field   `json:"fields"`
	GivenAt   time.Time `json:"givenAt"`
	Method    Method    `json:"method"`
	ExpiresOn string    `json:"expiresOn,omitempty"`
}

// NeedView is what the consent lets an agency know of the need.
type NeedView struct {
	ID     string `json:"id"`
	Topic  string `json:"topic"`
	Part   string `json:"part,omitempty"`
	Domain string `json:"domain"`
	Urgent bool   `json:"urgent"`
	// Answers are the screening answers behind the need, by link id of the question.
	Answers screening.Answers `json:"answers,omitempty"`
}
