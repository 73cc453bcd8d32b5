package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// CreateConsent handles POST /consents.
func (h *Handlers) CreateConsent(c echo.Context) error {
	var in consentInput
	if err := read(c, &in); err != nil {
		return err
	}
	consent, err := h.Referrals.RecordConsent(c.Request().Context(), in.consent())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, consent)
}

// ConsentShared handles GET /consents/:id/shared.
func (h *Handlers) ConsentShared(c echo.Context) error {
	shares, err := h.Referrals.Shared(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return itemsOf(c, shares)
}

// RevokeConsent handles POST /consents/:id/revoke.
func (h *Handlers) RevokeConsent(c echo.Context) error {
	var in revokeInput
	if c.Request().ContentLength != 0 {
		if err := read(c, &in); err != nil {
			return err
		}
	}
	consent, err := h.Referrals.RevokeConsent(c.Request().Context(), c.Param("id"), in.Version)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, consent)
}

// CreateReferral handles POST /referrals: 201 with the referral, or with the
// request when several services are asked at once.
func (h *Handlers) CreateReferral(c echo.Context) error {
	var in referralInput
	if err := read(c, &in); err != nil {
		return err
	}
	sent, err := h.Referrals.Send(c.Request().Context(), in.send())
	if err != nil {
		return err
	}
	if sent.Request != nil {
		return c.JSON(http.StatusCreated, sent.Request)
	}
	return c.JSON(http.StatusCreated, sent.Referral)
}

// GetReferral handles GET /referrals/:id.
func (h *Handlers) GetReferral(c echo.Context) error {
	v, err := h.Referrals.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v)
}

// MoveReferral handles POST /referrals/:id/moves and answers with the referral as it now stands.
func (h *Handlers) MoveReferral(c echo.Context) error {
	var in moveInput
	if err := read(c, &in); err != nil {
		return err
	}
	v, err := h.Referrals.Move(c.Request().Context(), c.Param("id"), referrals.MoveInput(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v)
}

// TakeBackAnswer handles POST /referrals/:id/take-back.
func (h *Handlers) TakeBackAnswer(c echo.Context) error {
	var in takeBackInput
	if err := read(c, &in); err != nil {
		return err
	}
	v, err := h.Referrals.TakeBack(c.Request().Context(), c.Param("id"), in.Version)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v)
}

// ConfirmReferral handles POST /referrals/:id/confirmations: what the patient says came of it.
func (h *Handlers) ConfirmReferral(c echo.Context) error {
	var in confirmationInput
	if err := read(c, &in); err != nil {
		return err
	}
	v, err := h.Referrals.Confirm(c.Request().Context(), c.Param("id"), referrals.Confirmation{
		Received: in.Received, NeedResolved: in.NeedResolved, By: in.By, NotReached: in.NotReached, Note: in.Note,
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v)
}
