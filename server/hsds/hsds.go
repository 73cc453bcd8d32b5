// Package hsds is the public API of the directory in the form of the Human
// Services Data Specification (HSDS) 3.2.3: services with their organizations
// and places, without what must not show of confidential ones.
package hsds

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// Handlers answers the routes under /hsds.
type Handlers struct {
	directory *directory.Directory
	baseURL   string
}

// New makes the handlers; baseURL is the address of the server.
func New(d *directory.Directory, baseURL string) *Handlers { return &Handlers{d, baseURL} }

// Version is the version of HSDS that the answers follow.
const Version = "3.2.3"

// Base handles GET /hsds: what this API is.
func (h *Handlers) Base(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{
		"version": Version, "profile": h.baseURL + "/hsds", "openapi_url": h.baseURL + "/hsds/openapi.json",
	})
}

// page is a list of HSDS (schema Page), with all eight fields.
type page struct {
	TotalItems int                 `json:"total_items"`
	TotalPages int                 `json:"total_pages"`
	PageNumber int                 `json:"page_number"`
	Size       int                 `json:"size"` // on this page
	FirstPage  bool                `json:"first_page"`
	LastPage   bool                `json:"last_page"`
	Empty      bool                `json:"empty"`
	Contents   []directory.Service `json:"contents"`
}

// Bounds of paging.
const (
	perPageDefault = 50
	perPageMost    = 100
)

// listParameters are those that Services takes. Any other is refused, since
// leaving out a filter would answer more than was asked for.
var listParameters = []string{"search", "taxonomy_term_id", "organization_id", "page", "per_page", "full"}

// Services handles GET /hsds/services: a page of services, by name, each with
// its own fields, organization and program; full=true gives everything below them too.
func (h *Handlers) Services(c echo.Context) error {
	var unknown fault.Fields
	for name := range c.QueryParams() {
		unknown.Check(slices.Contains(listParameters, name), name, "There is no such parameter.")
	}
	if err := unknown.Err(); err != nil {
		return err
	}
	number, err := positive(c, "page", 1, 1<<30)
	if err != nil {
		return err
	}
	per, err := positive(c, "per_page", perPageDefault, perPageMost)
	if err != nil {
		return err
	}
	found, total, err := h.directory.Publish(c.Request().Context(), directory.Published{
		Text: c.QueryParam("search"), TaxonomyTermID: c.QueryParam("taxonomy_term_id"),
		OrganizationID: c.QueryParam("organization_id"), Page: number, PerPage: per,
	})
	if err != nil {
		return err
	}
	if c.QueryParam("full") != "true" {
		for i := range found {
			found[i] = brief(found[i])
		}
	}
	pages := (total + per - 1) / per
	return c.JSON(http.StatusOK, page{
		TotalItems: total, TotalPages: pages, PageNumber: number, Size: len(found),
		FirstPage: number == 1, LastPage: number >= pages, Empty: len(found) == 0, Contents: found,
	})
}

// Service handles GET /hsds/services/:id: one service with everything below it.
func (h *Handlers) Service(c echo.Context) error {
	id := c.Param("id")
	if uuid.Validate(id) != nil {
		return docstore.ErrNotFound
	}
	s, err := h.directory.PublishedService(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s)
}

// brief is the service as HSDS lists it: direct fields, the organization and the program, no arrays.
func brief(s directory.Service) directory.Service {
	s.AdditionalURLs, s.Phones, s.Schedules, s.ServiceAreas, s.ServiceAtLocations = nil, nil, nil, nil, nil
	s.Languages, s.Funding, s.CostOptions, s.RequiredDocuments, s.Contacts = nil, nil, nil, nil, nil
	s.Capacities, s.Attributes, s.Metadata = nil, nil, nil
	org := *s.Organization
	org.AdditionalWebsites, org.Funding, org.Contacts, org.Phones, org.Locations = nil, nil, nil, nil, nil
	org.Programs, org.OrganizationIdentifiers, org.Attributes, org.Metadata, org.Services = nil, nil, nil, nil, nil
	s.Organization = &org
	if s.Program != nil {
		program := *s.Program
		program.Attributes, program.Metadata = nil, nil
		s.Program = &program
	}
	return s
}

// positive reads a parameter as a whole number from 1 to most.
func positive(c echo.Context, name string, otherwise, most int) (int, error) {
	text := c.QueryParam(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		var wrong fault.Fields
		wrong.Add(name, "This must be a whole number from 1 to %d.", most)
		return 0, wrong.Err()
	}
	return n, nil
}
