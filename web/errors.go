package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
)

// statuses gives the HTTP status of each kind of failure.
var statuses = map[fault.Kind]int{
	fault.Invalid:      http.StatusBadRequest,
	fault.Login:        http.StatusUnauthorized,
	fault.Forbidden:    http.StatusForbidden,
	fault.NotFound:     http.StatusNotFound,
	fault.Conflict:     http.StatusConflict,
	fault.TooLong:      http.StatusRequestEntityTooLarge,
	fault.BusinessRule: http.StatusUnprocessableEntity,
	fault.Throttled:    http.StatusTooManyRequests,
	fault.Transient:    http.StatusServiceUnavailable,
}

// StatusOf is the HTTP status that an error is answered with; 500 for those
// that nobody may read.
func StatusOf(err error) int {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		if s, ok := statuses[f.Kind]; ok {
			return s
		}
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return e.Code
	}
	return http.StatusInternalServerError
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

// Error writes the error page. The server calls it for requests of pages,
// after it has logged what is worth logging.
func (h *Handlers) Error(c echo.Context, err error) error {
	status := StatusOf(err)
	key, ok := errorKeys[status]
	switch {
	case !ok && status < http.StatusInternalServerError:
		key = "error.400"
	case !ok:
		key = "error.500"
	}
	p := h.page(c, key+".title")
	return h.render(c, status, errorPage(errorView(p, status, key, err)))
}

// errorView tells what happened: in the failure's own words when it has some.
func errorView(p Page, status int, key string, err error) ErrorView {
	v := ErrorView{
		Page: p, Heading: p.T(key + ".title"), Text: p.T(key + ".text"),
		Again:  status >= http.StatusInternalServerError,
		SignIn: status == http.StatusUnauthorized,
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind != fault.NotFound {
		v.Text = p.Sentence(f.Format, f.Args...)
	}
	return v
}
