package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/referrals"
)

type (
	// attemptInput says how a try to contact the patient went.
	attemptInput struct {
		Channel referrals.AttemptChannel `json:"channel"`
		Reached bool                     `json:"reached"`
		Note    string                   `json:"note,omitempty"`
	}
	// forwardInput sends a referral on to another agency.
	forwardInput struct {
		ServiceID string `json:"serviceId"`
		Note      string `json:"note,omitempty"`
		Version   int64  `json:"version"`
	}
	// offerInput answers the proposal to ask another agency.
	offerInput struct {
		Accept    bool   `json:"accept"`
		ServiceID string `json:"serviceId,omitempty"`
		ConsentID string `json:"consentId,omitempty"`
		Note      string `json:"note,omitempty"`
	}
	// doneInput says how a task ended.
	doneInput struct {
		Result string `json:"result"`
	}
	// handOverInput gives one worker's open work to another.
	handOverInput struct {
		From string `json:"from"`
		To   string `json:"to"`
	}
	// openWork counts what a worker has open.
	openWork struct {
		Referrals int `json:"referrals"`
		Tasks     int `json:"tasks"`
	}
	// handedOver counts what was given over.
	handedOver struct {
		Count int `json:"count"`
	}
	// referralCodes are the reasons and outcomes with what they mean.
	referralCodes struct {
		Reasons  []referrals.Code `json:"reasons"`
		Outcomes []referrals.Code `json:"outcomes"`
	}
)

// ListAttempts handles GET /referrals/:id/attempts.
func (h *Handlers) ListAttempts(c echo.Context) error {
	list, err := h.Referrals.Attempts(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, items[referrals.Attempt]{list})
}

// CreateAttempt handles POST /referrals/:id/attempts.
func (h *Handlers) CreateAttempt(c echo.Context) error {
	var in attemptInput
	if err := read(c, &in); err != nil {
		return err
	}
	a, err := h.Referrals.AddAttempt(c.Request().Context(), c.Param("id"), referrals.AttemptInput(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, a)
}

// ForwardReferral handles POST /referrals/:id/forward.
func (h *Handlers) ForwardReferral(c echo.Context) error {
	var in forwardInput
	if err := read(c, &in); err != nil {
		return err
	}
	f, err := h.Referrals.Forward(c.Request().Context(), c.Param("id"), referrals.ForwardInput(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, f)
}

// CheckReferral handles POST /referrals/check: what was sent already that is
// like the referral about to be sent.
func (h *Handlers) CheckReferral(c echo.Context) error {
	var in referralInput
	if err := read(c, &in); err != nil {
		return err
	}
	list, err := h.Referrals.Warnings(c.Request().Context(), in.send())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, items[referrals.Warning]{list})
}

// OpenWork handles GET /referrals/handover.
func (h *Handlers) OpenWork(c echo.Context) error {
	open, tasks, err := h.Referrals.OpenWork(c.Request().Context(), c.QueryParam("from"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, openWork{open, tasks})
}

// HandOver handles POST /referrals/handover.
func (h *Handlers) HandOver(c echo.Context) error {
	var in handOverInput
	if err := read(c, &in); err != nil {
		return err
	}
	n, err := h.Referrals.HandOver(c.Request().Context(), in.From, in.To)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, handedOver{n})
}

// ListCodes handles GET /referrals/codes.
func (h *Handlers) ListCodes(c echo.Context) error {
	return c.JSON(http.StatusOK, referralCodes{referrals.AllReasons(), referrals.Outcomes()})
}

// ListTasks handles GET /tasks.
func (h *Handlers) ListTasks(c echo.Context) error {
	page, err := h.Referrals.Tasks(c.Request().Context(), referrals.TaskList{Team: c.QueryParam("team") == "true", Cursor: c.QueryParam("cursor")})
	if err != nil {
		return err
	}
	if page.Items == nil {
		page.Items = []referrals.Task{}
	}
	return c.JSON(http.StatusOK, page)
}

// GetTask handles GET /tasks/:id.
func (h *Handlers) GetTask(c echo.Context) error {
	t, err := h.Referrals.Task(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, t)
}

// AnswerTask handles POST /tasks/:id/answer, for a task that proposes an agency.
func (h *Handlers) AnswerTask(c echo.Context) error {
	var in offerInput
	if err := read(c, &in); err != nil {
		return err
	}
	t, err := h.Referrals.AnswerOffer(c.Request().Context(), c.Param("id"), referrals.OfferInput(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, t)
}

// FinishTask handles POST /tasks/:id/done.
func (h *Handlers) FinishTask(c echo.Context) error {
	var in doneInput
	if err := read(c, &in); err != nil {
		return err
	}
	t, err := h.Referrals.FinishTask(c.Request().Context(), c.Param("id"), in.Result)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, t)
}

// ReopenTask handles POST /tasks/:id/reopen.
func (h *Handlers) ReopenTask(c echo.Context) error {
	t, err := h.Referrals.ReopenTask(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, t)
}

// ForwardChoices handles GET /referrals/:id/forward.
func (h *Handlers) ForwardChoices(c echo.Context) error {
	list, err := h.Referrals.ForwardChoices(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, items[directory.ServiceSummary]{list})
}

// WaitingList handles GET /services/:id/waiting.
func (h *Handlers) WaitingList(c echo.Context) error {
	page, err := h.Referrals.WaitingList(c.Request().Context(), c.Param("id"), c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, page)
}
