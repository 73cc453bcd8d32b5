package referrals

import (
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestTasks(t *testing.T) {
	w := newWorld(t)
	r := w.stored(w.refer())
	first, err := w.s.raiseFor(t.Context(), "talk/1", r, Task{Kind: TaskTalk, Note: "call me"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.s.raiseFor(t.Context(), "talk/1", r, Task{Kind: TaskTalk})
	if err != nil || again.ID != first.ID || again.Note != "call me" {
		t.Errorf("raised again = %+v, %v; want the first", again, err)
	}
	if !first.Due.After(w.clock.Now()) {
		t.Errorf("due = %v, want later than now", first.Due)
	}
	if _, err := w.s.RaiseTask(t.Context(), "x", Task{Kind: "nonsense"}); err == nil {
		t.Error("RaiseTask of an unknown kind succeeded")
	}
	count := func(in TaskList, want int, why string) {
		t.Helper()
		p, err := w.s.Tasks(as(sam), in)
		if err != nil || len(p.Items) != want {
			t.Errorf("%s: Tasks = %d, %v; want %d", why, len(p.Items), err, want)
		}
	}
	count(TaskList{}, 0, "those of another worker")
	count(TaskList{Team: true}, 1, "those of the team")
	_, err = w.s.Tasks(as(paula), TaskList{})
	refused(t, "tasks for an agency", err, fault.Forbidden)
	_, err = w.s.Task(as(otto), first.ID)
	refused(t, "a task of another clinic", err, fault.NotFound)
	_, err = w.s.FinishTask(as(rosa), first.ID, " ")
	refused(t, "done without a word", err, fault.Invalid)
	done, err := w.s.FinishTask(as(rosa), first.ID, "Called her.")
	if err != nil || done.Open() || done.DoneBy != rosa.Name {
		t.Errorf("FinishTask = %+v, %v", done, err)
	}
	if done, err = w.s.FinishTask(as(sam), first.ID, "Again."); err != nil || done.Result != "Called her." {
		t.Errorf("FinishTask again = %q, %v; want it as it was", done.Result, err)
	}
	count(TaskList{Team: true}, 0, "those that are done")
}
