// Package network keeps what those who run the network decide for all of it:
// which help lines people are shown, when patients are screened again, how
// people screen themselves, how the directory is kept true, and how long
// referrals may wait. It is one document; before anybody saved it, the
// defaults of this package stand.
package network

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Settings are the decisions of the network. Version 0 means that nobody saved
// any yet.
type Settings struct {
	docstore.Meta
	// HelpLines are in the order in which people see them.
	HelpLines []HelpLine `json:"helpLines"`
	Rescreen  Rescreen   `json:"rescreen"`
	Listings  Listings   `json:"listings"`
	// Ladder says how long referrals may wait for somebody, and what then happens.
	Ladder []LadderRule `json:"ladder"`
	// SelfLanguages are translations that nobody reviewed and that the network
	// has switched on for self-screening all the same.
	SelfLanguages []SelfLanguage `json:"selfLanguages"`
	// SelfInstrument is the id of the instrument that people answer by themselves.
	SelfInstrument string `json:"selfInstrument"`
	// ApproveAgencies makes the account that an agency makes by an invitation
	// wait until somebody of the network has switched it on.
	ApproveAgencies bool `json:"approveAgencies"`
	// ChangedAt and ChangedBy say who saved last, and when.
	ChangedAt time.Time `json:"changedAt,omitzero"`
	ChangedBy string    `json:"changedBy,omitempty"` // a name
}

// Rescreen says when a patient is to be screened again.
type Rescreen struct {
	// AfterDays is counted from the last screening.
	AfterDays int `json:"afterDays"`
	// AfterPositiveDays is counted from a screening that found a need.
	AfterPositiveDays int `json:"afterPositiveDays"`
	// AtDischarge asks for a screening on the day a patient leaves a hospital or program.
	AtDischarge bool `json:"atDischarge"`
}

// SelfLanguage is a translation of an instrument.
type SelfLanguage struct {
	Instrument string `json:"instrument"` // id
	Language   string `json:"language"`   // BCP 47
}

// SelfAllowed tells whether the network has switched the unreviewed
// translation of the instrument on for self-screening.
func (s Settings) SelfAllowed(instrument, language string) bool {
	for _, l := range s.SelfLanguages {
		if l == (SelfLanguage{instrument, language}) {
			return true
		}
	}
	return false
}

// settingsID is the id of the one document.
const settingsID = "settings"

// Defaults are the settings of a network that saved none: screened again after
// half a year and a month after a need was found, and with the shortest
// instrument alone.
func Defaults() Settings {
	return Settings{
		Meta:           docstore.Meta{ID: settingsID},
		HelpLines:      DefaultHelpLines(),
		Rescreen:       Rescreen{AfterDays: 182, AfterPositiveDays: 30, AtDischarge: true},
		Listings:       DefaultListings(),
		Ladder:         DefaultLadder(),
		SelfLanguages:  []SelfLanguage{},
		SelfInstrument: "essentials",
	}
}

var settingsSpec = docstore.Spec[Settings]{
	Name: "network_settings", Schema: 4,
	Meta:    func(s *Settings) *docstore.Meta { return &s.Meta },
	Upgrade: upgrade,
}

// Options are what a Service needs besides its engine.
type Options struct {
	Now clock.Now
	// Instrument tells whether there is an instrument with the id; nil takes any.
	Instrument func(ctx context.Context, id string) (bool, error)
}

// Service keeps the settings. It is safe for concurrent use.
type Service struct {
	opts Options
	docs *docstore.Collection[Settings]

	mu    sync.Mutex
	known Settings
	until time.Time // how long known may be answered
}

// cachedFor is how long it may take until a change made by another process is seen.
const cachedFor = 5 * time.Second

// New opens the collection of settings.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	docs, err := docstore.Open(ctx, e, settingsSpec)
	return &Service{opts: o, docs: docs}, err
}

// Settings answers the settings as they were at most five seconds ago, the
// defaults when nobody saved any. It checks nothing: they name nobody. What it
// answers is shared; change a copy.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opts.Now().Before(s.until) {
		return s.known, nil
	}
	stored, err := s.Current(ctx)
	if err == nil {
		s.known, s.until = stored, s.opts.Now().Add(cachedFor)
	}
	return stored, err
}

// Current answers the settings as they stand in the store, for those who are
// about to change them. It checks nothing.
func (s *Service) Current(ctx context.Context) (Settings, error) {
	stored, err := s.docs.Get(ctx, settingsID)
	if errors.Is(err, docstore.ErrNotFound) {
		return Defaults(), nil
	}
	return stored, err
}

// forget lets the next Settings read what is stored.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = time.Time{}
}

// errDone ends an Update that has nothing to store.
var errDone = errors.New("unchanged")

// Check answers the settings as Save would store them, or what is wrong with
// them; for a page that shows them first.
func (s *Service) Check(ctx context.Context, in Settings) (Settings, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return Settings{}, err
	}
	err := s.check(ctx, &in)
	return in, err
}

// Save stores the settings in place of the version that they carry; 0 for
// none. It fails with docstore.ErrConflict when somebody else saved since.
func (s *Service) Save(ctx context.Context, in Settings) (Settings, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return Settings{}, err
	}
	if err := s.check(ctx, &in); err != nil {
		return Settings{}, err
	}
	defer s.forget()
	now := s.opts.Now()
	in.ChangedAt, in.ChangedBy = now, actor.Name
	saved, err := s.docs.Update(ctx, settingsID, func(stored *Settings) error {
		if done, err := stored.Replayed(ctx); done || err != nil {
			return cmp.Or(err, errDone)
		}
		if in.Version != stored.Version {
			return docstore.ErrConflict
		}
		meta := stored.Meta
		*stored = in
		stored.Meta = meta
		stored.saved(ctx, now)
		return nil
	})
	switch {
	case errors.Is(err, errDone):
		return s.docs.Get(ctx, settingsID)
	case errors.Is(err, docstore.ErrNotFound) && in.Version == 0:
		return s.first(ctx, in, now)
	case errors.Is(err, docstore.ErrNotFound):
		return Settings{}, docstore.ErrConflict
	}
	return saved, err
}

// first stores the settings of a network that has none.
func (s *Service) first(ctx context.Context, in Settings, now time.Time) (Settings, error) {
	in.Meta = docstore.Meta{ID: settingsID}
	in.saved(ctx, now)
	err := s.docs.Insert(ctx, &in)
	if _, taken := errors.AsType[*docstore.DuplicateError](err); taken {
		err = docstore.ErrConflict
	}
	return in, err
}

// saved notes the change for those who follow it.
func (s *Settings) saved(ctx context.Context, now time.Time) {
	s.Remember(ctx, now)
	s.Emit(now, "network.changed", map[string]any{"rescreen": s.Rescreen})
}

// Bounds of the intervals, in days: a day, and three years.
const (
	minDays = 1
	maxDays = 3 * 365
)

// check brings the settings into the form in which they are stored, and tells
// all that is wrong with them.
func (s *Service) check(ctx context.Context, in *Settings) error {
	var wrong fault.Fields
	in.HelpLines = checkHelpLines(in.HelpLines, &wrong)
	for name, days := range map[string]int{"rescreen.afterDays": in.Rescreen.AfterDays, "rescreen.afterPositiveDays": in.Rescreen.AfterPositiveDays} {
		wrong.Check(days >= minDays && days <= maxDays, name, "Use a whole number of days from %d to %d.", minDays, maxDays)
	}
	in.Listings.check(&wrong)
	checkLadder(in.Ladder, &wrong)
	if err := s.checkInstruments(ctx, in, &wrong); err != nil {
		return err
	}
	return wrong.Err()
}
