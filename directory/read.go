package directory

import (
	"context"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
)

// OrganizationByID reads an organization as stored, for other rooms; it checks
// nothing. Of a record that was merged into another, it and its like answer the
// other.
func (d *Directory) OrganizationByID(ctx context.Context, id string) (OrganizationDoc, error) {
	return resolved(ctx, d, KindOrganization, id, d.organizations.Get)
}

// LocationByID reads a location, the confidential ones with their address, for
// other rooms; it checks nothing.
func (d *Directory) LocationByID(ctx context.Context, id string) (LocationDoc, error) {
	return resolved(ctx, d, KindLocation, id, d.locations.Get)
}

// ServiceByID reads a service as stored, for other rooms; it checks nothing.
func (d *Directory) ServiceByID(ctx context.Context, id string) (ServiceDoc, error) {
	return resolved(ctx, d, KindService, id, d.services.Get)
}

// ServicesOf lists the services of an organization by name. It needs
// DirectoryRead; listings are no secret.
func (d *Directory) ServicesOf(ctx context.Context, organizationID, cursor string, limit int) (docstore.Page[ServiceDoc], error) {
	if _, err := identity.Require(ctx, identity.DirectoryRead); err != nil {
		return docstore.Page[ServiceDoc]{}, err
	}
	return d.services.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("organization", docstore.String(organizationID))},
		OrderBy: []string{"name"}, After: cursor, Limit: limit,
	})
}

// stateOf is the FIPS code of the state a service is in, told by the address
// of its first location that has one, else by the organization's locations;
// "" where unknown.
func (d *Directory) stateOf(ctx context.Context, in ServiceDoc) (string, error) {
	locations, err := d.locations.GetMany(ctx, locationIDs(in.Service))
	if err != nil {
		return "", err
	}
	for _, l := range in.Service.ServiceAtLocations {
		if st := stateOfAddress(address(locations[l.LocationID].Location)); st != "" {
			return st, nil
		}
	}
	page, err := d.locations.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("organization", docstore.String(in.Service.OrganizationID))},
		Limit: 10,
	})
	for _, l := range page.Items {
		if st := stateOfAddress(address(l.Location)); st != "" {
			return st, nil
		}
	}
	return "", err
}

func stateOfAddress(a Address) string {
	if st, ok := geo.LookupState(a.StateProvince); ok {
		return st.FIPS
	}
	z, _ := geo.LookupZIP(a.PostalCode)
	return z.State
}

// address is the street address of a location, or another one when there is
// none; the zero Address when there is none at all.
func address(l Location) Address {
	for _, a := range l.Addresses {
		if a.AddressType == Physical {
			return a
		}
	}
	if len(l.Addresses) > 0 {
		return l.Addresses[0]
	}
	return Address{}
}
