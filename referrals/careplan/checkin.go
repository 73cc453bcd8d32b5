package careplan

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// CheckIn is one talk with the patient about the plan.
type CheckIn struct {
	docstore.Meta
	PatientID string `json:"patientId"`
	// On is the date of the talk.
	On   string `json:"on"`
	Note string `json:"note"`
	// Next is the date of the next one; "" for none.
	Next   string    `json:"next,omitempty"`
	At     time.Time `json:"at"` // when it was written down
	By     string    `json:"by"` // the user id
	ByName string    `json:"byName"`
}

var checkInSpec = docstore.Spec[CheckIn]{
	Name: "check_ins", Schema: 1,
	Meta: func(c *CheckIn) *docstore.Meta { return &c.Meta },
	Keys: docstore.Keys[CheckIn]{
		"patient": func(c CheckIn) docstore.Value { return docstore.String(c.PatientID) },
		"on":      func(c CheckIn) docstore.Value { return docstore.String(c.On) },
	},
	Indexes: []docstore.Index{{"patient", "on"}},
}

// AddCheckIn writes down a talk with the patient; the plan's next check-in is
// the one it names. An empty On is today in UTC.
func (s *Service) AddCheckIn(ctx context.Context, c CheckIn) (CheckIn, error) {
	patient, actor, err := s.ownPatient(ctx, c.PatientID, identity.PatientsWrite)
	if err != nil {
		return CheckIn{}, err
	}
	now := s.Now()
	if c.On == "" {
		c.On = now.Format(clock.DateLayout)
	}
	c.Note = strings.TrimSpace(c.Note)
	if err := c.check(now); err != nil {
		return CheckIn{}, err
	}
	c.Meta = docstore.Meta{ID: docstore.NewID(ctx, actor.ID)}
	c.At, c.By, c.ByName = now, actor.ID, actor.Name
	c.Emit(now, "careplan.checked-in", map[string]string{"patientId": patient.ID, "organizationId": patient.OrganizationID})
	if _, err := s.checkIns.InsertOnce(ctx, &c, now); err != nil {
		return CheckIn{}, fmt.Errorf("write check-in: %w", err)
	}
	// Under the request's own key, so that a replay finishes what a crash has left.
	_, err = s.change(docstore.Part(ctx, "plan"), patient, actor, func(p *Plan) error {
		p.NextCheckIn = c.Next
		return nil
	})
	return c, err
}

func (c CheckIn) check(now time.Time) error {
	var wrong fault.Fields
	// A day of grace: it is already tomorrow in the zones ahead of UTC.
	tomorrow := now.AddDate(0, 0, 1).Format(clock.DateLayout)
	wrong.Check(isDate(c.On) && c.On <= tomorrow, "on", "Write the date of the talk, today or earlier.")
	wrong.Check(c.Next == "" || isDate(c.Next) && c.Next > c.On, "next", "Write the date of the next talk, later than this one.")
	wrong.Check(c.Note != "" && len(c.Note) <= maxText, "note", "Write what was said in at most %d letters.", maxText)
	return wrong.Err()
}

// CheckIns lists the talks with a patient of the own organization, the latest first.
func (s *Service) CheckIns(ctx context.Context, patientID string) ([]CheckIn, error) {
	if _, _, err := s.ownPatient(ctx, patientID, identity.PatientsRead); err != nil {
		return nil, err
	}
	p, err := s.checkIns.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))}, OrderBy: []string{"on"}, Desc: true,
	})
	return p.Items, err
}

// duePage is how many plans one page of Due has.
const duePage = 50

// Due lists the plans of the own organization whose next check-in is on the
// date or earlier, the longest waiting first.
func (s *Service) Due(ctx context.Context, date, cursor string) (docstore.Page[Plan], error) {
	actor, err := identity.Require(ctx, identity.PatientsRead)
	if err != nil {
		return docstore.Page[Plan]{}, err
	}
	day, err := time.Parse(clock.DateLayout, date)
	if err != nil {
		return docstore.Page[Plan]{}, fault.New(fault.Invalid, "Write the date as year, month and day, for example 2026-12-24.")
	}
	return s.plans.Find(ctx, docstore.Query{
		Where: []docstore.Cond{
			docstore.Eq("organization", docstore.String(actor.OrganizationID)),
			docstore.Range("next", docstore.None, docstore.String(day.AddDate(0, 0, 1).Format(clock.DateLayout))),
		},
		After: cursor, Limit: duePage,
	})
}
