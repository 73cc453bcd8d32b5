package referrals

import (
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

// done raises a task for Rosa and ends it in her words.
func (w *world) done() Task {
	w.t.Helper()
	raised, err := w.s.raiseFor(as(rosa), "talk/1", w.stored(w.refer()), Task{Kind: TaskTalk})
	if err != nil {
		w.t.Fatalf("raise a task: %v", err)
	}
	done, err := w.s.FinishTask(as(rosa), raised.ID, "Called her.")
	if err != nil {
		w.t.Fatalf("FinishTask: %v", err)
	}
	return done
}

func TestReopenTaskWithinADay(t *testing.T) {
	for _, after := range []time.Duration{0, time.Hour, taskUndo - time.Millisecond} {
		w := newWorld(t)
		id := w.done().ID
		w.clock.Add(after)
		again, err := w.s.ReopenTask(as(sam), id) // a colleague may notice the slip
		if err != nil || !again.Open() || again.DoneBy != "" || again.Result != "" {
			t.Errorf("ReopenTask after %v = %+v, %v; want it open", after, again, err)
		}
		open, err := w.s.Tasks(as(rosa), TaskList{})
		if err != nil || len(open.Items) != 1 || open.Items[0].ID != id {
			t.Errorf("Tasks after %v = %+v, %v; want it on the list again", after, open.Items, err)
		}
		if same, err := w.s.ReopenTask(as(rosa), id); err != nil || same.Version != again.Version {
			t.Errorf("ReopenTask of an open one = version %d, %v; want it left as it is", same.Version, err)
		}
	}
}

func TestTaskStaysDoneAfterADay(t *testing.T) {
	for _, after := range []time.Duration{taskUndo, taskUndo + time.Millisecond, 30 * 24 * time.Hour} {
		w := newWorld(t)
		done := w.done()
		w.clock.Add(after)
		_, err := w.s.ReopenTask(as(rosa), done.ID)
		refused(t, "reopened after "+after.String(), err, fault.Conflict)
		now, err := w.s.Task(as(rosa), done.ID)
		if err != nil || now.Version != done.Version || now.CanReopen(w.clock.Now()) {
			t.Errorf("after %v the task is %+v, %v; want it as it was", after, now, err)
		}
	}
}

// TestWhoReopensTasks: what another clinic's task is does not exist, and an
// agency has no tasks; what the system ended, or a referral, stays ended.
func TestWhoReopensTasks(t *testing.T) {
	w := newWorld(t)
	id := w.done().ID
	_, err := w.s.ReopenTask(as(otto), id)
	refused(t, "of another clinic", err, fault.NotFound)
	_, err = w.s.ReopenTask(as(paula), id)
	refused(t, "by an agency", err, fault.Forbidden)
	_, err = w.s.ReopenTask(as(rosa), "none")
	refused(t, "that is none", err, fault.NotFound)

	w = newWorld(t)
	r := w.stored(w.refer())
	for _, result := range []string{resultOver, resultAnswered} {
		raised, err := w.s.raiseFor(as(rosa), "talk/"+result, r, Task{Kind: TaskTalk})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.endTask(t.Context(), raised.ID, result, ""); err != nil {
			t.Fatal(err)
		}
		_, err = w.s.ReopenTask(as(rosa), raised.ID)
		refused(t, "ended by the system: "+result, err, fault.Conflict)
	}

	w = newWorld(t)
	w.silent()
	sent, err := w.s.AnswerOffer(as(rosa), w.theTask().ID, OfferInput{Accept: true})
	if err != nil || !sent.Sent() {
		t.Fatalf("AnswerOffer = %+v, %v; want the kitchen asked", sent, err)
	}
	_, err = w.s.ReopenTask(as(rosa), sent.ID)
	refused(t, "an offer that was taken", err, fault.Conflict)
}

// TestTaskDue: each kind has its own number of business days, and a task that
// comes with a due time keeps it.
func TestTaskDue(t *testing.T) {
	w := newWorld(t)
	r := w.stored(w.refer())
	for kind, days := range map[TaskKind]int{TaskTalk: 1, TaskLetter: 1, TaskNextBest: 1, TaskDisagreement: 2, TaskForward: 2} {
		raised, err := w.s.raiseFor(as(rosa), string(kind), r, Task{Kind: kind})
		if want := w.clock.Now().AddDate(0, 0, days); err != nil || !raised.Due.Equal(want) { // from a Monday
			t.Errorf("%s is due %v, %v; want %v", kind, raised.Due, err, want)
		}
	}
	soon := w.clock.Now().Add(time.Hour)
	raised, err := w.s.raiseFor(as(rosa), "soon", r, Task{Kind: TaskTalk, Due: soon})
	if err != nil || !raised.Due.Equal(soon) {
		t.Errorf("a task that comes with a due time is due %v, %v; want %v", raised.Due, err, soon)
	}
}

// TestTaskWords: the words that end a task, or decline an offer, have a longest length.
func TestTaskWords(t *testing.T) {
	w := newWorld(t)
	w.silent()
	task := w.theTask()
	long := strings.Repeat("a", maxText)
	_, err := w.s.FinishTask(as(rosa), task.ID, long+"a")
	refused(t, "done with too many words", err, fault.Invalid)
	_, err = w.s.AnswerOffer(as(rosa), task.ID, OfferInput{Note: long + "a"})
	refused(t, "declined with too many words", err, fault.Invalid)
	declined, err := w.s.AnswerOffer(as(rosa), task.ID, OfferInput{Note: long})
	if err != nil || declined.Result != long {
		t.Errorf("declined with as many words as there may be: %v", err)
	}
	again, err := w.s.ReopenTask(as(rosa), task.ID)
	if err != nil || !again.Open() {
		t.Errorf("ReopenTask of an offer that was declined = %+v, %v", again, err)
	}
	if done, err := w.s.FinishTask(as(rosa), task.ID, long); err != nil || done.Result != long {
		t.Errorf("done with as many words as there may be: %v", err)
	}
}
