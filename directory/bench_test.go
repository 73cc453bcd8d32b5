package directory_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
)

// benchServices is how many services the benchmarks search.
const benchServices = 2_000

func benchDirectory(b *testing.B) *directory.Directory {
	ctx := identity.With(b.Context(), identity.Actor{ID: "n", Role: identity.NetworkAdmin})
	e, err := sqlite.OpenMemory(ctx)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := e.Close(); err != nil {
			b.Error(err)
		}
	})
	now := clock.NewFake(time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC))
	d, err := directory.New(ctx, e, memory.New(), directory.Options{Now: now.Now})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := d.PutOrganization(ctx, directory.OrganizationDoc{Organization: directory.Organization{ID: "o", Name: "Mission Help"}}); err != nil {
		b.Fatal(err)
	}
	kinds := []string{"Food Pantry", "Rent Assistance", "Bus Passes", "Job Training", "Utility Assistance", "Counseling", "Free Clinic", "Clothing Closet"}
	for i := range benchServices {
		lat, lng := 37.6+float64(i%50)/100, -122.5+float64(i/50%40)/100
		loc := fmt.Sprintf("l%d", i)
		if _, err := d.PutLocation(ctx, directory.LocationDoc{Location: directory.Location{
			ID: loc, OrganizationID: "o", Name: "Place", LocationType: directory.Physical, Latitude: &lat, Longitude: &lng,
			Addresses: []directory.Address{{Address1: "1 Main Street", City: "San Francisco", StateProvince: "CA", PostalCode: "94109", AddressType: directory.Physical}},
		}}); err != nil {
			b.Fatal(err)
		}
		s := pantry(func(s *directory.ServiceDoc) {
			s.Service.ID, s.Service.OrganizationID = fmt.Sprintf("s%d", i), "o"
			s.Service.Name = fmt.Sprintf("%s %d", kinds[i%len(kinds)], i)
			s.Service.ServiceAtLocations = []directory.ServiceAtLocation{{ID: fmt.Sprintf("a%d", i), LocationID: loc}}
		})
		if _, err := d.PutService(ctx, s); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := d.Reindex(ctx); err != nil {
		b.Fatal(err)
	}
	return d
}

var benchSearches = []directory.Search{
	{Needs: []string{"food-insecurity"}, PostalCode: "94109"},
	{Q: "rent asistance", PostalCode: "94110"},
	{Q: "pantry", OpenNow: true, Languages: []string{"es"}},
	{PostalCode: "94103", Sort: directory.ByDistance, Page: 3},
}

// BenchmarkSearch is what GET /services costs below the web server: search,
// summaries, JSON. 5,000 a second on two cores leave 400 µs of processor for each.
func BenchmarkSearch(b *testing.B) {
	d := benchDirectory(b)
	ctx := identity.With(b.Context(), identity.Actor{ID: "c", Role: identity.CHW})
	for i, in := range benchSearches {
		b.Run(fmt.Sprint(i), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p, err := d.Search(ctx, in)
				if err != nil || len(p.Items) == 0 {
					b.Fatalf("Search = %d services, %v", len(p.Items), err)
				}
				if _, err := json.Marshal(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSearchParallel is the same from all processors at once.
func BenchmarkSearchParallel(b *testing.B) {
	d := benchDirectory(b)
	ctx := identity.With(b.Context(), identity.Actor{ID: "c", Role: identity.CHW})
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			p, err := d.Search(ctx, benchSearches[i%len(benchSearches)])
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := json.Marshal(p); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
