package network

import "github.com/havenloop/havenloop/internal/fault"

// Listings says how the directory is kept true.
type Listings struct {
	// ReviewEdits makes what an agency changes in its listing wait until the
	// network has looked at it. What is urgent takes effect at once all the
	// same: room, phone numbers and whether a service is closed.
	ReviewEdits bool `json:"reviewEdits"`
	// StaleAfterDays is how long a listing that somebody made sure of counts as
	// checked; then it is shown as old and goes on the list of work.
	StaleAfterDays int `json:"staleAfterDays"`
	// HideAfterDays is when nobody finds it any more; 0 for never.
	HideAfterDays int `json:"hideAfterDays"`
	// CapacityDays is how long it is believed that a service has room, or none.
	CapacityDays int `json:"capacityDays"`
}

// DefaultListings are the rules until the network sets others: a listing is to
// be checked once a year, as the quality standards of 211 systems ask (Inform
// USA, Standards for Professional Information & Referral, standard 8), and what
// is said of room holds for two weeks.
func DefaultListings() Listings { return Listings{StaleAfterDays: 365, CapacityDays: 14} }

// maxListingDays bounds the times of listings: ten years.
const maxListingDays = 3650

func (l Listings) check(wrong *fault.Fields) {
	wrong.Check(l.StaleAfterDays >= minDays && l.StaleAfterDays <= maxListingDays, "listings.staleAfterDays",
		"Use a whole number of days from %d to %d.", minDays, maxListingDays)
	wrong.Check(l.CapacityDays >= minDays && l.CapacityDays <= maxListingDays, "listings.capacityDays",
		"Use a whole number of days from %d to %d.", minDays, maxListingDays)
	wrong.Check(l.HideAfterDays >= 0 && l.HideAfterDays <= maxListingDays, "listings.hideAfterDays",
		"Use a whole number of days up to %d, or 0 to hide nothing.", maxListingDays)
	wrong.Check(l.HideAfterDays <= 0 || l.HideAfterDays >= l.StaleAfterDays, "listings.hideAfterDays",
		"Hide a listing only after it counts as old.")
}
