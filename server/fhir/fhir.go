// Package fhir is the FHIR R4 face of screenings and referrals, after HL7 SDOH
// Clinical Care 3.0.0 (SDOHCC). It reads only: a handler reads the request,
// calls one method of one service and maps what it answers by a pure function.
// Who may see what is decided in the services, as for pages and the JSON API.
// capability.go says exactly what is here, and GET /fhir/metadata serves it.
package fhir

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// Services are what the FHIR API gives access to.
type Services struct {
	Screening *screening.Service
	Referrals *referrals.Service
	Patients  *patients.Service
}

// Handlers answers the routes under /fhir, one exported method for each.
type Handlers struct {
	Services
	base string // the FHIR service base URL
}

// New makes the handlers; baseURL is the address of the server.
func New(s Services, baseURL string) *Handlers { return &Handlers{s, baseURL + "/fhir"} }

// contentType is that of every FHIR answer.
const contentType = "application/fhir+json; charset=utf-8"

// answer writes a resource. Its meta, where it has one, becomes the headers of
// the FHIR REST API: ETag and Last-Modified.
func answer(c echo.Context, resource any, meta *Meta) error {
	body, err := json.Marshal(resource)
	if err != nil {
		return err
	}
	if meta != nil {
		h := c.Response().Header()
		h.Set("ETag", `W/"`+meta.VersionID+`"`)
		h.Set(echo.HeaderLastModified, meta.updated.UTC().Format(http.TimeFormat))
	}
	return c.Blob(http.StatusOK, contentType, body)
}

// metaOf is the meta of a document at a version; profiles are canonical URLs.
func metaOf(version int64, updated time.Time, profiles ...string) *Meta {
	return &Meta{VersionID: strconv.FormatInt(version, 10), LastUpdated: instant(updated), Profile: profiles, updated: updated}
}

// instant is a FHIR instant in UTC with milliseconds.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
