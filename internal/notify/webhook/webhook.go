// Package webhook tells other systems what happens to referrals, by HTTP
// requests signed as Standard Webhooks asks
// (https://www.standardwebhooks.com, version 1.0.0). An event carries ids and
// codes only; who gets it asks the API for the rest, with rights of its own.
package webhook

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/secret"
)

// Endpoint is an address of another system that is told of events.
type Endpoint struct {
	docstore.Meta
	// OrganizationID is whose it is; the network's gets the events of all.
	OrganizationID string `json:"organizationId"`
	Network        bool   `json:"network,omitempty"`
	URL            string `json:"url"`
	// Off says that nothing is sent, and Gone that the other side asked for it.
	Off       bool      `json:"off,omitempty"`
	Gone      bool      `json:"gone,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
	CreatedBy string    `json:"createdBy"` // a name
}

var endpointSpec = docstore.Spec[Endpoint]{
	Name: "webhook_endpoints", Schema: 1,
	Meta: func(e *Endpoint) *docstore.Meta { return &e.Meta },
	Keys: docstore.Keys[Endpoint]{
		"organization": func(e Endpoint) docstore.Value { return docstore.String(e.OrganizationID) },
		"network":      func(e Endpoint) docstore.Value { return docstore.Bool(e.Network) },
	},
	Kinds:   map[string]docstore.Kind{"network": docstore.IntKind},
	Indexes: []docstore.Index{{"organization"}, {"network"}},
}

// Outbox keeps events until they are sent; [notify.Service] does.
type Outbox interface {
	Post(ctx context.Context, e notify.Event) error
	OfEndpoint(ctx context.Context, endpointID string, status notify.Status, limit int) ([]notify.Notice, error)
	RetryEvent(ctx context.Context, endpointID, id string) (notify.Notice, error)
}

// Options are what a Service needs besides its engine.
type Options struct {
	Now clock.Now
	// Key makes the secrets of endpoints.
	Key []byte
	// Client sends the events. It must refuse addresses that are not public,
	// and follow no redirects.
	Client *http.Client
}

// Service keeps endpoints and sends events to them. It is safe for concurrent use.
type Service struct {
	opt    Options
	outbox Outbox
	docs   *docstore.Collection[Endpoint]
}

// New opens the collection of endpoints.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	docs, err := docstore.Open(ctx, e, endpointSpec)
	return &Service{opt: o, docs: docs}, err
}

// Use sets where events wait; the outbox is made with this service as a sender,
// so it comes later.
func (s *Service) Use(o Outbox) { s.outbox = o }

// maxEndpoints bounds the endpoints of one organization.
const maxEndpoints = 5

// Endpoints lists those of the actor's organization, the oldest first.
func (s *Service) Endpoints(ctx context.Context) ([]Endpoint, error) {
	actor, err := identity.Require(ctx, identity.WebhooksManage)
	if err != nil {
		return nil, err
	}
	p, err := s.docs.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("organization", docstore.String(actor.OrganizationID))}})
	slices.SortFunc(p.Items, func(a, b Endpoint) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return p.Items, err
}

// Add makes an endpoint of the actor's organization.
func (s *Service) Add(ctx context.Context, address string) (Endpoint, error) {
	actor, err := identity.Require(ctx, identity.WebhooksManage)
	if err != nil {
		return Endpoint{}, err
	}
	have, err := s.Endpoints(ctx)
	if err != nil {
		return Endpoint{}, err
	}
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	var wrong fault.Fields
	wrong.Check(err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(address) <= 500, "url", "Give a web address that begins with https://.")
	wrong.Check(len(have) < maxEndpoints, "url", "An organization has at most %d addresses. Remove one first.", maxEndpoints)
	if err := wrong.Err(); err != nil {
		return Endpoint{}, err
	}
	e := Endpoint{
		Meta: docstore.Meta{ID: docstore.NewID(ctx, actor.ID)}, OrganizationID: actor.OrganizationID,
		Network: actor.Role == identity.NetworkAdmin, URL: address, CreatedAt: s.opt.Now(), CreatedBy: actor.Name,
	}
	_, err = s.docs.InsertOnce(ctx, &e, s.opt.Now())
	return e, err
}

// own reads an endpoint of the actor's organization; any other does not exist.
func (s *Service) own(ctx context.Context, id string) (Endpoint, error) {
	actor, err := identity.Require(ctx, identity.WebhooksManage)
	if err != nil {
		return Endpoint{}, err
	}
	e, err := s.docs.Get(ctx, id)
	if err == nil && e.OrganizationID != actor.OrganizationID {
		err = docstore.ErrNotFound
	}
	return e, err
}

// Endpoint answers one of the actor's organization, with the secret that signs
// its events.
func (s *Service) Endpoint(ctx context.Context, id string) (Endpoint, secret.Text, error) {
	e, err := s.own(ctx, id)
	if err != nil {
		return e, "", err
	}
	key, err := s.secret(id)
	return e, secret.Text(secretPrefix + base64.StdEncoding.EncodeToString(key)), err
}

// Switch turns an endpoint off, or on again.
func (s *Service) Switch(ctx context.Context, id string, on bool) (Endpoint, error) {
	if _, err := s.own(ctx, id); err != nil {
		return Endpoint{}, err
	}
	return s.docs.Update(ctx, id, func(e *Endpoint) error {
		e.Off, e.Gone = !on, e.Gone && !on
		return nil
	})
}

// Remove deletes an endpoint; what waits for it is dropped.
func (s *Service) Remove(ctx context.Context, id string) error {
	e, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	return s.docs.Delete(ctx, &e)
}

// deadMost is how many dead events are shown.
const deadMost = 50

// Dead lists the events for an endpoint that were given up.
func (s *Service) Dead(ctx context.Context, id string) ([]notify.Notice, error) {
	if _, err := s.own(ctx, id); err != nil {
		return nil, err
	}
	return s.outbox.OfEndpoint(ctx, id, notify.Dead, deadMost)
}

// Trying lists the events for an endpoint that failed and are tried again by
// themselves.
func (s *Service) Trying(ctx context.Context, id string) ([]notify.Notice, error) {
	if _, err := s.own(ctx, id); err != nil {
		return nil, err
	}
	list, err := s.outbox.OfEndpoint(ctx, id, notify.Queued, deadMost)
	return slices.DeleteFunc(list, func(n notify.Notice) bool { return n.Failure == "" }), err
}

// Retry sends a dead event again.
func (s *Service) Retry(ctx context.Context, id, event string) error {
	if _, err := s.own(ctx, id); err != nil {
		return err
	}
	_, err := s.outbox.RetryEvent(ctx, id, event)
	return err
}

// secretPrefix begins a symmetric secret. Source: Standard Webhooks 1.0.0,
// "Signature scheme".
const secretPrefix = "whsec_"

// secret derives the key of an endpoint, so that none is stored.
func (s *Service) secret(id string) ([]byte, error) {
	return hkdf.Key(sha256.New, s.opt.Key, nil, "endpoint "+id, sha256.Size)
}

// Test sends an event of the type "ping" to an endpoint.
func (s *Service) Test(ctx context.Context, id string) error {
	if _, err := s.own(ctx, id); err != nil {
		return err
	}
	return s.post(ctx, id, uuid.NewString(), "ping", s.opt.Now(), map[string]string{})
}

// target answers an endpoint that takes events.
func (s *Service) target(ctx context.Context, id string) (Endpoint, error) {
	e, err := s.docs.Get(ctx, id)
	if errors.Is(err, docstore.ErrNotFound) || err == nil && e.Off {
		return e, notify.ErrUnwanted
	}
	return e, err
}
