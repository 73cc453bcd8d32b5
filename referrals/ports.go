package referrals

import (
	"context"
	"io"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// Patients knows the patient records; *patients.Service does. Open and
// OpenMany check nothing.
type Patients interface {
	Open(ctx context.Context, id string) (patients.Patient, error)
	OpenMany(ctx context.Context, ids []string) (map[string]patients.Patient, error)
	Register(ctx context.Context, p patients.Patient, confirmNew bool) (patients.Patient, error)
	Update(ctx context.Context, p patients.Patient) (patients.Patient, error)
}

// Needs knows screenings and needs; *screening.Service does. OpenNeed and
// SetNeedStatus check nothing.
type Needs interface {
	OpenNeed(ctx context.Context, id string) (screening.Need, error)
	SetNeedStatus(ctx context.Context, id string, status screening.NeedStatus, why string) (screening.Need, error)
	Get(ctx context.Context, screeningID string) (screening.Screening, error)
	Submit(ctx context.Context, in screening.Submission) (screening.Result, error)
	Needs(ctx context.Context, patientID string) ([]screening.Need, error)
	PatchNeed(ctx context.Context, id string, p screening.NeedPatch) (screening.Need, error)
}

// Directory knows services; *directory.Directory does.
type Directory interface {
	ServiceByID(ctx context.Context, id string) (directory.ServiceDoc, error)
	OrganizationByID(ctx context.Context, id string) (directory.OrganizationDoc, error)
	Candidates(ctx context.Context, s directory.Seeker, domain string, limit int) ([]directory.Candidate, error)
	Flag(ctx context.Context, serviceID string, f directory.Flag) error
	Unflag(ctx context.Context, serviceID, key string) error
	Referred(ctx context.Context, serviceID, key string) error
	Match(s directory.Seeker, domain string, cs []directory.Candidate, now time.Time) []directory.Match
}

// Accounts knows organizations and who works there; *accounts.Service does.
type Accounts interface {
	Organization(ctx context.Context, id string) (accounts.Organization, error)
	Calendar(ctx context.Context, organizationID string) (clock.Calendar, error)
	OpenUser(ctx context.Context, id string) (accounts.User, error)
	// UsersWithRole lists those who can sign in.
	UsersWithRole(ctx context.Context, organizationID string, roles ...identity.Role) ([]accounts.User, error)
}

// Notices tells people that something waits for them; *notify.Service does.
type Notices interface {
	Tell(ctx context.Context, n notify.News) error
}

// Files keeps what people attach; *files.Service does. It checks nothing.
type Files interface {
	Put(ctx context.Context, n files.New) (files.File, error)
	Open(ctx context.Context, id string) (files.File, io.Reader, error)
}

// Network knows what the network decided for all; *network.Service does.
type Network interface {
	Settings(ctx context.Context) (network.Settings, error)
}

// Audit records that somebody saw patient data, and tells who did; *audit.Log
// does. Reads checks nothing.
type Audit interface {
	Saw(ctx context.Context, action, patientID, subject string) error
	ForPatient(ctx context.Context, patientID, cursor string, limit int) (docstore.Page[audit.Entry], error)
	Reads(ctx context.Context, patientID string) ([]audit.Entry, error)
}
