package web

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals/figures"
)

// signNames are the columns of a table of groups.
func signNames(l *Locale) []string {
	var out []string
	for _, s := range figureSigns {
		out = append(out, l.T("figures.sign."+s))
	}
	return out
}

// stepNames are the columns of a table of times.
func stepNames(l *Locale) []string {
	var out []string
	for _, s := range figures.Steps {
		out = append(out, l.T("figures.step."+string(s)))
	}
	return out
}

// ExportFigures answers GET /figures/export: the total and the groups as a
// table (RFC 4180). What the page does not tell is empty here too.
func (h *Handlers) ExportFigures(c echo.Context) error {
	p := h.page(c, "figures.title")
	filter, by := figuresAsked(Form{Locale: p.Locale, Values: c.QueryParams()})
	r, err := h.Figures.Report(c.Request().Context(), filter, by)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderCacheControl, "no-store")
	header.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="figures.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	w := csv.NewWriter(c.Response())
	return w.WriteAll(figureRecords(p.Locale, r))
}

// figureRecords are the lines of the file, the names of its columns first.
func figureRecords(l *Locale, r figures.Report) [][]string {
	head := append([]string{string(r.By), "name"}, figureSigns...)
	for _, s := range figures.Steps {
		head = append(head, string(s)+"_median_days", string(s)+"_p90_days")
	}
	out := [][]string{head, figureRecord(r.Total, "", l.T("figures.everything"))}
	for _, line := range r.Lines {
		name := figureValue(l, r.By, line.Value, line.Name)
		if line.Others {
			name = l.T("figures.others")
		}
		out = append(out, figureRecord(line, line.Value, name))
	}
	return out
}

func figureRecord(line figures.Line, value, name string) []string {
	out := []string{harmless(value), harmless(name)}
	for _, n := range lineCounts(line) {
		text := ""
		if n != nil {
			text = strconv.Itoa(*n)
		}
		out = append(out, text)
	}
	for _, t := range line.Times {
		out = append(out, decimalText(t.Median), decimalText(t.Ninetieth))
	}
	return out
}

func decimalText(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

// harmless keeps a spreadsheet from taking text for a formula. Source: OWASP,
// CSV Injection.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
