package web

import (
	"context"
	"slices"

	"github.com/labstack/echo/v4"
)

// NewsRow is a notice that the person has not read.
type NewsRow struct{ Text, About, When, Action, path string }

// newsLimit is how many notices the start page shows, the newest first.
const newsLimit = 5

// news lists what the person was told and has not read.
func (h *Handlers) news(ctx context.Context, l *Locale) ([]NewsRow, error) {
	notices, err := h.Notify.InApp(ctx)
	if err != nil {
		return nil, err
	}
	var out []NewsRow
	for _, n := range notices {
		if n.ReadAt.IsZero() && len(out) < newsLimit {
			out = append(out, NewsRow{Text: l.T("told." + n.Template + ".subject"), When: l.At(n.CreatedAt), Action: "/notices/" + n.ID + "/read", path: n.Data["path"]})
		}
	}
	return out, nil
}

// aboutWork says what news are about, where a row of work leads to the same
// page: a notice itself names nobody.
func aboutWork(news []NewsRow, work ...[]WorkRow) {
	for i := range news {
		for _, w := range slices.Concat(work...) {
			if w.Href == news[i].path {
				news[i].About = w.Title
			}
		}
	}
}

// ReadNotice answers POST /notices/:id/read and opens the page it is about.
func (h *Handlers) ReadNotice(c echo.Context) error {
	n, err := h.Notify.MarkRead(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return see(c, n.Data["path"])
}
