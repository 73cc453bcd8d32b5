package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/secret"
	"github.com/havenloop/havenloop/screening/self"
)

// linkInput asks for a link with which a patient answers alone, or, of kind
// kiosk, for a code of the desk; that takes no other field.
type linkInput struct {
	Kind       links.Kind  `json:"kind,omitempty"` // self-screening when left out
	Instrument string      `json:"instrument,omitempty"`
	Language   string      `json:"language,omitempty"`
	Proof      links.Proof `json:"proof,omitempty"` // pin or text
	PIN        secret.Text `json:"pin,omitempty"`
	Days       int         `json:"days,omitempty"` // 14 when left out
}

// linkView is a link as its worker sees it.
type linkView struct {
	ID         string      `json:"id"`
	Kind       links.Kind  `json:"kind"`
	PatientID  string      `json:"patientId"`
	Instrument string      `json:"instrument,omitempty"`
	Language   string      `json:"language,omitempty"`
	Proof      links.Proof `json:"proof"`
	State      links.State `json:"state"`
	CreatedBy  string      `json:"createdBy"`
	CreatedAt  time.Time   `json:"createdAt"`
	ExpiresAt  time.Time   `json:"expiresAt"`
	OpenedAt   time.Time   `json:"openedAt,omitzero"`
	// ScreeningID is the result, once there is one.
	ScreeningID string `json:"screeningId,omitempty"`
	// Code and URL are told when the link is made, and not again.
	Code string `json:"code,omitempty"`
	URL  string `json:"url,omitempty"`
}

func (h *Handlers) linkView(l links.Link) linkView {
	v := linkView{
		ID: l.ID, Kind: l.Kind, PatientID: l.PatientID, Instrument: l.Instrument, Language: l.Language, Proof: l.Proof,
		State: h.Self.State(l), CreatedBy: l.CreatedBy, CreatedAt: l.CreatedAt, ExpiresAt: l.ExpiresAt, OpenedAt: l.OpenedAt,
	}
	if v.State == links.Done {
		v.ScreeningID = l.Subject
	}
	return v
}

// CreateLink handles POST /patients/:id/links: 201 with the link, its code and address.
func (h *Handlers) CreateLink(c echo.Context) error {
	in := linkInput{Kind: links.SelfScreening}
	if err := read(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	l, err := h.Self.Offer(ctx, self.Offer{
		PatientID: c.Param("id"), Kind: in.Kind, Instrument: in.Instrument, Language: in.Language,
		Proof: in.Proof, PIN: in.PIN, Days: in.Days,
	})
	if err != nil {
		return err
	}
	offered, err := h.Self.Offered(ctx, l.ID)
	if err != nil {
		return err
	}
	v := h.linkView(l)
	v.Code, v.URL = offered.Code, offered.Address
	return c.JSON(http.StatusCreated, v)
}

// PatientLinks handles GET /patients/:id/links: newest first, without codes.
func (h *Handlers) PatientLinks(c echo.Context) error {
	list, err := h.Self.Links(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	views := make([]linkView, len(list))
	for i, l := range list {
		views[i] = h.linkView(l)
	}
	return itemsOf(c, views)
}

// WithdrawLink handles POST /links/:id/withdraw: the link works no longer.
func (h *Handlers) WithdrawLink(c echo.Context) error {
	l, err := h.Self.Withdraw(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.linkView(l))
}
