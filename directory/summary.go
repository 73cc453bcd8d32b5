package directory

import (
	"time"

	"github.com/havenloop/havenloop/internal/geo"
)

// ServiceSummary is a service as search and matches show it, at its best place.
type ServiceSummary struct {
	ServiceFacts
	// DistanceMeters is how far the place is from the seeker; nil when either is unknown.
	DistanceMeters *float64 `json:"distanceMeters"`
	// Tier says how sure it is that the service serves the seeker's place:
	// "covers-near", "covers", "near" or "unknown".
	Tier string `json:"tier"`
	// OpenNow is nil when the hours are not known.
	OpenNow *bool `json:"openNow"`
	// Next is when that changes next.
	Next *HoursChange `json:"nextChange,omitempty"`
	// Then is whether it is open at the time that the search asked for; nil
	// when it asked for none, or for now.
	Then *OpenThen `json:"openThen,omitempty"`

	written []byte // the facts as JSON, or nil
}

// ServiceFacts are the part of a summary that is the same for every seeker and
// time, until somebody changes the service.
type ServiceFacts struct {
	ID                  string `json:"id"`
	ServiceAtLocationID string `json:"serviceAtLocationId,omitempty"`
	Name                string `json:"name"`
	Description         string `json:"description,omitempty"` // the beginning of it
	OrganizationID      string `json:"organizationId"`
	OrganizationName    string `json:"organizationName"`
	Status              Status `json:"status"`
	// Needs are the need domains it serves, surest first.
	Needs     []string `json:"needs"`
	Languages []string `json:"languages"` // ISO 639 codes
	// TimeZone is the IANA zone of the place, in which to show when it opens.
	TimeZone          string     `json:"timeZone,omitempty"`
	Capacity          string     `json:"capacity"`
	CapacityUpdatedAt *time.Time `json:"capacityUpdatedAt,omitempty"`
	// CapacitySaid is what was said of room at that time, when it is too long
	// ago to be believed; Capacity is unknown then.
	CapacitySaid string `json:"capacitySaid,omitempty"`
	Phone        string `json:"phone,omitempty"`
	LocationName string `json:"locationName,omitempty"`
	// Rooms are how many there are of each kind of room, as long as that is believed.
	Rooms []Room `json:"rooms,omitempty"`
	// Address and Point are nil where there is none, and at places that must not show.
	Address *PostalAddress `json:"address,omitempty"`
	Point   *geo.Point     `json:"point,omitempty"`
	// Confidential says that the place is not shown for safety.
	Confidential bool `json:"confidential,omitempty"`
	Free         bool `json:"free"`
	// Fees is what it costs in words; "" where it is free or not told.
	Fees string `json:"fees,omitempty"`
	// Interpreters says that the service can bring in interpreters.
	Interpreters bool     `json:"interpreters,omitempty"`
	Virtual      bool     `json:"virtual"`
	Statewide    bool     `json:"statewide"`
	MinimumAge   *float64 `json:"minimumAge,omitempty"` // years
	MaximumAge   *float64 `json:"maximumAge,omitempty"` // years
	Eligibility  string   `json:"eligibility,omitempty"`
	URL          string   `json:"url,omitempty"`
	Alert        string   `json:"alert,omitempty"`
	// LastVerified is the date on which somebody last made sure of the listing; "" for never.
	LastVerified string `json:"lastVerified,omitempty"`
	// Stale says that the listing is to be checked again.
	Stale bool `json:"stale,omitempty"`
	// Hidden says that it is so old that searches and matches leave it out.
	Hidden bool `json:"hidden,omitempty"`
}

// OpenThen says whether a place is open at the time that was asked for.
type OpenThen struct {
	// Open is nil when that is not known.
	Open *bool `json:"open"`
	// From is the first instant of that time at which it is open, and Until when
	// it then closes. Already says that it is open before From too.
	From    time.Time `json:"from,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Already bool      `json:"already,omitempty"`
}

// HoursChange is when a place opens, closes, or is no longer known to be either.
type HoursChange struct {
	At time.Time `json:"at"`
	// Open is nil when the hours are unknown from then on.
	Open *bool `json:"open"`
}

// PostalAddress is an address as shown.
type PostalAddress struct {
	Line       string `json:"line"`
	City       string `json:"city"`
	State      string `json:"state"`
	PostalCode string `json:"postalCode"`
}

// tierNames are the tiers as the API says them.
var tierNames = [...]string{CoversAndNear: "covers-near", Covers: "covers", NearUnknown: "near", Unknown: "unknown"}

// String is the tier as the API says it.
func (t Tier) String() string { return tierNames[t] }
