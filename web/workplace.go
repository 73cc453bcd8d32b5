package web

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// workplace tells the time zone and name of the actor's organization; UTC and
// no name when there is none. A page is still worth showing without them, so
// what keeps them away goes to the log.
func (h *Handlers) workplace(ctx context.Context, a identity.Actor) (*time.Location, string) {
	if a.OrganizationID == "" {
		return time.UTC, ""
	}
	o, err := h.Accounts.Organization(ctx, a.OrganizationID)
	if err != nil {
		if !fault.Is(err, fault.NotFound) {
			h.Log.WarnContext(ctx, "organization of a page not read", "organization", a.OrganizationID, "error", err)
		}
		return time.UTC, ""
	}
	zone, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		return time.UTC, o.Name
	}
	return zone, o.Name
}
