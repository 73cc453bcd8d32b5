package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/throttle"
)

// ReportView is the page on which anybody says that a listing is wrong. It
// asks nothing about who they are.
type ReportView struct {
	Page
	Form    Form
	Service string
	Action  string
	Back    string // the service's page, for who may read the directory
	Choose  Group
	Sent    bool
}

// Reports from one network address: as many at once, and one more after each pause.
const (
	reportBurst = 5
	reportPause = 10 * time.Minute
)

// newReports counts reports by network address.
func newReports() *throttle.Throttle { return throttle.New(reportBurst, reportPause) }

// reportPath is where a mistake in a service's listing is reported.
func reportPath(serviceID string) string { return "/report/" + serviceID }

// ReportPage answers GET /report/:id.
func (h *Handlers) ReportPage(c echo.Context) error {
	v, err := h.reportView(c)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, reportPage(v))
}

// ReportSent answers GET /report/:id/thanks.
func (h *Handlers) ReportSent(c echo.Context) error {
	v, err := h.reportView(c)
	if err != nil {
		return err
	}
	v.Sent = true
	return h.render(c, http.StatusOK, reportPage(v))
}

// SendReport answers POST /report/:id.
func (h *Handlers) SendReport(c echo.Context) error {
	v, err := h.reportView(c)
	if err != nil {
		return err
	}
	if v.Form, err = formFrom(v.Page, c); err != nil {
		return err
	}
	origin := throttle.Origin(c.RealIP())
	if wait := h.reports.Take(origin, h.Now()); wait > 0 {
		f := fault.New(fault.Throttled, "You have sent many reports. Wait a few minutes and try again.")
		f.RetryAfter = wait
		return f
	}
	err = h.Directory.ReportMistake(c.Request().Context(), c.Param("id"), directory.Report{What: v.Form.Value("what"), Text: v.Form.Value("text")})
	if err != nil {
		h.reports.GiveBack(origin, h.Now())
		status, err := v.Form.refuse(&v.Page, err, nil)
		if err != nil {
			return err
		}
		return h.render(c, status, reportPage(v))
	}
	return see(c, reportPath(c.Param("id")), "/thanks")
}

func (h *Handlers) reportView(c echo.Context) (ReportView, error) {
	p, id := h.page(c, "report.title"), c.Param("id")
	v := ReportView{Page: p, Form: p.form(), Action: reportPath(id), Choose: reportChoices(p.Locale)}
	if p.Actor.May(identity.DirectoryRead) {
		d, err := h.Directory.Detail(c.Request().Context(), id)
		v.Service, v.Back = d.Name, servicePath(id)
		return v, err
	}
	s, err := h.Directory.PublishedService(c.Request().Context(), id)
	v.Service = s.Name
	return v, err
}

func reportChoices(l *Locale) Group {
	g := Group{Name: "what", Legend: l.T("report.what")}
	for _, code := range directory.Mistakes() {
		g.Options = append(g.Options, Option{Value: code, Label: l.T("mistake." + code)})
	}
	return g
}
