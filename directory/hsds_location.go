package directory

// LocationType says what kind of place a location is (HSDS location_type; the
// values of address_type are the same).
type LocationType string

// The values of LocationType.
const (
	Physical LocationType = "physical"
	Postal   LocationType = "postal"
	Virtual  LocationType = "virtual"
)

// Location is where a service is offered (HSDS location).
type Location struct {
	ID                     string          `json:"id"`
	LocationType           LocationType    `json:"location_type"`
	URL                    string          `json:"url,omitempty"`
	OrganizationID         string          `json:"organization_id,omitempty"`
	Name                   string          `json:"name,omitempty"`
	AlternateName          string          `json:"alternate_name,omitempty"`
	Description            string          `json:"description,omitempty"`
	Transportation         string          `json:"transportation,omitempty"`
	Latitude               *float64        `json:"latitude,omitempty"`
	Longitude              *float64        `json:"longitude,omitempty"`
	ExternalIdentifier     string          `json:"external_identifier,omitempty"`
	ExternalIdentifierType string          `json:"external_identifier_type,omitempty"`
	Languages              []Language      `json:"languages,omitempty"`
	Addresses              []Address       `json:"addresses,omitempty"`
	Contacts               []Contact       `json:"contacts,omitempty"`
	Accessibility          []Accessibility `json:"accessibility,omitempty"`
	Phones                 []Phone         `json:"phones,omitempty"`
	Schedules              []Schedule      `json:"schedules,omitempty"`
	Attributes             []Attribute     `json:"attributes,omitempty"`
	Metadata               []Metadata      `json:"metadata,omitempty"`
}

// ServiceAtLocation is one service at one location (HSDS service_at_location).
type ServiceAtLocation struct {
	ID           string        `json:"id"`
	ServiceID    string        `json:"service_id,omitempty"`
	LocationID   string        `json:"location_id,omitempty"`
	Description  string        `json:"description,omitempty"`
	ServiceAreas []ServiceArea `json:"service_areas,omitempty"`
	Contacts     []Contact     `json:"contacts,omitempty"`
	Phones       []Phone       `json:"phones,omitempty"`
	Schedules    []Schedule    `json:"schedules,omitempty"`
	Location     *Location     `json:"location,omitempty"`
	Attributes   []Attribute   `json:"attributes,omitempty"`
	Metadata     []Metadata    `json:"metadata,omitempty"`

	// Service is filled in the list and full views only; it stands in the
	// compiled schema of the standard, not in the object's own.
	Service *Service `json:"service,omitempty"`
}

// Address is a postal or street address (HSDS address).
type Address struct {
	ID            string       `json:"id"`
	LocationID    string       `json:"location_id,omitempty"`
	Attention     string       `json:"attention,omitempty"`
	Address1      string       `json:"address_1"`
	Address2      string       `json:"address_2,omitempty"`
	City          string       `json:"city"`
	Region        string       `json:"region,omitempty"`
	StateProvince string       `json:"state_province"`
	PostalCode    string       `json:"postal_code"`
	Country       string       `json:"country"`
	AddressType   LocationType `json:"address_type"`
	Attributes    []Attribute  `json:"attributes,omitempty"`
	Metadata      []Metadata   `json:"metadata,omitempty"`
}

// Accessibility is how people with disabilities can use a location (HSDS accessibility).
type Accessibility struct {
	ID          string      `json:"id"`
	LocationID  string      `json:"location_id,omitempty"`
	Description string      `json:"description,omitempty"`
	Details     string      `json:"details,omitempty"`
	URL         string      `json:"url,omitempty"`
	Attributes  []Attribute `json:"attributes,omitempty"`
	Metadata    []Metadata  `json:"metadata,omitempty"`
}
