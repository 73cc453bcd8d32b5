package directory

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/internal/network"
)

// How somebody made sure of a listing.
const (
	Called     = "called"      // somebody called the agency
	AgencySaid = "agency-said" // the agency said so itself
	Website    = "website"     // it stands on the agency's website
)

// verifiedHow are the ways to make sure of a listing.
var verifiedHow = map[string]bool{Called: true, AgencySaid: true, Website: true}

// Verification is who made sure of a listing, when and how.
type Verification struct {
	At  time.Time `json:"at"`
	By  string    `json:"by"` // a user id
	How string    `json:"how"`
}

const day = 24 * time.Hour

// freshSteps is how far a listing is trusted by the time since somebody made
// sure of it: a share from 0 to 1. It goes down in steps, so that an index
// changes on the few days on which a service takes a step, and not each day.
// Our own decision; a year is when 211 systems check a listing again.
var freshSteps = []struct {
	within time.Duration
	share  float64
}{{90 * day, 1}, {180 * day, 0.85}, {365 * day, 0.6}, {730 * day, 0.3}}

// longUnverified is the share of a listing that was verified before all steps.
const longUnverified = 0.1

// Freshness is how far a listing is trusted that was verified then, from 0 (a
// zero time: never) to 1.
func Freshness(verified, now time.Time) float64 {
	if verified.IsZero() {
		return 0
	}
	for _, s := range freshSteps {
		if now.Sub(verified) < s.within {
			return s.share
		}
	}
	return longUnverified
}

// verifiedAt is when somebody last made sure of the service: the feed's
// assured_date or a person's confirmation, whichever is later; zero for never.
// A date that lies after the listing was written is a mistake and does not count.
func (s ServiceDoc) verifiedAt() time.Time {
	at := s.Verified.At
	text := s.Service.AssuredDate[:min(len(time.DateOnly), len(s.Service.AssuredDate))]
	on, err := time.Parse(time.DateOnly, text)
	if err == nil && on.After(at) && (s.UpdatedAt.IsZero() || !on.After(s.UpdatedAt.Add(2*day))) {
		at = on
	}
	return at
}

// checkedAt is the instant from which the listing grows old: when somebody last
// made sure of it, else when it came in.
func (s ServiceDoc) checkedAt() time.Time {
	if at := s.verifiedAt(); !at.IsZero() {
		return at
	}
	if at := s.Sources[""].At; !at.IsZero() {
		return at
	}
	return s.UpdatedAt
}

// verifiedOn is the date of verifiedAt; "" for never.
func (s ServiceDoc) verifiedOn() string {
	if at := s.verifiedAt(); !at.IsZero() {
		return at.Format(time.DateOnly)
	}
	return ""
}

// Facts are what pages of a listing show of it without its surroundings: name,
// status, and when somebody last made sure.
func (s ServiceDoc) Facts() ServiceFacts {
	return ServiceFacts{ID: s.ID, Name: s.Service.Name, OrganizationID: s.Service.OrganizationID, Status: s.Service.Status, LastVerified: s.verifiedOn()}
}

// past tells whether so many days have gone by since then; no days never do.
func past(since, now time.Time, days int) bool {
	return days > 0 && !now.Before(since.Add(time.Duration(days)*day))
}

// stale tells whether the listing is to be checked again.
func (l listing) stale() bool { return past(l.doc.checkedAt(), l.now, l.rules.StaleAfterDays) }

// hidden tells whether the listing is so old that it is not offered any more:
// it is in no search, no match and no published data until somebody makes sure of it.
func (l listing) hidden() bool { return past(l.doc.checkedAt(), l.now, l.rules.HideAfterDays) }

// capacity is how much room there is as far as that is still believed.
func (l listing) capacity() string {
	c := l.doc.Capacity
	if c.Status == "" || past(c.UpdatedAt, l.now, l.rules.CapacityDays) {
		return CapacityUnknown
	}
	return c.Status
}

// rooms are how many of each kind of room there are, as far as that is still believed.
func (l listing) rooms() []Room {
	if past(l.doc.Capacity.UpdatedAt, l.now, l.rules.CapacityDays) {
		return nil
	}
	return l.doc.Service.Rooms()
}

// indexed are the entries that searches may find: none of a hidden listing.
func (l listing) indexed(crosswalk *Crosswalk) []Entry {
	if l.hidden() {
		return nil
	}
	return l.entries(crosswalk)
}

// listingRules are the network's rules for listings.
func (d *Directory) listingRules(ctx context.Context) (network.Listings, error) {
	if d.rules == nil {
		return network.DefaultListings(), nil
	}
	s, err := d.rules.Settings(ctx)
	return s.Listings, err
}
