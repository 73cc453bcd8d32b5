package api

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// What clients send. Fields that may be left out are marked omitempty or
// omitzero; the description of the API is made from that.

// patientInput is what a client may say of a patient.
type patientInput struct {
	GivenName       string                    `json:"givenName"`
	FamilyName      string                    `json:"familyName"`
	BirthDate       string                    `json:"birthDate"`
	Phone           string                    `json:"phone,omitempty"`
	Email           string                    `json:"email,omitempty"`
	Address         patients.Address          `json:"address,omitzero"`
	Languages       patients.Languages        `json:"languages,omitzero"`
	Contact         patients.Contact          `json:"contact,omitzero"`
	Representatives []patients.Representative `json:"representatives,omitempty"`
	Situation       patients.Situation        `json:"situation,omitzero"`
}

func (in patientInput) patient() patients.Patient {
	return patients.Patient{
		GivenName: in.GivenName, FamilyName: in.FamilyName, BirthDate: in.BirthDate,
		Phone: in.Phone, Email: in.Email, Address: in.Address, Languages: in.Languages,
		Contact: in.Contact, Representatives: in.Representatives, Situation: in.Situation,
	}
}

// patientSearch is by what a patient is looked for; one at least.
type patientSearch struct {
	Name      string `json:"name,omitempty"`
	BirthDate string `json:"birthDate,omitempty"`
	Phone     string `json:"phone,omitempty"`
}

// instrumentInput is a FHIR R4 Questionnaire and the rules of its findings.
type instrumentInput struct {
	Questionnaire json.RawMessage `json:"questionnaire"`
	Rules         json.RawMessage `json:"rules,omitempty"`
}

// retireInput takes a version of an instrument out of use, or into use again.
type retireInput struct {
	Version string `json:"version"`
	Retired bool   `json:"retired"`
}

type screeningInput struct {
	PatientID  string               `json:"patientId"`
	Instrument string               `json:"instrument"`
	Language   string               `json:"language,omitempty"`
	AnsweredAt time.Time            `json:"answeredAt,omitzero"`
	Mode       string               `json:"mode,omitempty"`
	Respondent screening.Respondent `json:"respondent,omitzero"`
	Answers    screening.Answers    `json:"answers"`
}

func (in screeningInput) submission() screening.Submission {
	return screening.Submission{
		PatientID: in.PatientID, Instrument: in.Instrument, Language: in.Language, AnsweredAt: in.AnsweredAt,
		Mode: in.Mode, Respondent: in.Respondent, Answers: in.Answers,
	}
}

// needInput changes a need: wanted or status, or keep alone.
type needInput struct {
	Wanted  *bool                 `json:"wanted,omitempty"`
	Status  *screening.NeedStatus `json:"status,omitempty"`
	Keep    bool                  `json:"keep,omitempty"`
	Version int64                 `json:"version"`
}

// splitInput makes two needs of one.
type splitInput struct {
	Part    string `json:"part"`
	Rest    string `json:"rest,omitempty"`
	Version int64  `json:"version"`
}

// rescreeningInput notes a discharge, or puts the next screening off; empty
// ones take it back.
type rescreeningInput struct {
	DischargedOn *string                `json:"dischargedOn,omitempty"`
	PutOff       *screening.PutOffInput `json:"putOff,omitempty"`
	Version      int64                  `json:"version"`
}

// networkInput changes the settings that it names; those left out stay.
type networkInput struct {
	HelpLines      []network.HelpLine     `json:"helpLines,omitempty"`
	Rescreen       *network.Rescreen      `json:"rescreen,omitempty"`
	SelfLanguages  []network.SelfLanguage `json:"selfLanguages,omitempty"`
	SelfInstrument *string                `json:"selfInstrument,omitempty"`
	Listings       *network.Listings      `json:"listings,omitempty"`
	Ladder         []network.LadderRule   `json:"ladder,omitempty"`
	Version        int64                  `json:"version"`
}

// over puts what is named in place of what stands.
func (in networkInput) over(s network.Settings) network.Settings {
	s.Version = in.Version
	if in.HelpLines != nil {
		s.HelpLines = in.HelpLines
	}
	if in.Rescreen != nil {
		s.Rescreen = *in.Rescreen
	}
	if in.SelfLanguages != nil {
		s.SelfLanguages = in.SelfLanguages
	}
	if in.Ladder != nil {
		s.Ladder = in.Ladder
	}
	if in.SelfInstrument != nil {
		s.SelfInstrument = *in.SelfInstrument
	}
	if in.Listings != nil {
		s.Listings = *in.Listings
	}
	return s
}

type consentInput struct {
	PatientID  string            `json:"patientId"`
	Recipients recipientsInput   `json:"recipients"`
	Needs      []string          `json:"needs"`
	Fields     []referrals.Field `json:"fields"`
	Method     referrals.Method  `json:"method"`
	Signer     referrals.Signer  `json:"signer"`
	// TypedName is what the signer typed when consent is given electronically;
	// where it is missing, the signer's name counts as typed.
	TypedName   string `json:"typedName,omitempty"`
	Language    string `json:"language"`
	TextVersion string `json:"textVersion,omitempty"`
	ExpiresOn   string `json:"expiresOn,omitempty"`
}

// recipientsInput names organizations, a class, or both.
type recipientsInput struct {
	OrganizationIDs []string `json:"organizationIds,omitempty"`
	Class           string   `json:"class,omitempty"`
}

func (in consentInput) consent() referrals.Consent {
	return referrals.Consent{
		PatientID:  in.PatientID,
		Recipients: referrals.Recipients{OrganizationIDs: in.Recipients.OrganizationIDs, Class: in.Recipients.Class},
		Needs:      in.Needs, Fields: in.Fields, Method: in.Method, Signer: in.Signer,
		Language: in.Language, TextVersion: in.TextVersion, ExpiresOn: in.ExpiresOn,
		Signature: referrals.Signature{TypedName: in.TypedName},
	}
}

type revokeInput struct {
	Version int64 `json:"version,omitempty"`
}

// referralInput asks for help: one service, or several at once.
type referralInput struct {
	PatientID  string             `json:"patientId"`
	NeedID     string             `json:"needId"`
	ServiceID  string             `json:"serviceId,omitempty"`
	ServiceIDs []string           `json:"serviceIds,omitempty"`
	ConsentID  string             `json:"consentId,omitempty"`
	Priority   referrals.Priority `json:"priority,omitempty"`
	Note       string             `json:"note,omitempty"`
	// Succeeds is the closed referral that this one replaces.
	Succeeds string `json:"succeeds,omitempty"`
	// LogOnly notes that the patient was given the way to the service, without
	// telling anybody there.
	LogOnly bool `json:"logOnly,omitempty"`
}

func (in referralInput) send() referrals.SendInput {
	services := slices.Clone(in.ServiceIDs)
	if in.ServiceID != "" && !slices.Contains(services, in.ServiceID) {
		services = append([]string{in.ServiceID}, services...)
	}
	return referrals.SendInput{
		PatientID: in.PatientID, NeedID: in.NeedID, ServiceIDs: services, ConsentID: in.ConsentID,
		Priority: in.Priority, Note: in.Note, Succeeds: in.Succeeds, LogOnly: in.LogOnly,
	}
}

type moveInput struct {
	To      referrals.Status  `json:"to"`
	Reason  string            `json:"reason,omitempty"`
	Outcome referrals.Outcome `json:"outcome,omitempty"`
	Note    string            `json:"note,omitempty"`
	Version int64             `json:"version"`
}

// takeBackInput takes the last answer back.
type takeBackInput struct {
	Version int64 `json:"version"`
}

// confirmationInput is what the patient says, or that they were not reached.
type confirmationInput struct {
	Received     referrals.Received `json:"received,omitempty"`
	NeedResolved *bool              `json:"needResolved,omitempty"`
	By           string             `json:"by,omitempty"`
	NotReached   bool               `json:"notReached,omitempty"`
	Note         string             `json:"note,omitempty"`
}
