package directory

import (
	"context"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// changed is the data of the directory's events.
type changed struct {
	OrganizationID string `json:"organizationId"`
}

// mayChange tells whether the actor may change what belongs to the
// organization: an agency admin only the own one; what is another's does not
// exist for them.
func mayChange(ctx context.Context, organizationID string) (identity.Actor, error) {
	actor, err := identity.Require(ctx, identity.DirectoryWrite)
	if err != nil {
		return actor, err
	}
	if actor.Agency() && actor.OrganizationID != organizationID {
		return actor, docstore.ErrNotFound
	}
	return actor, nil
}

// PutOrganization stores an organization, new or changed. It needs
// DirectoryWrite; an agency admin may write the own organization only, also
// for the first time. A version other than 0 and the stored one is a
// docstore.ErrConflict.
func (d *Directory) PutOrganization(ctx context.Context, in OrganizationDoc) (OrganizationDoc, error) {
	if in.Organization.ID == "" {
		in.Organization.ID = in.ID
	}
	actor, err := mayChange(ctx, in.Organization.ID)
	if err != nil {
		return in, err
	}
	in.Organization.Locations, in.Organization.Services = nil, nil
	if err := checkOrganization(in); err != nil {
		return in, err
	}
	defer d.cards.forget()
	return put(ctx, d.organizations, in, actor, entity[OrganizationDoc]{
		event: "organization.changed",
		id:    func(o *OrganizationDoc) *string { return &o.Organization.ID },
		meta:  organizationSpec.Meta,
		owner: func(o *OrganizationDoc) string { return o.ID },
		ready: func(o, stored *OrganizationDoc) error {
			o.UpdatedAt = d.now()
			fillIDs(&o.Organization)
			var before *Organization
			if o.Sources = nil; stored != nil {
				before, o.Sources = &stored.Organization, stored.Sources
			}
			o.Sources = o.Sources.edited(before, &o.Organization, actor.ID, d.now())
			return nil
		},
	}, d.now())
}

// PutLocation stores a location, new or changed. It needs DirectoryWrite; an
// agency admin may write the own organization's only.
func (d *Directory) PutLocation(ctx context.Context, in LocationDoc) (LocationDoc, error) {
	actor, err := mayChange(ctx, in.Location.OrganizationID)
	if err != nil {
		return in, err
	}
	if in.Location.ID == "" {
		in.Location.ID = in.ID
	}
	if err := checkLocation(in); err != nil {
		return in, err
	}
	defer d.cards.forget()
	return put(ctx, d.locations, in, actor, entity[LocationDoc]{
		event: "location.changed",
		id:    func(l *LocationDoc) *string { return &l.Location.ID },
		meta:  locationSpec.Meta,
		owner: func(l *LocationDoc) string { return l.Location.OrganizationID },
		ready: func(l, stored *LocationDoc) error {
			if stored != nil && actor.Agency() && stored.Location.OrganizationID != actor.OrganizationID {
				return docstore.ErrNotFound
			}
			l.UpdatedAt = d.now()
			fillIDs(&l.Location)
			var before *Location
			if l.Sources = nil; stored != nil {
				before, l.Sources = &stored.Location, stored.Sources
			}
			l.Sources = l.Sources.edited(before, &l.Location, actor.ID, d.now())
			if l.TimeZone == "" {
				l.TimeZone = zoneOfZIP(address(l.Location).PostalCode)
			}
			return nil
		},
	}, d.now())
}

// PutService stores a service, new or changed, with its needs from the
// crosswalk (unless a person set them) and its areas resolved. Capacity is set
// with the first Put and by SetCapacity afterwards. It needs DirectoryWrite; an
// agency admin may write the own organization's only.
func (d *Directory) PutService(ctx context.Context, in ServiceDoc) (ServiceDoc, error) {
	actor, err := mayChange(ctx, in.Service.OrganizationID)
	if err != nil {
		return in, err
	}
	if in.Service.ID == "" {
		in.Service.ID = in.ID
	}
	in.Service = bare(in.Service)
	if err := d.checkService(ctx, in); err != nil {
		return in, err
	}
	mapped, err := d.mapNeeds(ctx, in)
	if err != nil {
		return in, err
	}
	terms, err := d.termNames(ctx, in.Service.Attributes)
	if err != nil {
		return in, err
	}
	state, err := d.stateOf(ctx, in)
	if err != nil {
		return in, err
	}
	out, err := put(ctx, d.services, in, actor, entity[ServiceDoc]{
		event: "service.changed",
		id:    func(s *ServiceDoc) *string { return &s.Service.ID },
		meta:  serviceSpec.Meta,
		owner: func(s *ServiceDoc) string { return s.Service.OrganizationID },
		ready: func(s, stored *ServiceDoc) error {
			if stored != nil && actor.Agency() && stored.Service.OrganizationID != actor.OrganizationID {
				return docstore.ErrNotFound
			}
			s.Needs = mapped
			if stored != nil {
				s.Capacity, s.Verified = stored.Capacity, stored.Verified
			}
			s.Capacity.said(d.now())
			s.touch(d.now())
			fillIDs(&s.Service)
			var before *Service
			if s.Sources, s.MissingSince = nil, noTime; stored != nil {
				before, s.Sources, s.MissingSince = &stored.Service, stored.Sources, stored.MissingSince
			}
			s.Sources = s.Sources.edited(before, &s.Service, actor.ID, d.now())
			s.resolve(state)
			s.readEligibility(terms, state)
			return nil
		},
	}, d.now())
	d.secrets.forget()
	d.cards.forget(out.ID)
	return out, err
}

// bare is the service without the objects that are documents of their own.
func bare(s Service) Service {
	s.Organization, s.Program = nil, nil
	s.ServiceAtLocations = slices.Clone(s.ServiceAtLocations)
	for i := range s.ServiceAtLocations {
		l := &s.ServiceAtLocations[i]
		if l.LocationID == "" && l.Location != nil {
			l.LocationID = l.Location.ID
		}
		l.Location, l.Service = nil, nil
	}
	return s
}

// touch notes that the service changed.
func (s *ServiceDoc) touch(at time.Time) {
	s.UpdatedAt = at
	s.Service.LastModified = stamp(at.UnixMilli())
}

// resolve reads the service areas. state is the FIPS code of the state the
// service is in.
func (s *ServiceDoc) resolve(state string) {
	s.Coverage = ResolveAreas(s.Service.ServiceAreas, state)
	s.PlaceCoverage = nil
	for _, l := range s.Service.ServiceAtLocations {
		if len(l.ServiceAreas) == 0 {
			continue
		}
		if s.PlaceCoverage == nil {
			s.PlaceCoverage = map[string]Coverage{}
		}
		s.PlaceCoverage[l.ID] = ResolveAreas(l.ServiceAreas, state)
	}
}
