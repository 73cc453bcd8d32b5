package directory

import (
	"context"
	"encoding/json"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// What an edit is about.
const (
	OrganizationEdit = "organization"
	LocationEdit     = "location"
	ServiceEdit      = "service"
)

// States of a proposal.
const (
	Waiting  = "waiting"
	Accepted = "accepted"
	Refused  = "refused"
)

// Fields of ours beside those of the standard, as proposals name them.
const (
	NeedsField        = "x_needs"
	ConfidentialField = "x_confidential"
	TimeZoneField     = "x_time_zone"
	EligibilityField  = "x_eligibility" // what a person says of who it is for, as Said
)

// FieldChange is what somebody wants to change: values as JSON; null where
// there is, or is to be, none.
type FieldChange struct {
	Field  string          `json:"field"` // HSDS name, or one of ours
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
}

// Proposal is a change of a listing that waits for the network, or that it has
// decided on. There is one for each organization, location or service.
type Proposal struct {
	docstore.Meta
	Kind           string        `json:"kind"` // ServiceEdit, …
	TargetID       string        `json:"targetId"`
	OrganizationID string        `json:"organizationId"`
	Name           string        `json:"name"` // of what is changed
	Changes        []FieldChange `json:"changes"`
	State          string        `json:"state"` // Waiting, …
	By             string        `json:"by"`    // a user id
	ByName         string        `json:"byName"`
	At             time.Time     `json:"at"`
	// Reason is why it was refused.
	Reason    string    `json:"reason,omitempty"`
	DecidedBy string    `json:"decidedBy,omitempty"` // a name
	DecidedAt time.Time `json:"decidedAt,omitzero"`
}

var proposalSpec = docstore.Spec[Proposal]{
	Name: "listing_proposals", Schema: 1,
	Meta: func(p *Proposal) *docstore.Meta { return &p.Meta },
	Keys: docstore.Keys[Proposal]{
		"state":        func(p Proposal) docstore.Value { return docstore.String(p.State) },
		"organization": func(p Proposal) docstore.Value { return docstore.String(p.OrganizationID) },
		"at":           func(p Proposal) docstore.Value { return docstore.Time(p.At) },
	},
	Kinds:   map[string]docstore.Kind{"at": docstore.IntKind},
	Indexes: []docstore.Index{{"state", "at"}, {"organization", "state", "at"}},
}

// proposalID is the id of the proposal about something.
func proposalID(kind, targetID string) string { return kind + "-" + targetID }

// Proposals lists the proposals that wait, the oldest first. It needs
// DirectoryWrite; an agency admin sees the own organization's.
func (d *Directory) Proposals(ctx context.Context, cursor string, limit int) (docstore.Page[Proposal], error) {
	actor, err := identity.Require(ctx, identity.DirectoryWrite)
	if err != nil {
		return docstore.Page[Proposal]{}, err
	}
	where := []docstore.Cond{docstore.Eq("state", docstore.String(Waiting))}
	if actor.Agency() {
		where = append(where, docstore.Eq("organization", docstore.String(actor.OrganizationID)))
	}
	return d.proposals.Find(ctx, docstore.Query{Where: where, OrderBy: []string{"at"}, After: cursor, Limit: limit})
}

// ProposalsOf finds the last proposals about things of these ids, also those
// that are decided, by the id of the thing. It needs DirectoryWrite; another
// agency's are left out.
func (d *Directory) ProposalsOf(ctx context.Context, kind string, targetIDs ...string) (map[string]Proposal, error) {
	actor, err := identity.Require(ctx, identity.DirectoryWrite)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(targetIDs))
	for i, id := range targetIDs {
		ids[i] = proposalID(kind, id)
	}
	known, err := d.proposals.GetMany(ctx, ids)
	out := map[string]Proposal{}
	for _, p := range known {
		if !actor.Agency() || p.OrganizationID == actor.OrganizationID {
			out[p.TargetID] = p
		}
	}
	return out, err
}

// Review is a proposal beside what stands now.
type Review struct {
	Proposal Proposal
	// Now has the present value of each field that is to change; null for none.
	Now map[string]json.RawMessage
	// Version is that of what is to change.
	Version int64
}

// Review shows one proposal. It needs DirectoryWrite; another agency's does not exist.
func (d *Directory) Review(ctx context.Context, id string) (Review, error) {
	actor, err := identity.Require(ctx, identity.DirectoryWrite)
	if err != nil {
		return Review{}, err
	}
	p, err := d.proposals.Get(ctx, id)
	if err != nil || actor.Agency() && p.OrganizationID != actor.OrganizationID {
		return Review{}, orElse(err, docstore.ErrNotFound)
	}
	t, err := d.target(ctx, p.Kind, p.TargetID)
	if err != nil {
		return Review{}, err
	}
	r := Review{Proposal: p, Now: map[string]json.RawMessage{}, Version: t.version}
	for _, c := range p.Changes {
		r.Now[c.Field] = valueOf(t.fields, c.Field)
	}
	return r, nil
}
