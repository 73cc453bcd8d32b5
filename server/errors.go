package server

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
)

// statuses says with which HTTP status each kind of fault is answered.
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

// kinds turns the statuses that the router and the binder answer with into faults.
var kinds = map[int]*fault.Error{
	http.StatusNotFound:              fault.New(fault.NotFound, "There is nothing at this address."),
	http.StatusMethodNotAllowed:      fault.New(fault.NotFound, "This address does not take this method."),
	http.StatusRequestEntityTooLarge: errTooLong,
	http.StatusUnauthorized:          fault.New(fault.Login, "Sign in to continue."),
}

// errInternal is all that a client learns of an error that is not a fault.
var errInternal = fault.New("exception", "Something went wrong on our side. Nothing was changed unless you see it. Try again; if it stays, tell your administrator.")

// handleError is Echo's HTTPErrorHandler, the only place that writes an error.
// An unknown error goes to the log in full and to the client as a bare 500.
func (s *Server) handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	status, f := s.classify(err)
	if status >= http.StatusInternalServerError {
		s.opts.Log.ErrorContext(c.Request().Context(), "request failed",
			"route", c.Path(), "method", c.Request().Method, "status", status, "error", err.Error())
	}
	h := c.Response().Header()
	h.Del(echo.HeaderContentDisposition) // an error is read, not saved under the name of a file
	if f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
	if status == http.StatusUnauthorized && !wantsPage(c) {
		h.Set("WWW-Authenticate", `Bearer realm="havenloop"`)
	}
	switch {
	case strings.HasPrefix(c.Request().URL.Path, "/fhir"):
		err = writeJSON(c, status, "application/fhir+json", outcome(f))
	case wantsPage(c):
		err = s.web.ErrorPage(c, status, f)
	default:
		err = writeJSON(c, status, "application/problem+json", problem(status, f))
	}
	if err != nil {
		s.opts.Log.WarnContext(c.Request().Context(), "error answer not written", "error", err.Error())
	}
}

func (s *Server) classify(err error) (int, *fault.Error) {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		if status, ok := statuses[f.Kind]; ok {
			return status, f
		}
		return http.StatusInternalServerError, f
	}
	if h, ok := errors.AsType[*echo.HTTPError](err); ok {
		if f, ok := kinds[h.Code]; ok {
			return h.Code, f
		}
		if h.Code < http.StatusInternalServerError {
			return h.Code, fault.New(fault.Invalid, "The request could not be understood. Check it and send it again.")
		}
	}
	return http.StatusInternalServerError, errInternal
}

// wantsPage tells whether the client is a browser that shows pages.
func wantsPage(c echo.Context) bool {
	p := c.Request().URL.Path
	for _, machine := range []string{"/api/", "/fhir", "/hsds", "/healthz", "/readyz", "/metrics", "/control/"} {
		if strings.HasPrefix(p, machine) {
			return false
		}
	}
	return strings.Contains(c.Request().Header.Get("Accept"), "text/html")
}

// problem is a problem detail (RFC 9457). Its members besides the standard's:
// kind (FHIR IssueType), errors [{name, detail}] and what the fault adds.
func problem(status int, f *fault.Error) map[string]any {
	p := map[string]any{}
	for k, v := range f.Extra {
		p[k] = v
	}
	p["type"], p["title"], p["status"], p["kind"], p["detail"] = "about:blank", http.StatusText(status), status, f.Kind, f.Detail()
	if len(f.Fields) > 0 {
		fields := make([]map[string]string, len(f.Fields))
		for i, e := range f.Fields {
			fields[i] = map[string]string{"name": e.Name, "detail": e.Detail()}
		}
		p["errors"] = fields
	}
	return p
}

// outcome is a FHIR R4 OperationOutcome.
func outcome(f *fault.Error) map[string]any {
	issues := []map[string]any{{"severity": "error", "code": f.Kind, "diagnostics": f.Detail()}}
	for _, e := range f.Fields {
		issues = append(issues, map[string]any{"severity": "error", "code": f.Kind, "diagnostics": e.Detail(), "expression": []string{e.Name}})
	}
	return map[string]any{"resourceType": "OperationOutcome", "issue": issues}
}

func writeJSON(c echo.Context, status int, contentType string, body any) error {
	c.Response().Header().Set(echo.HeaderContentType, contentType)
	c.Response().WriteHeader(status)
	return c.Echo().JSONSerializer.Serialize(c, body, "")
}
