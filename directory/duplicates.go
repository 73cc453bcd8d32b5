package directory

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Duplicate is the proposal that two records are the same.
type Duplicate struct {
	docstore.Meta
	Kind    string           `json:"kind"` // KindOrganization, …
	Records [2]DuplicateSide `json:"records"`
	// Score is how likely they are the same, from 0 to 1; Because says why.
	Score   float64         `json:"score"`
	Because []Because       `json:"because"`
	Status  DuplicateStatus `json:"status"`
	FoundAt time.Time       `json:"foundAt"`
	// Decided is the person who merged the two or said that they are not the same.
	Decided   string    `json:"decided,omitempty"`
	DecidedAt time.Time `json:"decidedAt,omitzero"`
	// Merges is how often they were merged, MergeID the last merge.
	Merges  int    `json:"merges,omitempty"`
	MergeID string `json:"mergeId,omitempty"`
}

// DuplicateSide is one of two records.
type DuplicateSide struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Feed string `json:"feed,omitempty"` // "" where a person entered it
	// Owner is the organization of a service or location.
	Owner string `json:"owner,omitempty"`
}

// DuplicateStatus says what was decided.
type DuplicateStatus string

// The statuses.
const (
	DuplicateOpen     DuplicateStatus = "open"
	DuplicateMerged   DuplicateStatus = "merged"
	DuplicateDistinct DuplicateStatus = "distinct" // never proposed again
)

// DuplicateStatuses lists them in the order of the page.
func DuplicateStatuses() []DuplicateStatus {
	return []DuplicateStatus{DuplicateOpen, DuplicateMerged, DuplicateDistinct}
}

var duplicateSpec = docstore.Spec[Duplicate]{
	Name: "duplicates", Schema: 1,
	Meta: func(d *Duplicate) *docstore.Meta { return &d.Meta },
	Keys: docstore.Keys[Duplicate]{
		"status": func(d Duplicate) docstore.Value { return docstore.String(string(d.Status)) },
		"kind":   func(d Duplicate) docstore.Value { return docstore.String(d.Kind) },
		"order":  func(d Duplicate) docstore.Value { return docstore.Int(1000 - int64(d.Score*1000)) }, // the likeliest first
	},
	Kinds:   map[string]docstore.Kind{"order": docstore.IntKind},
	Indexes: []docstore.Index{{"status", "order"}, {"status", "kind", "order"}},
}

// duplicateID is the id of the proposal about two records, whichever comes first.
func duplicateID(kind, a, b string) string {
	if b < a {
		a, b = b, a
	}
	return uuid.NewSHA1(idSpace, []byte("duplicate/"+kind+"/"+a+"/"+b)).String()
}

// Why a proposal cannot be decided.
var (
	errDecided   = fault.New(fault.Conflict, "Somebody has decided about these two records already.")
	errNotMerged = fault.New(fault.Conflict, "These two records are not merged.")
)

// Duplicates lists proposals of a status, the likeliest first; kind "" for all
// kinds. It needs NetworkManage.
func (d *Directory) Duplicates(ctx context.Context, status DuplicateStatus, kind, cursor string, limit int) (docstore.Page[Duplicate], error) {
	q, err := d.duplicatesQuery(ctx, status, kind)
	if err != nil {
		return docstore.Page[Duplicate]{}, err
	}
	q.OrderBy, q.After, q.Limit = []string{"order"}, cursor, limit
	return d.duplicates.Find(ctx, q)
}

// CountDuplicates counts what Duplicates lists.
func (d *Directory) CountDuplicates(ctx context.Context, status DuplicateStatus, kind string) (int, error) {
	q, err := d.duplicatesQuery(ctx, status, kind)
	if err != nil {
		return 0, err
	}
	n, err := d.duplicates.Count(ctx, q)
	return int(n), err
}

func (d *Directory) duplicatesQuery(ctx context.Context, status DuplicateStatus, kind string) (docstore.Query, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return docstore.Query{}, err
	}
	var f fault.Fields
	f.Check(slices.Contains(DuplicateStatuses(), status), "status", "Choose one of the known statuses.")
	f.Check(kind == "" || slices.Contains(Kinds(), kind), "kind", "Choose organizations, services or locations.")
	if err := f.Err(); err != nil {
		return docstore.Query{}, err
	}
	q := docstore.Query{Where: []docstore.Cond{docstore.Eq("status", docstore.String(string(status)))}}
	if kind != "" {
		q.Where = append(q.Where, docstore.Eq("kind", docstore.String(kind)))
	}
	return q, nil
}

// NotTheSame says that two records are not the same; they are never proposed
// again. It needs NetworkManage. A version other than 0 and the stored one is a
// docstore.ErrConflict.
func (d *Directory) NotTheSame(ctx context.Context, id string, version int64) (Duplicate, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return Duplicate{}, err
	}
	return update(ctx, d.duplicates, id, duplicateSpec.Meta, d.now(), func(p *Duplicate) error {
		switch {
		case p.Status != DuplicateOpen:
			return errDecided
		case version != 0 && version != p.Version:
			return docstore.ErrConflict
		}
		p.decide(DuplicateDistinct, actor, d.now())
		return nil
	})
}

// decide notes who decided what.
func (p *Duplicate) decide(s DuplicateStatus, by identity.Actor, at time.Time) {
	p.Status, p.Decided, p.DecidedAt = s, by.ID, at
}
