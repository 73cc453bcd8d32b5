// Package visits takes in what workers collected without a connection: a
// sealed envelope for each visit. An envelope that can be opened is kept,
// whatever is in it, and carried out exactly once under its number. What
// breaks a rule waits for the worker to mend it; nothing is dropped.
//
// An opened visit is health data. Its text lies in the store sealed
// ([sealed.Box]), together with what is wrong with it; beside it in the clear
// stand only ids, instants and the states of its parts. The text is wiped 30
// days after the visit is done or set aside.
package visits

import (
	"context"
	"crypto/rand"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/internal/sealed"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// Work carries out parts of visits; *referrals.Service does.
type Work interface {
	CarryPart(ctx context.Context, part string, v referrals.Visit, out *referrals.VisitResult) error
	List(ctx context.Context, in referrals.ListInput) (docstore.Page[referrals.View], error)
	Consents(ctx context.Context, patientID string) ([]referrals.Consent, error)
}

// Patients knows the patient records; *patients.Service does.
type Patients interface {
	Open(ctx context.Context, id string) (patients.Patient, error)
	OpenMany(ctx context.Context, ids []string) (map[string]patients.Patient, error)
	List(ctx context.Context, cursor string, limit int) (docstore.Page[patients.Patient], error)
}

// Needs knows instruments, drafts and needs; *screening.Service does.
type Needs interface {
	Needs(ctx context.Context, patientID string) ([]screening.Need, error)
	Instruments(ctx context.Context) ([]screening.Info, error)
	Instrument(ctx context.Context, ref string) (*screening.Instrument, error)
	Topic(topic string) (screening.TopicInfo, bool)
	DueNow(ctx context.Context, l screening.DueList) (docstore.Page[screening.Rescreening], error)
	MyDrafts(ctx context.Context) ([]screening.Draft, error)
}

// Directory finds services; *directory.Directory does.
type Directory interface {
	Search(ctx context.Context, in directory.Search) (directory.SearchPage, error)
	Detail(ctx context.Context, serviceID string) (directory.ServiceDetail, error)
}

// Accounts knows who works where; *accounts.Service does.
type Accounts interface {
	OpenUser(ctx context.Context, id string) (accounts.User, error)
	UsersWithRole(ctx context.Context, organizationID string, roles ...identity.Role) ([]accounts.User, error)
	Calendar(ctx context.Context, organizationID string) (clock.Calendar, error)
	Organization(ctx context.Context, id string) (accounts.Organization, error)
}

// Audit records who saw what; *audit.Log does.
type Audit interface {
	Saw(ctx context.Context, action, patientID, subject string) error
}

// Notices tells people that something waits for them; *notify.Service does.
type Notices interface {
	Tell(ctx context.Context, n notify.News) error
}

// Network knows the settings of the network; *network.Service does.
type Network interface {
	Settings(ctx context.Context) (network.Settings, error)
}

// Options are what the room needs from others. All are required.
type Options struct {
	Now       clock.Now
	Keys      *sealed.Service
	Work      Work
	Patients  Patients
	Needs     Needs
	Directory Directory
	Accounts  Accounts
	Audit     Audit
	Notices   Notices
	Network   Network
}

// Service is the room.
type Service struct {
	Options
	docs   *docstore.Collection[Envelope]
	flight singleflight.Group
	// holder names this process in claims.
	holder string
}

// New opens the collection of envelopes.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	docs, err := docstore.Open(ctx, e, envelopeSpec)
	return &Service{Options: o, docs: docs, holder: rand.Text()}, err
}

// PublicKeys answers the keys to seal visits with.
func (s *Service) PublicKeys(ctx context.Context) ([]sealed.PublicKey, error) {
	if _, err := identity.Require(ctx, identity.SignedIn); err != nil {
		return nil, err
	}
	return s.Keys.PublicKeys(ctx)
}

// Times of an envelope's life.
const (
	// claimFor is how long a process may take to carry out a visit before
	// another one goes on with it.
	claimFor = time.Minute
	// retryAfter is when a visit is tried again after a part of the server failed.
	retryAfter = time.Minute
	// triesMost is how often that is tried before a person is asked.
	triesMost = 10
	// textKept is how long the text is kept when nothing more is to be done.
	textKept = 30 * 24 * time.Hour
	// numberKept is how long a visit is known again: as long as there is a key
	// that opens its envelope.
	numberKept = sealed.RotateAfter + sealed.KeptFor + 30*24*time.Hour
)
