package server_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/server/servertest"
)

// county is the made-up county of the seed, to make many of.
type county struct {
	services      []directory.Service
	organizations map[string]directory.Organization
	locations     map[string]directory.Location
}

// importCounties imports as many copies of the county as make manyServices.
func importCounties(b *testing.B, h *servertest.House) {
	b.Helper()
	ctx := identity.With(context.Background(), identity.SystemActor("bench"))
	c := readCounty(ctx, b, h)
	im, err := h.Directory.StartImport(ctx, "counties", false, func(n directory.ImportNote) {
		if n.Refused {
			b.Errorf("%s %s is refused: %s %s", n.Kind, n.ID, n.Field, n.Rule)
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, run := range []func() error{
		func() error { return im.Organizations(ctx, copies(c, c.organizationsOf)) },
		func() error { return im.Locations(ctx, copies(c, c.locationsOf)) },
		func() error { return im.Services(ctx, copies(c, c.servicesOf)) },
		func() error { return im.Finish(ctx) },
		func() error { return im.Close(ctx) },
	} {
		if err := run(); err != nil {
			b.Fatal(err)
		}
	}
}

func readCounty(ctx context.Context, b *testing.B, h *servertest.House) county {
	b.Helper()
	page, err := h.Directory.Search(ctx, directory.Search{PerPage: 100})
	if err != nil {
		b.Fatal(err)
	}
	c := county{organizations: map[string]directory.Organization{}, locations: map[string]directory.Location{}}
	for _, s := range page.Items {
		doc, err := h.Directory.ServiceByID(ctx, s.ID)
		if err != nil {
			b.Fatal(err)
		}
		c.services = append(c.services, doc.Service)
		org, err := h.Directory.OrganizationByID(ctx, doc.Service.OrganizationID)
		if err != nil {
			b.Fatal(err)
		}
		c.organizations[org.ID] = org.Organization
		for _, at := range doc.Service.ServiceAtLocations {
			l, err := h.Directory.LocationByID(ctx, at.LocationID)
			if err != nil {
				b.Fatal(err)
			}
			c.locations[l.ID] = l.Location
		}
	}
	return c
}

// copies goes through what each copy of the county has.
func copies[T any](c county, of func(copy int) []T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := 0; i*len(c.services) < manyServices; i++ {
			for _, v := range of(i) {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// copied is the id that a record has in a copy.
func copied(id string, copy int) string {
	if id == "" {
		return ""
	}
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, id, copy)).String()
}

func (c county) organizationsOf(copy int) []directory.Organization {
	var out []directory.Organization
	for id, o := range c.organizations {
		o.ID, o.Name = copied(id, copy), fmt.Sprintf("%s %d", o.Name, copy)
		out = append(out, o)
	}
	return out
}

func (c county) locationsOf(copy int) []directory.Location {
	var out []directory.Location
	for id, l := range c.locations {
		l.ID, l.OrganizationID = copied(id, copy), copied(l.OrganizationID, copy)
		out = append(out, l)
	}
	return out
}

func (c county) servicesOf(copy int) []directory.Service {
	var out []directory.Service
	for _, s := range c.services {
		places := s.ServiceAtLocations
		s.ID, s.OrganizationID, s.Name = copied(s.ID, copy), copied(s.OrganizationID, copy), fmt.Sprintf("%s %d", s.Name, copy)
		s.ServiceAtLocations = nil
		for _, at := range places {
			at.ID, at.ServiceID, at.LocationID = copied(at.ID, copy), s.ID, copied(at.LocationID, copy)
			s.ServiceAtLocations = append(s.ServiceAtLocations, at)
		}
		out = append(out, s)
	}
	return out
}
