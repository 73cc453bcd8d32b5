package fhir

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// Task is the agency's part of a referral: FHIR R4 Task after the profile
// SDOHCC Task For Referral Management.
type Task struct {
	ResourceType    string           `json:"resourceType"`
	ID              string           `json:"id"`
	Meta            *Meta            `json:"meta"`
	GroupIdentifier *Identifier      `json:"groupIdentifier,omitempty"` // the request to several agencies
	Status          string           `json:"status"`
	StatusReason    *CodeableConcept `json:"statusReason,omitempty"`
	BusinessStatus  *CodeableConcept `json:"businessStatus,omitempty"`
	Intent          string           `json:"intent"`
	Priority        string           `json:"priority,omitempty"`
	Code            CodeableConcept  `json:"code"`
	Focus           Reference        `json:"focus"`
	For             Reference        `json:"for"`
	AuthoredOn      string           `json:"authoredOn"`
	LastModified    string           `json:"lastModified"`
	Requester       Reference        `json:"requester"`
	Owner           Reference        `json:"owner"`
	Output          []TaskOutput     `json:"output,omitempty"`
}

// TaskOutput is what came of a task.
type TaskOutput struct {
	Type                 CodeableConcept `json:"type"`
	ValueCodeableConcept CodeableConcept `json:"valueCodeableConcept"`
}

// taskStatuses says how each status of a referral shows as Task.status.
// business adds the status of ours where Task has no such code.
//
// Source: HL7 SDOH Clinical Care 3.0.0, SDOHCC Referral Task Status value set.
var taskStatuses = map[referrals.Status]struct {
	code     string
	business bool
}{
	referrals.Draft:          {code: "draft"},
	referrals.Requested:      {code: "requested"},
	referrals.Acknowledged:   {code: "requested", business: true},
	referrals.Accepted:       {code: "accepted"},
	referrals.InProgress:     {code: "in-progress"},
	referrals.OnHold:         {code: "on-hold"},
	referrals.Completed:      {code: "completed"},
	referrals.Rejected:       {code: "rejected"},
	referrals.Failed:         {code: "failed"},
	referrals.Cancelled:      {code: "cancelled"},
	referrals.EnteredInError: {code: "entered-in-error"},
	referrals.Withdrawn:      {code: "cancelled", business: true},
}

// withdrawnReason is why a referral is withdrawn; its view does not say.
const withdrawnReason = "consent-ended"

// taskFrom maps what somebody sees of a referral.
func taskFrom(v referrals.View) Task {
	updated := lastModified(v)
	status := taskStatuses[v.Status]
	t := Task{
		ResourceType: "Task", ID: v.ID, Meta: metaOf(v.Version, updated, taskProfile).labelled(v.Part2),
		Status: status.code, Intent: "order", Priority: string(v.Priority),
		Code:       concept(taskCodes, "fulfill", "Fulfill the focal request"),
		Focus:      refer("ServiceRequest", v.ID, v.ServiceName),
		For:        subject(v),
		AuthoredOn: instant(v.CreatedAt), LastModified: instant(updated),
		Requester: refer("Organization", v.SenderOrganization.ID, v.SenderOrganization.Name),
		Owner:     refer("Organization", v.OrganizationID, v.OrganizationName),
	}
	if v.RequestID != "" {
		t.GroupIdentifier = &Identifier{uris, "urn:uuid:" + v.RequestID}
	}
	if status.business {
		b := coded(statusCodes, string(v.Status), v.Status.Label())
		t.BusinessStatus = &b
	}
	reason := v.Reason
	if v.Status == referrals.Withdrawn {
		reason = withdrawnReason
	}
	if reason != "" {
		r := coded(reasonCodes, reason, referrals.ReasonLabel(reason))
		t.StatusReason = &r
	}
	if v.Status == referrals.Completed && v.Outcome != "" {
		t.Output = outputs(v)
	}
	return t
}

// outputs are the outcome and, where the agency says that the person got the
// service or part of it, that service.
func outputs(v referrals.View) []TaskOutput {
	outcome := TaskOutput{
		Type:                 CodeableConcept{Text: "Outcome"},
		ValueCodeableConcept: coded(outcomeCodes, string(v.Outcome), v.Outcome.Label()),
	}
	if v.Outcome != "received-service" && v.Outcome != "partly-received" {
		return []TaskOutput{outcome}
	}
	activity := TaskOutput{
		Type:                 concept(sdohccCodes, "resulting-activity", "Resulting Activity"),
		ValueCodeableConcept: CodeableConcept{Coding: []Coding{socialService}, Text: v.ServiceName},
	}
	return []TaskOutput{activity, outcome}
}

// subject is the patient, masked for who may not know.
func subject(v referrals.View) Reference {
	if v.Patient == nil {
		return refer("Patient", "", "")
	}
	name := v.Patient.GivenName
	if name != "" && v.Patient.FamilyName != "" {
		name += " "
	}
	return refer("Patient", v.Patient.ID, name+v.Patient.FamilyName)
}

// lastModified is the latest change that the view shows.
func lastModified(v referrals.View) time.Time {
	last := v.CreatedAt
	note := func(t time.Time) {
		if t.After(last) {
			last = t
		}
	}
	for _, s := range v.History {
		note(s.At)
	}
	m := v.Measures
	for _, r := range []*referrals.Report{m.Acknowledged, m.Closed, m.ServiceReceived, m.NeedResolved} {
		if r != nil {
			note(r.At)
		}
	}
	if v.Confirmation != nil {
		note(v.Confirmation.At)
	}
	return last
}

// Task handles GET /fhir/Task/:id; the id is that of the referral.
func (h *Handlers) Task(c echo.Context) error {
	if _, err := readParameters(c); err != nil {
		return err
	}
	v, err := h.Referrals.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	t := taskFrom(v)
	return answer(c, t, t.Meta)
}
