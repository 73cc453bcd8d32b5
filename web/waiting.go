package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// WaitingView lists who waits for a service, the next one first.
type WaitingView struct {
	Page
	Service string
	Rows    []WaitingRow
	Pager   Pager
}

// WaitingRow is one who waits.
type WaitingRow struct{ Place, Who, Meta, Href string }

// waitingPath is the waiting list of a service of the own agency.
func waitingPath(serviceID string) string {
	return "/listing/" + url.PathEscape(serviceID) + "/waiting"
}

// WaitingPage answers GET /listing/:id/waiting.
func (h *Handlers) WaitingPage(c echo.Context) error {
	ctx, cursor := c.Request().Context(), c.QueryParam("cursor")
	list, err := h.Referrals.WaitingList(ctx, c.Param("id"), cursor)
	if err != nil {
		return err
	}
	service, err := h.Directory.ServiceByID(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	p := h.page(c, "wait.title")
	v := WaitingView{Page: p, Service: service.Service.Name, Rows: waitingRows(p.Locale, list.Items)}
	v.Pager = listPager(p.Locale, waitingPath(c.Param("id")), cursor, list, "referrals.shown")
	return h.render(c, http.StatusOK, waitingPage(v))
}

func waitingRows(l *Locale, list []referrals.View) []WaitingRow {
	var rows []WaitingRow
	for _, r := range list {
		row := WaitingRow{Who: personName(l, r), Href: referralPath(r.ID), Meta: r.SenderOrganization.Name}
		if w := r.Waitlist; w != nil {
			row.Place = l.T("wait.place", "n", w.Position)
			row.Meta = joined(l, row.Meta, l.T("wait.since", "date", l.Date(w.Since)))
		}
		rows = append(rows, row)
	}
	return rows
}
