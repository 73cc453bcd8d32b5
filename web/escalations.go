package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// EscalationsView lists what took too long, for supervisors.
type EscalationsView struct {
	Page
	Rows  []EscalationRow
	Pager Pager
}

// EscalationRow is a referral that is stuck.
type EscalationRow struct {
	Who, Href, Meta string
	Worker          string
	Turn            string
	Due             string
	Tone            Tone
}

// EscalationsPage answers GET /escalations.
func (h *Handlers) EscalationsPage(c echo.Context) error {
	cursor := c.QueryParam("cursor")
	list, err := h.Referrals.Escalations(c.Request().Context(), cursor, 0)
	if err != nil {
		return err
	}
	p := h.page(c, "escalations.title")
	v := EscalationsView{Page: p, Rows: escalationRows(p.Locale, list.Items, h.Screening.Topic)}
	v.Pager = listPager(p.Locale, "/escalations", cursor, list, "referrals.shown")
	return h.render(c, http.StatusOK, escalationsPage(v))
}

func escalationRows(l *Locale, list []referrals.View, topic topics) []EscalationRow {
	rows := make([]EscalationRow, 0, len(list))
	for _, r := range list {
		row := EscalationRow{
			Who: personName(l, r), Href: referralPath(r.ID), Worker: r.Worker.Name,
			Meta: joined(l, needName(l, r, topic), r.OrganizationName),
		}
		if r.Turn != nil {
			row.Turn = joined(l, turnText(l, r, referrals.Sender), sentenceCase(l.Sentence(r.Expected)))
			row.Due, row.Tone = l.Due(r.Turn.Due), dueTone(l, r)
		}
		rows = append(rows, row)
	}
	return rows
}
