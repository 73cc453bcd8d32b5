// Package careplan keeps what a care team and a patient want to reach: one
// plan for a patient, goals for the needs, and check-ins that follow them up.
package careplan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
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

// Goal is what is to be reached about one need.
type Goal struct {
	ID     string `json:"id"`
	NeedID string `json:"needId"`
	// Topic and Domain are the need's.
	Topic  string `json:"topic"`
	Domain string `json:"domain"`
	// Text is the goal in the patient's words.
	Text   string `json:"text"`
	Target string `json:"target,omitempty"` // a date
	Status Status `json:"status"`
	// Since is when the status last changed.
	Since time.Time `json:"since"`
}

// Status is where a goal stands. The codes are of FHIR R4 Goal.lifecycleStatus.
type Status string

// The statuses of a goal.
const (
	Active    Status = "active"
	OnHold    Status = "on-hold"
	Completed Status = "completed"
	Cancelled Status = "cancelled"
)

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

const (
	maxGoals = 50
	maxText  = 2000 // of a goal or a note, in bytes
)

// SetGoal adds a goal to the patient's plan, or changes the one with its id.
// version is the plan's that the person saw, 0 where there was none. It fails
// with docstore.ErrConflict when somebody changed the plan in the meantime.
func (s *Service) SetGoal(ctx context.Context, patientID string, g Goal, version int64) (Plan, error) {
	patient, actor, err := s.ownPatient(ctx, patientID, identity.PatientsWrite)
	if err != nil {
		return Plan{}, err
	}
	if err := s.complete(ctx, patient, &g); err != nil {
		return Plan{}, err
	}
	added := g.ID == ""
	if added {
		g.ID = docstore.NewID(ctx, actor.ID)
	}
	plan, err := s.change(ctx, patient, actor, func(p *Plan) error {
		if p.Version != version {
			return docstore.ErrConflict
		}
		return p.put(g, added, s.Now())
	})
	if err != nil {
		return Plan{}, fmt.Errorf("set a goal of plan %s: %w", planID(patientID), err)
	}
	return plan, nil
}

// complete checks a goal and takes over what the need says.
func (s *Service) complete(ctx context.Context, patient patients.Patient, g *Goal) error {
	g.Text = strings.TrimSpace(g.Text)
	if g.Status == "" {
		g.Status = Active
	}
	var wrong fault.Fields
	wrong.Check(g.Text != "" && len(g.Text) <= maxText, "text", "Write the goal in at most %d letters.", maxText)
	wrong.Check(g.Target == "" || isDate(g.Target), "target", "Write the date as year, month and day, for example 2026-12-24.")
	wrong.Check(slices.Contains([]Status{Active, OnHold, Completed, Cancelled}, g.Status), "status", "Choose active, on-hold, completed or cancelled.")
	if err := wrong.Err(); err != nil {
		return err
	}
	need, err := s.Needs.OpenNeed(ctx, g.NeedID)
	if errors.Is(err, docstore.ErrNotFound) || err == nil && need.PatientID != patient.ID {
		wrong.Add("needId", "Choose one of the patient's needs.")
		return wrong.Err()
	}
	g.Topic, g.Domain = need.Topic, need.Domain
	return err
}

// put adds the goal or puts it in the place of the one with its id.
func (p *Plan) put(g Goal, added bool, now time.Time) error {
	g.Since = now
	i := slices.IndexFunc(p.Goals, func(old Goal) bool { return old.ID == g.ID })
	switch {
	case i >= 0:
		if p.Goals[i].Status == g.Status {
			g.Since = p.Goals[i].Since
		}
		p.Goals[i] = g
	case !added:
		return docstore.ErrNotFound
	case len(p.Goals) >= maxGoals:
		return fault.New(fault.BusinessRule, "A plan has at most %d goals. Complete or change one of them.", maxGoals)
	default:
		p.Goals = append(p.Goals, g)
	}
	return nil
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

func isDate(s string) bool {
	_, err := time.Parse(clock.DateLayout, s)
	return err == nil
}
