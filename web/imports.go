package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/imports"
	"github.com/havenloop/havenloop/internal/fault"
)

// ImportsView starts an import and lists feeds and past imports.
type ImportsView struct {
	Page
	Form     Form
	Mappings []Option
	Feeds    []SummaryRow
	Rows     []ImportRow
	Pager    Pager
}

// ImportRow is one import in the list.
type ImportRow struct {
	Title, Meta, Href string
	State             string
	Tone              Tone
}

// importsPerPage is how many past imports the list shows, and linesPerPage how
// many lines of a report.
const (
	importsPerPage = 20
	linesPerPage   = 100
)

// ImportsPage answers GET /admin/imports.
func (h *Handlers) ImportsPage(c echo.Context) error {
	p := h.page(c, "imports.title")
	return h.showImports(c, http.StatusOK, p, p.form().With("dry", "yes"))
}

// maxMapping bounds a mapping that is sent, in bytes; it is written by hand.
const maxMapping = 1 << 20

// StartImport answers POST /admin/imports.
func (h *Handlers) StartImport(c echo.Context) error {
	p := h.page(c, "imports.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	ask := imports.Ask{
		Feed: strings.TrimSpace(f.Value("feed")), Address: strings.TrimSpace(f.Value("address")),
		Mapping: f.Value("mapping"), DryRun: f.Value("dry") != "no",
	}
	if sent, err := c.FormFile("file"); err == nil && sent.Filename != "" {
		file, err := sent.Open()
		if err != nil {
			return err
		}
		defer file.Close() //nolint:errcheck // it was only read
		ask.File, ask.FileName, ask.Address = file, sent.Filename, ""
	}
	if ask.MappingText, err = sentText(c, "mapping-file", maxMapping); err != nil {
		return err
	}
	r, err := h.Imports.Start(c.Request().Context(), ask)
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showImports(c, status, p, f)
	}
	return see(c, importPath(r.ID))
}

// sentText is the text of a file of the form; "" where none was chosen.
func sentText(c echo.Context, name string, most int64) (string, error) {
	sent, err := c.FormFile(name)
	if err != nil || sent.Filename == "" {
		return "", nil
	}
	if sent.Size > most {
		return "", fault.New(fault.TooLong, "The file is too large. Send at most %d MB.", most>>20)
	}
	file, err := sent.Open()
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(file)
	return string(b), errors.Join(err, file.Close())
}

func (h *Handlers) showImports(c echo.Context, status int, p Page, f Form) error {
	ctx, cursor := c.Request().Context(), c.QueryParam("cursor")
	list, err := h.Imports.Runs(ctx, cursor, importsPerPage)
	if err != nil {
		return err
	}
	v := ImportsView{
		Page: p, Form: f, Pager: listPager(p.Locale, "/admin/imports", cursor, list, "imports.shown"),
		Mappings: []Option{{Value: "", Label: p.T("imports.hsds")}},
	}
	for _, m := range feed.ReadyMappings() {
		v.Mappings = append(v.Mappings, Option{Value: m.Name, Label: m.Name, Hint: m.About})
	}
	last := map[string]imports.Run{}
	for _, r := range list.Items {
		if _, there := last[r.Feed]; !there && r.State == imports.Done && !r.DryRun {
			last[r.Feed] = r
		}
		v.Rows = append(v.Rows, importRow(p.Locale, r))
	}
	if v.Feeds, err = h.feedRows(ctx, p.Locale, last); err != nil {
		return err
	}
	return h.render(c, status, importsPage(v))
}

func (h *Handlers) feedRows(ctx context.Context, l *Locale, last map[string]imports.Run) ([]SummaryRow, error) {
	feeds, err := h.Directory.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	var rows []SummaryRow
	for _, s := range feeds {
		values := []string{l.T("imports.records", "count", s.Records)}
		if s.Missing > 0 {
			values = append(values, l.T("imports.missing-now", "count", s.Missing))
		}
		if r, there := last[s.Name]; there {
			values = append(values, l.T("imports.last", "at", l.At(r.EndedAt)))
		}
		rows = append(rows, SummaryRow{Label: s.Name, Values: values})
	}
	return rows, nil
}

// importTones are the looks of the states.
var importTones = map[imports.State]Tone{
	imports.Waiting: Plain, imports.Running: Info, imports.Done: Good, imports.Failed: Urgent, imports.Interrupted: Warning,
}

func importRow(l *Locale, r imports.Run) ImportRow {
	return ImportRow{
		Title: r.Feed, Meta: joined(l, r.Source, dryText(l, r.DryRun), l.At(r.AskedAt), r.ByName), Href: importPath(r.ID),
		State: l.T("imports.state." + string(r.State)), Tone: importTones[r.State],
	}
}

func dryText(l *Locale, dry bool) string {
	if dry {
		return l.T("imports.dry")
	}
	return l.T("imports.real")
}

func importPath(id string) string { return "/admin/imports/" + url.PathEscape(id) }

// RepeatImport answers POST /admin/imports/:id: the same import once more, dry or
// for good.
func (h *Handlers) RepeatImport(c echo.Context) error {
	p := h.page(c, "imports.one")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	r, err := h.Imports.Again(c.Request().Context(), c.Param("id"), f.Value("do") != "real")
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showImport(c, status, p, f)
	}
	return see(c, importPath(r.ID))
}
