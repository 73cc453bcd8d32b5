package fhir

import (
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// ServiceRequest is what the care organization asks for: FHIR R4
// ServiceRequest after the profile SDOHCC ServiceRequest. It has the id of the
// referral, as the Task has.
type ServiceRequest struct {
	ResourceType string            `json:"resourceType"`
	ID           string            `json:"id"`
	Meta         *Meta             `json:"meta"`
	Replaces     []Reference       `json:"replaces,omitempty"`
	Requisition  *Identifier       `json:"requisition,omitempty"` // the request to several agencies
	Status       string            `json:"status"`
	Intent       string            `json:"intent"`
	Category     []CodeableConcept `json:"category"`
	Priority     string            `json:"priority,omitempty"`
	Code         CodeableConcept   `json:"code"`
	Subject      Reference         `json:"subject"`
	AuthoredOn   string            `json:"authoredOn"`
	Requester    Reference         `json:"requester"`
	Performer    []Reference       `json:"performer"`
	Note         []Annotation      `json:"note,omitempty"`
}

// requestStatuses says how the status of a referral shows as
// ServiceRequest.status, which is the requester's alone: open while something
// is left to do, and settled. What the agency declined or could not do stays
// active until the requester chose what is next.
//
// Source: HL7 SDOH Clinical Care 3.0.0, comment on SDOHCC ServiceRequest.status.
var requestStatuses = map[referrals.Status]struct{ open, settled string }{
	referrals.Draft:          {"draft", "revoked"},
	referrals.Requested:      {"active", "revoked"},
	referrals.Acknowledged:   {"active", "revoked"},
	referrals.Accepted:       {"active", "revoked"},
	referrals.InProgress:     {"active", "revoked"},
	referrals.OnHold:         {"active", "revoked"},
	referrals.Completed:      {"active", "completed"},
	referrals.Rejected:       {"active", "revoked"},
	referrals.Failed:         {"active", "revoked"},
	referrals.Cancelled:      {"revoked", "revoked"},
	referrals.EnteredInError: {"entered-in-error", "entered-in-error"},
	referrals.Withdrawn:      {"revoked", "revoked"},
}

// serviceRequestFrom maps what somebody sees of a referral.
func serviceRequestFrom(v referrals.View) ServiceRequest {
	status := requestStatuses[v.Status].open
	if v.Settled {
		status = requestStatuses[v.Status].settled
	}
	r := ServiceRequest{
		ResourceType: "ServiceRequest", ID: v.ID, Meta: metaOf(v.Version, lastModified(v), requestProfile).labelled(v.Part2),
		Status: status, Intent: "order", Priority: string(v.Priority),
		Category: []CodeableConcept{{Coding: []Coding{socialService}}},
		Code:     CodeableConcept{Coding: []Coding{patientReferral}, Text: v.ServiceName},
		Subject:  subject(v), AuthoredOn: instant(v.CreatedAt),
		Requester: refer("Organization", v.SenderOrganization.ID, v.SenderOrganization.Name),
		Performer: []Reference{refer("Organization", v.OrganizationID, v.OrganizationName)},
	}
	if v.Need != nil {
		r.Category = append(r.Category, domainConcept(v.Need.Domain))
	}
	if v.Succeeds != "" {
		r.Replaces = []Reference{refer("ServiceRequest", v.Succeeds, "")}
	}
	if v.RequestID != "" {
		r.Requisition = &Identifier{uris, "urn:uuid:" + v.RequestID}
	}
	if v.Note != "" {
		r.Note = []Annotation{{v.Note}}
	}
	return r
}

// ServiceRequest handles GET /fhir/ServiceRequest/:id; the id is that of the referral.
func (h *Handlers) ServiceRequest(c echo.Context) error {
	if _, err := readParameters(c); err != nil {
		return err
	}
	v, err := h.Referrals.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	r := serviceRequestFrom(v)
	return answer(c, r, r.Meta)
}
