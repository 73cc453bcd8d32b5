package directory

import (
	"cmp"
	"context"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// ServiceDetail is all that is shown of one service.
type ServiceDetail struct {
	ServiceSummary                   // at its first place
	Version            int64         `json:"version"`
	FullDescription    string        `json:"fullDescription,omitempty"`
	AlternateName      string        `json:"alternateName,omitempty"`
	Program            string        `json:"program,omitempty"`
	Email              string        `json:"email,omitempty"`
	FullEligibility    string        `json:"fullEligibility,omitempty"`
	ApplicationProcess string        `json:"applicationProcess,omitempty"`
	Interpretation     string        `json:"interpretation,omitempty"`
	Accreditations     string        `json:"accreditations,omitempty"`
	WaitTime           string        `json:"waitTime,omitempty"`
	CostOptions        []CostOption  `json:"costOptions,omitempty"`
	RequiredDocuments  []string      `json:"requiredDocuments,omitempty"`
	AreaNames          []string      `json:"areaNames,omitempty"` // service areas in words
	AreaUnknown        bool          `json:"areaUnknown,omitempty"`
	TaxonomyNames      []string      `json:"taxonomyNames,omitempty"`
	NeedMappings       []NeedMapping `json:"needMappings"`
	Places             []PlaceDetail `json:"places"`
	// Origin is where most of it comes from; Sources say it of each field, to
	// those who may change the listing.
	Origin  *Origin       `json:"origin,omitempty"`
	Sources []FieldSource `json:"sources,omitempty"`
	// Quality is told to those who may change the listing.
	Quality *Quality `json:"quality,omitempty"`
}

// PlaceDetail is a service at one of its places.
type PlaceDetail struct {
	ServiceSummary
	Description    string     `json:"placeDescription,omitempty"`
	Transportation string     `json:"transportation,omitempty"`
	Accessibility  []string   `json:"accessibility,omitempty"`
	Phones         []Phone    `json:"phones,omitempty"`
	Week           []DayHours `json:"week,omitempty"` // today and the six days after
	HoursNotes     []string   `json:"hoursNotes,omitempty"`
	// Usual is what Week is in most weeks.
	Usual *UsualHours `json:"-"`
}

// Detail shows one service, whatever its status, without what must not show of
// confidential places. One that was merged into another is the other. It needs
// DirectoryRead.
func (d *Directory) Detail(ctx context.Context, serviceID string) (ServiceDetail, error) {
	actor, err := identity.Require(ctx, identity.DirectoryRead)
	if err != nil {
		return ServiceDetail{}, err
	}
	listings, err := d.listings(ctx, []string{serviceID})
	if err == nil && len(listings) == 0 {
		listings, err = d.mergedListing(ctx, serviceID)
	}
	if err != nil {
		return ServiceDetail{}, err
	}
	if len(listings) == 0 || listings[0].org.ID == "" || listings[0].doc.Service.Status == Defunct {
		return ServiceDetail{}, docstore.ErrNotFound
	}
	d.looked(ctx, serviceID)
	doc := listings[0].doc
	out := d.detail(listings[0])
	out.Origin, out.Sources = doc.Sources.origin(), doc.Sources.told(actor, doc.Service.OrganizationID)
	if _, err := mayChange(ctx, out.OrganizationID); err == nil {
		q := listings[0].quality(d.crosswalk)
		out.Quality = &q
	}
	return out, nil
}

func (d *Directory) detail(l listing) ServiceDetail {
	now := d.now()
	k := newCard(l, d.crosswalk, now)
	s := l.doc.Service
	out := ServiceDetail{
		Version: l.doc.Version, FullDescription: s.Description, AlternateName: s.AlternateName, Program: l.program(),
		Email: s.Email, FullEligibility: s.EligibilityDescription, ApplicationProcess: s.ApplicationProcess,
		Interpretation: s.InterpretationServices, Accreditations: s.Accreditations, WaitTime: s.WaitTime,
		CostOptions: s.CostOptions, AreaUnknown: l.doc.Coverage.Unknown, NeedMappings: l.doc.Needs,
	}
	if out.NeedMappings == nil {
		out.NeedMappings = []NeedMapping{}
	}
	for _, r := range s.RequiredDocuments {
		if r.Document != "" {
			out.RequiredDocuments = append(out.RequiredDocuments, r.Document)
		}
	}
	for _, a := range s.ServiceAreas {
		if text := cmp.Or(a.Name, a.Description, a.Extent); text != "" {
			out.AreaNames = append(out.AreaNames, text)
		}
	}
	spots := l.spots()
	for i, p := range k.places {
		place := PlaceDetail{ServiceSummary: p.show(now), Week: p.entry.Hours.Week(now, 7), Usual: p.entry.Hours.Usual(now), Phones: l.phones(spots[i])}
		for _, sc := range l.schedules(spots[i]) {
			if sc.Description != "" {
				place.HoursNotes = append(place.HoursNotes, sc.Description)
			}
		}
		if !place.Confidential {
			place.Description, place.Transportation = spots[i].loc.Location.Description, spots[i].loc.Location.Transportation
			place.Accessibility = p.entry.Accessibility
		}
		out.Places = append(out.Places, place)
	}
	out.TaxonomyNames = k.places[0].entry.TaxonomyNames
	out.ServiceSummary = out.Places[0].ServiceSummary
	return out
}
