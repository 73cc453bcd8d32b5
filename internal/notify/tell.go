package notify

import (
	"context"
	"errors"
	"fmt"
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
}

// Recipient is who is told: exactly one of its fields is set, but for an
// address, which has a language beside it.
type Recipient struct {
	UserID         string `json:"userId,omitempty"`
	PatientID      string `json:"patientId,omitempty"`
	OrganizationID string `json:"organizationId,omitempty"`
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
	for _, one := range []string{r.UserID, r.PatientID, r.OrganizationID, r.Address} {
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
	channels, err := s.channels(ctx, n.To)
	if err != nil {
		return fmt.Errorf("tell %s: %w", n.Template, err)
	}
	var errs []error
	for _, c := range channels {
		errs = append(errs, s.queue(ctx, n, c))
	}
	return errors.Join(errs...)
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
func (s *Service) channels(ctx context.Context, to Recipient) ([]Channel, error) {
	if to.Via != "" {
		return s.usable(to.Via), nil
	}
	if to.UserID != "" {
		return append([]Channel{InApp}, s.usable(Email)...), nil
	}
	if len(s.senders) == 0 {
		return nil, nil
	}
	contact, err := s.contact(ctx, to)
	if err != nil {
		return nil, err
	}
	for _, c := range []Channel{Email, SMS} {
		if contact.on(c) != "" && len(s.usable(c)) > 0 {
			return []Channel{c}, nil
		}
	}
	return nil, nil
}

// usable answers the channel where there is a way to send on it.
func (s *Service) usable(c Channel) []Channel {
	if s.senders[c] == nil {
		return nil
	}
	return []Channel{c}
}

// contact asks the book.
func (s *Service) contact(ctx context.Context, to Recipient) (Contact, error) {
	switch {
	case to.UserID != "":
		return s.book.User(ctx, to.UserID)
	case to.PatientID != "":
		return s.book.Patient(ctx, to.PatientID)
	case to.OrganizationID != "":
		return s.book.Organization(ctx, to.OrganizationID)
	}
	return Contact{Email: to.Address, Phone: to.Address, Language: to.Language}, nil
}

// queue stores the notice of news on a channel, once.
func (s *Service) queue(ctx context.Context, news News, c Channel) error {
	n := Notice{
		Key:       fmt.Sprintf("%s/%s/%s/%s", news.Template, news.Key, news.To.id(), c),
		Recipient: news.To, Channel: c, Template: news.Template, Data: map[string]string{"path": news.Path},
		Status: Queued, CreatedAt: s.now(), NextAt: s.now(),
	}
	n.ID = uuid.NewSHA1(noticeSpace, []byte(n.Key)).String()
	if c == InApp {
		n.Status, n.NextAt = Sent, time.Time{}
	}
	err := s.docs.Insert(ctx, &n)
	if _, told := errors.AsType[*docstore.DuplicateError](err); told {
		return nil
	}
	return err
}
