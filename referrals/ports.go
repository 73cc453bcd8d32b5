package referrals

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// Patients reads patient records without a check; *patients.Service does.
type Patients interface {
	Open(ctx context.Context, id string) (patients.Patient, error)
	OpenMany(ctx context.Context, ids []string) (map[string]patients.Patient, error)
}

// Needs reads and moves on needs, without a check; *screening.Service does.
type Needs interface {
	OpenNeed(ctx context.Context, id string) (screening.Need, error)
	SetNeedStatus(ctx context.Context, id string, status screening.NeedStatus, why string) (screening.Need, error)
	// Get reads a screening; it checks who acts.
	Get(ctx context.Context, id string) (screening.Screening, error)
}

// Directory knows services; *directory.Directory does.
type Directory interface {
	ServiceByID(ctx context.Context, id string) (directory.ServiceDoc, error)
	Candidates(ctx context.Context, s directory.Seeker, domain string, limit int) ([]directory.Candidate, error)
	Match(s directory.Seeker, domain string, cs []directory.Candidate, now time.Time) []directory.Match
}

// Accounts knows organizations and who works there; *accounts.Service does.
type Accounts interface {
	Organization(ctx context.Context, id string) (accounts.Organization, error)
	Calendar(ctx context.Context, organizationID string) (clock.Calendar, error)
	UsersWithRole(ctx context.Context, organizationID string, roles ...identity.Role) ([]accounts.User, error)
}

// Notices takes notices to be sent; *notify.Service does.
type Notices interface {
	Queue(ctx context.Context, n notify.Notice) error
}

// Audit records that somebody saw patient data; *audit.Service does.
type Audit interface {
	Saw(ctx context.Context, action, patientID, subject string) error
}
