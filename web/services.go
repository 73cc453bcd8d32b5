package web

import (
	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/imports"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/notify/webhook"
	"github.com/havenloop/havenloop/internal/notify/webpush"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/figures"
	"github.com/havenloop/havenloop/referrals/guests"
	"github.com/havenloop/havenloop/referrals/joining"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
	"github.com/havenloop/havenloop/screening/self"
)

// Services are what the pages show and change. Each rule about who may do
// what lives in them.
type Services struct {
	Accounts  *accounts.Service
	Patients  *patients.Service
	Screening *screening.Service
	Self      *self.Service
	Links     *links.Service
	Directory *directory.Directory
	Imports   *imports.Service
	Referrals *referrals.Service
	Figures   *figures.Service
	Visits    *visits.Service
	Guests    *guests.Service
	Joining   *joining.Service
	Network   *network.Service
	Notify    *notify.Service
	Webhooks  *webhook.Service
	WebPush   *webpush.Service
	Audit     *audit.Log
}
