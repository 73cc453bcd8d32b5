// Package patients keeps the patient record: who somebody is, how to reach
// them safely and in which language. A patient belongs to one care
// organization, and only its workers may find and open them.
//
// Patients are found through match tokens, keyed hashes of phone, birth date
// and the sound of names (see token.go), never by a scan of names; so the
// fields themselves can be sealed without a change of behaviour.
package patients

import (
	"cmp"
	"context"
	"errors"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Audit records who saw what.
type Audit interface {
	// Saw records that the actor in ctx read something of a patient.
	Saw(ctx context.Context, action, patientID, subject string) error
}

// Workers knows who works where; *accounts.Service does.
type Workers interface {
	// WorksFor tells whether the user can sign in and works for the organization.
	WorksFor(ctx context.Context, userID, organizationID string) (bool, error)
}

// Options are what a Service needs besides its engine.
type Options struct {
	// Now is the clock.
	Now clock.Now
	// MatchKey is the key of match tokens, at least 32 bytes. With another key
	// nobody is found until the tokens are computed anew.
	MatchKey []byte
	// Audit records each opened patient; nil records nothing.
	Audit Audit
	// Workers says to whom patients can be assigned; with nil workers assign
	// them to themselves only.
	Workers Workers
}

// Service keeps patients. It is safe for concurrent use.
type Service struct {
	now     clock.Now
	audit   Audit
	workers Workers
	tokens  tokens
	docs    *docstore.Collection[Patient]
}

// minMatchKey is the least length of a match key: that of the hash (RFC 2104, section 3).
const minMatchKey = 32

// New opens the collection of patients.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	if len(o.MatchKey) < minMatchKey {
		return nil, errors.New("patients: the match key needs at least 32 bytes")
	}
	s := &Service{now: o.Now, audit: o.Audit, workers: o.Workers, tokens: tokens{key: o.MatchKey}}
	var err error
	s.docs, err = docstore.Open(ctx, e, s.spec())
	return s, err
}

func (s *Service) spec() docstore.Spec[Patient] {
	return docstore.Spec[Patient]{
		Name:   "patients",
		Schema: 1,
		Meta:   func(p *Patient) *docstore.Meta { return &p.Meta },
		Keys: docstore.Keys[Patient]{
			"organization": func(p Patient) docstore.Value { return docstore.String(p.OrganizationID) },
			"created":      func(p Patient) docstore.Value { return docstore.Time(p.CreatedAt) },
		},
		Many: map[string]func(Patient) []docstore.Value{
			"match": func(p Patient) []docstore.Value {
				var out []docstore.Value
				for _, t := range s.tokens.of(p) {
					out = append(out, docstore.String(t))
				}
				return out
			},
		},
		Kinds:   map[string]docstore.Kind{"created": docstore.IntKind},
		Indexes: []docstore.Index{{"organization", "created"}, {"match", "created"}},
	}
}

// Register stores a new patient of the actor's organization. When patients of
// the organization are likely the same person it fails with a fault.Conflict
// that carries them as "candidates", a []Candidate, unless confirmNew.
func (s *Service) Register(ctx context.Context, p Patient, confirmNew bool) (Patient, error) {
	actor, err := identity.Require(ctx, identity.PatientsWrite)
	if err != nil {
		return Patient{}, err
	}
	if actor.Role != identity.System {
		p.OrganizationID = actor.OrganizationID
	}
	p.ID, p.Version = docstore.NewID(ctx, actor.ID), 0
	p.CreatedAt, p.CreatedBy = s.now(), actor.ID
	p.ChangedAt = p.CreatedAt
	if err := p.normalize(s.now()); err != nil {
		return Patient{}, err
	}
	if stored, done, err := s.docs.Recall(ctx, p.ID); done || err != nil {
		return stored, err
	}
	if err := s.checkAssigned(ctx, actor, p); err != nil {
		return Patient{}, err
	}
	if !confirmNew {
		if err := s.refuseDuplicate(ctx, p); err != nil {
			return Patient{}, err
		}
	}
	s.emit(&p, "patient.registered")
	_, err = s.docs.InsertOnce(ctx, &p, s.now())
	return p, err
}

// errUnchanged ends an Update that has nothing to store.
var errUnchanged = errors.New("unchanged")

// Update stores the changed fields of a patient, in place of the version that
// p carries.
func (s *Service) Update(ctx context.Context, p Patient) (Patient, error) {
	actor, err := identity.Require(ctx, identity.PatientsWrite)
	if err != nil {
		return Patient{}, err
	}
	stored, err := s.docs.Update(ctx, p.ID, func(stored *Patient) error {
		if !visible(actor, *stored) {
			return docstore.ErrNotFound
		}
		if done, err := stored.Replayed(ctx); done || err != nil {
			return cmp.Or(err, errUnchanged)
		}
		if p.Version != stored.Version {
			return docstore.ErrConflict
		}
		changed := p
		changed.Meta = stored.Meta
		changed.OrganizationID, changed.CreatedAt, changed.CreatedBy = stored.OrganizationID, stored.CreatedAt, stored.CreatedBy
		changed.ChangedAt = s.now()
		if err := changed.normalize(s.now()); err != nil {
			return err
		}
		if changed.AssignedTo != stored.AssignedTo {
			if err := s.checkAssigned(ctx, actor, changed); err != nil {
				return err
			}
		}
		changed.Remember(ctx, s.now())
		s.emit(&changed, "patient.changed")
		*stored = changed
		return nil
	})
	if errors.Is(err, errUnchanged) {
		return s.docs.Get(ctx, p.ID)
	}
	return stored, err
}

// checkAssigned refuses a patient assigned to somebody who does not work for
// the patient's organization.
func (s *Service) checkAssigned(ctx context.Context, actor identity.Actor, p Patient) error {
	if p.AssignedTo == "" || p.AssignedTo == actor.ID || actor.Role == identity.System {
		return nil
	}
	if s.workers != nil {
		if ok, err := s.workers.WorksFor(ctx, p.AssignedTo, p.OrganizationID); ok || err != nil {
			return err
		}
	}
	var wrong fault.Fields
	wrong.Add("assignedTo", "Choose somebody who works for your organization.")
	return wrong.Err()
}

func (s *Service) emit(p *Patient, event string) {
	p.Emit(s.now(), event, map[string]any{"patientId": p.ID, "organizationIds": []string{p.OrganizationID}})
}

// Get opens a patient of the actor's organization, and records who saw them.
func (s *Service) Get(ctx context.Context, id string) (Patient, error) {
	actor, err := identity.Require(ctx, identity.PatientsRead)
	if err != nil {
		return Patient{}, err
	}
	p, err := s.docs.Get(ctx, id)
	if err != nil {
		return Patient{}, err
	}
	if !visible(actor, p) {
		return Patient{}, docstore.ErrNotFound
	}
	if s.audit != nil {
		if err := s.audit.Saw(ctx, "patient.read", p.ID, "patients/"+p.ID); err != nil {
			return Patient{}, err
		}
	}
	return p, nil
}

// maxPage is the most patients a list answers at once.
const maxPage = 100

// List lists the patients of the actor's organization, the newest first. A
// limit out of 1 to 100 is taken as 100.
func (s *Service) List(ctx context.Context, cursor string, limit int) (docstore.Page[Patient], error) {
	actor, err := identity.Require(ctx, identity.PatientsRead)
	if err != nil {
		return docstore.Page[Patient]{}, err
	}
	if limit < 1 || limit > maxPage {
		limit = maxPage
	}
	return s.docs.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("organization", docstore.String(actor.OrganizationID))},
		OrderBy: []string{"created"}, Desc: true, After: cursor, Limit: limit,
	})
}

// Open reads a patient. It is for other rooms, which ask whether the actor may
// see the record they hold; it checks and records nothing.
func (s *Service) Open(ctx context.Context, id string) (Patient, error) {
	return s.docs.Get(ctx, id)
}

// OpenMany reads patients by id, as Open does; who does not exist is missing.
func (s *Service) OpenMany(ctx context.Context, ids []string) (map[string]Patient, error) {
	return s.docs.GetMany(ctx, ids)
}

// visible tells whether the patient is of the actor's organization.
func visible(actor identity.Actor, p Patient) bool {
	return actor.Role == identity.System || p.OrganizationID == actor.OrganizationID
}

// errNothingAsked refuses a search without a condition.
var errNothingAsked = fault.New(fault.Invalid, "Give a name, a birth date or a phone number to search for.")
