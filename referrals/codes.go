package referrals

import "slices"

// Code is a coded choice with its English label.
type Code struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	// Means says what it means for the need, and Person what happens next, to
	// the person; both in plain English. Empty where it says nothing of these.
	Means  string `json:"means,omitempty"`
	Person string `json:"person,omitempty"`
}

// What codes mean for the need.
const (
	needOpen   = "The need is still open."
	needMaybe  = "The need may be met. Only the person can say."
	needPartly = "Part of the need is still open."
	needWaits  = "The need waits."
	needGone   = "The need may be gone."
)

// What happens next, said to the person.
const (
	nextPlace   = "Your worker looks for another place for you."
	nextHelped  = "Tell us if it helped."
	nextMissing = "Tell us what is still missing."
	nextOther   = "The other place will contact you."
	nextContact = "Check that we have the right phone number and address. Then we try again."
	nextWait    = "You are on the waiting list. You do nothing for now."
	nextAnswer  = "Please answer the agency, or tell your worker."
	nextPapers  = "Please bring or send what the agency asked for."
	nextDone    = "Nothing more happens. Tell your worker if you need help again."
	nextConsent = "Tell your worker if you still want help. Then you give a new consent."
	nextSafe    = "Your worker asks you when it is safe."
	nextAsk     = "Your worker asks you what happened."
)

// reasons lists why a referral is declined, held, given up or cancelled.
// choose says whether a person may pick it; the others are set by the system.
var reasons = []struct {
	Code
	to     []Status
	choose bool
}{
	{Code{"not-eligible", "The person is not eligible", needOpen, nextPlace}, []Status{Rejected, Failed}, true},
	{Code{"no-capacity", "No room at the moment", needOpen, nextPlace}, []Status{Rejected, OnHold, Failed}, true},
	{Code{"outside-area", "Outside our service area", needOpen, nextPlace}, []Status{Rejected, Failed}, true},
	{Code{"not-offered", "We do not offer this", needOpen, nextPlace}, []Status{Rejected, Failed}, true},
	{Code{reasonCannotReach, "We cannot reach the person", needOpen, nextContact}, []Status{Rejected, OnHold, Failed}, true},
	{Code{reasonWaitlist, "On the waiting list", needWaits, nextWait}, []Status{OnHold}, true},
	{Code{"waiting-for-person", "Waiting for the person", needWaits, nextAnswer}, []Status{OnHold}, true},
	{Code{"waiting-for-documents", "Waiting for documents", needWaits, nextPapers}, []Status{OnHold}, true},
	{Code{reasonWithdrawn, "No longer wanted", needGone, nextDone}, []Status{Cancelled}, true},
	{Code{reasonConsentEnded, "The consent has ended", needOpen, nextConsent}, []Status{Cancelled}, false},
	{Code{reasonAcceptedElsewhere, "Another agency accepted", needWaits, nextOther}, []Status{Cancelled}, false},
	{Code{reasonNoAnswer, "The agency did not answer", needOpen, nextPlace}, []Status{Cancelled}, false},
	{Code{reasonForwarded, "Sent on to another agency", needWaits, nextOther}, []Status{Rejected}, false},
	{Code{"duplicate", "Sent twice", needOpen, nextAsk}, []Status{Rejected, Failed, Cancelled}, true},
	{Code{"other", "Another reason", needOpen, nextAsk}, []Status{Rejected, OnHold, Failed, Cancelled}, true},
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
	{Code{"received-service", "The person got the service", needMaybe, nextHelped}, ReceivedYes, "Ask the person whether the need is met."},
	{Code{"partly-received", "The person got part of the service", needPartly, nextMissing}, ReceivedPartly, "Ask the person what is still missing."},
	{Code{"referred-elsewhere", "Sent on to another organization", needWaits, nextOther}, ReceivedNo, "Ask the person whether the other organization helped."},
	{Code{"could-not-contact", "Could not contact the person", needOpen, nextContact}, ReceivedNo, "Reach the person and check phone and address."},
	{Code{"not-eligible", "The person is not eligible", needOpen, nextPlace}, ReceivedNo, "Choose the next best service."},
	{Code{"no-capacity", "No room", needOpen, nextPlace}, ReceivedNo, "Choose the next best service."},
	{Code{"no-longer-wanted", "The person no longer wants this", needGone, nextDone}, ReceivedNo, "Ask the person, and close the need if so."},
	{Code{"closed-details-withheld", "Closed, details withheld", "", nextSafe}, "", "Ask the person when it is safe."},
	{Code{"other", "Another outcome", "", nextAsk}, "", "Ask the person what happened."},
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

// Meaning is the code of the outcome, or else of the reason, with what it means
// for the need and what happens next; the zero Code where neither is known.
func Meaning(o Outcome, reason string) Code {
	if o != "" {
		return outcomeRow(o).Code
	}
	for _, r := range reasons {
		if r.Code.Code == reason {
			return r.Code
		}
	}
	return Code{}
}

// AllReasons lists all reasons there are, also those the system gives.
func AllReasons() []Code {
	out := make([]Code, len(reasons))
	for i, r := range reasons {
		out[i] = r.Code
	}
	return out
}

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
