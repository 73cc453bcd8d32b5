// Package api is the JSON API under /api/v1. A handler binds the request,
// calls one method of one service and answers; it has no rules of its own.
// openapi.go describes every route; tests hold the description against the
// routes and every answer.
package api

import (
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/internal/throttle"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/figures"
	"github.com/havenloop/havenloop/referrals/joining"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
	"github.com/havenloop/havenloop/screening/self"
)

// Services are what the API gives access to. Each rule about who may do what
// lives in them.
type Services struct {
	Network   *network.Service
	Patients  *patients.Service
	Screening *screening.Service
	Self      *self.Service
	Directory *directory.Directory
	Referrals *referrals.Service
	Figures   *figures.Service
	Visits    *visits.Service
	Joining   *joining.Service
	Now       clock.Now // nil: the machine's clock
	// Words are the texts that leave by text message, Address is where a
	// request comes from.
	Words   notify.Words
	Address func(echo.Context) string
}

// Handlers answers the routes of the API, one exported method for each.
type Handlers struct {
	Services
	reports *throttle.Throttle // of mistakes in listings, by user
}

// New makes the handlers.
func New(s Services) *Handlers {
	if s.Now == nil {
		s.Now = clock.System
	}
	return &Handlers{s, throttle.New(reportBurst, reportPause)}
}
