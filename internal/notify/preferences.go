package notify

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Digest says how often a person is written to.
type Digest string

// The digests.
const (
	AtOnce Digest = "now"
	Hourly Digest = "hourly"
	Daily  Digest = "daily"
)

// Digests lists them, the quickest first.
func Digests() []Digest { return []Digest{AtOnce, Hourly, Daily} }

// Preferences are what a person with an account chose about notices. On the
// pages they see all of them, whatever they choose.
type Preferences struct {
	docstore.Meta // the id is the user's
	// Channels are those beside the page, for each kind of news.
	Channels map[Kind][]Channel `json:"channels"`
	// Phone gets text messages (E.164).
	Phone string `json:"phone,omitempty"`
	// Language is a BCP 47 tag; empty for that of the account.
	Language string `json:"language,omitempty"`
	// TimeZone is an IANA name; empty for that of the organization. Quiet hours
	// are by its clock.
	TimeZone string      `json:"timeZone,omitempty"`
	Quiet    clock.Hours `json:"quiet,omitzero"`
	Digest   Digest      `json:"digest"`
}

var preferencesSpec = docstore.Spec[Preferences]{
	Name: "notice_preferences", Schema: 1,
	Meta: func(p *Preferences) *docstore.Meta { return &p.Meta },
}

// Chosen lists the channels that a person can choose from here.
func (s *Service) Chosen() []Channel {
	return slices.DeleteFunc([]Channel{Email, SMS, Push}, func(c Channel) bool { return !s.Uses(c) })
}

// usual are the preferences of who chose nothing: email, at once.
func usual(userID string) Preferences {
	p := Preferences{Meta: docstore.Meta{ID: userID}, Channels: map[Kind][]Channel{}, Digest: AtOnce}
	for _, k := range Kinds() {
		p.Channels[k] = []Channel{Email}
	}
	return p
}

// of answers the preferences of a user. It checks nothing.
func (s *Service) of(ctx context.Context, userID string) (Preferences, error) {
	p, err := s.wishes.Get(ctx, userID)
	if errors.Is(err, docstore.ErrNotFound) {
		return usual(userID), nil
	}
	return p, err
}

// Preferences answers those of the signed-in user.
func (s *Service) Preferences(ctx context.Context) (Preferences, error) {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return Preferences{}, err
	}
	return s.of(ctx, actor.ID)
}

// SavePreferences stores those of the signed-in user; the last save counts.
// What waits to be sent is looked at anew.
func (s *Service) SavePreferences(ctx context.Context, in Preferences) (Preferences, error) {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return in, err
	}
	if err := in.check(); err != nil {
		return in, err
	}
	saved, err := s.wishes.Update(ctx, actor.ID, func(p *Preferences) error {
		meta := p.Meta
		*p = in
		p.Meta = meta
		return nil
	})
	if errors.Is(err, docstore.ErrNotFound) {
		saved = in
		saved.Meta = docstore.Meta{ID: actor.ID}
		err = s.wishes.Insert(ctx, &saved)
		if _, taken := errors.AsType[*docstore.DuplicateError](err); taken {
			err = docstore.ErrConflict
		}
	}
	if err != nil {
		return saved, err
	}
	return saved, s.lookAgain(ctx, actor.ID)
}

func (p *Preferences) check() error {
	var wrong fault.Fields
	needsPhone := false
	for kind, channels := range p.Channels {
		wrong.Check(slices.Contains(Kinds(), kind), "channels", "There is no such kind of news.")
		for _, c := range channels {
			wrong.Check(slices.Contains([]Channel{Email, SMS, Push}, c), "channels", "There is no such way to be told.")
			needsPhone = needsPhone || c == SMS
		}
	}
	if p.Phone != "" {
		n, err := phonenumbers.Parse(p.Phone, "US")
		if err == nil && phonenumbers.IsValidNumber(n) {
			p.Phone = phonenumbers.Format(n, phonenumbers.E164)
		} else {
			wrong.Add("phone", "Check the phone number. Write US numbers with the area code, for example 415-555-0123.")
		}
	}
	wrong.Check(p.Phone != "" || !needsPhone, "phone", "Give the number of your mobile phone for text messages.")
	if p.Language != "" {
		_, err := language.Parse(p.Language)
		wrong.Check(err == nil, "language", "Give the language as a tag such as en, es or zh-Hans.")
	}
	_, err := time.LoadLocation(p.TimeZone)
	wrong.Check(err == nil, "timeZone", "Choose a time zone from the list.")
	wrong.Check(p.Quiet.IsZero() || p.Quiet.Valid(), "quiet", "Choose from when until when it is quiet, or neither.")
	wrong.Check(slices.Contains(Digests(), p.Digest), "digest", "Choose how often you are told.")
	return wrong.Err()
}

// lookAgain makes what waits for a user due now, so that the next run of the
// job decides by what they want now.
func (s *Service) lookAgain(ctx context.Context, userID string) error {
	var errs []error
	for _, c := range []Channel{Email, SMS, Push} {
		waiting, err := s.waiting(ctx, Notice{Recipient: ToUser(userID), Channel: c}.mailbox())
		if err != nil {
			return err
		}
		for _, n := range waiting {
			if n.Attempts > 0 || !n.NextAt.After(s.now()) {
				continue
			}
			n.NextAt = s.now()
			if err := s.docs.Replace(ctx, &n); !errors.Is(err, docstore.ErrConflict) && !errors.Is(err, docstore.ErrNotFound) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// digestMost is how many notices go into one message at most.
const digestMost = 200

// waiting lists the notices in a mailbox that are not sent yet, the oldest first.
func (s *Service) waiting(ctx context.Context, mailbox string) ([]Notice, error) {
	p, err := s.docs.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("mailbox", docstore.String(mailbox))}, OrderBy: []string{"created"}, Limit: digestMost,
	})
	return p.Items, err
}
