package directory_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
)

// manyServices is a directory with n services, imported, and its store.
func manyServices(tb testing.TB, n int) (*directory.Directory, docstore.Engine) {
	tb.Helper()
	e, err := sqlite.OpenMemory(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = e.Close() })
	d, err := directory.New(tb.Context(), e, memory.New(), directory.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	ctx := identity.With(tb.Context(), identity.Actor{ID: "ann", Role: identity.NetworkAdmin})
	id := func(kind string, i int) string {
		return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s/%d", kind, i)).String()
	}
	im, err := d.StartImport(ctx, "many", false, nil)
	if err != nil {
		tb.Fatal(err)
	}
	check := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	check(im.Organizations(ctx, func(yield func(directory.Organization) bool) {
		for i := 0; i < n/5+1 && yield(directory.Organization{ID: id("o", i), Name: fmt.Sprintf("Organization %d", i)}); i++ {
		}
	}))
	check(im.Locations(ctx, func(yield func(directory.Location) bool) {
		for i := range n {
			lat, lng := 37+float64(i%1000)/1000, -122+float64(i/1000)/1000
			l := directory.Location{ID: id("l", i), OrganizationID: id("o", i/5), Name: fmt.Sprintf("Place %d", i), LocationType: directory.Physical, Latitude: &lat, Longitude: &lng}
			if !yield(l) {
				return
			}
		}
	}))
	check(im.Services(ctx, func(yield func(directory.Service) bool) {
		for i := range n {
			s := directory.Service{
				ID: id("s", i), OrganizationID: id("o", i/5), Name: fmt.Sprintf("Pantry %d", i), Status: directory.Active,
				Description: "Groceries for families, no papers needed.", Languages: []directory.Language{{Code: []string{"es", "en", "vi"}[i%3]}},
				Schedules:          []directory.Schedule{{Freq: "WEEKLY", ByDay: "MO,TU,WE", OpensAt: "09:00", ClosesAt: "17:00"}},
				ServiceAtLocations: []directory.ServiceAtLocation{{ID: id("a", i), LocationID: id("l", i)}},
			}
			if !yield(s) {
				return
			}
		}
	}))
	check(im.Finish(ctx))
	check(im.Close(ctx))
	return d, e
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestListsReadInBoundedMemory goes through every record in full and wants the
// memory in use not to grow with what was read.
func TestListsReadInBoundedMemory(t *testing.T) {
	const n, most = 4000, 4 << 20
	d, _ := manyServices(t, n)
	l, err := d.ListServices(t.Context(), directory.ListQuery{}, directory.Full)
	if err != nil {
		t.Fatal(err)
	}
	before, read := heap(), 0
	for s, err := range l.All(t.Context()) {
		if err != nil || s.Organization == nil {
			t.Fatalf("service %d: %v", read, err)
		}
		if read++; read%1000 == 0 {
			if now := heap(); now > before+most {
				t.Errorf("after %d services %d KiB more are in use", read, (now-before)>>10)
			}
		}
	}
	if read != n || l.Total() != n {
		t.Errorf("read %d services of %d, want %d", read, l.Total(), n)
	}
}

// BenchmarkLists measures lists of 20,000 services: making one, and a page of it.
func BenchmarkLists(b *testing.B) {
	const n = 20_000
	d, _ := manyServices(b, n)
	before, start := heap(), time.Now()
	if _, err := d.ListServices(b.Context(), directory.ListQuery{}, directory.Brief); err != nil {
		b.Fatal(err)
	}
	filled := time.Since(start)
	b.Logf("filled in %v, %d bytes a service", filled.Round(time.Millisecond), (heap()-before)/n)
	at := time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)
	for name, q := range map[string]directory.ListQuery{
		"all": {}, "near": {Near: &geo.Point{Lat: 37.5, Lng: -121.99}, RadiusMeters: 5000, Sort: directory.SortDistance},
		"language": {Languages: []string{"es"}}, "open": {OpenAt: []time.Time{at}}, "modified": {ModifiedAfter: at},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				l, err := d.ListServices(b.Context(), q, directory.Brief)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := l.Page(b.Context(), 1+l.Total()/100, 50); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("stream", func(b *testing.B) {
		for b.Loop() {
			l, err := d.ListServices(b.Context(), directory.ListQuery{}, directory.Full)
			if err != nil {
				b.Fatal(err)
			}
			for _, err := range l.All(b.Context()) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "records/s")
	})
}
