package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/sealed"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/visits"
)

// mimeJOSE is the media type of a compact JWE (RFC 7515, 9.2.1).
const mimeJOSE = "application/jose"

// keyHeader is the header that tells a replay from a new request.
const keyHeader = "Idempotency-Key"

// CreateVisit handles POST /visits: what was collected away from the network,
// in one. Plain, it is carried out at once or refused, 201 with what it made.
// Sealed, it is kept whatever is in it: 200, or 202 while it is still to be
// carried out.
func (h *Handlers) CreateVisit(c echo.Context) error {
	if kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType)); err == nil && kind == mimeJOSE {
		return h.takeVisit(c)
	}
	var in referrals.Visit
	if err := read(c, &in); err != nil {
		return err
	}
	result, err := h.Referrals.SubmitVisit(c.Request().Context(), in)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, result)
}

func (h *Handlers) takeVisit(c echo.Context) error {
	r := c.Request()
	body, err := io.ReadAll(io.LimitReader(r.Body, sealed.MaxEnvelope+1))
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong || len(body) > sealed.MaxEnvelope {
		return fault.New(fault.TooLong, "This envelope is too large. Send at most %d KB.", sealed.MaxEnvelope>>10)
	}
	if err != nil {
		return fault.New(fault.Invalid, "What was sent could not be read to its end. Send it again.")
	}
	taken, err := h.Visits.Take(r.Context(), string(body), r.Header.Get(keyHeader))
	if err != nil {
		return err
	}
	if taken.State == visits.Waiting {
		return c.JSON(http.StatusAccepted, taken)
	}
	return c.JSON(http.StatusOK, taken)
}

// VisitKeys handles GET /visits/key: the keys to seal visits with, the best one first.
func (h *Handlers) VisitKeys(c echo.Context) error {
	keys, err := h.Visits.PublicKeys(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"keys": keys})
}

// OfflineDay handles GET /offline/day: what a worker takes along.
func (h *Handlers) OfflineDay(c echo.Context) error {
	day, tag, err := h.Visits.Day(c.Request().Context(), c.Request().Header.Get("If-None-Match"))
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", tag)
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	if day.At.IsZero() {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSON(http.StatusOK, day)
}

// visitChange is a visit as it should be, in place of one that waits for attention.
type visitChange struct {
	Visit   json.RawMessage `json:"visit"`
	Version int64           `json:"version"`
}

// visitAside says why nothing is to be done with a visit.
type visitAside struct {
	Reason  string `json:"reason"`
	Version int64  `json:"version"`
}

// visitVersion names the version of a visit that was seen.
type visitVersion struct {
	Version int64 `json:"version"`
}

// ListVisits handles GET /visits: those sent by the actor, or the organization's for its supervisors.
func (h *Handlers) ListVisits(c echo.Context) error {
	q := newQuery(c)
	in := visits.ListInput{State: visits.State(q.text("state")), Cursor: q.text("cursor"), Limit: q.count("limit", maxPerPage)}
	if err := q.err(); err != nil {
		return err
	}
	page, err := h.Visits.List(c.Request().Context(), in)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, page)
}

// GetVisit handles GET /visits/:id.
func (h *Handlers) GetVisit(c echo.Context) error {
	v, err := h.Visits.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v)
}

// ChangeVisit handles PATCH /visits/:id: it mends a visit and sends it on.
func (h *Handlers) ChangeVisit(c echo.Context) error {
	var in visitChange
	if err := read(c, &in); err != nil {
		return err
	}
	v, err := h.Visits.Change(c.Request().Context(), c.Param("id"), in.Visit, in.Version)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v)
}

// SetVisitAside handles POST /visits/:id/setaside.
func (h *Handlers) SetVisitAside(c echo.Context) error {
	var in visitAside
	if err := read(c, &in); err != nil {
		return err
	}
	v, err := h.Visits.SetAside(c.Request().Context(), c.Param("id"), in.Reason, in.Version)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v)
}

// TakeVisitUp handles POST /visits/:id/takeup: it takes back that a visit was set aside.
func (h *Handlers) TakeVisitUp(c echo.Context) error {
	var in visitVersion
	if err := read(c, &in); err != nil {
		return err
	}
	v, err := h.Visits.TakeUp(c.Request().Context(), c.Param("id"), in.Version)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v)
}

// PassVisitOn handles POST /visits/:id/passon: the organization that it was sealed for gets it.
func (h *Handlers) PassVisitOn(c echo.Context) error {
	var in visitVersion
	if err := read(c, &in); err != nil {
		return err
	}
	if err := h.Visits.PassOn(c.Request().Context(), c.Param("id"), in.Version); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
