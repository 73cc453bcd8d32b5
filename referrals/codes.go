package referrals

import "slices"

// Code is a coded choice with its English label.
type Code struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// reasons lists why a referral is declined, held, given up or cancelled.
// choose says whether a person may pick it; the others are set by the system.
var reasons = []struct {
	Code
	to     []Status
	choose bool
}{
	{Code{"not-eligible", "The person is not eligible"}, []Status{Rejected, Failed}, true},
	{Code{"no-capacity", "No room at the moment"}, []Status{Rejected, OnHold, Failed}, true},
	{Code{"outside-area", "Outside our service area"}, []Status{Rejected, Failed}, true},
	{Code{"not-offered", "We do not offer this"}, []Status{Rejected, Failed}, true},
	{Code{"cannot-reach", "We cannot reach the person"}, []Status{Rejected, OnHold, Failed}, true},
	{Code{reasonWaitlist, "On the waiting list"}, []Status{OnHold}, true},
	{Code{"waiting-for-person", "Waiting for the person"}, []Status{OnHold}, true},
	{Code{"waiting-for-documents", "Waiting for documents"}, []Status{OnHold}, true},
	{Code{"withdrawn", "No longer wanted"}, []Status{Cancelled}, true},
	{Code{"consent-ended", "The consent has ended"}, []Status{Cancelled}, false},
	{Code{"accepted-elsewhere", "Another agency accepted"}, []Status{Cancelled}, false},
	{Code{"no-answer", "The agency did not answer"}, []Status{Cancelled}, false},
	{Code{"forwarded", "Sent on to another agency"}, []Status{Rejected}, false},
	{Code{"duplicate", "Sent twice"}, []Status{Rejected, Failed, Cancelled}, true},
	{Code{"other", "Another reason"}, []Status{Rejected, OnHold, Failed, Cancelled}, true},
}

// Reasons that the system gives.
const (
	reasonWithdrawn         = "withdrawn"
	reasonConsentEnded      = "consent-ended"
	reasonAcceptedElsewhere = "accepted-elsewhere"
	reasonNoAnswer          = "no-answer"
	reasonForwarded         = "forwarded"
)

// Codes that need tries on record, see triedEnough.
const (
	reasonCannotReach              = "cannot-reach"
	outcomeCouldNotContact Outcome = "could-not-contact"
)

// outcomeReferredElsewhere is what a forward gives once the agency has accepted.
const outcomeReferredElsewhere Outcome = "referred-elsewhere"

// Reasons lists the reasons a person may give for a move to the status.
func Reasons(to Status) []Code {
	var out []Code
	for _, r := range reasons {
		if r.choose && slices.Contains(r.to, to) {
			out = append(out, r.Code)
		}
	}
	return out
}

// Outcome is how the agency's work ended, in its own words; the patient's word
// is a [Confirmation].
type Outcome string

// outcomeMeaning is an outcome, what the agency reports by it about the
// service, and what the sender does next.
type outcomeMeaning struct {
	Code
	received Received
	next     string
}

// outcomes lists how a completed referral may end.
var outcomes = []outcomeMeaning{
	{Code{"received-service", "The person got the service"}, ReceivedYes, "Ask the person whether the need is met."},
	{Code{"partly-received", "The person got part of the service"}, ReceivedPartly, "Ask the person what is still missing."},
	{Code{"referred-elsewhere", "Sent on to another organization"}, ReceivedNo, "Ask the person whether the other organization helped."},
	{Code{"could-not-contact", "Could not contact the person"}, ReceivedNo, "Reach the person and check phone and address."},
	{Code{"not-eligible", "The person is not eligible"}, ReceivedNo, "Choose the next best service."},
	{Code{"no-capacity", "No room"}, ReceivedNo, "Choose the next best service."},
	{Code{"no-longer-wanted", "The person no longer wants this"}, ReceivedNo, "Ask the person, and close the need if so."},
	{Code{"closed-details-withheld", "Closed, details withheld"}, "", "Ask the person when it is safe."},
	{Code{"other", "Another outcome"}, "", "Ask the person what happened."},
}

// Outcomes lists the outcomes an agency may give.
func Outcomes() []Code {
	out := make([]Code, len(outcomes))
	for i, o := range outcomes {
		out[i] = o.Code
	}
	return out
}

// Next says what the sender should do after the outcome; "" for an unknown one.
func (o Outcome) Next() string { return outcomeRow(o).next }

// received is what the agency says about the service by the outcome; "" when nothing.
func (o Outcome) received() Received { return outcomeRow(o).received }

func outcomeRow(o Outcome) (row outcomeMeaning) {
	for _, row := range outcomes {
		if row.Code.Code == string(o) {
			return row
		}
	}
	return row
}

// Label is the outcome in plain English.
func (o Outcome) Label() string { return label(Outcomes(), string(o)) }

// ReasonLabel is the reason in plain English, also of those the system gives.
func ReasonLabel(code string) string {
	for _, r := range reasons {
		if r.Code.Code == code {
			return r.Label
		}
	}
	return code
}

func label(codes []Code, code string) string {
	for _, c := range codes {
		if c.Code == code {
			return c.Label
		}
	}
	return code
}

func known(codes []Code, code string) bool {
	return slices.ContainsFunc(codes, func(c Code) bool { return c.Code == code })
}
