package directory_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

func TestSearchAnswersSummaries(t *testing.T) {
	w := pantryWorld(t)
	p := w.search(directory.Search{Q: "fod pantri", PostalCode: "94109", Needs: []string{"food-insecurity"}})
	if p.Total != 1 || len(p.Items) != 1 {
		t.Fatalf("Search = %d of %d services, want the pantry", len(p.Items), p.Total)
	}
	got := p.Items[0]
	if got.DistanceMeters == nil || *got.DistanceMeters > 1000 {
		t.Errorf("DistanceMeters = %v, want some hundred", got.DistanceMeters)
	}
	got.DistanceMeters = nil
	open, closed, lat, lng := true, false, 37.7955, -122.4222
	want := directory.ServiceSummary{
		ServiceFacts: directory.ServiceFacts{
			ID: "food", ServiceAtLocationID: "food@p1", Name: "Food Pantry", OrganizationID: "pantry", OrganizationName: "Mission Pantry",
			Status: directory.Active, Needs: []string{"food-insecurity"}, Languages: []string{"es", "en"}, TimeZone: "America/Los_Angeles",
			Capacity: "unknown", Phone: "415-555-0100", LocationName: "Place p1", Free: true,
			Address: &directory.PostalAddress{Line: "1 Main Street", City: "San Francisco", State: "CA", PostalCode: "94109"},
			Point:   got.Point,
		},
		Tier: "covers-near", OpenNow: &open, Next: &directory.HoursChange{At: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC), Open: &closed},
	}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(directory.ServiceSummary{})); d != "" {
		t.Errorf("summary (-want +got):\n%s", d)
	}
	if got.Point == nil || got.Point.Lat != lat || got.Point.Lng != lng {
		t.Errorf("Point = %v, want %v, %v", got.Point, lat, lng)
	}
	if d := cmp.Diff([]directory.FacetCount{{Value: "food-insecurity", Count: 1}}, p.Facets["needs"]); d != "" {
		t.Errorf("facet needs (-want +got):\n%s", d)
	}
}

func TestSearchConditions(t *testing.T) {
	w := pantryWorld(t)
	w.put(pantry(func(s *directory.ServiceDoc) {
		s.Service.ID, s.Service.Name, s.Service.ServiceAtLocations, s.Service.Schedules = "rides", "Rides to the clinic, transportation", nil, nil
		s.Service.Languages, s.Service.FeesDescription = nil, "$2 for each ride"
	}))
	w.put(pantry(func(s *directory.ServiceDoc) {
		s.Service.ID, s.Service.Name, s.Service.Status = "old", "Old food pantry", directory.Inactive
		s.Service.ServiceAtLocations[0].ID = "old@p1"
	}))
	w.drain()
	near, far, five := 37.79, -122.42, 5.0
	tests := []struct {
		name string
		in   directory.Search
		want []string
	}{
		{"everything that is active", directory.Search{Sort: directory.ByName}, []string{"food", "rides"}},
		{"need", directory.Search{Needs: []string{"transportation-insecurity"}}, []string{"rides"}},
		{"language by name", directory.Search{Languages: []string{"Spanish"}}, []string{"food"}},
		{"language by code", directory.Search{Languages: []string{"vi"}}, []string{}},
		{"open now", directory.Search{OpenNow: true}, []string{"food"}},
		{"free", directory.Search{Free: true}, []string{"food"}},
		{"not for people elsewhere", directory.Search{PostalCode: "90001"}, []string{}},
		{"a post office box is near, its county unknown", directory.Search{PostalCode: "94119", Needs: []string{"food-insecurity"}}, []string{"food"}},
		{"within reach", directory.Search{Lat: &near, Lng: &far, RadiusKm: &five, Needs: []string{"food-insecurity"}}, []string{"food"}},
		{"second page", directory.Search{Sort: directory.ByName, Page: 2, PerPage: 1}, []string{"rides"}},
		{"after the last page", directory.Search{Page: 9}, []string{}},
		{"of an organization", directory.Search{OrganizationID: "other"}, []string{}},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, ids(w.search(tt.in))); d != "" {
			t.Errorf("%s: Search (-want +got):\n%s", tt.name, d)
		}
		w.index.away = true
		if _, err := w.dir.Search(w.chw(), tt.in); !fault.Is(err, fault.Transient) {
			t.Errorf("%s: Search while the index is away = %v, want a transient fault", tt.name, err)
		}
		w.index.away = false
	}
}

func TestSearchRefusesWhatItCannotRead(t *testing.T) {
	w := pantryWorld(t)
	x := 91.0
	for field, in := range map[string]directory.Search{
		"need":       {Needs: []string{"hunger"}},
		"postalCode": {PostalCode: "9410"},
		"lat":        {Lat: &x, Lng: &x},
		"language":   {Languages: []string{"Klingonese!"}},
		"perPage":    {PerPage: 101},
		"page":       {Page: -1},
		"capacity":   {Capacity: []string{"some"}},
		"sort":       {Sort: "random"},
		"radiusKm":   {RadiusKm: new(float64)},
	} {
		if _, err := w.dir.Search(w.chw(), in); !names(err, field) {
			t.Errorf("Search with a wrong %s = %v, want an invalid fault that names it", field, err)
		}
	}
	if _, err := w.dir.Search(w.chw(), directory.Search{PostalCode: "00000"}); !names(err, "postalCode") {
		t.Errorf("Search with a ZIP code that does not exist = %v, want an invalid fault that names it", err)
	}
	if _, err := w.dir.Search(t.Context(), directory.Search{}); !fault.Is(err, fault.Login) {
		t.Errorf("Search by nobody = %v, want a login fault", err)
	}
}

func TestFallbackReadsTheStore(t *testing.T) {
	w := newWorld(t, directory.Options{FallbackSearch: true, Log: slog.New(slog.DiscardHandler)})
	w.organization("pantry", "Mission Pantry")
	w.location("p1", "pantry", nil)
	w.put(pantry(nil))
	w.put(pantry(func(s *directory.ServiceDoc) {
		s.Service.ID, s.Service.Name, s.Service.ServiceAtLocations = "hotline", "Food hotline and meal delivery", nil
		s.Service.ServiceAreas = []directory.ServiceArea{{Name: "Statewide"}}
	}))
	w.index.away = true
	tests := []struct {
		in   directory.Search
		want []string
	}{
		{directory.Search{Needs: []string{"food-insecurity"}, PostalCode: "94109"}, []string{"food", "hotline"}},
		{directory.Search{Needs: []string{"food-insecurity"}, PostalCode: "90001"}, []string{"hotline"}},
		{directory.Search{Needs: []string{"food-insecurity"}, PostalCode: "10001"}, []string{}},
		{directory.Search{Q: "mission deliv"}, []string{"hotline"}},
		{directory.Search{Q: "pantry main"}, []string{}},
		{directory.Search{Sort: directory.ByName, PerPage: 1, Page: 2}, []string{"hotline"}},
	}
	for _, tt := range tests {
		got := ids(w.search(tt.in))
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("Search(%+v) (-want +got):\n%s", tt.in, d)
		}
	}
}
