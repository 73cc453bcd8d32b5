package web

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
)

// workplace tells the time zone and name of the actor's organization; UTC and
// no name when nobody is signed in.
func (h *Handlers) workplace(_ context.Context, _ identity.Actor) (*time.Location, string) {
	return time.UTC, ""
}
