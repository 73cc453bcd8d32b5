package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals/joining"
)

// agencyInput takes an agency of the directory into the network.
type agencyInput struct {
	OrganizationID string `json:"organizationId"`
	Email          string `json:"email,omitempty"`
	Phone          string `json:"phone,omitempty"`
	TimeZone       string `json:"timeZone,omitempty"`
	// Confirmed says that the agency agreed to referrals and to the address.
	Confirmed bool `json:"confirmed"`
}

// WishForAgency handles POST /services/:id/wish.
func (h *Handlers) WishForAgency(c echo.Context) error {
	w, err := h.Joining.Wish(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, w)
}

// ListWishes handles GET /network/wishes.
func (h *Handlers) ListWishes(c echo.Context) error {
	list, err := h.Joining.Wishes(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, items[joining.Wish]{list})
}

// SetWishAside handles POST /network/wishes/:id/aside.
func (h *Handlers) SetWishAside(c echo.Context) error {
	w, err := h.Joining.SetAside(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, w)
}

// TakeAgency handles POST /network/agencies.
func (h *Handlers) TakeAgency(c echo.Context) error {
	var in agencyInput
	if err := read(c, &in); err != nil {
		return err
	}
	o, err := h.Joining.Take(c.Request().Context(), joining.TakeInput(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, o)
}
