package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// ProposalsView are the changes that wait for the network.
type ProposalsView struct {
	Page
	Rows  []LinkRow
	Pager Pager
}

// ProposalView is one change beside what stands now.
type ProposalView struct {
	Page
	Form   Form
	Action string
	Meta   string
	Rows   []ProposalRow
	Decide bool // may decide, and it waits
	State  string
}

// ProposalRow is one field: as it is now and as it is to be. Moved says that it
// was another when the change was proposed.
type ProposalRow struct {
	Label      string
	Now, After []string
	Moved      []string
}

const proposalsPerPage = 25

func proposalPath(id string) string { return "/admin/proposals/" + id }

// ProposalsPage answers GET /admin/proposals.
func (h *Handlers) ProposalsPage(c echo.Context) error {
	p, cursor := h.page(c, "proposals.title"), c.QueryParam("cursor")
	list, err := h.Directory.Proposals(c.Request().Context(), cursor, proposalsPerPage)
	if err != nil {
		return err
	}
	v := ProposalsView{Page: p, Pager: listPager(p.Locale, "/admin/proposals", cursor, list, "proposals.shown")}
	for _, x := range list.Items {
		v.Rows = append(v.Rows, LinkRow{Title: x.Name, Href: proposalPath(x.ID), Meta: joined(p.Locale, x.ByName, p.At(x.At), p.T("proposals.fields", "count", len(x.Changes)))})
	}
	return h.render(c, http.StatusOK, proposalsPage(v))
}

// ProposalPage answers GET /admin/proposals/:id.
func (h *Handlers) ProposalPage(c echo.Context) error {
	p := h.page(c, "proposals.one")
	return h.showProposal(c, http.StatusOK, p, p.form())
}

// DecideProposal answers POST /admin/proposals/:id.
func (h *Handlers) DecideProposal(c echo.Context) error {
	p := h.page(c, "proposals.one")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	number := func(name string) int64 { // what is no number is 0, which nothing has
		n, _ := strconv.ParseInt(f.Value(name), 10, 64)
		return n
	}
	done, err := h.Directory.Decide(c.Request().Context(), c.Param("id"), directory.Decision{
		Accept: f.Value("decision") == "accept", Reason: f.Value("reason"), Version: number("version"), TargetVersion: number("target"),
	})
	if err != nil {
		lost := fault.Is(err, fault.Conflict)
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		if lost {
			f.Problems = []Problem{{Text: p.T("proposals.conflict")}}
		}
		return h.showProposal(c, status, p, f)
	}
	leaveNotice(c, "proposal-"+done.State)
	return see(c, "/admin/proposals")
}

func (h *Handlers) showProposal(c echo.Context, status int, p Page, f Form) error {
	r, err := h.Directory.Review(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	p.Title = r.Proposal.Name
	return h.render(c, status, proposalPage(proposalView(p, f, r)))
}

func proposalView(p Page, f Form, r directory.Review) ProposalView {
	x := r.Proposal
	v := ProposalView{
		Page: p, Action: proposalPath(x.ID), Meta: p.T("proposals.by", "by", x.ByName, "at", p.At(x.At)), State: x.State,
		Form:   f.With("version", strconv.FormatInt(x.Version, 10)).With("target", strconv.FormatInt(r.Version, 10)),
		Decide: x.State == directory.Waiting && p.Actor.May(identity.NetworkManage),
	}
	for _, c := range x.Changes {
		row := ProposalRow{Label: fieldName(p.Locale, c.Field), Now: valueTexts(p.Locale, c.Field, r.Now[c.Field]), After: valueTexts(p.Locale, c.Field, c.After)}
		if string(r.Now[c.Field]) != string(c.Before) {
			row.Moved = valueTexts(p.Locale, c.Field, c.Before)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}
