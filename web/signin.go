package web

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// SignInView is the page where people sign in.
type SignInView struct {
	Page
	Form Form
	// Next is where they wanted to go.
	Next string
}

// SignInPage answers GET /signin.
func (h *Handlers) SignInPage(c echo.Context) error {
	next := localPath(c.QueryParam("next"))
	if identity.From(c.Request().Context()).Role != "" {
		return see(c, next)
	}
	p := h.page(c, "signin.title")
	return h.render(c, http.StatusOK, signInPage(SignInView{Page: p, Form: p.form(), Next: next}))
}

// SignIn answers POST /signin and goes on to where the person wanted to be.
func (h *Handlers) SignIn(c echo.Context) error {
	p := h.page(c, "signin.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	next := localPath(f.Value("next"))
	_, actor, err := h.Accounts.Authenticate(c.Request().Context(), f.Value("email"), f.Value("password"), address(c))
	if err == nil {
		if err = h.Sessions.SignIn(c, actor); err == nil {
			return see(c, next)
		}
	}
	if fault.Is(err, fault.Login) {
		f.Problems, p.Invalid = []Problem{{Field: "email", Text: p.Fault(err)}}, true
		return h.render(c, http.StatusUnauthorized, signInPage(SignInView{Page: p, Form: f, Next: next}))
	}
	if e, ok := errors.AsType[*fault.Error](err); ok && e.RetryAfter > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
	}
	status, err := f.refuse(&p, err, nil)
	if err != nil {
		return err
	}
	return h.render(c, status, signInPage(SignInView{Page: p, Form: f, Next: next}))
}

// SignOut answers POST /signout.
func (h *Handlers) SignOut(c echo.Context) error {
	if err := h.Sessions.SignOut(c); err != nil {
		return err
	}
	leaveNotice(c, "signed-out")
	return see(c, "/signin")
}

// localPath lets only paths of our own through, the start page for all else.
// A second slash or a backslash would name another host.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return path
}

// address is the network address that asks. Headers are believed only when the
// server was told which proxy to trust.
func address(c echo.Context) string {
	if c.Echo().IPExtractor != nil {
		return c.RealIP()
	}
	return echo.ExtractIPDirect()(c.Request())
}
