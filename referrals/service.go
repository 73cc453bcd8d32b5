package referrals

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
)

// Options are what the room needs from others. All but Links, Network and Announcements are required.
type Options struct {
	Now       clock.Now
	Patients  Patients
	Needs     Needs
	Directory Directory
	Accounts  Accounts
	Notices   Notices
	Audit     Audit
	Files     Files
	// Links lead patients to their own pages; nil where none are sent.
	Links OwnLinks
	// Network is asked for the ladder; nil for the one that stands by default.
	Network Network
	// Announcements tell other systems; nil for none.
	Announcements Announcements
}

// Service is the room. Its methods are the steps of the work; see the package comment.
type Service struct {
	Options
	referrals *docstore.Collection[Referral]
	consents  *docstore.Collection[Consent]
	requests  *docstore.Collection[Request]
	messages  *docstore.Collection[Message]
	attempts  *docstore.Collection[Attempt]
	tasks     *docstore.Collection[Task]
	notes     *docstore.Collection[Note]
	letters   *docstore.Collection[Letter]
	readings  *docstore.Collection[reading]
	unread    *docstore.Collection[unread]
	calendars calendars
	seen      seen
	pasts     pasts
}

// New opens the room's collections.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	s := &Service{Options: o}
	s.calendars = calendars{accounts: o.Accounts, now: o.Now, known: map[string]knownCalendar{}}
	s.seen = seen{at: map[sight]time.Time{}}
	s.pasts = pasts{known: map[string]knownPast{}}
	var err error
	if s.referrals, err = docstore.Open(ctx, e, referralSpec); err != nil {
		return nil, err
	}
	if s.consents, err = docstore.Open(ctx, e, consentSpec); err != nil {
		return nil, err
	}
	if s.requests, err = docstore.Open(ctx, e, requestSpec); err != nil {
		return nil, err
	}
	if s.messages, err = docstore.Open(ctx, e, messageSpec); err != nil {
		return nil, err
	}
	if err := s.openTalk(ctx, e); err != nil {
		return nil, err
	}
	if s.attempts, err = docstore.Open(ctx, e, attemptSpec); err != nil {
		return nil, err
	}
	s.tasks, err = docstore.Open(ctx, e, taskSpec)
	return s, err
}

// calendarAge is how long a calendar is taken from memory; a change of opening
// hours counts for turns that begin later than this.
const calendarAge = time.Minute

// calendars remembers the calendars of organizations, since every move needs one.
type calendars struct {
	accounts Accounts
	now      clock.Now
	mu       sync.Mutex
	known    map[string]knownCalendar
}

type knownCalendar struct {
	clock.Calendar
	read time.Time
}

func (c *calendars) of(ctx context.Context, organizationID string) (clock.Calendar, error) {
	now := c.now()
	c.mu.Lock()
	k, ok := c.known[organizationID]
	c.mu.Unlock()
	if ok && now.Sub(k.read) < calendarAge {
		return k.Calendar, nil
	}
	cal, err := c.accounts.Calendar(ctx, organizationID)
	if err != nil {
		return cal, fmt.Errorf("calendar of organization %s: %w", organizationID, err)
	}
	c.mu.Lock()
	c.known[organizationID] = knownCalendar{cal, now}
	c.mu.Unlock()
	return cal, nil
}

// pair reads the calendars of both sides of a referral.
func (c *calendars) pair(ctx context.Context, r Referral) (func(Party) clock.Calendar, error) {
	own, err := c.of(ctx, r.Sender.ID)
	if err != nil {
		return nil, err
	}
	if r.LogOnly { // the organization may have no account, and nothing waits for it
		return func(Party) clock.Calendar { return own }, nil
	}
	theirs, err := c.of(ctx, r.Agency.ID)
	if err != nil {
		return nil, err
	}
	return func(p Party) clock.Calendar {
		if p == Agency {
			return theirs
		}
		return own
	}, nil
}
