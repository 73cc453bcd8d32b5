package directory

import (
	"context"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
)

// most locations of an organization that its listing shows.
const maxListedPlaces = 200

// LocationsOf lists the locations of an organization by name, the confidential
// ones with their address, for those who may change them. It needs
// DirectoryWrite; another agency's do not exist.
func (d *Directory) LocationsOf(ctx context.Context, organizationID string) ([]LocationDoc, error) {
	if _, err := mayChange(ctx, organizationID); err != nil {
		return nil, err
	}
	page, err := d.locations.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("organization", docstore.String(organizationID))}, OrderBy: []string{"name"}, Limit: maxListedPlaces,
	})
	return page.Items, err
}

// EditableLocation is a location as who may change it sees it. It needs
// DirectoryWrite; another agency's does not exist.
func (d *Directory) EditableLocation(ctx context.Context, id string) (LocationDoc, error) {
	l, err := d.locations.Get(ctx, id)
	_, may := mayChange(ctx, l.Location.OrganizationID)
	return l, orElse(may, err)
}

// EditableOrganization is EditableLocation for an organization.
func (d *Directory) EditableOrganization(ctx context.Context, id string) (OrganizationDoc, error) {
	o, err := d.organizations.Get(ctx, id)
	_, may := mayChange(ctx, id)
	return o, orElse(may, err)
}

// QualityOf is how much a listing tells and what it lacks. It needs
// DirectoryWrite; another agency's does not exist.
func (d *Directory) QualityOf(ctx context.Context, serviceID string) (Quality, error) {
	listings, err := d.listings(ctx, []string{serviceID})
	if err != nil || len(listings) == 0 {
		return Quality{}, orElse(err, docstore.ErrNotFound)
	}
	if _, err := mayChange(ctx, listings[0].doc.Service.OrganizationID); err != nil {
		return Quality{}, err
	}
	return listings[0].quality(d.crosswalk), nil
}

// PartID is the id of a part that joins two objects, such as a service and a
// location: the same for the same two.
func PartID(whole, other string) string {
	return uuid.NewSHA1(idSpace, []byte(whole+"@"+other)).String()
}
