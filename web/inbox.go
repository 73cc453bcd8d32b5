package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/referrals"
)

// InboxView is what was sent to an agency, to be answered on the spot.
type InboxView struct {
	Page
	Form     Form
	Tabs     []Tab
	Needs    []Option
	Services []Option
	Chips    []Chip
	Filters  bool // shows the filters
	Rows     []InboxRow
	Bulk     []BulkChoice
	Pager    Pager
	Nothing  string
	Part2    bool   // records under 42 CFR Part 2 are among them; told on paper
	Export   string // leads to the file of this list
	Back     string // this list, for forms that lead back to it
}

// The fields of the filters.
const (
	inboxNeed    = "need"
	inboxService = "service"
	inboxUrgent  = "urgent"
	inboxMine    = "mine"
)

// inboxPage answers GET /referrals of an agency.
func (h *Handlers) inboxPage(c echo.Context, p Page) error {
	ctx := c.Request().Context()
	tab, f := c.QueryParam("tab"), p.form()
	if tab == "" {
		tab = tabOurs
	}
	for _, name := range []string{inboxNeed, inboxService, inboxUrgent, inboxMine} {
		if value := c.QueryParam(name); value != "" {
			f = f.With(name, value)
		}
	}
	in := inboxInput(tab, f)
	in.Cursor = c.QueryParam("cursor")
	list, err := h.Referrals.List(ctx, in)
	if err != nil {
		return err
	}
	tally, err := h.Referrals.Tally(ctx, referrals.Inbox)
	if err != nil {
		return err
	}
	own, err := h.Directory.ServicesOf(ctx, p.Actor.OrganizationID, "", listingPerPage)
	if err != nil {
		return err
	}
	unread, err := h.unreadWords(ctx, p.Locale, list.Items)
	if err != nil {
		return err
	}
	v := inboxView(p, f, tab, in, list, tally, own.Items, h.Screening.Topic)
	for i := range v.Rows {
		v.Rows[i].News = unread[v.Rows[i].ID]
	}
	return h.render(c, http.StatusOK, inboxListPage(v))
}

// inboxInput is what a tab lists, narrowed down by the filters.
func inboxInput(tab string, f Form) referrals.ListInput {
	in := listOf(tab, referrals.Inbox, referrals.Agency)
	in.Need, in.Service = f.Value(inboxNeed), f.Value(inboxService)
	in.Urgent, in.Mine = f.Value(inboxUrgent) != "", f.Value(inboxMine) != ""
	return in
}

func inboxView(p Page, f Form, tab string, in referrals.ListInput, list docstore.Page[referrals.View], tally referrals.Tally, own []directory.ServiceDoc, topic topics) InboxView {
	l, filters := p.Locale, inboxQuery(f)
	v := InboxView{
		Page: p, Form: f, Filters: len(filters) > 0, Nothing: l.T("referrals.none.agency"),
		Back: inboxAddress(tab, f), Export: strings.Replace(inboxAddress(tab, f), "/referrals?", "/referrals/export.csv?", 1),
		Tabs: inboxTabs(l, tab, tally), Chips: inboxChips(l, tab, f, own),
		Needs: []Option{{Label: l.T("directory.any-need")}}, Services: []Option{{Label: l.T("inbox.any-service")}},
	}
	if v.Filters {
		v.Nothing = l.T("inbox.none-found")
	}
	for _, d := range directory.Domains() {
		if !referrals.Violence(d.Code) {
			v.Needs = append(v.Needs, Option{Value: d.Code, Label: l.T("domain." + d.Code)})
		}
	}
	for _, s := range own {
		v.Services = append(v.Services, Option{Value: s.ID, Label: s.Service.Name})
	}
	for _, r := range list.Items {
		v.Rows = append(v.Rows, inboxRow(l, r, topic))
		v.Part2 = v.Part2 || r.Part2
	}
	v.Bulk = bulkChoices(l, list.Items)
	v.Pager = listPager(l, v.Back, in.Cursor, list, "referrals.shown")
	return v
}

// inboxQuery are the filters in use.
func inboxQuery(f Form) url.Values {
	q := url.Values{}
	for name, values := range f.Values {
		if len(values) > 0 && values[0] != "" {
			q.Set(name, values[0])
		}
	}
	return q
}

func inboxAddress(tab string, f Form) string {
	q := inboxQuery(f)
	q.Set("tab", tab)
	return "/referrals?" + q.Encode()
}

// inboxTabs counts what each tab lists. Statuses without a referral are left
// out unless one looks at them.
func inboxTabs(l *Locale, current string, t referrals.Tally) []Tab {
	tab := func(name, label string, count int) Tab {
		return Tab{Label: label, Href: "/referrals?tab=" + name, Count: count, Current: name == current}
	}
	tabs := []Tab{
		tab(tabOurs, l.T("tab.ours.agency"), t.Ours), tab(tabOverdue, l.T("tab.overdue.agency"), t.Overdue),
		tab(tabTheirs, l.T("tab.theirs.agency"), t.Theirs),
	}
	all := 0
	for _, s := range referrals.Statuses {
		if all += t.ByStatus[s]; t.ByStatus[s] > 0 || string(s) == current {
			tabs = append(tabs, tab(string(s), l.Sentence(s.Label()), t.ByStatus[s]))
		}
	}
	return append(tabs, tab(tabAll, l.T("tab.all"), all))
}

// inboxChips are the filters in use, each with the list without it.
func inboxChips(l *Locale, tab string, f Form, own []directory.ServiceDoc) []Chip {
	var out []Chip
	add := func(field, label string) {
		if f.Value(field) != "" {
			out = append(out, Chip{Label: label, Remove: inboxAddress(tab, f.With(field, ""))})
		}
	}
	if need := f.Value(inboxNeed); l.Has("domain." + need) {
		add(inboxNeed, l.T("domain."+need))
	}
	name := l.T("column.service")
	if i := slices.IndexFunc(own, func(s directory.ServiceDoc) bool { return s.ID == f.Value(inboxService) }); i >= 0 {
		name = own[i].Service.Name
	}
	add(inboxService, name)
	add(inboxUrgent, l.T("need.urgent"))
	add(inboxMine, l.T("inbox.mine"))
	return out
}

// tabName is the tab's name in its address.
func tabName(t Tab) string {
	_, name, _ := strings.Cut(t.Href, "tab=")
	return name
}
