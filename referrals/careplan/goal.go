package careplan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

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

func isDate(s string) bool {
	_, err := time.Parse(clock.DateLayout, s)
	return err == nil
}
