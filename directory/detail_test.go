package directory_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

func TestDetail(t *testing.T) {
	w := pantryWorld(t)
	w.put(pantry(func(s *directory.ServiceDoc) {
		s.Service.Description = "Bags of food for everybody."
		s.Service.RequiredDocuments = []directory.RequiredDocument{{Document: "Photo ID"}}
		s.Service.Schedules = append(s.Service.Schedules,
			directory.Schedule{ByDay: "WE", Description: "Call on Wednesdays"}, directory.Schedule{DTStart: "2026-11-24", Closed: true})
	}))
	d, err := w.dir.Detail(w.chw(), "food")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Places) != 1 || d.Places[0].ServiceAtLocationID != "food@p1" || d.ServiceAtLocationID != "food@p1" {
		t.Fatalf("Places = %+v, want the one", d.Places)
	}
	if d := cmp.Diff([]directory.DayHours{
		{Date: "2026-11-23", Spans: []directory.Span{{From: "09:00", To: "17:00"}}},
		{Date: "2026-11-24", Spans: []directory.Span{}},
		{Date: "2026-11-25", Spans: []directory.Span{}, Unknown: true},
	}, d.Places[0].Week[:3]); d != "" {
		t.Errorf("Week (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"Photo ID"}, d.RequiredDocuments); d != "" {
		t.Errorf("RequiredDocuments (-want +got):\n%s", d)
	}
	if _, err := w.dir.Detail(w.chw(), "none"); !fault.Is(err, fault.NotFound) {
		t.Errorf("Detail of no service = %v, want not-found", err)
	}
	if _, err := w.dir.Detail(t.Context(), "food"); !fault.Is(err, fault.Login) {
		t.Errorf("Detail for nobody = %v, want a login fault", err)
	}
}

func TestConfidentialPlacesNeverShow(t *testing.T) {
	for name, hide := range map[string]func(w *world){
		"location": func(w *world) {
			w.location("p1", "pantry", func(l *directory.LocationDoc) { l.Confidential = true; describe(l) })
		},
		"service": func(w *world) {
			w.location("p1", "pantry", describe)
			w.put(pantry(func(s *directory.ServiceDoc) { s.Confidential = true }))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := pantryWorld(t)
			hide(w)
			w.drain()
			found := w.search(directory.Search{PostalCode: "94109", Needs: []string{"food-insecurity"}, Facets: []string{"city"}})
			if len(found.Items) != 1 || !found.Items[0].Confidential || found.Items[0].Tier != "covers" {
				t.Fatalf("Search = %+v, want the confidential pantry, which covers the area", found.Items)
			}
			detail, err := w.dir.Detail(w.chw(), "food")
			if err != nil {
				t.Fatal(err)
			}
			candidates, err := w.dir.Candidates(t.Context(), directory.Seeker{PostalCode: "94109"}, "food-insecurity", 10)
			if err != nil || len(candidates) != 1 {
				t.Fatalf("Candidates = %v, %v, want the pantry", candidates, err)
			}
			for what, shown := range map[string]any{
				"search": found, "detail": detail, "candidates": candidates,
				"matches": w.dir.Match(directory.Seeker{PostalCode: "94109"}, "food-insecurity", candidates, w.clock.Now()),
			} {
				b, err := json.Marshal(shown)
				if err != nil {
					t.Fatal(err)
				}
				for _, secret := range []string{"Main Street", "94109", "37.79", "Place p1", "blue door", "stop at the corner", `"value":"San Francisco"`} {
					if strings.Contains(string(b), secret) {
						t.Errorf("%s shows %q: %s", what, secret, b)
					}
				}
			}
		})
	}
}

// describe puts more on a location that tells where it is.
func describe(l *directory.LocationDoc) {
	l.Location.Description, l.Location.Transportation = "The house with the blue door", "Bus 19, stop at the corner"
}
