package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/screening"
)

const instrumentsPath = "/admin/instruments"

// InstrumentsView lists every version of every instrument.
type InstrumentsView struct {
	Page
	Rows []InstrumentRow
}

// InstrumentRow is one version of an instrument with what can be done.
type InstrumentRow struct {
	Title, Meta string
	Status      string
	Tone        Tone
	Ref         string
	// Retire is what the button would do: true to take it out of use.
	Retire  bool
	Button  string // the label; empty for no button
	Problem string
}

// InstrumentsPage answers GET /admin/instruments.
func (h *Handlers) InstrumentsPage(c echo.Context) error {
	states, err := h.Screening.AllInstruments(c.Request().Context())
	if err != nil {
		return err
	}
	p := h.page(c, "instruments.title")
	return h.render(c, http.StatusOK, instrumentsPage(InstrumentsView{Page: p, Rows: instrumentRows(p.Locale, states)}))
}

// InstrumentsAgain answers a reload of the address that forms go to.
func (h *Handlers) InstrumentsAgain(c echo.Context) error { return see(c, instrumentsPath) }

// RetireInstrument answers POST /admin/instruments/status.
func (h *Handlers) RetireInstrument(c echo.Context) error {
	if err := h.Screening.Retire(c.Request().Context(), c.FormValue("ref"), c.FormValue("retired") == "yes"); err != nil {
		return err
	}
	leaveNotice(c, "instrument-changed")
	return see(c, instrumentsPath)
}

func instrumentRows(l *Locale, states []screening.InstrumentState) []InstrumentRow {
	rows := make([]InstrumentRow, len(states))
	for i, s := range states {
		r := InstrumentRow{Title: s.Title, Ref: s.Ref(), Retire: !s.Retired, Problem: s.Problem, Button: l.T("instruments.retire"), Status: l.T("instruments.active"), Tone: Good}
		from, rules := "instruments.own", s.RulesVersion
		if s.Shipped {
			from = "instruments.shipped"
		}
		if rules == "" {
			rules = l.T("instruments.no-rules")
		}
		r.Meta = l.T("instruments.meta", "version", s.Version, "from", l.T(from), "languages", languageList(l, s.Languages), "rules", rules)
		switch {
		case s.Problem != "":
			r.Meta, r.Status, r.Tone, r.Button = s.Ref(), l.T("instruments.broken"), Urgent, ""
		case s.Retired:
			r.Status, r.Tone, r.Button = l.T("instruments.retired"), Plain, l.T("instruments.activate")
		case s.Status == "draft":
			r.Status, r.Tone = l.T("instruments.draft"), Warning
		}
		rows[i] = r
	}
	return rows
}

// ImportView takes in a questionnaire: first the files, then the report.
type ImportView struct {
	Page
	Form Form
	// Report is what was found; nil before anything was sent.
	Report *screening.ImportReport
	Tone   Tone
	Title  string // of the report
}

// NewInstrument answers GET /admin/instruments/new.
func (h *Handlers) NewInstrument(c echo.Context) error {
	p := h.page(c, "instruments.add")
	return h.render(c, http.StatusOK, importPage(ImportView{Page: p, Form: p.form()}))
}

// AddInstrument answers POST /admin/instruments/new: it shows the report, and
// takes the questionnaire in when the person says so there.
func (h *Handlers) AddInstrument(c echo.Context) error {
	p := h.page(c, "instruments.add")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	for _, name := range []string{"questionnaire", "rules"} {
		text, err := uploaded(c, name+"-file")
		if err != nil {
			return err
		}
		if text != "" {
			f.Values.Set(name, text)
		}
	}
	status, report, err := h.takeInstrument(c.Request().Context(), f)
	if err != nil {
		return err
	}
	if f.Value("step") == "add" && status == http.StatusOK {
		leaveNotice(c, "instrument-added")
		return see(c, instrumentsPath)
	}
	p.Invalid = status != http.StatusOK
	return h.render(c, status, importPage(importView(p, f, report)))
}

// takeInstrument previews or imports what the form holds.
func (h *Handlers) takeInstrument(ctx context.Context, f Form) (int, screening.ImportReport, error) {
	q, rules := json.RawMessage(f.Value("questionnaire")), json.RawMessage(strings.TrimSpace(f.Value("rules")))
	take := h.Screening.Preview
	if f.Value("step") == "add" {
		take = h.Screening.Import
	}
	report, err := take(ctx, q, rules)
	switch {
	case err != nil && !fault.Is(err, fault.Invalid):
		return 0, report, err
	case !report.Accepted:
		return http.StatusBadRequest, report, nil
	}
	return http.StatusOK, report, nil
}

// uploaded is the text of a file that was sent with the form; empty for none.
func uploaded(c echo.Context, name string) (string, error) {
	if !strings.HasPrefix(c.Request().Header.Get("Content-Type"), echo.MIMEMultipartForm) {
		return "", nil
	}
	header, err := c.FormFile(name)
	if err != nil || header.Size == 0 {
		return "", nil // no file was chosen
	}
	file, err := header.Open()
	if err != nil {
		return "", err
	}
	defer file.Close()
	b, err := io.ReadAll(file)
	return string(b), err
}

func importView(p Page, f Form, report screening.ImportReport) ImportView {
	v := ImportView{Page: p, Form: f, Report: &report, Tone: Good, Title: p.T("instruments.change." + report.Change)}
	if !report.Accepted {
		v.Tone, v.Title = Urgent, p.T("instruments.refused", "count", len(report.Problems))
	}
	return v
}

// questionNotes says in short how a question is asked.
func questionNotes(l *Locale, q screening.ImportedQuestion) string {
	notes := []string{l.T("instruments.type." + string(q.Type))}
	if q.Multiple {
		notes = append(notes, l.T("instruments.several"))
	}
	if q.Required {
		notes = append(notes, l.T("instruments.required"))
	}
	if q.Sometimes {
		notes = append(notes, l.T("instruments.sometimes"))
	}
	if q.Calculated {
		notes = append(notes, l.T("instruments.calculated"))
	}
	return l.join("list.comma", notes)
}
