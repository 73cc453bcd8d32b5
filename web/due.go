package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// DueRow is a patient who is due for screening.
type DueRow struct {
	Name, Href string
	Why, Since string
	Tone       Tone
	Screen     string // begins a screening
}

// DueCard is the part of the day that tells who is due for screening.
type DueCard struct {
	Rows  []DueRow
	Count int // of all in the organization
}

// DueView lists who is due for screening.
type DueView struct {
	Page
	Tabs  []Tab
	Rows  []DueRow
	Mine  bool
	Pager Pager
}

const (
	// dueOnHome is how many patients the start page shows.
	dueOnHome = 5
	// duePerPage is how many the page with all of them shows at once.
	duePerPage = 25
	// dueLate is after how many days being due is marked.
	dueLate = 14
)

// tabEveryone is the value of "tab" for the patients of all workers.
const tabEveryone = "everyone"

// DuePage answers GET /screenings/due.
func (h *Handlers) DuePage(c echo.Context) error {
	ctx, cursor := c.Request().Context(), c.QueryParam("cursor")
	p := h.page(c, "rescreen.list")
	v := DueView{Page: p, Mine: c.QueryParam("tab") != tabEveryone}
	address := screening.DuePath
	for _, mine := range []bool{true, false} {
		n, err := h.Screening.CountDue(ctx, mine)
		if err != nil {
			return err
		}
		t := Tab{Label: p.T("rescreen.mine"), Href: screening.DuePath, Count: n, Current: mine == v.Mine}
		if !mine {
			t.Label, t.Href = p.T("rescreen.everyone"), screening.DuePath+"?tab="+tabEveryone
		}
		if t.Current {
			address = t.Href
		}
		v.Tabs = append(v.Tabs, t)
	}
	page, err := h.Screening.DueNow(ctx, screening.DueList{Mine: v.Mine, Cursor: cursor, Limit: duePerPage})
	if err != nil {
		return err
	}
	if v.Rows, err = h.dueRows(ctx, p.Locale, page.Items); err != nil {
		return err
	}
	v.Pager = listPager(p.Locale, address, cursor, page, "rescreen.shown")
	return h.render(c, http.StatusOK, duePage(v))
}

// dueCard is what the start page tells: the own patients first.
func (h *Handlers) dueCard(ctx context.Context, p Page) (card DueCard, err error) {
	if card.Count, err = h.Screening.CountDue(ctx, false); err != nil || card.Count == 0 {
		return card, err
	}
	mine, err := h.Screening.DueNow(ctx, screening.DueList{Mine: true, Limit: dueOnHome})
	if err != nil {
		return card, err
	}
	list := mine.Items
	if len(list) < dueOnHome {
		all, err := h.Screening.DueNow(ctx, screening.DueList{Limit: 2 * dueOnHome})
		if err != nil {
			return card, err
		}
		for _, r := range all.Items {
			if r.WorkerID != p.Actor.ID && len(list) < dueOnHome {
				list = append(list, r)
			}
		}
	}
	card.Rows, err = h.dueRows(ctx, p.Locale, list)
	return card, err
}

func (h *Handlers) dueRows(ctx context.Context, l *Locale, list []screening.Rescreening) ([]DueRow, error) {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.PatientID
	}
	who, err := h.Patients.OpenMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]DueRow, len(list))
	for i, r := range list {
		rows[i] = dueRow(l, r, who[r.PatientID])
	}
	return rows, nil
}

func dueRow(l *Locale, r screening.Rescreening, p patients.Patient) DueRow {
	row := DueRow{Name: fullName(p), Href: patientPath(r.PatientID), Why: dueWhy(l, *r.Due), Tone: Info, Screen: newScreeningPath(r.PatientID)}
	late := -l.days(r.DueAt)
	row.Since = l.T("rescreen.since-today")
	if late > 0 {
		row.Since = l.T("rescreen.since-days", "count", late)
	}
	if late > dueLate {
		row.Tone = Warning
	}
	return row
}

// dueWhy tells why somebody is due; it names no need, since others may read it.
func dueWhy(l *Locale, d screening.Due) string {
	key := "rescreen.why." + d.Why
	if d.Why == screening.DueAfterDischarge && d.From > l.Now.Format("2006-01-02") {
		key = "rescreen.why.leaves"
	}
	return l.T(key, "date", l.Day(d.From))
}
