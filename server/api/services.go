package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
)

// Bounds of paging.
const (
	maxPerPage = 100
	maxPage    = 100_000
)

// SearchServices handles GET /services.
func (h *Handlers) SearchServices(c echo.Context) error {
	in, err := searchFrom(newQuery(c))
	if err != nil {
		return err
	}
	found, err := h.Directory.Search(c.Request().Context(), in)
	if err != nil {
		return err
	}
	body, err := found.AppendJSON(make([]byte, 0, 16<<10))
	if err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, append(body, '\n'))
}

// searchFrom reads what a search asks for from the parameters of a request.
func searchFrom(q *query) (directory.Search, error) {
	in := directory.Search{
		Q: q.text("q"), Needs: q.list("need"), Languages: q.list("language"),
		Lat: q.number("lat"), Lng: q.number("lng"), RadiusKm: q.number("radiusKm"), PostalCode: q.text("postalCode"),
		OpenNow: q.flag("openNow"), OpenAt: q.instant("openAt"), Zone: q.zone("timeZone"), HoursUnknown: q.flag("hoursUnknown"),
		Accessibility: q.list("accessibility"), Capacity: q.list("capacity"), Free: q.flag("free"), Age: q.number("age"),
		Sort: directory.Sort(q.text("sort")), Page: q.count("page", maxPage), PerPage: q.count("perPage", maxPerPage),
	}
	day, part := q.text("openOn"), q.text("openPart")
	if day != "" {
		in.OpenOn = &directory.OpenOn{Day: day, Part: directory.DayPart(part)}
	} else if part != "" {
		q.wrong.Add("openPart", "Say on which day, with openOn.")
	}
	return in, q.err()
}

// GetService handles GET /services/:id.
func (h *Handlers) GetService(c echo.Context) error {
	s, err := h.Directory.Detail(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s)
}
