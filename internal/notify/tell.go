package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
)

// News is something that one recipient is told. By which channels they hear of
// it, in which language and when is decided here, by what they chose.
type News struct {
	To Recipient
	// Template is a name of templates.go.
	Template string
	// Path is the page to open, for example "/referrals/r1".
	Path string
	// Key names what happened, for example an event's id: a recipient is told
	// a template once for a key, however often it is asked for.
	Key string
	// Urgent news wait for no digest; quiet and safe hours hold for them too.
	Urgent bool
	// Inside keeps the news on the pages: nothing of it leaves the house, not
	// even that there is any.
	Inside bool
}

// Recipient is who is told: exactly one of its fields is set, but for an
// address, which has a language beside it.
type Recipient struct {
	UserID         string `json:"userId,omitempty"`
	PatientID      string `json:"patientId,omitempty"`
	OrganizationID string `json:"organizationId,omitempty"`
	EndpointID     string `json:"endpointId,omitempty"` // of a webhook
	// Address is one on the channel Via.
	Address  string  `json:"to,omitempty"`
	Via      Channel `json:"via,omitempty"`
	Language string  `json:"language,omitempty"`
}

// ToUser is somebody with an account.
func ToUser(id string) Recipient { return Recipient{UserID: id} }

// ToPatient is a patient, who is told only what is safe to tell them.
func ToPatient(id string) Recipient { return Recipient{PatientID: id} }

// ToOrganization is the shared mailbox or phone of an organization, for those
// whose people have no accounts.
func ToOrganization(id string) Recipient { return Recipient{OrganizationID: id} }

// ToAddress is an address that somebody gave, and the language they read (BCP 47).
func ToAddress(via Channel, address, language string) Recipient {
	return Recipient{Via: via, Address: address, Language: language}
}

// id tells recipients apart; empty when none or several are named.
func (r Recipient) id() string {
	id := ""
	for _, one := range []string{r.UserID, r.PatientID, r.OrganizationID, r.EndpointID, r.Address} {
		if one != "" && id != "" {
			return ""
		}
		id += one
	}
	return id
}

// noticeSpace is the namespace of ids made of a notice's key.
var noticeSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:notice"))

// Tell stores what is to be told, to be sent by [Service.Send]. It is for other
// rooms and checks nothing but the news itself.
func (s *Service) Tell(ctx context.Context, n News) error {
	if err := n.check(); err != nil {
		return fmt.Errorf("tell %s: %w", n.Template, err)
	}
	channels, err := s.channels(ctx, n)
	if err != nil {
		return fmt.Errorf("tell %s: %w", n.Template, err)
	}
	all := make([]*Notice, len(channels))
	for i, c := range channels {
		all[i] = &Notice{
			Key:       fmt.Sprintf("%s/%s/%s/%s", n.Template, n.Key, n.To.id(), c),
			Recipient: n.To, Channel: c, Template: n.Template, Data: map[string]string{"path": n.Path}, Urgent: n.Urgent,
		}
	}
	return s.store(ctx, all...)
}

func (n News) check() error {
	switch {
	case n.Key == "":
		return errors.New("no key")
	case n.To.id() == "":
		return errors.New("name one recipient")
	case (n.To.Address == "") != (n.To.Via == "") || n.To.Via == InApp:
		return errors.New("an address is one on a channel that leaves the house")
	}
	return checkTemplate(n.Template, n.Path)
}

// channels answers how a recipient is told.
func (s *Service) channels(ctx context.Context, n News) ([]Channel, error) {
	if n.To.UserID != "" {
		p, err := s.of(ctx, n.To.UserID)
		if err != nil || n.Inside {
			return []Channel{InApp}, err
		}
		return append([]Channel{InApp}, s.usable(p.Channels[templates[n.Template]]...)...), nil
	}
	if n.Inside || len(s.opt.Senders) == 0 {
		return nil, nil
	}
	if n.To.Via != "" {
		return s.usable(n.To.Via), nil
	}
	contact, _, err := s.contact(ctx, n.To)
	if err != nil {
		return nil, err
	}
	for _, c := range s.usable(Email, SMS) {
		if contact.on(c) != "" {
			return []Channel{c}, nil
		}
	}
	return nil, nil
}

// usable answers those of the channels that there is a way to send on.
func (s *Service) usable(channels ...Channel) []Channel {
	return slices.DeleteFunc(slices.Clone(channels), func(c Channel) bool { return s.opt.Senders[c] == nil })
}

// store keeps notices to be sent, each once for its key.
func (s *Service) store(ctx context.Context, all ...*Notice) error {
	for _, n := range all {
		n.ID = uuid.NewSHA1(noticeSpace, []byte(n.Key)).String()
		n.Status, n.CreatedAt, n.NextAt = Queued, s.now(), s.now()
		if n.Channel == InApp {
			n.Status, n.NextAt = Sent, time.Time{}
		}
	}
	var errs []error
	for _, err := range s.docs.InsertAll(ctx, all) {
		if _, told := errors.AsType[*docstore.DuplicateError](err); !told {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Event is something that another system is told by a webhook.
type Event struct {
	EndpointID string
	// Type names what happened, Key which time, for example an event's id.
	Type, Key string
	Body      string // JSON
}

// Post stores an event to be sent to an endpoint, once for its key. It is for
// the room of the webhooks and checks nothing.
func (s *Service) Post(ctx context.Context, e Event) error {
	if !s.Uses(Webhook) {
		return nil
	}
	return s.store(ctx, &Notice{
		Key:       fmt.Sprintf("%s/%s/%s/%s", e.Type, e.Key, e.EndpointID, Webhook),
		Recipient: Recipient{EndpointID: e.EndpointID}, Channel: Webhook, Template: e.Type, Body: e.Body,
	})
}
