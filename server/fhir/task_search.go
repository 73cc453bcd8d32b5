package fhir

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
)

// Bounds of _count: tasks on one page.
const (
	countUsual = 25
	countMost  = 100
)

// Tasks handles GET /fhir/Task: the referrals that the asker's organization
// sent or, where it is an agency, received. status takes several codes with
// commas, _count more than 100 gives 100; the rest follows by the link "next".
func (h *Handlers) Tasks(c echo.Context) error {
	p, err := readParameters(c, "status", "_count", "_cursor")
	if err != nil {
		return err
	}
	w := taskWalk{statuses: []referrals.Status{""}, count: p.count()}
	if codes := p.Get("status"); codes != "" {
		w.codes = strings.Split(codes, ",")
		w.statuses = statusesOf(w.codes, &p.wrong)
	}
	w.resume(p.Get("_cursor"), &p.wrong)
	if err := p.wrong.Err(); err != nil {
		return err
	}
	views, next, err := w.page(c.Request().Context(), h.Referrals.List)
	if err != nil {
		return err
	}
	b := newBundle(p.link(h.base+"/Task", ""))
	for _, v := range views {
		b.add(h.base+"/Task/"+v.ID, taskFrom(v))
		if v.Part2 {
			b.Meta = new(Meta).labelled(true)
		}
	}
	if next != "" {
		b.Link = append(b.Link, BundleLink{"next", p.link(h.base+"/Task", next)})
	}
	return answer(c, b, nil)
}

// statusesOf are the statuses of ours that show as one of the codes.
func statusesOf(codes []string, wrong *fault.Fields) []referrals.Status {
	known := map[string]bool{}
	var out []referrals.Status
	for _, s := range referrals.Statuses {
		code := taskStatuses[s].code
		known[code] = true
		if slices.Contains(codes, code) {
			out = append(out, s)
		}
	}
	for _, code := range codes {
		wrong.Check(known[code], "status", "Choose statuses that a referral's task can have.")
	}
	return out
}

// lister is [referrals.Service.List].
type lister func(context.Context, referrals.ListInput) (docstore.Page[referrals.View], error)

// taskWalk goes through the lists of several statuses, one after the other.
type taskWalk struct {
	statuses []referrals.Status // "" for all
	codes    []string           // asked for; nil for all
	count    int
	at       int    // the list that comes next
	cursor   string // in that list
}

// resume takes up the walk where an earlier page ended.
func (w *taskWalk) resume(cursor string, wrong *fault.Fields) {
	if cursor == "" {
		return
	}
	at, rest, _ := strings.Cut(cursor, ".")
	n, err := strconv.Atoi(at)
	if err != nil || n < 0 || n >= len(w.statuses) {
		wrong.Add("_cursor", "Follow the link of the page before.")
		return
	}
	w.at, w.cursor = n, rest
}

// page answers up to count referrals and the cursor of the next page, "" on
// the last. A referral that shows another status to the asker than the one it
// is kept under, since the consent has ended, is left out of a search by status.
func (w *taskWalk) page(ctx context.Context, list lister) (out []referrals.View, next string, err error) {
	for w.at < len(w.statuses) {
		if len(out) == w.count {
			return out, strconv.Itoa(w.at) + "." + w.cursor, nil
		}
		p, err := list(ctx, referrals.ListInput{Status: w.statuses[w.at], Cursor: w.cursor, Limit: w.count - len(out)})
		if err != nil {
			return nil, "", err
		}
		for _, v := range p.Items {
			if w.codes == nil || slices.Contains(w.codes, taskStatuses[v.Status].code) {
				out = append(out, v)
			}
		}
		w.cursor = p.Next
		if p.Next == "" {
			w.at++
		}
	}
	return out, "", nil
}
