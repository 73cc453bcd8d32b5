package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// GaveView is the form that notes that a person was given the way to a service,
// and that nobody there was told.
type GaveView struct {
	Page
	Form          Form
	Name, Need    string
	Service       ServiceCard
	Action, Leave string
}

// gavePath is where it is noted that a person got the number of a service.
func gavePath(patient, need, service string) string {
	return needPath(patient, need) + "/gave?" + serviceField + "=" + url.QueryEscape(service)
}

// GavePage answers GET /patients/:id/needs/:need/gave; ?service= names the service.
func (h *Handlers) GavePage(c echo.Context) error {
	p := h.page(c, "gave.title")
	return h.showGave(c, http.StatusOK, p, p.form().With(serviceField, c.QueryParam(serviceField)).With(onceField, onceKey()))
}

// SaveGave answers POST /patients/:id/needs/:need/gave.
func (h *Handlers) SaveGave(c echo.Context) error {
	p := h.page(c, "gave.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	sent, err := h.Referrals.Send(onceEach(c, f, ""), referrals.SendInput{
		PatientID: c.Param("id"), NeedID: c.Param("need"), ServiceIDs: f.Values[serviceField], Note: f.Value("note"), LogOnly: true,
	})
	if err != nil {
		status, err := f.refuse(&p, err, map[string]string{"serviceIds": ""})
		if err != nil {
			return err
		}
		return h.showGave(c, status, p, f.With(onceField, onceKey()))
	}
	leaveNotice(c, "gave-noted")
	return see(c, referralPath(sent.Referral.ID))
}

func (h *Handlers) showGave(c echo.Context, status int, p Page, f Form) error {
	v, err := h.gaveView(c.Request().Context(), c.Param("id"), c.Param("need"), p, f)
	if err != nil {
		return err
	}
	return h.render(c, status, gavePage(v))
}

func (h *Handlers) gaveView(ctx context.Context, patientID, needID string, p Page, f Form) (GaveView, error) {
	patient, need, err := h.patientNeed(ctx, patientID, needID)
	if err != nil {
		return GaveView{}, err
	}
	d, err := h.Directory.Detail(ctx, f.Value(serviceField))
	if err != nil {
		return GaveView{}, err
	}
	return GaveView{
		Page: p, Form: f, Name: fullName(patient), Need: h.needTitle(p.Locale, need), Service: serviceCard(p.Locale, d.ServiceSummary),
		Action: needPath(patient.ID, need.ID) + "/gave", Leave: servicesPath(patient.ID, need.ID),
	}, nil
}
