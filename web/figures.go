package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/figures"
)

const (
	figuresPath     = "/figures"
	definitionsPath = "/figures/definitions"
)

// FiguresView shows what became of referrals.
type FiguresView struct {
	Page
	Form             Form
	By, Period, Only []Option
	Problem          string // why nothing could be counted; "" for none
	TooFew           bool
	Numbers          []Figure
	Funnel           []Bar
	Sources          []FigureRow
	Times            []FigureRow
	Apart            string // what the groups are told apart by, in words
	Groups           []FigureRow
	Bars             []Bar // how many of each group got the service
	GroupTimes       []FigureRow
	Export           string
}

// FigureRow is a row of a table: its name and its cells.
type FigureRow struct {
	Name, Href string
	Cells      []string
}

// FiguresPage answers GET /figures.
func (h *Handlers) FiguresPage(c echo.Context) error {
	p := h.page(c, "figures.title")
	v := FiguresView{Page: p, Form: Form{Locale: p.Locale, Values: c.QueryParams()}}
	filter, by := figuresAsked(v.Form)
	r, err := h.Figures.Report(c.Request().Context(), filter, by)
	if fault.Is(err, fault.BusinessRule) || fault.Is(err, fault.Invalid) {
		v.Problem = p.Fault(err)
		v.ask(figures.Report{By: by})
		return h.render(c, http.StatusUnprocessableEntity, figuresPage(v))
	}
	if err != nil {
		return err
	}
	v.tell(r)
	return h.render(c, http.StatusOK, figuresPage(v))
}

// figuresAsked reads the form: by, period, and one filter more as "need=food-insecurity".
func figuresAsked(f Form) (figures.Filter, figures.Dimension) {
	filter := figures.Filter{Period: f.Value("period")}
	name, value, _ := strings.Cut(f.Value("only"), "=")
	for d, to := range map[figures.Dimension]*string{
		figures.ByNeed: &filter.Need, figures.ByAgencyOf: &filter.Agency, figures.ByZIP: &filter.ZIP, figures.ByLanguage: &filter.Language,
	} {
		if string(d) == name {
			*to = value
		}
	}
	return filter, cmp.Or(figures.Dimension(f.Value("by")), figures.ByNeed)
}

// ask fills the choices of the form.
func (v *FiguresView) ask(r figures.Report) {
	l := v.Locale
	v.Form = v.Form.With("by", string(r.By))
	for _, d := range figures.Dimensions {
		v.By = append(v.By, Option{Value: string(d), Label: l.T("figures.by." + string(d))})
	}
	v.Period = []Option{{Label: l.T("figures.any-time")}}
	v.Only = []Option{{Label: l.T("figures.everything")}}
	for _, c := range r.Choices {
		o := Option{Value: c.Value, Label: figureValue(l, c.Dimension, c.Value, c.Name)}
		if c.Dimension == figures.ByPeriod {
			v.Period = append(v.Period, o)
			continue
		}
		o.Label = l.T("figures.choice", "of", l.T("figures.by."+string(c.Dimension)), "value", o.Label)
		o.Value = string(c.Dimension) + "=" + c.Value
		v.Only = append(v.Only, o)
	}
	slices.SortFunc(v.Period[1:], func(a, b Option) int { return cmp.Compare(b.Value, a.Value) })
	q := url.Values{"by": {string(r.By)}, "period": {v.Form.Value("period")}, "only": {v.Form.Value("only")}}
	v.Export = figuresPath + "/export?" + q.Encode()
}

// tell puts a report into words.
func (v *FiguresView) tell(r figures.Report) {
	l := v.Locale
	v.ask(r)
	if v.TooFew = r.TooFew; v.TooFew {
		return
	}
	for n, c := range lineCounts(r.Total) {
		label := l.T("figures.sign." + figureSigns[n])
		v.Numbers = append(v.Numbers, Figure{Value: countText(l, c), Label: joined(l, label, shareText(l, c, r.Total.Sent, n)), Href: definitionsPath + "#" + figureSigns[n]})
		if n < funnelSigns {
			v.Funnel = append(v.Funnel, Bar{Label: label, Value: countText(l, c), Share: shareOf(c, r.Total.Sent)})
		}
	}
	for _, s := range r.Sources {
		v.Sources = append(v.Sources, FigureRow{
			Name: l.T("figures.sign." + s.Measure), Href: definitionsPath + "#" + s.Measure,
			Cells: []string{countText(l, s.Agency), countText(l, s.Team), countText(l, s.Patient), countText(l, s.System)},
		})
	}
	for _, t := range r.Total.Times {
		v.Times = append(v.Times, FigureRow{Name: l.T("figures.step." + string(t.Step)), Href: definitionsPath + "#time", Cells: []string{daysText(l, t.Median), daysText(l, t.Ninetieth)}})
	}
	v.Apart = l.T("figures.by." + string(r.By))
	for _, line := range r.Lines {
		v.group(r.By, line)
	}
}

// group puts one line of the tables into words.
func (v *FiguresView) group(by figures.Dimension, line figures.Line) {
	l := v.Locale
	name := figureValue(l, by, line.Value, line.Name)
	if line.Others {
		name = l.T("figures.others")
	}
	row, times := FigureRow{Name: name}, FigureRow{Name: name}
	for n, c := range lineCounts(line) {
		text := countText(l, c)
		if share := shareText(l, c, line.Sent, n); share != "" {
			text += " (" + share + ")"
		}
		row.Cells = append(row.Cells, text)
	}
	for _, t := range line.Times {
		times.Cells = append(times.Cells, l.T("figures.both", "half", daysText(l, t.Median), "most", daysText(l, t.Ninetieth)))
	}
	v.Groups, v.GroupTimes = append(v.Groups, row), append(v.GroupTimes, times)
	v.Bars = append(v.Bars, Bar{Label: name, Value: cmp.Or(shareText(l, line.Received, line.Sent, 1), l.T("figures.hidden")), Share: shareOf(line.Received, line.Sent)})
}

// figureSigns name the numbers of a line, in their order; funnelSigns are the
// first ones, which lead one to the next.
var figureSigns = []string{"sent", "acknowledged", "closed", "received", "resolved", "unhelped", "silent", "logged"}

const funnelSigns = 5

func lineCounts(l figures.Line) []*int {
	return []*int{l.Sent, l.Acknowledged, l.Closed, l.Received, l.Resolved, l.Unhelped, l.Silent, l.Logged}
}

// countText is a number, or that it cannot be told.
func countText(l *Locale, n *int) string {
	if n == nil {
		return l.T("figures.hidden")
	}
	return l.Number(*n)
}

func shareOf(n, of *int) float64 {
	if n == nil || of == nil || *of == 0 {
		return 0
	}
	return float64(*n) / float64(*of)
}

// shareText is how much of what was sent the sign at place n holds for; ""
// where that makes no sense.
func shareText(l *Locale, count, of *int, n int) string {
	if count == nil || of == nil || *of == 0 || n == 0 || figureSigns[n] == "logged" {
		return ""
	}
	return l.T("figures.percent", "percent", int(100*shareOf(count, of)+0.5))
}

func daysText(l *Locale, days *float64) string {
	if days == nil {
		return l.T("figures.hidden")
	}
	return l.T("figures.days", "count", *days)
}

// figureValue is a value of a dimension in words.
func figureValue(l *Locale, d figures.Dimension, value, name string) string {
	switch {
	case value == "" && d == figures.ByReason:
		return l.T("figures.no-reason")
	case value == "":
		return l.T("figures.unknown")
	}
	switch d {
	case figures.ByNeed:
		if key := "domain." + value; l.Has(key) {
			return l.T(key)
		}
	case figures.ByAgencyOf:
		return cmp.Or(name, value)
	case figures.ByLanguage:
		return languageName(value)
	case figures.ByPeriod:
		year, q, _ := strings.Cut(value, "-Q")
		return l.T("figures.quarter", "quarter", q, "year", year)
	case figures.ByReason:
		if label := referrals.ReasonLabel(value); label != value {
			return l.Sentence(label)
		}
		return l.Sentence(referrals.Outcome(value).Label())
	}
	return value
}

// DefinitionsView tells what each number means.
type DefinitionsView struct {
	Page
	Rows []Definition
}

// Definition tells what one number means; ID is its anchor.
type Definition struct{ ID, Name, Text string }

// definitionRows are what is defined besides the signs.
var definitionRows = []string{"time", "period", "people", "private", "odds", "others"}

// DefinitionsPage answers GET /figures/definitions.
func (h *Handlers) DefinitionsPage(c echo.Context) error {
	return h.render(c, http.StatusOK, definitionsPage(definitionsView(h.page(c, "figures.definitions"))))
}

func definitionsView(p Page) DefinitionsView {
	v := DefinitionsView{Page: p}
	for _, id := range figureSigns {
		v.Rows = append(v.Rows, Definition{id, p.T("figures.sign." + id), p.T("figures.def." + id)})
	}
	for _, id := range definitionRows {
		v.Rows = append(v.Rows, Definition{id, p.T("figures.name." + id), p.T("figures.def."+id, "fewest", strconv.Itoa(figures.Fewest))})
	}
	return v
}
