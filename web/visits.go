package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals/visits"
)

// VisitsView lists what came in from phones.
type VisitsView struct {
	Page
	Tabs  []Tab
	Rows  []VisitRow
	Pager Pager
	// Nothing and NothingText stand where a list is empty.
	Nothing, NothingText string
}

// VisitRow is a visit in a list.
type VisitRow struct {
	Name, Meta, Href string
	Tag              string
	Tone             Tone
}

// visitTabs are the views of the list, the first one first.
var visitTabs = []visits.State{visits.Attention, visits.Done, visits.Waiting, visits.Aside}

// visitTones give the colors of states; the words say them too.
var visitTones = map[visits.State]Tone{visits.Attention: Warning, visits.Done: Good, visits.Waiting: Info, visits.Aside: Plain}

// VisitsPage answers GET /visits: what waits for the person, and what came in.
func (h *Handlers) VisitsPage(c echo.Context) error {
	ctx := c.Request().Context()
	state := visits.State(c.QueryParam("tab"))
	if state == "" {
		state = visits.Attention
	}
	cursor := c.QueryParam("cursor")
	list, err := h.Visits.List(ctx, visits.ListInput{State: state, Cursor: cursor})
	if err != nil {
		return err
	}
	p := h.page(c, "visits.title")
	address := "/visits?tab=" + string(state)
	v := VisitsView{
		Page: p, Pager: listPager(p.Locale, address, cursor, list, "visits.shown"),
		Nothing: p.T("visits.none." + string(state)), NothingText: p.T("visits.none-text"),
	}
	for _, s := range visitTabs {
		n, err := h.Visits.Count(ctx, s)
		if err != nil {
			return err
		}
		if n > 0 || s == state || s == visits.Attention || s == visits.Done {
			v.Tabs = append(v.Tabs, Tab{Label: p.T("visits.tab." + string(s)), Href: "/visits?tab=" + string(s), Count: n, Current: s == state})
		}
	}
	for _, r := range list.Items {
		v.Rows = append(v.Rows, visitRow(p.Locale, p.Actor.ID, r))
	}
	return h.render(c, http.StatusOK, visitsPage(v))
}

func visitRow(l *Locale, own string, r visits.Row) VisitRow {
	row := VisitRow{
		Name: visitName(l, r), Href: visitPath(r.ID), Tag: l.T("visits.state." + string(r.State)), Tone: visitTones[r.State],
	}
	by := ""
	if r.SealedBy.ID != own && r.SealedBy.Name != "" {
		by = l.T("visits.by", "name", r.SealedBy.Name)
	}
	n := 0
	for _, part := range r.Parts {
		if part.State == visits.PartAttention {
			n++
		}
	}
	mend := ""
	if n > 0 && r.State == visits.Attention {
		mend = l.T("visits.to-mend", "count", n)
	}
	row.Meta = joined(l, l.At(r.ArrivedAt), by, mend)
	return row
}

// visitName is whom the visit is about, as far as it is known.
func visitName(l *Locale, r visits.Row) string {
	if r.Name == "" {
		return l.T("visits.somebody")
	}
	return r.Name
}

// visitPath is one visit that came in.
func visitPath(id string) string { return "/visits/" + id }

// VisitsFigure says on the start page how many visits wait for the person.
type VisitsFigure struct{ Title, Text string }

// visitsFigure is nil when none waits.
func (h *Handlers) visitsFigure(ctx context.Context, l *Locale) (*VisitsFigure, error) {
	n, err := h.Visits.Count(ctx, visits.Attention)
	if err != nil || n == 0 {
		return nil, err
	}
	return &VisitsFigure{Title: l.T("visits.home", "count", n), Text: l.T("visits.home-text")}, nil
}
