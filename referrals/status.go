// Package referrals carries a need to an agency and back: consent, requests,
// the referral's lifecycle, whose turn it is until when, messages, outcomes
// and what the patient says of them. A referral is open until it is settled,
// and every open referral has exactly one party whose turn it is.
//
// All rules are here; API, pages, FHIR and jobs call the same methods.
package referrals

// Status is where a referral stands. The codes are those of FHIR R4 Task,
// except Acknowledged, which FHIR shows as requested with a business status.
type Status string

// The statuses.
const (
	Draft          Status = "draft"        // prepared, not yet sent
	Requested      Status = "requested"    // sent to the agency
	Acknowledged   Status = "acknowledged" // the agency has seen it and decides
	Accepted       Status = "accepted"     // the agency will help
	InProgress     Status = "in-progress"  // the agency is in contact with the patient
	OnHold         Status = "on-hold"      // the agency waits for something
	Completed      Status = "completed"    // the agency is done and says with which outcome
	Rejected       Status = "rejected"     // the agency declined
	Failed         Status = "failed"       // the agency tried and could not help
	Cancelled      Status = "cancelled"    // one side, or the end of the consent, stopped it
	EnteredInError Status = "entered-in-error"

	// Withdrawn is never stored. An agency is shown it in place of the status
	// when the patient's consent has ended.
	Withdrawn Status = "withdrawn"
)

// Statuses lists the stored statuses in the order of a referral's life.
var Statuses = []Status{
	Draft, Requested, Acknowledged, Accepted, InProgress, OnHold,
	Completed, Rejected, Failed, Cancelled, EnteredInError,
}

// statusLabels says each status as a person would.
var statusLabels = map[Status]string{
	Draft: "Draft", Requested: "Sent", Acknowledged: "Seen by the agency", Accepted: "Accepted",
	InProgress: "In progress", OnHold: "On hold", Completed: "Completed", Rejected: "Declined",
	Failed: "Could not be done", Cancelled: "Cancelled", EnteredInError: "Entered by mistake",
	Withdrawn: "Withdrawn",
}

// Label is the status in plain English.
func (s Status) Label() string { return statusLabels[s] }

// Active tells whether the agency has the referral in hand: sent, and neither
// closed nor taken back.
func (s Status) Active() bool {
	switch s {
	case Requested, Acknowledged, Accepted, InProgress, OnHold:
		return true
	}
	return false
}

// Closed tells whether nothing more happens at the agency.
func (s Status) Closed() bool { return s != Draft && !s.Active() }

// Party is a side of a referral.
type Party string

// The parties. Neither is the zero Party, of someone who is no part of it.
const (
	Neither Party = ""
	Sender  Party = "sender" // the care organization that asks
	Agency  Party = "agency" // the organization that is asked
)

// Priority says how soon help is needed.
type Priority string

// The priorities.
const (
	Routine Priority = "routine"
	Urgent  Priority = "urgent"
)
