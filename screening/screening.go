// Package screening asks about social needs and finds out what the answers
// mean. Instruments are data: a FHIR R4 Questionnaire and a file of rules, both
// versioned; no Go code knows any one of them. [Derive] applies the rules and
// is pure. [Service] keeps drafts, complete screenings and the needs that
// follow from them, one per patient and topic.
//
// A question without an answer, one that the person declines and one they do
// not know are three different things, and none of them means "no".
package screening

import (
	"context"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
)

// Patients opens patients; [patients.Service] is one.
type Patients interface {
	// Open reads a patient without any check of rights, or fails with
	// docstore.ErrNotFound.
	Open(ctx context.Context, id string) (patients.Patient, error)
}

// Audit records who saw what.
type Audit interface {
	// Saw records that the actor in ctx read something of a patient.
	Saw(ctx context.Context, action, patientID, subject string) error
}

// Network knows the network's settings; *network.Service does.
type Network interface {
	Settings(ctx context.Context) (network.Settings, error)
}

// Workers knows who works where; *accounts.Service does.
type Workers interface {
	WorksFor(ctx context.Context, userID, organizationID string) (bool, error)
	UsersWithRole(ctx context.Context, organizationID string, roles ...identity.Role) ([]accounts.User, error)
}

// Notices tells people that something waits for them; *notify.Service does.
type Notices interface {
	Tell(ctx context.Context, n notify.News) error
}

// Options are the parts a Service works with.
type Options struct {
	Now      clock.Now
	Patients Patients
	// Audit records whose answers were read; nil records nothing.
	Audit Audit
	// Library holds the instruments; nil for those shipped.
	Library *Library
	// Network says when patients are screened again; nil for the defaults.
	Network Network
	// Zone answers the time zone of an organization; nil for UTC.
	Zone func(ctx context.Context, organizationID string) (*time.Location, error)
	// Workers and Notices tell who is due for screening; nil tells nobody.
	Workers Workers
	Notices Notices
}

// Service keeps screenings and needs. Its methods require a permission of the
// actor in the context and, where a patient is concerned, that the patient is
// of the actor's organization; those that check nothing say so.
type Service struct {
	opt        Options
	catalog    *catalog
	screenings *docstore.Collection[Screening]
	drafts     *docstore.Collection[Draft]
	needs      *docstore.Collection[Need]

	rescreenings *docstore.Collection[Rescreening]
}

// New opens the collections of screenings, drafts and needs.
func New(ctx context.Context, e docstore.Engine, opt Options) (*Service, error) {
	s := &Service{opt: opt, catalog: &catalog{base: opt.Library, now: opt.Now}}
	var err error
	if s.catalog.base == nil {
		if s.catalog.base, err = Shipped(); err != nil {
			return nil, err
		}
	}
	if s.catalog.docs, err = docstore.Open(ctx, e, storedSpec); err != nil {
		return nil, err
	}
	if s.screenings, err = docstore.Open(ctx, e, screeningSpec); err != nil {
		return nil, err
	}
	if s.drafts, err = docstore.Open(ctx, e, draftSpec); err != nil {
		return nil, err
	}
	if s.needs, err = docstore.Open(ctx, e, needSpec); err != nil {
		return nil, err
	}
	s.rescreenings, err = docstore.Open(ctx, e, rescreeningSpec)
	return s, err
}

// Instruments lists the newest version of each instrument.
func (s *Service) Instruments(ctx context.Context) ([]Info, error) {
	if _, err := identity.Require(ctx, identity.InstrumentsRead); err != nil {
		return nil, err
	}
	all, err := s.catalog.library(ctx)
	if err != nil {
		return nil, err
	}
	return all.Infos(), nil
}

// Instrument answers the instrument with the id, url or "url|version"; the
// newest version where none is named.
func (s *Service) Instrument(ctx context.Context, ref string) (*Instrument, error) {
	if _, err := identity.Require(ctx, identity.InstrumentsRead); err != nil {
		return nil, err
	}
	return s.catalog.find(ctx, ref)
}

// Library answers all instruments, for pages that tell answers in words. It
// checks nothing.
func (s *Service) Library(ctx context.Context) (*Library, error) { return s.catalog.library(ctx) }

// Topic describes a topic, for pages. It checks nothing.
func (s *Service) Topic(topic string) (TopicInfo, bool) { return s.catalog.base.Topic(topic) }

// patient reads a patient of the actor's organization; any other does not exist.
func (s *Service) patient(ctx context.Context, a identity.Actor, id string) (patients.Patient, error) {
	p, err := s.opt.Patients.Open(ctx, id)
	if err != nil {
		return p, fmt.Errorf("patient of a screening: %w", err)
	}
	return p, mayOpen(a, p.OrganizationID)
}

// mayOpen answers ErrNotFound unless the actor works for the organization or
// is a job.
func mayOpen(a identity.Actor, organizationID string) error {
	if a.Role != identity.System && a.OrganizationID != organizationID {
		return docstore.ErrNotFound
	}
	return nil
}

// saw records that answers of a patient were read: those of one screening, or
// of all when the id is empty.
func (s *Service) saw(ctx context.Context, patientID, screeningID string) error {
	if s.opt.Audit == nil {
		return nil
	}
	return s.opt.Audit.Saw(ctx, "screening.read", patientID, "screenings/"+screeningID)
}
