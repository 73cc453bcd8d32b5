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
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
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
	// "referral.received/e1/u1/email"; a second notice with the key is ignored.
	Key string `json:"key"`
	Recipient
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
	// Senders has the sender of each channel but InApp; nothing is told on others.
	Senders map[Channel]Sender
	// Book knows how recipients are reached. It may be nil when there are no senders.
	Book Book
}

// Service queues and sends notices. It is safe for concurrent use.
type Service struct {
	now     clock.Now
	baseURL string
	senders map[Channel]Sender
	book    Book
	docs    *docstore.Collection[Notice]
}

// New opens the collection of notices.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	if len(o.Senders) > 0 && o.Book == nil {
		return nil, errors.New("notify: no way to find addresses")
	}
	docs, err := docstore.Open(ctx, e, noticeSpec)
	return &Service{now: o.Now, baseURL: strings.TrimSuffix(o.BaseURL, "/"), senders: o.Senders, book: o.Book, docs: docs}, err
}

// kept is how long notices are kept.
const kept = 90 * 24 * time.Hour

// Purge deletes notices older than 90 days, and tells how many.
func (s *Service) Purge(ctx context.Context) (int, error) {
	return s.docs.Purge(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Range("created", docstore.None, docstore.Time(s.now().Add(-kept)))},
	})
}
