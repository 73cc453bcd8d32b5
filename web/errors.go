package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// formStatuses gives the HTTP status with which a form comes back, for the
// kinds of failure that a person mends in the form itself.
var formStatuses = map[fault.Kind]int{
	fault.Invalid:      http.StatusBadRequest,
	fault.Conflict:     http.StatusConflict,
	fault.TooLong:      http.StatusRequestEntityTooLarge,
	fault.BusinessRule: http.StatusUnprocessableEntity,
	fault.Throttled:    http.StatusTooManyRequests,
}

// ErrorView is what the error page shows.
type ErrorView struct {
	Page
	Heading, Text string
	// Again offers to load the same address once more.
	Again bool
	// SignIn offers to sign in.
	SignIn bool
}

// errorKeys gives the statuses that have words of their own; others take those of 500 or 400.
var errorKeys = map[int]string{
	http.StatusBadRequest:         "error.400",
	http.StatusUnauthorized:       "error.401",
	http.StatusForbidden:          "error.403",
	http.StatusNotFound:           "error.404",
	http.StatusConflict:           "error.409",
	http.StatusTooManyRequests:    "error.429",
	http.StatusServiceUnavailable: "error.503",
}

// ErrorPage writes the page that tells a failure to a person. The server calls
// it for requests of pages, after it has chosen the status and logged what is
// worth logging.
func (h *Handlers) ErrorPage(c echo.Context, status int, f *fault.Error) error {
	key, ok := errorKeys[status]
	switch {
	case !ok && status < http.StatusInternalServerError:
		key = "error.400"
	case !ok:
		key = "error.500"
	}
	if onSelfPages(c) {
		return h.selfError(c, status, key, f)
	}
	return h.render(c, status, errorPage(errorView(h.page(c, key+".title"), status, key, f)))
}

// ownWords are the kinds whose own sentence says more than the general one. Of
// the forbidden, that of a role that lacks a permission does not.
var ownWords = []fault.Kind{
	fault.Invalid, fault.Forbidden, fault.Conflict, fault.BusinessRule, fault.TooLong, fault.Throttled, fault.Transient,
}

// errorView tells what happened, in the failure's own words when they say more.
func errorView(p Page, status int, key string, f *fault.Error) ErrorView {
	v := ErrorView{
		Page: p, Heading: p.T(key + ".title"), Text: p.T(key + ".text"),
		Again:  status >= http.StatusInternalServerError,
		SignIn: status == http.StatusUnauthorized,
	}
	if f != nil && slices.Contains(ownWords, f.Kind) && f.Format != identity.RoleForbids {
		v.Text = p.Sentence(f.Format, f.Args...)
	}
	return v
}
