package seed

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/geo"
)

// confidential marks a street that must not be shown.
const confidential = "confidential"

// loadDirectory puts every organization with its places and services.
func loadDirectory(ctx context.Context, s Services, county []organization, now time.Time) error {
	for n, o := range county {
		if _, err := s.Directory.PutOrganization(ctx, directory.OrganizationDoc{
			Meta: docstore.Meta{ID: ID(o.slug)}, TimeZone: zone,
			Organization: directory.Organization{
				ID: ID(o.slug), Name: o.name, Description: o.about,
				Website: "https://" + o.slug + ".example.org", Email: "hello@" + o.slug + ".example.org",
				Phones: phones(o.slug, n),
			},
		}); err != nil {
			return fmt.Errorf("%s: %w", o.slug, err)
		}
		if err := loadPlaces(ctx, s, o); err != nil {
			return fmt.Errorf("places of %s: %w", o.slug, err)
		}
		for i, v := range o.services {
			doc, err := v.doc(o, now.AddDate(0, 0, -((n*7+i*13)%200)))
			if err != nil {
				return fmt.Errorf("%s/%s: %w", o.slug, v.slug, err)
			}
			if _, err := s.Directory.PutService(ctx, doc); err != nil {
				return fmt.Errorf("%s/%s: %w", o.slug, v.slug, err)
			}
		}
	}
	return nil
}

// allPlaces lists the organization's places, its own first; none for one that
// works by telephone alone.
func (o organization) allPlaces() []place {
	if o.street == "" {
		return o.places
	}
	return append([]place{{o.zip, o.street, o.name, o.hours}}, o.places...)
}

func loadPlaces(ctx context.Context, s Services, o organization) error {
	for i, p := range o.allPlaces() {
		id := placeID(o, i)
		hours, err := schedules(p.hours, id)
		if err != nil {
			return err
		}
		l := directory.Location{
			ID: ID(id), OrganizationID: ID(o.slug), Name: p.name, LocationType: directory.Physical, Schedules: hours,
			Accessibility: []directory.Accessibility{{ID: ID(id + "/access"), Description: "Wheelchair access"}},
		}
		if p.street != confidential {
			at := spot(p.zip, id)
			l.Latitude, l.Longitude = &at.Lat, &at.Lng
			l.Addresses = []directory.Address{{
				ID: ID(id + "/address"), Address1: p.street, City: towns[p.zip], StateProvince: state,
				PostalCode: p.zip, Country: "US", AddressType: directory.Physical,
			}}
		}
		if _, err := s.Directory.PutLocation(ctx, directory.LocationDoc{
			Meta: docstore.Meta{ID: ID(id)}, Location: l, TimeZone: zone, Confidential: p.street == confidential,
		}); err != nil {
			return err
		}
	}
	return nil
}

func placeID(o organization, i int) string { return fmt.Sprintf("%s/place/%d", o.slug, i) }

// spread is how far, in degrees, places lie around the middle of their ZIP area.
const spread = 0.012

// spot is a fixed point near the middle of a ZIP area.
func spot(zip, id string) geo.Point {
	z, _ := geo.LookupZIP(zip)
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	n := h.Sum32()
	return geo.Point{
		Lat: z.Point.Lat + spread*(float64(n%1000)/500-1),
		Lng: z.Point.Lng + spread*(float64(n/1000%1000)/500-1),
	}
}

// phones gives the n-th organization a number of those kept for stories (the
// North American Numbering Plan keeps 555-0100 to 555-0199 free).
func phones(id string, n int) []directory.Phone {
	area := [...]string{"350", "559"}[n/100]
	return []directory.Phone{{ID: ID(id + "/phone"), Number: fmt.Sprintf("%s-555-01%02d", area, n%100), Type: "voice"}}
}

// doc is the service as the directory keeps it.
func (v service) doc(o organization, verified time.Time) (directory.ServiceDoc, error) {
	id := o.slug + "/" + v.slug
	out := directory.Service{
		ID: ID(id), OrganizationID: ID(o.slug), Name: v.name, Description: v.about, Status: directory.Active,
		EligibilityDescription: v.who, MinimumAge: v.ages[0], MaximumAge: v.ages[1],
		AssuredDate: verified.Format(time.DateOnly), AssurerEmail: "directory@network.example.org",
		Languages: languages(id, append([]string{"en"}, firstOf(v.languages, o.languages)...)),
	}
	for i, b := range v.bring {
		out.RequiredDocuments = append(out.RequiredDocuments, directory.RequiredDocument{ID: ID(fmt.Sprintf("%s/bring/%d", id, i)), Document: b})
	}
	if v.cost == "free" {
		zero := 0.0
		out.CostOptions = []directory.CostOption{{ID: ID(id + "/cost"), Option: "Free", Amount: &zero, Currency: "USD"}}
	} else {
		out.CostOptions = []directory.CostOption{{ID: ID(id + "/cost"), Option: costWords[v.cost]}}
	}
	out.ServiceAreas = areas(id, v.area, o.zip)
	if v.hours != "=" && v.hours != o.hours {
		var err error
		if out.Schedules, err = schedules(v.hours, id); err != nil {
			return directory.ServiceDoc{}, err
		}
	} else if o.street == "" {
		var err error
		if out.Schedules, err = schedules(o.hours, id); err != nil {
			return directory.ServiceDoc{}, err
		}
	}
	for i := range o.allPlaces() {
		if i == 0 || v.everywhere {
			out.ServiceAtLocations = append(out.ServiceAtLocations, directory.ServiceAtLocation{
				ID: ID(fmt.Sprintf("%s/at/%d", id, i)), LocationID: ID(placeID(o, i)),
			})
		}
	}
	doc := directory.ServiceDoc{
		Meta: docstore.Meta{ID: ID(id)}, Service: out, TimeZone: zone,
		Capacity: directory.Capacity{Status: v.capacity, UpdatedAt: verified},
	}
	for _, n := range v.needs {
		doc.Needs = append(doc.Needs, directory.NeedMapping{Domain: n, Confidence: 1, Source: directory.Manual})
	}
	return doc, nil
}

// costWords says what a service costs that is not free.
var costWords = map[string]string{"sliding": "Pay what you can", "fee": "A small fee"}

// areas makes the HSDS service areas of a code of county.txt; none when it is empty.
func areas(id, code, homeZIP string) []directory.ServiceArea {
	kind, zips, _ := strings.Cut(code, ":")
	var names []string
	switch kind {
	case "county":
		names = []string{countyArea}
	case "state":
		names = []string{stateArea}
	case "city":
		for z, town := range towns {
			if town == towns[homeZIP] {
				names = append(names, "zip:"+z)
			}
		}
	case "zip":
		for _, z := range list(zips) {
			names = append(names, "zip:"+z)
		}
	}
	var out []directory.ServiceArea
	for _, n := range names {
		out = append(out, directory.ServiceArea{ID: ID(id + "/area/" + n), Name: areaNames[n], Extent: n, ExtentType: "text"})
	}
	return out
}

// areaNames says areas in words; ZIP codes say themselves.
var areaNames = map[string]string{countyArea: "Alder County", stateArea: "All of California"}

// languages makes the HSDS languages of tags.
func languages(id string, tags []string) []directory.Language {
	names := display.English.Languages()
	var out []directory.Language
	for _, t := range tags {
		name := names.Name(language.Make(t))
		out = append(out, directory.Language{ID: ID(id + "/language/" + t), Code: t, Name: name})
	}
	return out
}

// firstOf is a, or b where a says "as the organization".
func firstOf(a, b []string) []string {
	if len(a) == 1 && a[0] == "=" {
		return b
	}
	return a
}
