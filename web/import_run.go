package web

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/imports"
)

// ImportRunView is one import: how far it is, what it did and its report.
type ImportRunView struct {
	Page
	Form        Form
	Feed        string
	State       string
	Tone        Tone
	Facts       []SummaryRow
	Problem     string
	Running     bool
	Step        string // what is done now, with what is left
	Done, All   int
	Again       string // where to ask for it once more; empty where that is not possible
	Real        bool   // a dry run that can be done for good
	Did         string // the heading of what it did, or would do; empty before it is over
	Counts      []ImportCount
	Columns     []string
	Report      string // where the whole report can be had
	Filter      ReportFilter
	Lines       []ReportLine
	LineColumns []string
	Pager       Pager
}

// ImportCount is what happened to one kind of record.
type ImportCount struct {
	Kind  string
	Cells []string
}

// ReportFilter is the form that narrows the lines down.
type ReportFilter struct {
	Form                 Form
	Rules, Levels, Dones []Option
}

// ReportLine is one line of the report.
type ReportLine struct {
	Where, Value, Rule, Level, Done string
	Tone                            Tone
}

// A page about a running import renews itself after so many seconds, or loads
// itself anew after more of them where the browser runs no scripts.
const (
	renewEvery  = 2
	reloadEvery = 5
)

// ImportPage answers GET /admin/imports/:id.
func (h *Handlers) ImportPage(c echo.Context) error {
	p := h.page(c, "imports.one")
	return h.showImport(c, http.StatusOK, p, p.form())
}

func (h *Handlers) showImport(c echo.Context, status int, p Page, f Form) error {
	ctx := c.Request().Context()
	r, err := h.Imports.Run(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	filter := reportFilter(c)
	cursor := c.QueryParam("cursor")
	lines, err := h.Imports.Lines(ctx, r, filter, cursor, linesPerPage)
	if err != nil {
		return err
	}
	v := importRunView(p, f, r)
	v.Filter = filterForm(p, r, filter)
	query := url.Values{"rule": {filter.Rule}, "level": {string(filter.Level)}, "done": {string(filter.Done)}}.Encode()
	v.Report = importPath(r.ID) + "/report?" + query
	v.Pager = listPager(p.Locale, importPath(r.ID)+"?"+query, cursor, lines, "imports.lines-shown")
	for _, l := range lines.Items {
		v.Lines = append(v.Lines, reportLine(p.Locale, l))
	}
	if v.Running {
		v.Reload = reloadEvery
	}
	return h.render(c, status, importRunPage(v))
}

func reportFilter(c echo.Context) imports.Filter {
	return imports.Filter{Rule: c.QueryParam("rule"), Level: feed.Severity(c.QueryParam("level")), Done: feed.Action(c.QueryParam("done"))}
}

func importRunView(p Page, f Form, r imports.Run) ImportRunView {
	l := p.Locale
	v := ImportRunView{
		Page: p, Form: f, Feed: r.Feed, State: l.T("imports.state." + string(r.State)), Tone: importTones[r.State], Running: !r.Over(),
		Facts: filledRows(
			SummaryRow{Label: l.T("imports.source"), Values: filled(r.Source)},
			SummaryRow{Label: l.T("imports.kind"), Values: []string{dryText(l, r.DryRun)}},
			SummaryRow{Label: l.T("imports.mapping"), Values: filled(r.Mapping)},
			SummaryRow{Label: l.T("imports.asked"), Values: []string{joined(l, l.At(r.AskedAt), r.ByName)}},
		),
		LineColumns: []string{l.T("imports.where"), l.T("imports.value"), l.T("imports.rule"), l.T("imports.level"), l.T("imports.done")},
	}
	if r.Problem != "" {
		v.Problem = l.Sentence(r.Problem)
	}
	if !r.EndedAt.IsZero() {
		v.Facts = append(v.Facts, SummaryRow{Label: l.T("imports.ended"), Values: []string{l.At(r.EndedAt)}})
	}
	if r.Repeatable() {
		v.Again, v.Real = importPath(r.ID), r.DryRun && r.State == imports.Done
	}
	if v.Running {
		v.Step, v.Done, v.All = stepText(l, r), r.Progress.Done, r.Progress.All
	}
	if r.Result != nil {
		v.Did = l.T("imports.did")
		if r.DryRun {
			v.Did = l.T("imports.would-do")
		}
		v.Columns = []string{l.T("imports.what"), l.T("imports.new"), l.T("imports.changed"), l.T("imports.unchanged"), l.T("imports.missing"), l.T("imports.refused")}
		for _, kind := range slices.Sorted(maps.Keys(r.Result.Counts)) {
			n := r.Result.Counts[kind]
			if *n == (directory.ImportCounts{}) {
				continue
			}
			row := ImportCount{Kind: l.T("imports.kinds." + kind)}
			for _, x := range []int{n.New, n.Changed, n.Unchanged, n.Missing, n.Refused} {
				row.Cells = append(row.Cells, l.Number(x))
			}
			v.Counts = append(v.Counts, row)
		}
	}
	return v
}

// stepText tells what is done now, how far it is and how long it still takes.
func stepText(l *Locale, r imports.Run) string {
	if r.State == imports.Waiting {
		return "" // as its state says
	}
	text := l.T("imports.step.reading")
	if p := r.Progress; p.Step != "" && p.Step != "reading" {
		text = l.T("imports.step.storing", "kind", l.T("imports.kinds."+p.Step), "done", p.Done, "all", p.All)
	}
	switch left := r.Left(); {
	case left <= 0:
		return text
	case left < time.Minute:
		return joined(l, text, l.T("imports.left-seconds", "count", int(left.Seconds())+1))
	default:
		return joined(l, text, l.T("imports.left-minutes", "count", int(left.Minutes())+1))
	}
}

// filterForm offers the rules, severities and actions that the report has.
func filterForm(p Page, r imports.Run, f imports.Filter) ReportFilter {
	l := p.Locale
	out := ReportFilter{Form: p.form().With("rule", f.Rule).With("level", string(f.Level)).With("done", string(f.Done))}
	for _, list := range []*[]Option{&out.Rules, &out.Levels, &out.Dones} {
		*list = []Option{{Value: "", Label: l.T("imports.all")}}
	}
	rules := map[string]int{}
	for _, g := range r.Groups {
		rules[g.Rule] += g.Count
	}
	for _, rule := range slices.Sorted(maps.Keys(rules)) {
		out.Rules = append(out.Rules, Option{Value: rule, Label: fmt.Sprintf("%s (%s)", ruleText(l, rule), l.Number(rules[rule]))})
	}
	for _, s := range []feed.Severity{feed.Error, feed.Warning, feed.Info} {
		out.Levels = append(out.Levels, Option{Value: string(s), Label: l.T("imports.level." + string(s))})
	}
	for _, a := range []feed.Action{feed.Kept, feed.Repaired, feed.Dropped} {
		out.Dones = append(out.Dones, Option{Value: string(a), Label: l.T("imports.done." + string(a))})
	}
	return out
}

// ruleText is a rule in words, of which [feed.RuleText] has the English ones; a
// rule of an older report that has none any more is its code.
func ruleText(l *Locale, rule string) string {
	if key := "imports.rules." + rule; l.Has(key) {
		return l.T(key)
	}
	return rule
}

var levelTones = map[feed.Severity]Tone{feed.Error: Urgent, feed.Warning: Warning, feed.Info: Info}

func reportLine(l *Locale, x feed.Line) ReportLine {
	row := ""
	if x.Row > 0 {
		row = l.T("imports.row", "n", x.Row)
	}
	return ReportLine{
		Where: joined(l, x.File, row, x.Column), Value: x.Value, Rule: ruleText(l, x.Rule),
		Level: l.T("imports.level." + string(x.Level)), Done: l.T("imports.done." + string(x.Done)), Tone: levelTones[x.Level],
	}
}

// ImportReport answers GET /admin/imports/:id/report: the lines that a filter
// leaves, as CSV or JSON.
func (h *Handlers) ImportReport(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := h.Imports.Run(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	name, kind, form := "report.csv", "text/csv; charset=utf-8", feed.CSV
	if c.QueryParam("form") == "json" {
		name, kind, form = "report.json", echo.MIMEApplicationJSON, feed.JSON
	}
	header := c.Response().Header()
	header.Set(echo.HeaderCacheControl, "no-store")
	header.Set(echo.HeaderContentType, kind)
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return writeReport(c, h.Imports, r, form)
}

func writeReport(c echo.Context, s *imports.Service, r imports.Run, form func(io.Writer) (func(feed.Line), func() error)) error {
	each, end := form(c.Response())
	filter, cursor := reportFilter(c), ""
	for {
		page, err := s.Lines(c.Request().Context(), r, filter, cursor, linesPerPage)
		if err != nil {
			return err
		}
		for _, l := range page.Items {
			each(l)
		}
		if cursor = page.Next; cursor == "" {
			return end()
		}
	}
}
