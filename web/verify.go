package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// VerifyListView is the queue of listings that somebody should look at.
type VerifyListView struct {
	Page
	Rows  []VerifyRow
	Pager Pager
}

// VerifyRow is one listing of the queue.
type VerifyRow struct {
	Name, Organization, Href string
	Why                      []string // kinds of flags, with how many
	Use                      string
	Fresh                    string
}

// VerifyView is one listing with what was said against it, and what was done.
type VerifyView struct {
	Page
	Form    Form
	Card    ServiceCard
	Action  string
	Edit    string
	Flags   []FlagRow
	History []LinkRow
	Found   Group
	How     Group
	Missing []MissingRow
}

// FlagRow is one thing said against a listing.
type FlagRow struct{ What, When, Text string }

// MissingRow is something that the listing does not tell, and where to mend it.
type MissingRow struct{ Label, Href string }

const verifyPerPage = 25

func verifyPath(serviceID string) string { return "/admin/verify/" + serviceID }

// VerifyListPage answers GET /admin/verify.
func (h *Handlers) VerifyListPage(c echo.Context) error {
	p, cursor := h.page(c, "verify.title"), c.QueryParam("cursor")
	list, err := h.Directory.Queue(c.Request().Context(), cursor, verifyPerPage)
	if err != nil {
		return err
	}
	v := VerifyListView{Page: p, Pager: listPager(p.Locale, "/admin/verify", cursor, list, "verify.shown")}
	for _, item := range list.Items {
		v.Rows = append(v.Rows, verifyRow(p.Locale, item))
	}
	return h.render(c, http.StatusOK, verifyListPage(v))
}

func verifyRow(l *Locale, item directory.QueueItem) VerifyRow {
	r := VerifyRow{
		Name: item.Service.Name, Organization: item.Service.OrganizationName, Href: verifyPath(item.Service.ID),
		Fresh: freshText(l, item.Service.ServiceFacts), Use: l.T("verify.use", "referred", item.Upkeep.Referred, "opened", item.Upkeep.Opened),
	}
	counts := map[string]int{}
	for _, f := range item.Upkeep.Flags {
		if counts[f.Reason]++; counts[f.Reason] == 1 {
			r.Why = append(r.Why, f.Reason)
		}
	}
	for i, reason := range r.Why {
		r.Why[i] = l.T("flag."+reason, "count", counts[reason])
	}
	return r
}

// VerifyPage answers GET /admin/verify/:id.
func (h *Handlers) VerifyPage(c echo.Context) error {
	p := h.page(c, "verify.one")
	return h.showVerify(c, http.StatusOK, p, p.form())
}

// SettleListing answers POST /admin/verify/:id.
func (h *Handlers) SettleListing(c echo.Context) error {
	p := h.page(c, "verify.one")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is 0, which is not compared
	_, err = h.Directory.Settle(c.Request().Context(), c.Param("id"), directory.Settlement{
		Action: f.Value("action"), How: f.Value("how"), Reason: f.Value("reason"), Version: version,
	})
	if err != nil {
		lost := fault.Is(err, fault.Conflict)
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		if lost {
			f.Problems = []Problem{{Text: p.T("verify.conflict")}}
		}
		return h.showVerify(c, status, p, f)
	}
	leaveNotice(c, "listing-settled")
	return see(c, "/admin/verify")
}

func (h *Handlers) showVerify(c echo.Context, status int, p Page, f Form) error {
	ctx, id := c.Request().Context(), c.Param("id")
	u, err := h.Directory.UpkeepOf(ctx, id)
	if err != nil {
		return err
	}
	d, err := h.Directory.Detail(ctx, id)
	if err != nil {
		return err
	}
	p.Title = d.Name
	return h.render(c, status, verifyPage(verifyView(p, f, u, d)))
}

func verifyView(p Page, f Form, u directory.Upkeep, d directory.ServiceDetail) VerifyView {
	l := p.Locale
	v := VerifyView{
		Page: p, Form: f.With("version", strconv.FormatInt(u.Version, 10)), Card: serviceCard(l, d.ServiceSummary), Action: verifyPath(d.ID), Edit: listingPath(d.ID),
		Found: Group{Name: "action", Legend: l.T("verify.found")},
		How:   Group{Name: "how", Legend: l.T("verify.how"), Hint: l.T("verify.how-hint"), Optional: true},
	}
	for _, x := range u.Flags {
		v.Flags = append(v.Flags, flagRow(l, x))
	}
	for _, s := range u.History {
		v.History = append(v.History, LinkRow{
			Title: l.T("settle." + s.Action), Meta: joined(l, l.At(s.At), s.ByName, howText(l, s.How), s.Reason),
		})
	}
	for _, code := range []string{directory.SettleVerified, directory.SettleCorrected, directory.SettleClosed, directory.SettleDismissed} {
		if code == directory.SettleDismissed && !p.Actor.May(identity.NetworkManage) {
			continue
		}
		v.Found.Options = append(v.Found.Options, Option{Value: code, Label: l.T("settle." + code), Hint: l.T("settle-hint." + code)})
	}
	for _, code := range []string{directory.Called, directory.AgencySaid, directory.Website} {
		v.How.Options = append(v.How.Options, Option{Value: code, Label: l.T("how." + code)})
	}
	v.Missing = missingRows(l, d)
	return v
}

func flagRow(l *Locale, x directory.Flag) FlagRow {
	r := FlagRow{What: l.T("flag."+x.Reason, "count", 1), When: l.At(x.At), Text: x.Text}
	for _, key := range []string{"mistake." + x.What, "complaint." + x.What} {
		if l.Has(key) {
			r.What = joined(l, r.What, l.T(key))
		}
	}
	return r
}

func howText(l *Locale, how string) string {
	if how == "" {
		return ""
	}
	return l.T("how." + how)
}

// missingRows are what the listing lacks, each with where it is told.
func missingRows(l *Locale, d directory.ServiceDetail) []MissingRow {
	if d.Quality == nil {
		return nil
	}
	var out []MissingRow
	for _, code := range d.Quality.Missing {
		out = append(out, MissingRow{Label: l.T("missing." + code), Href: mendPath(d.ID, code)})
	}
	return out
}
