package web

import "github.com/labstack/echo/v4"

// Some forms are sent to an address that is no page itself. These handlers
// answer GET there, which a reload after a refusal asks, and lead to the page
// with the form.

// ListingAgain answers GET on the addresses of the forms of a listing.
func (h *Handlers) ListingAgain(c echo.Context) error { return see(c, "/listing") }

// UserAgain answers GET on the addresses of the forms about a user, and leads
// to the people of the user's organization.
func (h *Handlers) UserAgain(c echo.Context) error {
	u, err := h.Accounts.User(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if len(u.Memberships) == 0 {
		return see(c, "/admin/users")
	}
	return see(c, usersPath(u.Memberships[0].OrganizationID))
}

// MappingAgain answers GET on the addresses of the forms about the search.
func (h *Handlers) MappingAgain(c echo.Context) error { return see(c, "/admin/services") }
