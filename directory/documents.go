package directory

import (
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// OrganizationDoc is an organization as stored: the HSDS object and what we
// add. An agency that answers referrals has the id of its account.
type OrganizationDoc struct {
	docstore.Meta
	// Organization is the HSDS object. Its locations and services are
	// documents of their own and not kept here.
	Organization Organization `json:"organization"`
	// TimeZone is an IANA name; "" where unknown.
	TimeZone string `json:"timeZone,omitempty"`
	// Sources say which feed or person each field comes from.
	Sources   Sources   `json:"sources,omitempty"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// LocationDoc is a location as stored.
type LocationDoc struct {
	docstore.Meta
	Location Location `json:"location"`
	// TimeZone is an IANA name; filled from the state where it has one zone
	// only, "" where unknown.
	TimeZone string `json:"timeZone,omitempty"`
	// Confidential says that address and position must never show: shelters
	// from violence, "call for address" places.
	Confidential bool `json:"confidential,omitempty"`
	// Sources say which feed or person each field comes from.
	Sources   Sources   `json:"sources,omitempty"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// ServiceDoc is a service as stored, with all that HSDS puts below it except
// organization and locations, which are documents of their own.
type ServiceDoc struct {
	docstore.Meta
	Service Service `json:"service"`
	// Needs are the need domains it serves: set by a person, or found by the crosswalk.
	Needs    []NeedMapping `json:"needs,omitempty"`
	Capacity Capacity      `json:"capacity"`
	// Eligibility is for whom it is: said by a person, or read from its texts.
	Eligibility Eligibility `json:"eligibility,omitzero"`
	// Verified is the last time that a person made sure of the listing here;
	// Service.AssuredDate is what a feed says of that.
	Verified Verification `json:"verified,omitzero"`
	// Coverage is what its service areas mean; PlaceCoverage the same of
	// those service_at_locations that have areas of their own, by their id.
	Coverage      Coverage            `json:"coverage"`
	PlaceCoverage map[string]Coverage `json:"placeCoverage,omitempty"`
	// TimeZone is an IANA name for places without one.
	TimeZone string `json:"timeZone,omitempty"`
	// Confidential says so for all places of the service.
	Confidential bool `json:"confidential,omitempty"`
	// Sources say which feed or person each field comes from.
	Sources Sources `json:"sources,omitempty"`
	// MissingSince is when its feed was first imported without it; zero when
	// the feed has it.
	MissingSince time.Time `json:"missingSince,omitzero"`
	// UpdatedAt is when the service, its organization or one of its
	// locations last changed; Service.LastModified says the same.
	UpdatedAt time.Time `json:"updatedAt"`
}

// Coverage is where the people live whom a service is for, as area codes:
// "zip:94109", "county:06075", "state:06", "us".
type Coverage struct {
	Areas []string `json:"areas,omitempty"`
	// Unknown says that there are no areas, or some that could not be
	// resolved; then others may be covered too.
	Unknown bool `json:"unknown,omitempty"`
}

// TaxonomyDoc is a taxonomy as stored.
type TaxonomyDoc struct {
	docstore.Meta
	Taxonomy Taxonomy `json:"taxonomy"`
}

// TermDoc is a taxonomy term as stored.
type TermDoc struct {
	docstore.Meta
	Term TaxonomyTerm `json:"term"`
}

var organizationSpec = docstore.Spec[OrganizationDoc]{
	Name:   "organizations",
	Schema: 1,
	Meta:   func(d *OrganizationDoc) *docstore.Meta { return &d.Meta },
	Keys: docstore.Keys[OrganizationDoc]{
		"name":    func(d OrganizationDoc) docstore.Value { return nameKey(d.Organization.Name) },
		"updated": func(d OrganizationDoc) docstore.Value { return docstore.Time(d.UpdatedAt) },
		"parent":  func(d OrganizationDoc) docstore.Value { return docstore.String(d.Organization.ParentOrganizationID) },
	},
	Kinds:   map[string]docstore.Kind{"updated": docstore.IntKind},
	Indexes: []docstore.Index{{"name"}, {"updated"}, {"parent"}},
}

var locationSpec = docstore.Spec[LocationDoc]{
	Name:   "locations",
	Schema: 1,
	Meta:   func(d *LocationDoc) *docstore.Meta { return &d.Meta },
	Keys: docstore.Keys[LocationDoc]{
		"organization": func(d LocationDoc) docstore.Value { return docstore.String(d.Location.OrganizationID) },
		"name":         func(d LocationDoc) docstore.Value { return nameKey(d.Location.Name) },
	},
	Indexes: []docstore.Index{{"organization", "name"}},
}

var serviceSpec = docstore.Spec[ServiceDoc]{
	Name:   "services",
	Schema: 2,
	Meta:   func(d *ServiceDoc) *docstore.Meta { return &d.Meta },
	Keys: docstore.Keys[ServiceDoc]{
		"organization": func(d ServiceDoc) docstore.Value { return docstore.String(d.Service.OrganizationID) },
		"status":       func(d ServiceDoc) docstore.Value { return docstore.String(string(d.Service.Status)) },
		"name":         func(d ServiceDoc) docstore.Value { return nameKey(d.Service.Name) },
		"updated":      func(d ServiceDoc) docstore.Value { return docstore.Time(d.UpdatedAt) },
		"mapped":       func(d ServiceDoc) docstore.Value { return docstore.Bool(len(d.Needs) > 0) },
		checkedKey:     func(d ServiceDoc) docstore.Value { return docstore.Time(d.checkedAt()) },
		capacityKey: func(d ServiceDoc) docstore.Value {
			if d.Capacity.UpdatedAt.IsZero() {
				return docstore.None
			}
			return docstore.Time(d.Capacity.UpdatedAt)
		},
	},
	Many: map[string]func(ServiceDoc) []docstore.Value{
		"need":          ServiceDoc.needKeys,
		"location":      ServiceDoc.locationKeys,
		confidentialKey: ServiceDoc.confidentialKeys,
	},
	Kinds: map[string]docstore.Kind{"updated": docstore.IntKind, "mapped": docstore.IntKind, checkedKey: docstore.IntKind, capacityKey: docstore.IntKind},
	Indexes: []docstore.Index{
		{"organization", "name"}, {"status", "name"}, {"need", "status", "name"},
		{"location"}, {"updated"}, {"mapped", "status", "name"}, {checkedKey}, {capacityKey}, {confidentialKey},
	},
}

var taxonomySpec = docstore.Spec[TaxonomyDoc]{
	Name:   "taxonomies",
	Schema: 1,
	Meta:   func(d *TaxonomyDoc) *docstore.Meta { return &d.Meta },
	Keys: docstore.Keys[TaxonomyDoc]{
		"name": func(d TaxonomyDoc) docstore.Value { return nameKey(d.Taxonomy.Name) },
	},
	Indexes: []docstore.Index{{"name"}},
}

var termSpec = docstore.Spec[TermDoc]{
	Name:   "taxonomy_terms",
	Schema: 1,
	Meta:   func(d *TermDoc) *docstore.Meta { return &d.Meta },
	Keys: docstore.Keys[TermDoc]{
		"taxonomy": func(d TermDoc) docstore.Value { return docstore.String(d.Term.TaxonomyID) },
		"parent":   func(d TermDoc) docstore.Value { return docstore.String(d.Term.ParentID) },
		"code":     func(d TermDoc) docstore.Value { return docstore.String(d.Term.Code) },
		"name":     func(d TermDoc) docstore.Value { return nameKey(d.Term.Name) },
	},
	Indexes: []docstore.Index{{"taxonomy", "code"}, {"parent", "name"}, {"name"}},
}

// nameKey is a name as lists are ordered by: without regard to case.
func nameKey(name string) docstore.Value {
	return docstore.String(strings.ToLower(strings.TrimSpace(name)))
}

func (s ServiceDoc) needKeys() []docstore.Value {
	out := make([]docstore.Value, len(s.Needs))
	for i, n := range s.Needs {
		out[i] = docstore.String(n.Domain)
	}
	return out
}

func (s ServiceDoc) locationKeys() []docstore.Value {
	out := make([]docstore.Value, 0, len(s.Service.ServiceAtLocations))
	for _, l := range s.Service.ServiceAtLocations {
		out = append(out, docstore.String(l.LocationID))
	}
	return out
}
