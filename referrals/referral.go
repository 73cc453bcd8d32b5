package referrals

import (
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// Referral is one agency's part in meeting a need: FHIR ServiceRequest and
// Task in one. It is stored in this form; what somebody sees of it is a [View].
type Referral struct {
	docstore.Meta
	// Revision counts what people did to the referral. Clients see it as the
	// version, so that a reminder does not make their page stale.
	Revision int64 `json:"revision"`

	PatientID string  `json:"patientId"`
	Need      NeedRef `json:"need"`

	Service Ref `json:"service"`
	Agency  Ref `json:"agency"` // the organization that is asked
	Sender  Ref `json:"sender"` // the care organization that asks
	// Worker is the user who sent it and follows it up.
	Worker Ref `json:"worker"`

	// RequestID names the Request when several agencies were asked at once.
	RequestID string `json:"requestId,omitempty"`
	ConsentID string `json:"consentId"`
	// Succeeds is the referral that this one replaces, Onward the one that is to
	// replace this, and Resent how many times in a row the ladder sent it on.
	Succeeds string  `json:"succeeds,omitempty"`
	Onward   *Onward `json:"onward,omitempty"`
	Resent   int     `json:"resent,omitempty"`
	// LogOnly referrals were told to the patient and not to the agency, which
	// knows nothing of them: "gave them the number".
	LogOnly bool `json:"logOnly,omitempty"`

	Priority Priority `json:"priority"`
	Note     string   `json:"note,omitempty"`

	Status  Status  `json:"status"`
	Reason  string  `json:"reason,omitempty"` // of the last move
	Outcome Outcome `json:"outcome,omitempty"`
	History []Step  `json:"history"`

	// Before is how it stood before the agency's last answer, while that may be
	// taken back.
	Before *Before `json:"before,omitempty"`

	// Turn is nil exactly when Settlement is set.
	Turn       *Turn       `json:"turn,omitempty"`
	Settlement *Settlement `json:"settlement,omitempty"`

	Measures Measures `json:"measures"`
	// Tries lists when the patient could not be reached to confirm.
	Tries        []Try         `json:"tries,omitempty"`
	Confirmation *Confirmation `json:"confirmation,omitempty"`

	// Ladder is what happens next when nobody acts; Reminded lists the steps
	// that were done in this turn.
	Ladder     *Ladder     `json:"ladder,omitempty"`
	Reminded   []string    `json:"reminded,omitempty"`
	Escalation *Escalation `json:"escalation,omitempty"`

	CreatedAt time.Time `json:"createdAt"`
}

// Ref names another record for people.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// NeedRef is the need a referral is for.
type NeedRef struct {
	ID     string `json:"id"`
	Topic  string `json:"topic"`
	Part   string `json:"part,omitempty"` // what of the topic, where a person split it
	Domain string `json:"domain"`         // a Gravity category code
	Urgent bool   `json:"urgent"`
	// Private needs are left out of lists, which others in the room may see.
	Private bool `json:"private,omitempty"`
}

// Step is one change in the life of a referral.
type Step struct {
	At time.Time `json:"at"`
	// By is the name of the person, ByID the user id; the system is "Havenloop".
	By   string `json:"by"`
	ByID string `json:"byId,omitempty"`
	// Party is the side the person acted for; empty for the system.
	Party   Party   `json:"party,omitempty"`
	From    Status  `json:"from,omitempty"`
	To      Status  `json:"to"`
	Reason  string  `json:"reason,omitempty"`
	Outcome Outcome `json:"outcome,omitempty"`
	Note    string  `json:"note,omitempty"`
	// TakesBack is how many steps before this one it takes back; 0 for a step of
	// its own.
	TakesBack int `json:"takesBack,omitempty"`
}

// Settled says how a referral was settled.
type Settled string

// The ways to be settled. A referral entered by mistake never was one, so
// nothing is left to do about it either.
const (
	SettledConfirmed  Settled = "confirmed"        // the outcome was confirmed with the patient
	SettledSucceeded  Settled = "succeeded"        // another referral took its place
	SettledNeedClosed Settled = "need-closed"      // the need is met or no longer there
	SettledNotReached Settled = "not-reached"      // the patient could not be reached in three tries
	SettledMistake    Settled = "entered-in-error" // there is nothing to settle
)

// Settlement ends a referral for good.
type Settlement struct {
	As Settled   `json:"as"`
	At time.Time `json:"at"`
	By string    `json:"by"`
	// SucceededBy is the referral that took its place.
	SucceededBy string `json:"succeededBy,omitempty"`
}

// Measures are the four things that are counted apart, each with who reported it.
type Measures struct {
	Acknowledged    *Report `json:"acknowledged,omitempty"`
	Closed          *Report `json:"closed,omitempty"`
	ServiceReceived *Report `json:"serviceReceived,omitempty"`
	// Claimed is what the agency said of the service; it stays when the patient
	// says otherwise.
	Claimed      *Report `json:"claimed,omitempty"`
	NeedResolved *Report `json:"needResolved,omitempty"`
}

// Report is one measured fact.
type Report struct {
	// Value is the status for closed, a [Received] for serviceReceived, "yes"
	// or "no" for the others.
	Value string    `json:"value"`
	At    time.Time `json:"at"`
	// Source is who said so: "agency", "sender", "patient", "representative",
	// "worker" or "system".
	Source string `json:"source"`
	ByID   string `json:"byId,omitempty"`
}

// Received says whether the patient got the service.
type Received string

// The answers.
const (
	ReceivedYes     Received = "yes"
	ReceivedPartly  Received = "partly"
	ReceivedNo      Received = "no"
	ReceivedUnknown Received = "unknown"
)

// Confirmation is what was found out when the patient was asked.
type Confirmation struct {
	Received Received `json:"received"`
	// NeedResolved says whether the need is met; nil when it was not asked or not known.
	NeedResolved *bool `json:"needResolved"`
	// By is who says so: "patient", "representative" or "worker".
	By string `json:"by"`
	// NotReached notes a try that failed; then the other fields are empty.
	NotReached bool      `json:"notReached,omitempty"`
	Note       string    `json:"note,omitempty"`
	At         time.Time `json:"at"`
}

// Try is one failed attempt to reach the patient.
type Try struct {
	At   time.Time `json:"at"`
	ByID string    `json:"byId"`
	Note string    `json:"note,omitempty"`
}

// Escalation says that a turn took too long and supervisors were told.
type Escalation struct {
	At time.Time `json:"at"`
	// ResolvedAt is set when the turn changed or a supervisor dealt with it.
	ResolvedAt time.Time `json:"resolvedAt,omitzero"`
	ResolvedBy string    `json:"resolvedBy,omitempty"`
	Note       string    `json:"note,omitempty"`
}

// Open tells whether the escalation waits for somebody.
func (e *Escalation) Open() bool { return e != nil && e.ResolvedAt.IsZero() }
