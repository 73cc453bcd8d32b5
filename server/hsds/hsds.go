// Package hsds is the public API of the directory in the form of the Human
// Services Data Specification (HSDS) 3.2.3: all of its endpoints and
// parameters, and our additions as a profile, which GET /hsds/profile
// describes. What must not show of confidential places is left out by the
// directory itself.
//
// The tables in endpoints.go and parameters.go say all that the API takes;
// handlers, OpenAPI and the page of the profile are made of them.
package hsds

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
)

// Handlers answers the routes under /hsds.
type Handlers struct {
	directory *directory.Directory
	baseURL   string
	now       clock.Now
}

// New makes the handlers; baseURL is the address of the server.
func New(d *directory.Directory, baseURL string, now clock.Now) *Handlers {
	if now == nil {
		now = clock.System
	}
	return &Handlers{d, baseURL, now}
}

// Version is the version of HSDS that the answers follow.
const Version = "3.2.3"

// base says what this API is (HSDS 3.2.3, GET /).
type base struct {
	Version     string    `json:"version"`
	Profile     string    `json:"profile" jsonschema:"format=uri"`
	OpenAPIURL  string    `json:"openapi_url" jsonschema:"format=uri"`
	Description string    `json:"description"`
	DataGuide   string    `json:"data_guide" jsonschema:"format=uri"`
	Publisher   publisher `json:"publisher"`
}

// publisher says who answers.
type publisher struct {
	Name    string `json:"name"`
	Website string `json:"website" jsonschema:"format=uri"`
}

const about = "Services, organizations and places of a community resource referral network. Public data only: confidential places show no address and no position."

// Base handles GET /hsds: what this API is.
func (h *Handlers) Base(c echo.Context) error {
	at := h.baseURL + "/hsds"
	return h.send(c, base{
		Version: Version, Profile: at + "/profile", OpenAPIURL: at + "/openapi.json", Description: about, DataGuide: at + "/profile#guide",
		Publisher: publisher{Name: "Havenloop network at " + h.baseURL, Website: h.baseURL},
	})
}

// Services handles GET and POST /hsds/services.
func (h *Handlers) Services(c echo.Context) error {
	a, err := h.read(c, "/services")
	if err != nil {
		return err
	}
	if a.minimal {
		l, err := h.directory.ListModified(c.Request().Context(), a.ListQuery)
		return sendList(h, c, a, l, err)
	}
	l, err := h.directory.ListServices(c.Request().Context(), a.ListQuery, a.view)
	return sendList(h, c, a, l, err)
}

// Organizations handles GET and POST /hsds/organizations.
func (h *Handlers) Organizations(c echo.Context) error {
	a, err := h.read(c, "/organizations")
	if err != nil {
		return err
	}
	l, err := h.directory.ListOrganizations(c.Request().Context(), a.ListQuery, directory.OrganizationView{View: a.view, Services: a.fullService})
	return sendList(h, c, a, l, err)
}

// ServiceAtLocations handles GET and POST /hsds/service_at_locations.
func (h *Handlers) ServiceAtLocations(c echo.Context) error {
	a, err := h.read(c, "/service_at_locations")
	if err != nil {
		return err
	}
	l, err := h.directory.ListServiceAtLocations(c.Request().Context(), a.ListQuery, a.view)
	return sendList(h, c, a, l, err)
}

// Locations handles GET and POST /hsds/locations, of our profile.
func (h *Handlers) Locations(c echo.Context) error {
	a, err := h.read(c, "/locations")
	if err != nil {
		return err
	}
	l, err := h.directory.ListLocations(c.Request().Context(), a.ListQuery, a.view)
	return sendList(h, c, a, l, err)
}

// Tombstones handles GET and POST /hsds/tombstones, of our profile.
func (h *Handlers) Tombstones(c echo.Context) error {
	a, err := h.read(c, "/tombstones")
	if err != nil {
		return err
	}
	l, err := h.directory.ListTombstones(c.Request().Context(), a.ListQuery)
	return sendList(h, c, a, l, err)
}

// Taxonomies handles GET and POST /hsds/taxonomies.
func (h *Handlers) Taxonomies(c echo.Context) error {
	a, err := h.read(c, "/taxonomies")
	if err != nil {
		return err
	}
	l, err := h.directory.ListTaxonomies(c.Request().Context(), a.terms())
	return sendList(h, c, a, l, err)
}

// TaxonomyTerms handles GET and POST /hsds/taxonomy_terms.
func (h *Handlers) TaxonomyTerms(c echo.Context) error {
	a, err := h.read(c, "/taxonomy_terms")
	if err != nil {
		return err
	}
	l, err := h.directory.ListTerms(c.Request().Context(), a.terms())
	return sendList(h, c, a, l, err)
}

// Service handles GET /hsds/services/:id.
func (h *Handlers) Service(c echo.Context) error {
	return sendOne(h, c, "/services/{id}", func(id string, _ asked) (directory.Service, error) {
		return h.directory.PublishedService(c.Request().Context(), id)
	})
}

// Organization handles GET /hsds/organizations/:id.
func (h *Handlers) Organization(c echo.Context) error {
	return sendOne(h, c, "/organizations/{id}", func(id string, a asked) (directory.Organization, error) {
		return h.directory.PublishedOrganization(c.Request().Context(), id, a.fullService)
	})
}

// ServiceAtLocation handles GET /hsds/service_at_locations/:id.
func (h *Handlers) ServiceAtLocation(c echo.Context) error {
	return sendOne(h, c, "/service_at_locations/{id}", func(id string, _ asked) (directory.ServiceAtLocation, error) {
		return h.directory.PublishedServiceAtLocation(c.Request().Context(), id)
	})
}

// Location handles GET /hsds/locations/:id, of our profile.
func (h *Handlers) Location(c echo.Context) error {
	return sendOne(h, c, "/locations/{id}", func(id string, _ asked) (directory.Location, error) {
		return h.directory.PublishedLocation(c.Request().Context(), id)
	})
}

// Taxonomy handles GET /hsds/taxonomies/:id.
func (h *Handlers) Taxonomy(c echo.Context) error {
	return sendOne(h, c, "/taxonomies/{id}", func(id string, _ asked) (directory.Taxonomy, error) {
		return h.directory.PublishedTaxonomy(c.Request().Context(), id)
	})
}

// TaxonomyTerm handles GET /hsds/taxonomy_terms/:id.
func (h *Handlers) TaxonomyTerm(c echo.Context) error {
	return sendOne(h, c, "/taxonomy_terms/{id}", func(id string, _ asked) (directory.TaxonomyTerm, error) {
		return h.directory.PublishedTerm(c.Request().Context(), id)
	})
}

// sendOne answers one record; an id that is no UUID is nobody's.
func sendOne[T any](h *Handlers, c echo.Context, path string, get func(id string, a asked) (T, error)) error {
	a, err := h.read(c, path)
	if err != nil {
		return err
	}
	id := c.Param("id")
	if uuid.Validate(id) != nil {
		return docstore.ErrNotFound
	}
	record, err := get(id, a)
	if err != nil {
		return err
	}
	return h.send(c, record)
}

// ServeOpenAPI handles GET /hsds/openapi.json.
func (h *Handlers) ServeOpenAPI(c echo.Context) error {
	b, err := OpenAPI()
	if err != nil {
		return err
	}
	return h.sendBytes(c, http.StatusOK, echo.MIMEApplicationJSON, b)
}

// writeTime is how long a client may take for one batch of a stream.
const writeTime = 30 * time.Second
