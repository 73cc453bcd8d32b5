// Package self lets a patient do something alone, without an account: a worker
// offers it by a link or at a kiosk. It is a screening, whose result comes to
// the worker as any other screening does, or the patient's own pages, which
// package referrals fills.
package self

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// Patients opens patients without any check of rights; [patients.Service] does.
type Patients interface {
	Open(ctx context.Context, id string) (patients.Patient, error)
}

// Network answers the network's settings; [network.Service] does.
type Network interface {
	Settings(ctx context.Context) (network.Settings, error)
}

// Notices tells people that something waits for them; [notify.Service] does.
type Notices interface {
	Tell(ctx context.Context, n notify.News) error
}

// Options are the parts a Service works with.
type Options struct {
	Now       clock.Now
	Links     *links.Service
	Screening *screening.Service
	Patients  Patients
	Network   Network
	Notices   Notices
	// Texts sends text messages; nil when the server has no way to.
	Texts notify.Sender
	// Zone answers the time zone of an organization, for the hours at which its
	// patients may be written to; nil for UTC.
	Zone func(ctx context.Context, organizationID string) (*time.Location, error)
	// BaseURL stands before the path in links.
	BaseURL string
}

// Service offers screenings and serves those who answer. Its methods say for
// whom they are; a patient may reach the one screening of their link alone.
type Service struct{ opt Options }

// New makes the service.
func New(o Options) *Service {
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	return &Service{opt: o}
}

// Path is the address of the page where codes of screenings are entered, and
// OwnPath that of those to the patient's own pages.
const (
	Path    = "/s"
	OwnPath = "/p"
)

// PathOf is where the code of a link of a patient is entered.
func PathOf(k links.Kind) string {
	if k == links.OwnPages {
		return OwnPath
	}
	return Path
}

// Address is the whole link: the code stands behind the #, which browsers do
// not send, so that no log and no mail scanner sees it.
func (s *Service) Address(l links.Link) string {
	return s.opt.BaseURL + s.path(l)
}

// Languages lists those in which people may answer the instrument alone: its
// own, those that were reviewed, and those that the network switched on though
// nobody reviewed them (45 CFR 92.201(c) asks for a person's review of machine
// translation).
func (s *Service) Languages(ctx context.Context, i *screening.Instrument) ([]string, error) {
	settings, err := s.opt.Network.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(i.Languages), func(tag string) bool {
		return slices.Contains(i.Unreviewed, tag) && !settings.SelfAllowed(i.ID, tag)
	}), nil
}

// Consumer follows completed screenings: the link of one that a patient
// answered alone is used up, and its worker told, also when the process ended
// in between.
func (s *Service) Consumer() docstore.Consumer {
	return docstore.Consumer{Name: "self-screening", Handle: s.follow}
}

func (s *Service) follow(ctx context.Context, events []docstore.Event) error {
	var errs []error
	for _, e := range events {
		if e.Type == "screening.completed" {
			errs = append(errs, s.arrived(ctx, e.DocumentID))
		}
	}
	return errors.Join(errs...)
}

// arrived marks the link of a screening as used and tells its worker.
func (s *Service) arrived(ctx context.Context, screeningID string) error {
	l, found, err := s.opt.Links.BySubject(ctx, screeningID)
	if err != nil || !found {
		return err
	}
	if _, err := s.opt.Links.MarkUsed(ctx, l.ID); err != nil {
		return err
	}
	return s.opt.Notices.Tell(ctx, notify.News{
		To: notify.ToUser(l.CreatedBy), Template: "screening.arrived", Path: "/screenings/" + screeningID, Key: screeningID,
	})
}
