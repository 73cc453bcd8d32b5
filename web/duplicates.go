package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

// DuplicatesView lists pairs of records that may be the same.
type DuplicatesView struct {
	Page
	Tabs, Kinds []Tab
	Rows        []DuplicateRow
	Pager       Pager
}

// DuplicateRow is one pair in the list.
type DuplicateRow struct {
	Title, Meta, Href string
	Likely            string
	Tone              Tone
}

// duplicatesPerPage is how many pairs the list shows.
const duplicatesPerPage = 25

// DuplicatesPage answers GET /admin/duplicates.
func (h *Handlers) DuplicatesPage(c echo.Context) error {
	ctx, p := c.Request().Context(), h.page(c, "duplicates.title")
	status, kind, cursor := directory.DuplicateStatus(c.QueryParam("status")), c.QueryParam("kind"), c.QueryParam("cursor")
	if status == "" {
		status = directory.DuplicateOpen
	}
	list, err := h.Directory.Duplicates(ctx, status, kind, cursor, duplicatesPerPage)
	if err != nil {
		return err
	}
	v := DuplicatesView{Page: p, Pager: listPager(p.Locale, duplicatesPath(status, kind), cursor, list, "duplicates.shown")}
	for _, s := range directory.DuplicateStatuses() {
		if v.Tabs, err = h.duplicatesTab(ctx, v.Tabs, p.T("duplicates.status."+string(s)), s, kind, s == status); err != nil {
			return err
		}
	}
	for _, k := range append([]string{""}, directory.Kinds()...) {
		if v.Kinds, err = h.duplicatesTab(ctx, v.Kinds, p.T("duplicates.kinds."+kindKey(k)), status, k, k == kind); err != nil {
			return err
		}
	}
	for _, d := range list.Items {
		v.Rows = append(v.Rows, duplicateRow(p.Locale, d))
	}
	return h.render(c, http.StatusOK, duplicatesPage(v))
}

func (h *Handlers) duplicatesTab(ctx context.Context, tabs []Tab, label string, s directory.DuplicateStatus, kind string, current bool) ([]Tab, error) {
	n, err := h.Directory.CountDuplicates(ctx, s, kind)
	return append(tabs, Tab{Label: label, Href: duplicatesPath(s, kind), Count: n, Current: current}), err
}

// kindKey is the last part of the key of a kind; "all" for no kind.
func kindKey(kind string) string {
	if kind == "" {
		return "all"
	}
	return kind
}

func duplicatesPath(s directory.DuplicateStatus, kind string) string {
	q := url.Values{"status": {string(s)}}
	if kind != "" {
		q.Set("kind", kind)
	}
	return "/admin/duplicates?" + q.Encode()
}

func duplicatePath(id string) string { return "/admin/duplicates/" + url.PathEscape(id) }

// From which score on two records are very likely the same.
const veryLikely = 0.95

func duplicateRow(l *Locale, d directory.Duplicate) DuplicateRow {
	a, b := d.Records[0], d.Records[1]
	r := DuplicateRow{
		Title: l.T("duplicates.pair", "a", a.Name, "b", b.Name), Href: duplicatePath(d.ID), Likely: likelyText(l, d.Score), Tone: Info,
		Meta: joined(l, l.T("duplicates.kind."+d.Kind), feedText(l, a.Feed), feedText(l, b.Feed)),
	}
	if a.Feed == b.Feed {
		r.Meta = joined(l, l.T("duplicates.kind."+d.Kind), feedText(l, a.Feed))
	}
	if d.Score >= veryLikely {
		r.Tone = Warning
	}
	return r
}

func likelyText(l *Locale, score float64) string {
	if score >= veryLikely {
		return l.T("duplicates.very-likely")
	}
	return l.T("duplicates.likely")
}

// feedText tells where a record comes from.
func feedText(l *Locale, feed string) string {
	if feed == "" {
		return l.T("duplicates.by-hand")
	}
	return l.T("duplicates.from-feed", "feed", feed)
}

// DuplicatePage answers GET /admin/duplicates/:id.
func (h *Handlers) DuplicatePage(c echo.Context) error {
	p := h.page(c, "duplicates.compare")
	return h.showDuplicate(c, http.StatusOK, p, p.form())
}

// DecideDuplicate answers POST /admin/duplicates/:id: merges the two records,
// says that they are not the same, or takes them apart again.
func (h *Handlers) DecideDuplicate(c echo.Context) error {
	p, id := h.page(c, "duplicates.compare"), c.Param("id")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	done := f.Value("do")
	switch done {
	case "merge":
		_, err = h.Directory.MergeDuplicate(ctx, id, mergeInput(f))
	case "distinct":
		_, err = h.Directory.NotTheSame(ctx, id, int64(wholeNumber(f.Value("version"))))
	case "undo":
		_, err = h.Directory.UndoMerge(ctx, id)
	default:
		return fault.New(fault.Invalid, "The form could not be read. Go back and send it again.")
	}
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showDuplicate(c, status, p, f)
	}
	leaveNotice(c, "duplicate-"+done)
	return see(c, duplicatePath(id))
}

// fieldPrefix begins the names of the inputs that choose a field's value.
const fieldPrefix = "field."

// mergeInput reads what stays: the form names records, a merge the one that
// stays and the one that goes.
func mergeInput(f Form) directory.MergeInput {
	in := directory.MergeInput{Keep: f.Value("keep"), Fields: map[string]directory.Choice{}, Version: int64(wholeNumber(f.Value("version")))}
	for name := range f.Values {
		if len(name) <= len(fieldPrefix) || name[:len(fieldPrefix)] != fieldPrefix {
			continue
		}
		choice := directory.ChooseDrop
		switch f.Value(name) {
		case string(directory.ChooseBoth):
			choice = directory.ChooseBoth
		case in.Keep:
			choice = directory.ChooseKeep
		}
		in.Fields[name[len(fieldPrefix):]] = choice
	}
	return in
}

func (h *Handlers) showDuplicate(c echo.Context, status int, p Page, f Form) error {
	ctx := c.Request().Context()
	d, err := h.Directory.Compare(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	people, err := h.namesOf(ctx, peopleOf(d))
	if err != nil {
		return err
	}
	return h.render(c, status, duplicatePage(duplicateView(p, f, d, people)))
}

// peopleOf are the users who said or decided something of two records.
func peopleOf(d directory.Comparison) []string {
	ids := []string{d.Decided}
	for _, f := range d.Fields {
		ids = append(ids, f.Sources[0].By, f.Sources[1].By)
	}
	return ids
}

// namesOf answers the names of users; those that are none, as jobs and commands
// are, are missing.
func (h *Handlers) namesOf(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if id == "" {
			continue
		}
		u, err := h.Accounts.OpenUser(ctx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if err == nil {
			out[id] = u.Name
		}
	}
	return out, nil
}
