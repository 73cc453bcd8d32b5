package web

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
)

// InboxFileView takes the inbox out as a file and answers back in.
type InboxFileView struct {
	Page
	Form   Form
	Codes  []InboxCodes
	Result *InboxFileResult
}

// InboxCodes are what may stand in a column of the file.
type InboxCodes struct {
	Column  string
	Options []Option
}

// inboxFileView is the page before a file was chosen.
func inboxFileView(p Page, f Form) InboxFileView {
	var statuses []Option
	var reasons []referrals.Code
	for _, s := range referrals.AnswerStatuses() {
		statuses = append(statuses, Option{Value: string(s), Label: p.Sentence(s.Label())})
		for _, r := range referrals.Reasons(s) {
			if !slices.Contains(reasons, r) {
				reasons = append(reasons, r)
			}
		}
	}
	return InboxFileView{Page: p, Form: f, Codes: []InboxCodes{
		{"new_status", statuses}, {"reason", codeOptions(p.Locale, reasons)}, {"outcome", codeOptions(p.Locale, referrals.Outcomes())},
	}}
}

// InboxFileResult tells what became of a file, or would become of it.
type InboxFileResult struct {
	Dry    bool
	Counts []string
	Rows   []InboxFileRow
	// Text is the file, to be applied after a dry run; empty when no row is ready.
	Text  string
	Ready int
}

// InboxFileRow is one row of the file that is worth a word.
type InboxFileRow struct {
	Line, Href, Text string
}

// InboxFile answers GET /referrals/file.
func (h *Handlers) InboxFile(c echo.Context) error {
	p := h.page(c, "inbox.file-title")
	return h.render(c, http.StatusOK, inboxFilePage(inboxFileView(p, p.form())))
}

// ExportInbox answers GET /referrals/export.csv: the list with its filters.
func (h *Handlers) ExportInbox(c echo.Context) error {
	f := h.page(c, "inbox.file-title").form()
	for _, name := range []string{inboxNeed, inboxService, inboxUrgent, inboxMine} {
		f = f.With(name, c.QueryParam(name))
	}
	tab := c.QueryParam("tab")
	if tab == "" {
		tab = tabAll
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="referrals.csv"`)
	return h.Referrals.ExportCSV(c.Request().Context(), inboxInput(tab, f), c.Response())
}

// maxAnswers bounds a file of answers, in bytes, as the server bounds every request.
const maxAnswers = 1 << 20

// ImportInbox answers POST /referrals/file: first what would become of each
// row, then, when asked, the moves themselves.
func (h *Handlers) ImportInbox(c echo.Context) error {
	p := h.page(c, "inbox.file-title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	v := inboxFileView(p, f)
	text, dry := f.Value("text"), f.Value("apply") == ""
	if sent, err := c.FormFile("file"); text == "" && err == nil && sent.Filename != "" {
		file, err := sent.Open()
		if err != nil {
			return err
		}
		defer file.Close() //nolint:errcheck // it was only read
		body, err := io.ReadAll(io.LimitReader(file, maxAnswers))
		if err != nil {
			return err
		}
		text = string(body)
	}
	result, err := referrals.ImportResult{}, error(nil)
	if strings.TrimSpace(text) == "" {
		var wrong fault.Fields
		wrong.Add("file", "Choose a file.")
		err = wrong.Err()
	} else {
		result, err = h.Referrals.ImportCSV(c.Request().Context(), strings.NewReader(text), dry)
	}
	if err != nil {
		status, err := v.Form.refuse(&v.Page, err, nil)
		if err != nil {
			return err
		}
		return h.render(c, status, inboxFilePage(v))
	}
	v.Result = inboxFileResult(p.Locale, result, text)
	return h.render(c, http.StatusOK, inboxFilePage(v))
}

// rowStates are the states of rows in the order in which they are counted,
// with what their rows are to a person.
var rowStates = []struct {
	state referrals.RowState
	key   string
}{
	{referrals.RowRefused, "inbox.rows-refused"}, {referrals.RowReady, "inbox.rows-ready"},
	{referrals.RowApplied, "inbox.rows-applied"}, {referrals.RowDone, "inbox.rows-done"}, {referrals.RowEmpty, "inbox.rows-empty"},
}

func inboxFileResult(l *Locale, in referrals.ImportResult, text string) *InboxFileResult {
	out := &InboxFileResult{Dry: in.DryRun, Ready: in.Counts[referrals.RowReady]}
	for _, s := range rowStates {
		if n := in.Counts[s.state]; n > 0 {
			out.Counts = append(out.Counts, l.T(s.key, "count", n))
		}
	}
	for _, r := range in.Rows {
		if r.Problem != nil {
			out.Rows = append(out.Rows, InboxFileRow{Line: l.T("inbox.line", "n", r.Line), Href: referralPath(r.ID), Text: l.Fault(r.Problem)})
		}
	}
	if in.DryRun && out.Ready > 0 {
		out.Text = text
	}
	return out
}
