package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// handoverPath is where a supervisor gives all open work of one to another.
const handoverPath = "/escalations/handover"

// HandoverView gives all open work of one worker to another: first it tells how
// much there is, then it asks for a word.
type HandoverView struct {
	Page
	Form    Form
	Workers []Option
	// Told is how much goes from whom to whom; empty until both are chosen.
	Told string
	// Nothing says that there is no open work.
	Nothing bool
}

// HandoverPage answers GET /escalations/handover; ?from= and ?to= choose whom.
func (h *Handlers) HandoverPage(c echo.Context) error {
	p := h.page(c, "handover.title")
	f := p.form().With("from", c.QueryParam("from")).With("to", c.QueryParam("to"))
	return h.showHandover(c, http.StatusOK, p, f)
}

// HandOver answers POST /escalations/handover.
func (h *Handlers) HandOver(c echo.Context) error {
	p := h.page(c, "handover.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if _, err := h.Referrals.HandOver(c.Request().Context(), f.Value("from"), f.Value("to")); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showHandover(c, status, p, f)
	}
	leaveNotice(c, "handed-over")
	return see(c, "/escalations")
}

func (h *Handlers) showHandover(c echo.Context, status int, p Page, f Form) error {
	ctx := c.Request().Context()
	users, err := h.Accounts.UsersWithRole(ctx, p.Actor.OrganizationID, identity.CHW, identity.CareManager, identity.Supervisor)
	if err != nil {
		return err
	}
	v := HandoverView{Page: p, Form: f, Workers: append([]Option{{Label: p.T("handover.choose")}}, userOptions(users)...)}
	if len(f.Problems) > 0 || f.Value("from")+f.Value("to") == "" {
		return h.render(c, status, handoverPage(v))
	}
	if err := referrals.TwoPeople(f.Value("from"), f.Value("to")); err != nil {
		if status, err = v.Form.refuse(&v.Page, err, nil); err != nil {
			return err
		}
		return h.render(c, status, handoverPage(v))
	}
	open, tasks, err := h.Referrals.OpenWork(ctx, f.Value("from"))
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, u := range users {
		names[u.ID] = u.Name
	}
	v.Nothing = open+tasks == 0
	v.Told = p.T("handover.told", "from", names[f.Value("from")], "to", names[f.Value("to")],
		"referrals", p.T("handover.referrals", "count", open), "tasks", p.T("handover.tasks", "count", tasks))
	return h.render(c, status, handoverPage(v))
}
