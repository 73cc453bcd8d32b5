package visits

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// State is where a visit stands.
type State string

// The states of a visit.
const (
	Waiting   State = "waiting"   // stored, to be carried out
	Attention State = "attention" // a person must look at it
	Done      State = "done"
	Aside     State = "aside" // a person decided that nothing is to be done
)

// Hold says why a visit is not carried out before a person looked at it.
type Hold string

// The holds.
const (
	HoldPerson       Hold = "other-person"       // it was sent by somebody else than who sealed it
	HoldGone         Hold = "gone"               // who sealed it does not work here any more
	HoldOrganization Hold = "other-organization" // it was sealed for another organization
	HoldNumber       Hold = "number"             // another visit has the same number
)

// Envelope is a visit as kept.
type Envelope struct {
	docstore.Meta
	State State `json:"state"`
	Hold  Hold  `json:"hold,omitempty"`
	// OrganizationID keeps it: the sender's.
	OrganizationID string `json:"organizationId"`
	// OwnerID is the worker who is to look at it; empty for the supervisors.
	OwnerID string `json:"ownerId,omitempty"`
	// SealedBy and SealedFor are the user and organization that the envelope names.
	SealedBy  string `json:"sealedBy"`
	SealedFor string `json:"sealedFor"`
	SentBy    string `json:"sentBy"`
	// Mark knows the text again without telling it.
	Mark string `json:"mark"`
	// Text is the sealed content; empty when it is wiped.
	Text  []byte `json:"text,omitempty"`
	Parts []Part `json:"parts"`
	// What the parts made.
	PatientID   string `json:"patientId,omitempty"`
	ScreeningID string `json:"screeningId,omitempty"`
	ConsentID   string `json:"consentId,omitempty"`
	ReferralID  string `json:"referralId,omitempty"`

	// ActorID is in whose name it is carried out.
	ActorID string `json:"actorId,omitempty"`
	// Revision counts how often it was sent on; parts are replayed within one.
	Revision int `json:"revision"`
	// Claim names the process that carries it out, until ClaimUntil; RetryAt
	// is when it is tried again.
	Claim      string    `json:"claim,omitempty"`
	ClaimUntil time.Time `json:"claimUntil,omitzero"`
	RetryAt    time.Time `json:"retryAt,omitzero"`
	Tries      int       `json:"tries,omitempty"`

	ArrivedAt time.Time `json:"arrivedAt"`
	ChangedAt time.Time `json:"changedAt"`
	// RemindAt and EscalateAt are when the owner and the supervisors are told
	// that it waits; zero for never (again).
	RemindAt   time.Time `json:"remindAt,omitzero"`
	EscalateAt time.Time `json:"escalateAt,omitzero"`
}

// Part is one part of a visit, with its state.
type Part struct {
	Name  string    `json:"name"`
	State PartState `json:"state"`
}

// PartState is where a part stands.
type PartState string

// The states of a part.
const (
	PartWaiting   PartState = "waiting"
	PartDone      PartState = "done"
	PartAttention PartState = "attention"
	PartSkipped   PartState = "skipped" // waits for another part
)

// PartVisit is the part that stands for the visit as a whole.
const PartVisit = "visit"

// content is the text of a visit and what is wrong with it; kept sealed.
type content struct {
	// Arrived is the text as it came.
	Arrived string `json:"arrived"`
	// Visit has its parts as they now stand, by name.
	Visit    map[string]json.RawMessage `json:"visit,omitempty"`
	Problems map[string][]Problem       `json:"problems,omitempty"`
	// Candidates are ids of patients who may be the one of the visit.
	Candidates []string `json:"candidates,omitempty"`
	// Reason is why it was set aside.
	Reason string `json:"reason,omitempty"`
}

// Problem is one thing that is wrong with a part.
type Problem struct {
	Field string `json:"field,omitempty"`
	// Format and Args make the sentence, as in fault.Error.
	Format string `json:"format"`
	Args   []any  `json:"args,omitempty"`
}

// Detail is the sentence in English.
func (p Problem) Detail() string {
	if len(p.Args) == 0 {
		return p.Format
	}
	return fmt.Sprintf(p.Format, p.Words()...)
}

// Words are the arguments of the sentence; whole numbers are int again after
// they were kept as JSON.
func (p Problem) Words() []any {
	out := make([]any, len(p.Args))
	for i, a := range p.Args {
		if f, ok := a.(float64); ok && f == float64(int(f)) {
			a = int(f)
		}
		out[i] = a
	}
	return out
}

// envelopeSpec says how envelopes are kept. The lists are those of a worker
// and of an organization, by state, the latest first; and the queues of the jobs.
var envelopeSpec = docstore.Spec[Envelope]{
	Name: "visits", Schema: 1,
	Meta: func(e *Envelope) *docstore.Meta { return &e.Meta },
	Keys: docstore.Keys[Envelope]{
		"owner":        func(e Envelope) docstore.Value { return ownerKey(e.OrganizationID, e.OwnerID) },
		"organization": func(e Envelope) docstore.Value { return docstore.String(e.OrganizationID) },
		"state":        func(e Envelope) docstore.Value { return docstore.String(string(e.State)) },
		"arrived":      func(e Envelope) docstore.Value { return docstore.Time(e.ArrivedAt) },
		"resume":       func(e Envelope) docstore.Value { return docstore.Time(e.resumeAt()) },
		"remind":       func(e Envelope) docstore.Value { return docstore.Time(e.RemindAt) },
		"escalate":     func(e Envelope) docstore.Value { return docstore.Time(e.EscalateAt) },
		"purge":        func(e Envelope) docstore.Value { return docstore.Time(e.purgeAt()) },
	},
	Kinds: map[string]docstore.Kind{
		"arrived": docstore.IntKind, "resume": docstore.IntKind, "remind": docstore.IntKind,
		"escalate": docstore.IntKind, "purge": docstore.IntKind,
	},
	Indexes: []docstore.Index{
		{"owner", "state", "arrived"}, {"organization", "state", "arrived"},
		{"resume"}, {"remind"}, {"escalate"}, {"purge"},
	},
}

func ownerKey(organizationID, ownerID string) docstore.Value {
	if ownerID == "" {
		return docstore.None
	}
	return docstore.String(organizationID + "/" + ownerID)
}

// resumeAt is when the visit is to be carried on; zero for never.
func (e Envelope) resumeAt() time.Time {
	if e.State != Waiting {
		return time.Time{}
	}
	at := e.ArrivedAt
	for _, t := range []time.Time{e.ClaimUntil, e.RetryAt} {
		if t.After(at) {
			at = t
		}
	}
	return at
}

// purgeAt is when the text is wiped, or what is left is deleted; zero for never.
func (e Envelope) purgeAt() time.Time {
	switch {
	case e.State != Done && e.State != Aside:
		return time.Time{}
	case len(e.Text) > 0:
		return e.ChangedAt.Add(textKept)
	}
	return e.ArrivedAt.Add(numberKept)
}

// visible tells whether the actor may look at the envelope: its owner, and the
// supervisors of the organization that keeps it.
func (e Envelope) visible(a identity.Actor) bool {
	return e.OrganizationID == a.OrganizationID && (e.OwnerID == a.ID || a.May(identity.Escalations))
}

// part answers the state of a part; empty when the visit has none of the name.
func (e Envelope) part(name string) PartState {
	if i := slices.IndexFunc(e.Parts, func(p Part) bool { return p.Name == name }); i >= 0 {
		return e.Parts[i].State
	}
	return ""
}

// emit notes an event for the trail of changes.
func (e *Envelope) emit(at time.Time, event string) {
	e.Emit(at, event, map[string]any{"patientId": e.PatientID, "organizationIds": []string{e.OrganizationID}})
}
