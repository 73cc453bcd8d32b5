package referrals

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Task is something that waits for a worker beyond the turns of referrals.
type Task struct {
	docstore.Meta
	Kind       TaskKind `json:"kind"`
	ReferralID string   `json:"referralId,omitempty"`
	NeedID     string   `json:"needId,omitempty"`
	PatientID  string   `json:"patientId"`
	// WorkerID is who is to do it, OrganizationID their care organization.
	WorkerID       string    `json:"workerId"`
	OrganizationID string    `json:"organizationId"`
	CreatedAt      time.Time `json:"createdAt"`
	Due            time.Time `json:"due"`
	// Service and Agency are those that are proposed, where something is.
	Service Ref `json:"service,omitzero"`
	Agency  Ref `json:"agency,omitzero"`
	// Note is what the one who raised it wrote.
	Note string `json:"note,omitempty"`
	// Private tasks are about needs that lists and notices do not name.
	Private bool `json:"private,omitempty"`

	DoneAt time.Time `json:"doneAt,omitzero"`
	DoneBy string    `json:"doneBy,omitempty"` // a name
	// Result says how it ended, in the words of the one who did it; "accepted"
	// for a proposal, with the referral that was sent.
	Result string `json:"result,omitempty"`
	SentID string `json:"sentReferralId,omitempty"`
}

// Open tells whether the task waits for somebody.
func (t Task) Open() bool { return t.DoneAt.IsZero() }

// TaskKind says what is to be done.
type TaskKind string

// The kinds.
const (
	TaskDisagreement TaskKind = "disagreement" // the patient did not get what the agency says it gave
	TaskNextBest     TaskKind = "next-best"    // the agency does not answer; another one is proposed
	TaskForward      TaskKind = "forward"      // the agency proposes another one, which the consent does not cover
	TaskTalk         TaskKind = "talk"         // the patient asks to talk
	TaskLetter       TaskKind = "letter"       // the patient wrote
)

// taskKinds says of each kind how long the worker has, and the English words.
var taskKinds = map[TaskKind]struct {
	businessDays int
	label        string
	todo         string
}{
	TaskDisagreement: {2, "Two different answers", "The agency says the person got help. The person says no. Talk to both."},
	TaskNextBest:     {1, "Another agency could help", "Ask another agency, or say why you wait."},
	TaskForward:      {2, "The agency names another place", "Ask the person whether the other agency may know of them."},
	TaskTalk:         {1, "The person wants to talk", "Call the person."},
	TaskLetter:       {1, "A message from the person", "Read it and answer."},
}

// Label is the kind in plain English, and Todo what the worker does.
func (k TaskKind) Label() string { return taskKinds[k].label }

// Todo says what the worker is to do, in plain English.
func (k TaskKind) Todo() string { return taskKinds[k].todo }

var taskSpec = docstore.Spec[Task]{
	Name: "referral_tasks", Schema: 1,
	Meta: func(t *Task) *docstore.Meta { return &t.Meta },
	Keys: docstore.Keys[Task]{
		"worker":   func(t Task) docstore.Value { return unless(!t.Open(), t.OrganizationID+"/"+t.WorkerID) },
		"team":     func(t Task) docstore.Value { return unless(!t.Open(), t.OrganizationID) },
		"referral": func(t Task) docstore.Value { return unless(!t.Open() || t.ReferralID == "", t.ReferralID) },
		"due":      func(t Task) docstore.Value { return docstore.Time(t.Due) },
	},
	Kinds:   map[string]docstore.Kind{"due": docstore.IntKind},
	Indexes: []docstore.Index{{"worker", "due"}, {"team", "due"}, {"referral", "due"}},
}

// taskID makes the id of the task with the key, so that it is raised once.
func taskID(key string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:task:"+key)).String()
}

// RaiseTask gives a worker something to do, once for each key however often it
// is raised: CreatedAt and, where it is zero, Due are set. It checks nothing;
// rooms and jobs call it. The worker is told, unless the task is private.
func (s *Service) RaiseTask(ctx context.Context, key string, t Task) (Task, error) {
	kind, ok := taskKinds[t.Kind]
	if !ok {
		return Task{}, fmt.Errorf("raise task %s: no kind %q", key, t.Kind)
	}
	now := s.Now()
	t.Meta, t.CreatedAt = docstore.Meta{ID: taskID(key)}, now
	if t.Due.IsZero() {
		cal, err := s.calendars.of(ctx, t.OrganizationID)
		if err != nil {
			return Task{}, err
		}
		t.Due = cal.AddBusinessDays(now, kind.businessDays)
	}
	t.Emit(now, "task.raised", t.about())
	err := s.tasks.Insert(ctx, &t)
	if _, there := errors.AsType[*docstore.DuplicateError](err); there {
		return s.tasks.Get(ctx, t.ID)
	}
	return t, err
}

func (t Task) about() map[string]any {
	return map[string]any{"patientId": t.PatientID, "taskId": t.ID, "organizationIds": []string{t.OrganizationID}}
}

// raiseFor raises a task about a referral for its worker.
func (s *Service) raiseFor(ctx context.Context, key string, r Referral, t Task) (Task, error) {
	t.ReferralID, t.NeedID, t.PatientID = r.ID, r.Need.ID, r.PatientID
	t.WorkerID, t.OrganizationID, t.Private = r.Worker.ID, r.Sender.ID, r.Need.Private
	return s.RaiseTask(ctx, key, t)
}

// TaskList asks for a page of open tasks, those due first on top.
type TaskList struct {
	Team   bool // all of the own organization; else those of the asker
	Cursor string
	Limit  int // 0 is 25, at most 100
}

// Tasks lists the open tasks of the asker, or of their organization.
func (s *Service) Tasks(ctx context.Context, in TaskList) (docstore.Page[Task], error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return docstore.Page[Task]{}, err
	}
	whose := docstore.Eq("worker", docstore.String(actor.OrganizationID+"/"+actor.ID))
	if in.Team {
		whose = docstore.Eq("team", docstore.String(actor.OrganizationID))
	}
	if in.Limit <= 0 || in.Limit > pageMost {
		in.Limit = pageUsual
	}
	return s.tasks.Find(ctx, docstore.Query{Where: []docstore.Cond{whose}, OrderBy: []string{"due"}, After: in.Cursor, Limit: in.Limit})
}

// Task answers a task of the own organization.
func (s *Service) Task(ctx context.Context, id string) (Task, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return Task{}, err
	}
	t, err := s.tasks.Get(ctx, id)
	if err == nil && actor.Role != identity.System && t.OrganizationID != actor.OrganizationID {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return Task{}, err
	}
	return t, nil
}

// FinishTask notes that a task is done, and how. One that is done stays as it is.
func (s *Service) FinishTask(ctx context.Context, id, result string) (Task, error) {
	t, err := s.Task(ctx, id)
	if err != nil {
		return Task{}, err
	}
	result = strings.TrimSpace(result)
	var wrong fault.Fields
	wrong.Check(result != "", "result", "Write in a few words what was done.")
	wrong.Check(len(result) <= maxText, "result", "Write at most %d letters.", maxText)
	if err := wrong.Err(); err != nil {
		return Task{}, err
	}
	return s.endTask(ctx, t.ID, result, "")
}

// endTask ends an open task; sentID is the referral that ended it, if any.
func (s *Service) endTask(ctx context.Context, id, result, sentID string) (Task, error) {
	actor := identity.From(ctx)
	var same Task
	t, err := s.tasks.Update(ctx, id, func(t *Task) error {
		same = *t
		if !t.Open() {
			return errNothingToDo
		}
		t.DoneAt, t.DoneBy, t.Result, t.SentID = s.Now(), actor.Name, result, sentID
		t.Emit(t.DoneAt, "task.done", t.about())
		return nil
	})
	if errors.Is(err, errNothingToDo) {
		return same, nil
	}
	return t, err
}

// endTasksOf ends the open tasks about a referral for which nothing is left to do.
func (s *Service) endTasksOf(ctx context.Context, referralID, result string, kinds ...TaskKind) error {
	p, err := s.tasks.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("referral", docstore.String(referralID))}, OrderBy: []string{"due"},
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, t := range p.Items {
		for _, k := range kinds {
			if t.Kind == k {
				_, err := s.endTask(ctx, t.ID, result, "")
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
