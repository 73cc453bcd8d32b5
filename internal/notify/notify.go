// Package notify tells people that something waits for them: on the page, by
// email and by text message. A notice is stored first and sent by a job, so
// that nothing is lost and nothing is told twice.
//
// Notices carry no personal data: each is one of the fixed texts of
// templates.go, with a path to a page where one signs in first.
package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Channel is a way on which a notice reaches somebody.
type Channel string

// The channels.
const (
	InApp Channel = "in-app" // on the pages of the user; nothing is sent
	Email Channel = "email"
	SMS   Channel = "sms"
)

// Status says how far a notice is.
type Status string

// The statuses.
const (
	Queued Status = "queued"
	Sent   Status = "sent" // handed over; for in-app, on the page
	Dead   Status = "dead" // given up
)

// Notice is one thing told to one recipient on one channel.
type Notice struct {
	docstore.Meta
	// Key names what is told, to whom and how, for example
	// "referral.received/r1/u1/email"; a second notice with the key is ignored.
	Key string `json:"key"`
	// UserID is the recipient; or To is an address, for a shared mailbox.
	UserID  string  `json:"userId,omitempty"`
	To      string  `json:"to,omitempty"`
	Channel Channel `json:"channel"`
	// Template is a name of templates.go. Data has one value, "path": the page
	// to open, for example "/referrals/r1".
	Template string            `json:"template"`
	Data     map[string]string `json:"data,omitempty"`

	Status    Status    `json:"status"`
	CreatedAt time.Time `json:"createdAt"`
	ReadAt    time.Time `json:"readAt,omitzero"`
	// Attempts counts the tries to send, NextAt is when the next is due.
	Attempts int       `json:"attempts,omitempty"`
	NextAt   time.Time `json:"nextAt,omitzero"`
}

var noticeSpec = docstore.Spec[Notice]{
	Name:   "notices",
	Schema: 1,
	Meta:   func(n *Notice) *docstore.Meta { return &n.Meta },
	Keys: docstore.Keys[Notice]{
		"status": func(n Notice) docstore.Value { return docstore.String(string(n.Status)) },
		"next":   func(n Notice) docstore.Value { return docstore.Time(n.NextAt) },
		"reader": func(n Notice) docstore.Value {
			if n.Channel != InApp {
				return docstore.None
			}
			return docstore.String(n.UserID)
		},
		"created": func(n Notice) docstore.Value { return docstore.Time(n.CreatedAt) },
	},
	Kinds:   map[string]docstore.Kind{"next": docstore.IntKind, "created": docstore.IntKind},
	Indexes: []docstore.Index{{"status", "next"}, {"reader", "created"}, {"created"}},
}

// Message is a notice in words, ready to send.
type Message struct {
	// ID is the notice's; the same at each try.
	ID      string
	Channel Channel
	To      string // email address, or phone number in E.164
	Subject string
	Body    string
}

// Sender hands messages over on one channel. An error that wraps ErrRefused
// is final; after others the message is tried again.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrRefused says that a message will never be taken, for example because
// there is no such address.
var ErrRefused = errors.New("message refused")

// Options are what a Service needs besides its engine.
type Options struct {
	// Now is the clock.
	Now clock.Now
	// BaseURL stands before the paths in messages, for example "https://havenloop.example.org".
	BaseURL string
	// Senders has the sender of each channel but InApp; notices on other
	// channels are refused.
	Senders map[Channel]Sender
	// Address finds where a user gets messages on a channel; empty when nowhere.
	// It may be nil when there are no senders.
	Address func(ctx context.Context, userID string, c Channel) (string, error)
}

// Service queues and sends notices. It is safe for concurrent use.
type Service struct {
	now     clock.Now
	baseURL string
	senders map[Channel]Sender
	address func(ctx context.Context, userID string, c Channel) (string, error)
	docs    *docstore.Collection[Notice]
}

// New opens the collection of notices.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	if len(o.Senders) > 0 && o.Address == nil {
		return nil, errors.New("notify: no way to find addresses")
	}
	docs, err := docstore.Open(ctx, e, noticeSpec)
	return &Service{now: o.Now, baseURL: strings.TrimSuffix(o.BaseURL, "/"), senders: o.Senders, address: o.Address, docs: docs}, err
}

// noticeSpace is the namespace of ids made of a notice's key.
var noticeSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:notice"))

// Queue stores a notice to be sent; one whose key was queued before is left
// as it is. It is for other rooms and checks nothing but the notice itself.
func (s *Service) Queue(ctx context.Context, n Notice) error {
	if err := s.check(n); err != nil {
		return fmt.Errorf("queue notice %s: %w", n.Template, err)
	}
	n.Meta = docstore.Meta{ID: uuid.NewSHA1(noticeSpace, []byte(n.Key)).String()}
	n.Status, n.CreatedAt, n.NextAt = Queued, s.now(), s.now()
	n.Attempts, n.ReadAt = 0, time.Time{}
	if n.Channel == InApp {
		n.Status, n.NextAt = Sent, time.Time{}
	}
	err := s.docs.Insert(ctx, &n)
	if _, told := errors.AsType[*docstore.DuplicateError](err); told {
		return nil
	}
	return err
}

func (s *Service) check(n Notice) error {
	switch {
	case n.Key == "":
		return errors.New("no key")
	case (n.UserID == "") == (n.To == ""):
		return errors.New("give either a user or an address")
	case n.Channel == InApp && n.UserID == "":
		return errors.New("on the page only a user can be told")
	case n.Channel != InApp && s.senders[n.Channel] == nil:
		return fmt.Errorf("no sender for channel %s", n.Channel)
	}
	return checkData(n.Template, n.Data)
}

// maxShown is how many notices a page shows.
const maxShown = 50

// InApp lists the notices of the signed-in user, the newest first, at most 50.
func (s *Service) InApp(ctx context.Context) ([]Notice, error) {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return nil, err
	}
	p, err := s.docs.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("reader", docstore.String(actor.ID))},
		OrderBy: []string{"created"}, Desc: true, Limit: maxShown,
	})
	return p.Items, err
}

// MarkRead notes that the signed-in user has read a notice, and answers it.
func (s *Service) MarkRead(ctx context.Context, id string) (Notice, error) {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return Notice{}, err
	}
	return s.docs.Update(ctx, id, func(n *Notice) error {
		if n.Channel != InApp || n.UserID != actor.ID {
			return docstore.ErrNotFound
		}
		if n.ReadAt.IsZero() {
			n.ReadAt = s.now()
		}
		return nil
	})
}

// kept is how long notices are kept.
const kept = 90 * 24 * time.Hour

// Purge deletes notices older than 90 days, and tells how many.
func (s *Service) Purge(ctx context.Context) (int, error) {
	return s.docs.Purge(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Range("created", docstore.None, docstore.Time(s.now().Add(-kept)))},
	})
}
