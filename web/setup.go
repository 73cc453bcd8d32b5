package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/fault"
)

// SetupView is the page where the network and its first admin are made.
type SetupView struct {
	Page
	Form  Form
	Zones []Option
}

// setupAlias gives the form's names of what accounts call otherwise: both the
// network and the person have a name, and the person's is looked at first.
func setupAlias(f Form) map[string]string {
	if strings.TrimSpace(f.Value("name")) == "" {
		return nil
	}
	return map[string]string{"name": "network"}
}

// SetupPage answers GET /setup. The token stands behind the # of the link,
// which browsers do not send.
func (h *Handlers) SetupPage(c echo.Context) error {
	p := h.page(c, "setup.title")
	f := p.form().With("timeZone", "America/Los_Angeles")
	return h.render(c, http.StatusOK, setupPage(SetupView{Page: p, Form: f, Zones: zoneOptions(p.Locale)}))
}

// Setup answers POST /setup and signs the first admin in.
func (h *Handlers) Setup(c echo.Context) error {
	p := h.page(c, "setup.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	ctx, password := c.Request().Context(), f.Value("password")
	_, err = h.Accounts.FirstAdmin(ctx, f.Value("token"),
		accounts.Organization{Name: f.Value("network"), TimeZone: f.Value("timeZone")},
		accounts.NewUser{Name: f.Value("name"), Email: f.Value("email"), Password: accounts.Secret(password)})
	if err == nil {
		_, actor, err := h.Accounts.Authenticate(ctx, f.Value("email"), password, address(c))
		if err != nil {
			return err
		}
		if err := h.Sessions.SignIn(c, actor); err != nil {
			return err
		}
		return see(c, "/")
	}
	v := SetupView{Page: p, Form: f, Zones: zoneOptions(p.Locale)}
	status := http.StatusUnauthorized
	if fault.Is(err, fault.Login) {
		v.Form.Problems, v.Invalid = []Problem{{Field: "token", Text: p.Fault(err)}}, true
	} else if status, err = v.Form.refuse(&v.Page, err, setupAlias(f)); err != nil {
		return err
	}
	return h.render(c, status, setupPage(v))
}
