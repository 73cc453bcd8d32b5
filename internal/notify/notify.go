// Package notify tells people that something waits for them: on the page, by
// email, text message and web push; and other systems by webhooks. A notice is
// stored first and sent by a job, so that nothing is lost: it is sent at least
// once, and stored once for its key.
//
// Notices carry no personal data: each is one of the fixed texts of
// templates.go, with a path to a page where one signs in first. What a person
// chose (preferences.go) and what is safe for a patient (when.go) counts at the
// moment in which a notice is sent.
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
	InApp   Channel = "in-app" // on the pages of the user; nothing is sent
	Email   Channel = "email"
	SMS     Channel = "sms"
	Push    Channel = "push"    // to the browsers in which the user asked for it
	Webhook Channel = "webhook" // to another system
)

// Status says how far a notice is.
type Status string

// The statuses.
const (
	Queued  Status = "queued"
	Sent    Status = "sent"    // handed over; for in-app, on the page
	Dead    Status = "dead"    // given up; see [Service.Dead]
	Dropped Status = "dropped" // the recipient no longer wants it, or it is no longer safe
)

// Notice is one thing told to one recipient on one channel.
type Notice struct {
	docstore.Meta
	// Key names what is told, to whom and how, for example
	// "referral.received/e1/u1/email"; a second notice with the key is ignored.
	Key string `json:"key"`
	Recipient
	Channel Channel `json:"channel"`
	// Template is a name of templates.go, or the type of a webhook's event. Data
	// has one value, "path": the page to open, for example "/referrals/r1".
	Template string            `json:"template"`
	Data     map[string]string `json:"data,omitempty"`
	// Body is what a webhook gets.
	Body string `json:"body,omitempty"`
	// Urgent news wait for no digest.
	Urgent bool `json:"urgent,omitempty"`

	Status    Status    `json:"status"`
	CreatedAt time.Time `json:"createdAt"`
	ReadAt    time.Time `json:"readAt,omitzero"`
	// Attempts counts the tries to send, NextAt is when the next is due.
	Attempts int       `json:"attempts,omitempty"`
	NextAt   time.Time `json:"nextAt,omitzero"`
	// Failure says why the last try failed, in a few words without an address.
	Failure string `json:"failure,omitempty"`
}

// lane is what notices wait in one behind the other: a slow gateway, or one
// slow receiver of webhooks, holds up its own lane alone.
func (n Notice) lane() string {
	if n.EndpointID != "" {
		return string(n.Channel) + "/" + n.EndpointID
	}
	return string(n.Channel)
}

// mailbox is where the news of one user on one channel come together.
func (n Notice) mailbox() string { return n.UserID + "/" + string(n.Channel) }

var noticeSpec = docstore.Spec[Notice]{
	Name:   "notices",
	Schema: 1,
	Meta:   func(n *Notice) *docstore.Meta { return &n.Meta },
	Keys: docstore.Keys[Notice]{
		"status": func(n Notice) docstore.Value { return docstore.String(string(n.Status)) },
		"next":   func(n Notice) docstore.Value { return docstore.Time(n.NextAt) },
		"lane":   func(n Notice) docstore.Value { return docstore.String(n.lane()) },
		"mailbox": func(n Notice) docstore.Value {
			if n.UserID == "" || n.Channel == InApp || n.Status != Queued {
				return docstore.None
			}
			return docstore.String(n.mailbox())
		},
		"reader": func(n Notice) docstore.Value {
			if n.Channel != InApp {
				return docstore.None
			}
			return docstore.String(n.UserID)
		},
		"created": func(n Notice) docstore.Value { return docstore.Time(n.CreatedAt) },
	},
	Kinds: map[string]docstore.Kind{"next": docstore.IntKind, "created": docstore.IntKind},
	Indexes: []docstore.Index{
		{"status", "next"}, {"status", "lane", "next"}, {"status", "created"}, {"mailbox", "created"}, {"reader", "created"}, {"created"},
	},
}

// Message is a notice in words, ready to send.
type Message struct {
	// ID is the notice's; the same at each try.
	ID      string
	Channel Channel
	// To is an email address, a phone number in E.164, the id of a user (push)
	// or of an endpoint (webhook).
	To      string
	Subject string
	// Body ends with Link, the address of the page to open.
	Body string
	Link string
}

// Sender hands messages over on one channel. An error that wraps ErrRefused
// is final; after others the message is tried again.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrRefused says that a message will never be taken, for example because
// there is no such address.
var ErrRefused = errors.New("message refused")

// ErrUnwanted says that the recipient took back the way on which they would
// have been told.
var ErrUnwanted = errors.New("nobody wants the message any more")

// Words answers a text in a language (BCP 47), or in the nearest there is; args
// are names and values in turn.
type Words func(language, key string, args ...any) string

// Options are what a Service needs besides its engine.
type Options struct {
	// Now is the clock.
	Now clock.Now
	// BaseURL stands before the paths in messages, for example "https://havenloop.example.org".
	BaseURL string
	// Senders has the sender of each channel but InApp; nothing is told on others.
	Senders map[Channel]Sender
	// Book knows how recipients are reached, Words the texts of notices. They
	// may be nil when there are no senders.
	Book  Book
	Words Words
}

// Service queues and sends notices. It is safe for concurrent use.
type Service struct {
	opt    Options
	now    clock.Now
	docs   *docstore.Collection[Notice]
	wishes *docstore.Collection[Preferences]
}

// New opens the collections of notices and preferences.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	if len(o.Senders) > 0 && (o.Book == nil || o.Words == nil) {
		return nil, errors.New("notify: no way to find addresses or words")
	}
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	docs, err := docstore.Open(ctx, e, noticeSpec)
	if err != nil {
		return nil, err
	}
	wishes, err := docstore.Open(ctx, e, preferencesSpec)
	return &Service{opt: o, now: o.Now, docs: docs, wishes: wishes}, err
}

// Uses tells whether there is a way to send on the channel.
func (s *Service) Uses(c Channel) bool { return c == InApp || s.opt.Senders[c] != nil }

// kept is how long notices are kept.
const kept = 90 * 24 * time.Hour

// Purge deletes notices older than 90 days, and tells how many.
func (s *Service) Purge(ctx context.Context) (int, error) {
	return s.docs.Purge(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Range("created", docstore.None, docstore.Time(s.now().Add(-kept)))},
	})
}
