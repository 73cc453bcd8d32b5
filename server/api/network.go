package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// GetNetwork handles GET /network/settings.
func (h *Handlers) GetNetwork(c echo.Context) error {
	s, err := h.Network.Settings(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s)
}

// PatchNetwork handles PATCH /network/settings: those that are named, against
// the version that the client saw.
func (h *Handlers) PatchNetwork(c echo.Context) error {
	var in networkInput
	if err := read(c, &in); err != nil {
		return err
	}
	now, err := h.Network.Current(c.Request().Context())
	if err != nil {
		return err
	}
	s, err := h.Network.Save(c.Request().Context(), in.over(now))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s)
}
