package screening

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Rescreening says when a patient is to be screened again. There is one for
// each patient who was screened or discharged; its id is the patient's. It
// follows from the screenings, the network's settings and what people note
// here; version 0 means that there is none yet.
type Rescreening struct {
	docstore.Meta
	PatientID      string `json:"patientId"`
	OrganizationID string `json:"organizationId"`
	// Due is the day and why; null when nothing is due.
	Due *Due `json:"due"`
	// DueAt is when that day begins at the organization.
	DueAt time.Time `json:"dueAt,omitzero"`
	// DischargedOn is the date on which the patient left, or will leave, a
	// hospital or program.
	DischargedOn string `json:"dischargedOn,omitempty"`
	// PutOff is set while a person has put the screening off.
	PutOff *PutOff `json:"putOff,omitempty"`
	// WorkerID is who is told: the worker the patient is assigned to, else the
	// one who screened last.
	WorkerID string `json:"workerId,omitempty"`
	// LastScreeningID and LastAt tell of the newest screening, LastBy and
	// LastByName of the worker who did the newest that a worker did.
	LastScreeningID string    `json:"lastScreeningId,omitempty"`
	LastAt          time.Time `json:"lastAt,omitzero"`
	LastBy          string    `json:"lastBy,omitempty"` // user
	LastByName      string    `json:"lastByName,omitempty"`
	// Topics are all topics that screenings asked about.
	Topics map[string]TopicSeen `json:"topics,omitempty"`
	// ToldFor is the day about which the worker was told.
	ToldFor string `json:"toldFor,omitempty"`
}

// PutOff says until when a person put a screening off.
type PutOff struct {
	Until  string    `json:"until"` // date
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	By     string    `json:"by"` // user
	ByName string    `json:"byName"`
}

// rescreeningSpec says how they are kept: for the lists of an organization and
// of one worker, and for those whose worker was not told yet.
var rescreeningSpec = docstore.Spec[Rescreening]{
	Name: "rescreenings", Schema: 1,
	Meta: func(r *Rescreening) *docstore.Meta { return &r.Meta },
	Keys: docstore.Keys[Rescreening]{
		"organization": func(r Rescreening) docstore.Value { return docstore.String(r.OrganizationID) },
		"worker":       func(r Rescreening) docstore.Value { return docstore.String(r.WorkerID) },
		"due":          func(r Rescreening) docstore.Value { return docstore.Time(r.DueAt) },
		"untold": func(r Rescreening) docstore.Value {
			if r.Due == nil || r.ToldFor == r.Due.On {
				return docstore.None
			}
			return docstore.Time(r.DueAt)
		},
	},
	Kinds:   map[string]docstore.Kind{"due": docstore.IntKind, "untold": docstore.IntKind},
	Indexes: []docstore.Index{{"organization", "due"}, {"organization", "worker", "due"}, {"untold"}},
}

func (r Rescreening) owner() string { return r.OrganizationID }

// Rescreening reads when a patient of the actor's organization is to be
// screened again.
func (s *Service) Rescreening(ctx context.Context, patientID string) (Rescreening, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return Rescreening{}, err
	}
	p, err := s.patient(ctx, actor, patientID)
	if err != nil {
		return Rescreening{}, err
	}
	r, err := s.rescreenings.Get(ctx, patientID)
	if errors.Is(err, docstore.ErrNotFound) {
		return newRescreening(patientID, p.OrganizationID), nil
	}
	return r, err
}

func newRescreening(patientID, organizationID string) Rescreening {
	return Rescreening{Meta: docstore.Meta{ID: patientID}, PatientID: patientID, OrganizationID: organizationID}
}

// DueList asks for patients who are due for screening.
type DueList struct {
	// Mine asks for those of the actor alone.
	Mine   bool
	Cursor string
	Limit  int // 1 to 100; otherwise 50
}

// Bounds of a page of a DueList.
const (
	dueUsual = 50
	dueMost  = 100
)

// DueNow lists the patients of the actor's organization who are due today or
// were before, the longest first.
func (s *Service) DueNow(ctx context.Context, l DueList) (docstore.Page[Rescreening], error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return docstore.Page[Rescreening]{}, err
	}
	q := s.dueNow(actor, l.Mine)
	q.After, q.Limit = l.Cursor, l.Limit
	if l.Limit < 1 || l.Limit > dueMost {
		q.Limit = dueUsual
	}
	return s.rescreenings.Find(ctx, q)
}

// CountDue counts what DueNow lists.
func (s *Service) CountDue(ctx context.Context, mine bool) (int, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return 0, err
	}
	n, err := s.rescreenings.Count(ctx, s.dueNow(actor, mine))
	return int(n), err
}

func (s *Service) dueNow(actor identity.Actor, mine bool) docstore.Query {
	where := []docstore.Cond{docstore.Eq("organization", docstore.String(actor.OrganizationID))}
	if mine {
		where = append(where, docstore.Eq("worker", docstore.String(actor.ID)))
	}
	return docstore.Query{Where: append(where, s.until("due")), OrderBy: []string{"due"}}
}

// until is the condition that the instant under the key has come.
func (s *Service) until(key string) docstore.Cond {
	return docstore.Range(key, docstore.None, docstore.Int(s.opt.Now().UnixMilli()+1))
}
