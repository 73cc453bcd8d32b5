package screening

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/network"
)

// RescreenConsumer keeps up to date when patients are to be screened again:
// after each screening, when a patient gets another worker, and for all when
// the network changes its intervals.
func (s *Service) RescreenConsumer() docstore.Consumer {
	return docstore.Consumer{Name: "screening-again", Handle: func(ctx context.Context, events []docstore.Event) error {
		var screened []string
		var set *network.Rescreen
		var errs []error
		for _, e := range events {
			switch e.Type {
			case "screening.completed":
				screened = append(screened, e.DocumentID)
			case "patient.changed":
				errs = append(errs, s.followWorker(ctx, e.DocumentID))
			case "network.changed":
				var data struct {
					Rescreen network.Rescreen `json:"rescreen"`
				}
				errs = append(errs, json.Unmarshal(e.Data, &data))
				set = &data.Rescreen
			}
		}
		errs = append(errs, s.followScreenings(ctx, screened))
		if set != nil {
			errs = append(errs, s.followSettings(ctx, *set))
		}
		return errors.Join(errs...)
	}}
}

// followScreenings notes new screenings.
func (s *Service) followScreenings(ctx context.Context, ids []string) error {
	docs, err := s.screenings.GetMany(ctx, ids)
	if err != nil || len(docs) == 0 {
		return err
	}
	byPatient := map[string][]Screening{}
	for _, doc := range docs {
		byPatient[doc.PatientID] = append(byPatient[doc.PatientID], doc)
	}
	var changes []dueChange
	for id, list := range byPatient {
		changes = append(changes, dueChange{id, list[0].OrganizationID, func(r *Rescreening) error {
			for _, doc := range list {
				r.take(doc, s.askedTopics(ctx, doc))
			}
			p, err := s.opt.Patients.Open(ctx, id)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			r.WorkerID = cmp.Or(p.AssignedTo, r.LastBy)
			return nil
		}})
	}
	return s.changeDue(ctx, changes, dueRules{Service: s, known: map[string]dueRule{}})
}

// followWorker notes to whom a patient is assigned, where a screening is to come.
func (s *Service) followWorker(ctx context.Context, patientID string) error {
	p, err := s.opt.Patients.Open(ctx, patientID)
	if err == nil {
		_, err = s.rescreenings.Update(ctx, patientID, func(r *Rescreening) error {
			worker := cmp.Or(p.AssignedTo, r.LastBy, r.WorkerID)
			if worker == r.WorkerID {
				return errDone
			}
			r.WorkerID = worker
			return nil
		})
	}
	if errors.Is(err, errDone) || fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// settingsBatch is how many patients followSettings changes at a time.
const settingsBatch = 200

// followSettings brings all patients up to date with the network's intervals.
func (s *Service) followSettings(ctx context.Context, set network.Rescreen) error {
	rules := dueRules{Service: s, set: &set, known: map[string]dueRule{}}
	var errs []error
	var changes []dueChange
	for r, err := range s.rescreenings.All(ctx) {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		changes = append(changes, dueChange{r.PatientID, r.OrganizationID, func(*Rescreening) error { return nil }})
		if len(changes) == settingsBatch {
			errs = append(errs, s.changeDue(ctx, changes, rules))
			changes = nil
		}
	}
	return errors.Join(append(errs, s.changeDue(ctx, changes, rules))...)
}
