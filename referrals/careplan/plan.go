// Package careplan keeps what a care team and a patient want to reach: one
// plan for a patient, goals for the needs, and check-ins that follow them up.
package careplan

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// Plan is what is to be reached with a patient; there is one for each.
type Plan struct {
	docstore.Meta
	PatientID      string `json:"patientId"`
	OrganizationID string `json:"organizationId"`
	Goals          []Goal `json:"goals"`
	// NextCheckIn is the date on which somebody asks how it goes; "" for none.
	NextCheckIn string    `json:"nextCheckIn,omitempty"`
	CreatedAt   time.Time `json:"createdAt,omitzero"`
	ChangedAt   time.Time `json:"changedAt,omitzero"`
	ChangedBy   string    `json:"changedBy,omitempty"`
}

// Patients reads patient records without a check; *patients.Service does.
type Patients interface {
	Open(ctx context.Context, id string) (patients.Patient, error)
}

// Needs reads needs without a check; *screening.Service does.
type Needs interface {
	OpenNeed(ctx context.Context, id string) (screening.Need, error)
}

// Options are what the service needs from others.
type Options struct {
	Now      clock.Now
	Patients Patients
	Needs    Needs
}

// Service keeps care plans.
type Service struct {
	Options
	plans    *docstore.Collection[Plan]
	checkIns *docstore.Collection[CheckIn]
}

var planSpec = docstore.Spec[Plan]{
	Name: "care_plans", Schema: 1,
	Meta: func(p *Plan) *docstore.Meta { return &p.Meta },
	Keys: docstore.Keys[Plan]{
		"organization": func(p Plan) docstore.Value { return docstore.String(p.OrganizationID) },
		"next": func(p Plan) docstore.Value {
			if p.NextCheckIn == "" {
				return docstore.None
			}
			return docstore.String(p.NextCheckIn)
		},
	},
	Indexes: []docstore.Index{{"organization", "next"}},
}

// New opens the collections of plans and check-ins.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	s := &Service{Options: o}
	var err error
	if s.plans, err = docstore.Open(ctx, e, planSpec); err != nil {
		return nil, err
	}
	s.checkIns, err = docstore.Open(ctx, e, checkInSpec)
	return s, err
}

// planSpace is the namespace of plan ids, which are made of the patient's.
var planSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:care-plan"))

func planID(patientID string) string { return uuid.NewSHA1(planSpace, []byte(patientID)).String() }

// ForPatient answers the plan of a patient of the own organization; one
// without goals and with version 0 where nobody has made one yet.
func (s *Service) ForPatient(ctx context.Context, patientID string) (Plan, error) {
	patient, _, err := s.ownPatient(ctx, patientID, identity.PatientsRead)
	if err != nil {
		return Plan{}, err
	}
	p, err := s.plans.Get(ctx, planID(patientID))
	if errors.Is(err, docstore.ErrNotFound) {
		return empty(patient), nil
	}
	return p, err
}

func empty(p patients.Patient) Plan {
	return Plan{Meta: docstore.Meta{ID: planID(p.ID)}, PatientID: p.ID, OrganizationID: p.OrganizationID, Goals: []Goal{}}
}

// ownPatient reads a patient of the actor's organization; others do not exist.
func (s *Service) ownPatient(ctx context.Context, id string, need identity.Permission) (patients.Patient, identity.Actor, error) {
	actor, err := identity.Require(ctx, need)
	if err != nil {
		return patients.Patient{}, actor, err
	}
	p, err := s.Patients.Open(ctx, id)
	if err == nil && p.OrganizationID != actor.OrganizationID {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return patients.Patient{}, actor, err
	}
	return p, actor, nil
}

// errReplayed says that the request under way changed the plan before.
var errReplayed = errors.New("already applied")

// change changes the patient's plan, and makes it first where there is none.
func (s *Service) change(ctx context.Context, patient patients.Patient, actor identity.Actor, fn func(*Plan) error) (Plan, error) {
	now := s.Now()
	apply := func(p *Plan) error {
		if done, err := p.Replayed(ctx); err != nil {
			return err
		} else if done {
			return errReplayed
		}
		if err := fn(p); err != nil {
			return err
		}
		p.ChangedAt, p.ChangedBy = now, actor.ID
		p.Remember(ctx, now)
		p.Emit(now, "careplan.changed", map[string]string{"patientId": p.PatientID, "organizationId": p.OrganizationID})
		return nil
	}
	for {
		p, err := s.plans.Update(ctx, planID(patient.ID), apply)
		switch {
		case errors.Is(err, errReplayed):
			return s.plans.Get(ctx, planID(patient.ID))
		case !errors.Is(err, docstore.ErrNotFound):
			return p, err
		}
		p = empty(patient)
		p.CreatedAt = now
		if err := apply(&p); err != nil {
			return Plan{}, err
		}
		err = s.plans.Insert(ctx, &p)
		if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok && dup.Key == "id" {
			continue // somebody made it at the same time
		}
		return p, err
	}
}
