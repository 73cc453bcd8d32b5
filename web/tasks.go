package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// TasksView lists what waits for the worker beyond the turns of referrals.
type TasksView struct {
	Page
	Tabs  []ListChoice
	Rows  []WorkRow
	Pager Pager
	// Team says that the tasks of all workers are shown.
	Team bool
}

// ListChoice is a view of a list that is not counted.
type ListChoice struct {
	Label, Href string
	Current     bool
}

// TasksPage answers GET /tasks; ?whose=team shows those of the whole team.
func (h *Handlers) TasksPage(c echo.Context) error {
	p := h.page(c, "tasks.title")
	cursor, team, address := c.QueryParam("cursor"), c.QueryParam("whose") == "team", "/tasks"
	if team {
		address += "?whose=team"
	}
	list, err := h.Referrals.Tasks(c.Request().Context(), referrals.TaskList{Team: team, Cursor: cursor})
	if err != nil {
		return err
	}
	v := TasksView{Page: p, Team: team, Pager: listPager(p.Locale, address, cursor, list, "tasks.shown")}
	v.Tabs = []ListChoice{
		{Label: p.T("tasks.mine"), Href: "/tasks", Current: !team}, {Label: p.T("tasks.team"), Href: "/tasks?whose=team", Current: team},
	}
	if v.Rows, err = h.taskRows(c.Request().Context(), p, list.Items); err != nil {
		return err
	}
	return h.render(c, http.StatusOK, tasksPage(v))
}

// taskRows tell tasks in lines, in their order. Of a private one only what is
// to be done is told.
func (h *Handlers) taskRows(ctx context.Context, p Page, list []referrals.Task) ([]WorkRow, error) {
	var ids []string
	for _, t := range list {
		ids = append(ids, t.PatientID)
	}
	people, err := h.Patients.OpenMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	var rows []WorkRow
	for _, t := range list {
		name := ""
		if person, ok := people[t.PatientID]; ok && !t.Private {
			name = fullName(person)
		}
		rows = append(rows, taskRow(p.Locale, t, name))
	}
	return rows, nil
}

// taskRow tells a task in a line; name is empty where it is not to be told.
func taskRow(l *Locale, t referrals.Task, name string) WorkRow {
	next := ""
	if t.Agency.Name != "" {
		next = l.T("tasks.proposed", "name", t.Agency.Name)
	}
	r := WorkRow{
		Title: name, Href: taskPath(t.ID), Due: l.Due(t.Due), Tone: Plain,
		Meta: joined(l, l.Sentence(t.Kind.Label()), next, l.Sentence(t.Kind.Todo())),
	}
	if t.Kind == referrals.TaskLetter && t.Open() {
		r.Href = lettersPath(t.PatientID)
	}
	if name == "" {
		r.Title = l.T("work.somebody")
	}
	switch {
	case t.Due.Before(l.Now):
		r.Tone = Urgent
	case l.days(t.Due) <= 0:
		r.Tone = Warning
	}
	return r
}

// openTasks are the worker's own, those due first on top.
func (h *Handlers) openTasks(ctx context.Context, p Page) ([]WorkRow, error) {
	list, err := h.Referrals.Tasks(ctx, referrals.TaskList{Limit: homeTasks})
	if err != nil {
		return nil, err
	}
	return h.taskRows(ctx, p, list.Items)
}
