package api

import (
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
)

// mimeCSV is the media type of files with referrals. Source: RFC 7111.
const mimeCSV = "text/csv"

// bulkInput is one move of several referrals.
type bulkInput struct {
	To      referrals.Status     `json:"to"`
	Reason  string               `json:"reason,omitempty"`
	Outcome referrals.Outcome    `json:"outcome,omitempty"`
	Note    string               `json:"note,omitempty"`
	Items   []referrals.BulkItem `json:"items"`
}

// bulkResult is what became of one of them: the referral, or why it stayed.
type bulkResult struct {
	ID       string          `json:"id"`
	Referral *referrals.View `json:"referral,omitempty"`
	Error    *rowProblem     `json:"error,omitempty"`
}

// rowProblem says why one of several was refused.
type rowProblem struct {
	// Kind is a FHIR IssueType code.
	Kind   fault.Kind     `json:"kind"`
	Detail string         `json:"detail"`
	Errors []problemField `json:"errors,omitempty"`
}

func problemOf(f *fault.Error) *rowProblem {
	if f == nil {
		return nil
	}
	p := &rowProblem{Kind: f.Kind, Detail: f.Detail()}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, problemField{Name: field.Name, Detail: field.Detail()})
	}
	return p
}

// csvInput is a file of answers in JSON.
type csvInput struct {
	File string `json:"file"`
}

// importResult is what became of a file.
type importResult struct {
	DryRun bool                       `json:"dryRun"`
	Counts map[referrals.RowState]int `json:"counts"`
	Rows   []rowResult                `json:"rows"`
}

type rowResult struct {
	referrals.RowResult
	Error *rowProblem `json:"error,omitempty"`
}

// listInput reads the filters of a list of referrals.
func listInput(q *query) referrals.ListInput {
	return referrals.ListInput{
		Box: referrals.Box(q.text("box")), Status: referrals.Status(q.text("status")), Turn: referrals.Party(q.text("turn")), Overdue: q.flag("overdue"),
		Need: q.text("need"), Service: q.text("service"), Urgent: q.flag("urgent"), Mine: q.flag("mine"),
	}
}

// ListReferrals handles GET /referrals: inbox or sent, by due time.
func (h *Handlers) ListReferrals(c echo.Context) error {
	q := newQuery(c)
	in := listInput(q)
	in.Cursor, in.Limit = q.text("cursor"), q.count("limit", maxPerPage)
	if err := q.err(); err != nil {
		return err
	}
	page, err := h.Referrals.List(c.Request().Context(), in)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, page)
}

// CountReferrals handles GET /referrals/counts.
func (h *Handlers) CountReferrals(c echo.Context) error {
	q := newQuery(c)
	box := referrals.Box(q.text("box"))
	if err := q.err(); err != nil {
		return err
	}
	t, err := h.Referrals.Tally(c.Request().Context(), box)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, t)
}

// MoveReferrals handles POST /referrals/bulk: 200 with what became of each.
func (h *Handlers) MoveReferrals(c echo.Context) error {
	var in bulkInput
	if err := read(c, &in); err != nil {
		return err
	}
	results, err := h.Referrals.MoveMany(c.Request().Context(), referrals.BulkInput(in))
	if err != nil {
		return err
	}
	out := make([]bulkResult, len(results))
	for i, r := range results {
		out[i] = bulkResult{ID: r.ID, Referral: r.Referral, Error: problemOf(r.Problem)}
	}
	return itemsOf(c, out)
}

// ExportReferrals handles GET /referrals/csv.
func (h *Handlers) ExportReferrals(c echo.Context) error {
	q := newQuery(c)
	in := listInput(q)
	if err := q.err(); err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, mimeCSV+"; charset=utf-8")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="referrals.csv"`)
	return h.Referrals.ExportCSV(c.Request().Context(), in, c.Response())
}

// ImportReferrals handles POST /referrals/csv, as text/csv or in JSON.
func (h *Handlers) ImportReferrals(c echo.Context) error {
	q := newQuery(c)
	dry := q.flag("dryRun")
	if err := q.err(); err != nil {
		return err
	}
	var file io.Reader = c.Request().Body
	if kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType)); err != nil || kind != mimeCSV {
		var in csvInput
		if err := read(c, &in); err != nil {
			return err
		}
		file = strings.NewReader(in.File)
	}
	result, err := h.Referrals.ImportCSV(c.Request().Context(), file, dry)
	if err != nil {
		return err
	}
	out := importResult{DryRun: result.DryRun, Counts: result.Counts, Rows: make([]rowResult, len(result.Rows))}
	for i, r := range result.Rows {
		out.Rows[i] = rowResult{RowResult: r, Error: problemOf(r.Problem)}
	}
	return c.JSON(http.StatusOK, out)
}
