// Package webpush sends notices to the browsers of people who asked for them:
// encrypted as RFC 8291 and RFC 8188 say, from a server that shows who it is by
// VAPID (RFC 8292), over the push service that the browser named (RFC 8030).
package webpush

import (
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Subscription is one browser of a user, as its PushSubscription says.
type Subscription struct {
	docstore.Meta
	UserID   string `json:"userId"`
	Endpoint string `json:"endpoint"`
	// P256dh is the browser's public key, Auth its secret; both base64url.
	P256dh    string    `json:"p256dh"`
	Auth      string    `json:"auth"`
	CreatedAt time.Time `json:"createdAt"`
}

var subscriptionSpec = docstore.Spec[Subscription]{
	Name: "push_subscriptions", Schema: 1,
	Meta:    func(s *Subscription) *docstore.Meta { return &s.Meta },
	Keys:    docstore.Keys[Subscription]{"user": func(s Subscription) docstore.Value { return docstore.String(s.UserID) }},
	Indexes: []docstore.Index{{"user"}},
}

// Options are what a Service needs besides its engine.
type Options struct {
	Now clock.Now
	// Key makes the key pair of this server: the same one as long as it is the same.
	Key []byte
	// Contact is where operators of push services find ours: an https or mailto
	// address (RFC 8292, section 2.1).
	Contact string
	// Client sends the messages. It must refuse addresses that are not public.
	Client *http.Client
}

// Service keeps subscriptions and sends to them. It is safe for concurrent use.
type Service struct {
	opt  Options
	key  *ecdsa.PrivateKey
	docs *docstore.Collection[Subscription]
}

// New opens the collection of subscriptions.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	key, err := serverKey(o.Key)
	if err != nil {
		return nil, err
	}
	docs, err := docstore.Open(ctx, e, subscriptionSpec)
	return &Service{o, key, docs}, err
}

// serverKey derives a P-256 key. A number that is no key is as likely as 1 in
// 2^32; then the next is taken.
func serverKey(master []byte) (*ecdsa.PrivateKey, error) {
	for n := range 8 {
		raw, err := hkdf.Key(sha256.New, master, nil, fmt.Sprint("vapid ", n), 32)
		if err != nil {
			return nil, err
		}
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("webpush: the key makes no key pair")
}

// PublicKey is what browsers subscribe with: the uncompressed point in base64url.
func (s *Service) PublicKey() string {
	point, err := s.key.PublicKey.Bytes()
	if err != nil {
		return "" // a point that serverKey made is on its curve
	}
	return base64.RawURLEncoding.EncodeToString(point)
}

// subscriptionSpace is the namespace of ids made of a user and an endpoint.
var subscriptionSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:push"))

// maxSubscriptions bounds the browsers of one user; the oldest go first.
const maxSubscriptions = 10

// Subscribe keeps a browser of the signed-in user.
func (s *Service) Subscribe(ctx context.Context, endpoint, p256dh, auth string) error {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return err
	}
	u, err := url.Parse(endpoint)
	_, keyErr := peerKey(p256dh)
	secret, authErr := base64.RawURLEncoding.DecodeString(auth)
	if err != nil || u.Scheme != "https" || u.Host == "" || len(endpoint) > 1000 || keyErr != nil || authErr != nil || len(secret) != 16 {
		return fault.New(fault.Invalid, "This browser cannot be told. Use email or text messages.")
	}
	sub := Subscription{
		Meta:   docstore.Meta{ID: uuid.NewSHA1(subscriptionSpace, []byte(actor.ID+" "+endpoint)).String()},
		UserID: actor.ID, Endpoint: endpoint, P256dh: p256dh, Auth: auth, CreatedAt: s.opt.Now(),
	}
	have, err := s.of(ctx, actor.ID)
	if err != nil {
		return err
	}
	if len(have) >= maxSubscriptions {
		oldest := have[0]
		for _, one := range have {
			if one.CreatedAt.Before(oldest.CreatedAt) {
				oldest = one
			}
		}
		if err := s.docs.Delete(ctx, &oldest); err != nil {
			return err
		}
	}
	err = s.docs.Insert(ctx, &sub)
	if _, known := errors.AsType[*docstore.DuplicateError](err); known {
		return nil
	}
	return err
}

// Unsubscribe forgets all browsers of the signed-in user.
func (s *Service) Unsubscribe(ctx context.Context) error {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return err
	}
	all, err := s.of(ctx, actor.ID)
	for _, one := range all {
		err = errors.Join(err, s.docs.Delete(ctx, &one))
	}
	return err
}

// Count tells how many browsers of the signed-in user are told.
func (s *Service) Count(ctx context.Context) (int, error) {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return 0, err
	}
	all, err := s.of(ctx, actor.ID)
	return len(all), err
}

func (s *Service) of(ctx context.Context, userID string) ([]Subscription, error) {
	p, err := s.docs.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("user", docstore.String(userID))}})
	return p.Items, err
}

// peerKey reads a browser's public key.
func peerKey(p256dh string) (*ecdh.PublicKey, error) {
	raw, err := base64.RawURLEncoding.DecodeString(p256dh)
	if err != nil {
		return nil, err
	}
	return ecdh.P256().NewPublicKey(raw)
}
