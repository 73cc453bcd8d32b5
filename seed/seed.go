// Package seed is one made-up county: organizations and services, people who
// work there, and patients with screenings and referrals in every state. It is
// loaded through the same services that everybody uses, at the times when
// things are said to have happened. Days count back from now; all else is fixed.
//
// The demo, the page tests and the API tests use it, so tests may say
// seed.ID("valley-food-bank").
package seed

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// Services are the rooms that the county moves into. Their clock must be Clock,
// which Load moves through the past and leaves at the instant it found.
type Services struct {
	Clock     *clock.Fake
	Accounts  *accounts.Service
	Patients  *patients.Service
	Screening *screening.Service
	Directory *directory.Directory
	Referrals *referrals.Service
	// Drain delivers the events that wait; it is called after each step of a story.
	Drain func(context.Context) error
}

// space is the namespace of the county's ids.
var space = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:seed"))

// ID is the id of what the words name: an organization ("valley-food-bank"), a
// service ("valley-food-bank/pantry"), a user ("user/vega") or a patient
// ("patient/rosa-delgado").
func ID(words string) string { return uuid.NewSHA1(space, []byte(words)).String() }

// Load puts the county into the services. A store that has it already is left
// as it is.
func Load(ctx context.Context, s Services) error {
	now := s.Clock.Now()
	defer s.Clock.Set(now)
	ctx = identity.With(ctx, identity.SystemActor("seed"))
	if _, err := s.Accounts.Organization(ctx, ID(networkSlug)); err == nil {
		return nil
	} else if !fault.Is(err, fault.NotFound) {
		return err
	}
	county, err := readCounty()
	if err != nil {
		return err
	}
	people, err := readPeople()
	if err != nil {
		return err
	}
	s.Clock.Set(now.AddDate(0, 0, -countyAge))
	if err := loadStaff(ctx, s, county); err != nil {
		return fmt.Errorf("staff: %w", err)
	}
	if err := loadDirectory(ctx, s, county, now); err != nil {
		return fmt.Errorf("directory: %w", err)
	}
	for _, p := range people {
		if err := tell(ctx, s, p, now); err != nil {
			return fmt.Errorf("patient %s: %w", p.slug, err)
		}
	}
	return s.Drain(ctx)
}

// countyAge is how many days ago the network began.
const countyAge = 150
