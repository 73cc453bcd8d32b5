package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// MappingView is the state of the directory for those who run the network.
type MappingView struct {
	Page
	Form  Form
	Index IndexState
	// Progress tells how far services were mapped with the latest changes;
	// Done of Total are.
	Progress    string
	Done, Total int
	// Work are the terms and words that say nothing yet, and Rules what the
	// network decided.
	Work  []MappingWork
	Rules []RuleRow
	// Rows are services that serve no need yet, as far as is known.
	Rows  []LinkRow
	Pager Pager
}

// IndexState says how the search index is.
type IndexState struct {
	Title, Text string
	Tone        Tone
}

// MappingWork is a list of terms or words to map.
type MappingWork struct {
	Title string
	Rows  []LinkRow
}

// RuleRow is a decision of the network about a term or words.
type RuleRow struct {
	Key, Text, Meta, Href string
}

const mappingPath = "/admin/services"

// unmappedPerPage is how many services the page shows.
const unmappedPerPage = 25

// MappingPage answers GET /admin/services.
func (h *Handlers) MappingPage(c echo.Context) error {
	p := h.page(c, "mapping.title")
	return h.showMapping(c, http.StatusOK, p, p.form())
}

// Reindex answers POST /admin/services/reindex.
func (h *Handlers) Reindex(c echo.Context) error {
	p := h.page(c, "mapping.title")
	if _, err := h.Directory.Reindex(c.Request().Context()); err != nil {
		f := p.form()
		if !fault.Is(err, fault.Transient) {
			return err
		}
		f.Problems = []Problem{{Text: p.Fault(err)}}
		return h.showMapping(c, http.StatusServiceUnavailable, p, f)
	}
	leaveNotice(c, "reindexed")
	return see(c, "/admin/services")
}

func (h *Handlers) showMapping(c echo.Context, status int, p Page, f Form) error {
	ctx, cursor := c.Request().Context(), c.QueryParam("cursor")
	list, err := h.Directory.Unmapped(ctx, cursor, unmappedPerPage)
	if err != nil {
		return err
	}
	v := MappingView{Page: p, Form: f, Rows: unmappedRows(list), Pager: listPager(p.Locale, "/admin/services", cursor, list, "listing.shown")}
	if v.Index, err = h.indexState(ctx, p.Locale); err != nil {
		return err
	}
	if err := h.fillMapping(ctx, &v); err != nil {
		return err
	}
	return h.render(c, status, mappingPage(v))
}

// fillMapping adds what is to be mapped, what was decided, and how far it is done.
func (h *Handlers) fillMapping(ctx context.Context, v *MappingView) error {
	work, err := h.Directory.MappingWork(ctx)
	if err != nil {
		return err
	}
	for _, w := range []struct {
		title string
		list  []directory.Unread
	}{{"terms.work-terms", work.Terms}, {"terms.work-words", work.Words}} {
		if len(w.list) > 0 {
			v.Work = append(v.Work, MappingWork{Title: v.T(w.title), Rows: unreadRows(v.Locale, w.list)})
		}
	}
	rules, err := h.Directory.Rules(ctx)
	if err != nil {
		return err
	}
	v.Rules = ruleRows(v.Locale, rules)
	state, err := h.Directory.RemapProgress(ctx)
	if err == nil && !state.Finished && state.Total > 0 {
		v.Done, v.Total = state.Done, state.Total
		v.Progress = v.T("terms.progress", "done", state.Done, "n", state.Total)
	}
	return err
}

func unreadRows(l *Locale, list []directory.Unread) []LinkRow {
	var out []LinkRow
	for _, u := range list {
		out = append(out, LinkRow{Title: u.Text, Meta: l.T("terms.settles", "n", u.Services), Href: ruleAddress(u.Kind, u.Text)})
	}
	return out
}

func ruleRows(l *Locale, list []directory.Rule) []RuleRow {
	var out []RuleRow
	for _, r := range list {
		meta := l.T("terms.says-nothing")
		if len(r.Domains) > 0 {
			var names []string
			for _, d := range r.Domains {
				names = append(names, l.T("domain."+d))
			}
			meta = joined(l, names...)
		}
		out = append(out, RuleRow{Key: r.Key(), Text: r.Text, Meta: meta, Href: ruleAddress(r.Kind, r.Text)})
	}
	return out
}

// indexState asks the index whether it answers, and how much it holds.
func (h *Handlers) indexState(ctx context.Context, l *Locale) (IndexState, error) {
	found, err := h.Directory.Search(ctx, directory.Search{PerPage: 1, Facets: []string{}})
	if fault.Is(err, fault.Transient) {
		return IndexState{Title: l.T("index.away"), Text: l.T("index.away-text"), Tone: Urgent}, nil
	}
	return IndexState{Title: l.T("index.works"), Text: l.T("index.holds", "count", found.Total), Tone: Good}, err
}

func unmappedRows(list docstore.Page[directory.ServiceDoc]) []LinkRow {
	rows := make([]LinkRow, len(list.Items))
	for i, s := range list.Items {
		rows[i] = LinkRow{Title: s.Service.Name, Meta: shorten(s.Service.Description), Href: servicePath(s.ID)}
	}
	return rows
}

// shorten keeps the beginning of a text, for a second line.
func shorten(text string) string {
	const most = 140
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
