package referrals

import (
	"context"
	"errors"
	"fmt"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

func lettersIn(e docstore.Event) string {
	if e.Type == "letter.sent" {
		return e.DocumentID
	}
	return ""
}

// followLetter tells the other side of a letter: the worker gets a task until
// somebody answers, the patient a message with their link where that is safe.
func (s *Service) followLetter(ctx context.Context, id string) error {
	l, err := s.letters.Get(ctx, id)
	if err != nil {
		return err
	}
	if !l.FromPatient {
		if !l.SeenAt.IsZero() || s.Now().Sub(l.At) >= askedLate {
			return nil
		}
		return s.tellPatient(ctx, l.PatientID, "patient.letter", l.ID)
	}
	key, open, err := s.letterKey(ctx, l.PatientID)
	if err != nil || !open {
		return err // answered already
	}
	worker, err := s.answererOf(ctx, l)
	if err != nil {
		return err
	}
	_, err = s.RaiseTask(ctx, key, Task{Kind: TaskLetter, PatientID: l.PatientID, WorkerID: worker, OrganizationID: l.OrganizationID})
	return err
}

// letterKey names the task for the patient's letters since the last answer, by
// the first of them; open is false when there are none.
func (s *Service) letterKey(ctx context.Context, patientID string) (key string, open bool, err error) {
	all, err := s.lettersOf(ctx, patientID)
	for i := len(all) - 1; i >= 0 && all[i].FromPatient; i-- {
		key, open = "letter/"+all[i].ID, true
	}
	return key, open, err
}

// EndLetters ends the tasks to answer letters of a patient of the own
// organization: somebody has, or nothing is to be said.
func (s *Service) EndLetters(ctx context.Context, patientID string) error {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return err
	}
	if _, err := s.ownPatient(ctx, actor, patientID); err != nil {
		return err
	}
	all, err := s.lettersOf(ctx, patientID)
	if err != nil {
		return err
	}
	var errs []error
	for _, l := range all {
		if !l.FromPatient {
			continue
		}
		if _, err := s.endTask(ctx, taskID("letter/"+l.ID), resultSeen, ""); !errors.Is(err, docstore.ErrNotFound) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// resultSeen is the result of a task for a letter.
const resultSeen = "Read."

// answererOf finds who is to answer a letter: who follows the patient's latest
// referral, else who took the latest consent, else a supervisor.
func (s *Service) answererOf(ctx context.Context, l Letter) (string, error) {
	workers, err := s.users(ctx, l.OrganizationID, identity.CHW, identity.CareManager, identity.Supervisor)
	if err != nil {
		return "", err
	}
	here := map[string]bool{}
	for _, id := range workers {
		here[id] = true
	}
	sent, err := s.referralsOf(ctx, l.PatientID)
	if err != nil {
		return "", err
	}
	for _, r := range sent {
		if here[r.Worker.ID] {
			return r.Worker.ID, nil
		}
	}
	consents, err := s.consentsOf(ctx, l.PatientID)
	if err != nil {
		return "", err
	}
	for _, c := range consents {
		if here[c.GivenBy] {
			return c.GivenBy, nil
		}
	}
	supervisors, err := s.users(ctx, l.OrganizationID, identity.Supervisor)
	if err != nil {
		return "", err
	}
	for _, id := range append(supervisors, workers...) {
		return id, nil
	}
	return "", fmt.Errorf("nobody at %s answers letters", l.OrganizationID)
}

// OwnLinks knows the links by which patients reach their own pages;
// *self.Service does.
type OwnLinks interface {
	// OwnPath is the path, with the code, of a link of the patient that works;
	// one is made where the patient may get text messages. It is "" when there is
	// no safe way.
	OwnPath(ctx context.Context, patientID string) (string, error)
}

// tellPatient sends the patient a message with the link to their own pages,
// where they said that this is safe; else nothing.
func (s *Service) tellPatient(ctx context.Context, patientID, template, key string) error {
	if s.Links == nil {
		return nil
	}
	path, err := s.Links.OwnPath(ctx, patientID)
	if err != nil || path == "" {
		return err
	}
	return s.Notices.Tell(ctx, notify.News{To: notify.ToPatient(patientID), Template: template, Path: path, Key: key})
}
