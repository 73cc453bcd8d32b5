package memory

import (
	"math/rand/v2"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// benchQueries are the kinds of queries, each in some variants.
func benchQueries(entries []directory.Entry) map[string]func(r *rand.Rand) directory.Query {
	now := time.Date(2026, 11, 23, 17, 10, 0, 0, time.UTC)
	near := func(r *rand.Rand) *geo.Point {
		for {
			if p := entries[r.IntN(len(entries))].Point; p != nil {
				return &geo.Point{Lat: p.Lat + r.Float64()/20, Lng: p.Lng + r.Float64()/20}
			}
		}
	}
	pick := func(r *rand.Rand, list ...string) string { return list[r.IntN(len(list))] }
	needs := func(r *rand.Rand) []string {
		return []string{pick(r, "food-insecurity", "housing-instability", "transportation-insecurity", "utility-insecurity")}
	}
	words := func(r *rand.Rand) directory.Query {
		return directory.Query{Text: pick(r, "food pantry", "rental assistance", "medical transportation", "mental health counseling", "legal aid eviction")}
	}
	return map[string]func(r *rand.Rand) directory.Query{
		"words": words,
		"words-page": func(r *rand.Rand) directory.Query { // what the search page asks
			q := words(r)
			q.Near, q.RadiusMeters, q.Areas = near(r), 40_000, []string{"county:06075", "state:06", "us"}
			q.Facets = []string{"needs", "languages", "city", "capacity", "accessibility"}
			return q
		},
		"name": func(*rand.Rand) directory.Query { return directory.Query{Sort: directory.ByName} },
		"typo": func(r *rand.Rand) directory.Query {
			return directory.Query{Text: pick(r, "transpotation", "food pantri", "emergancy shleter", "counceling", "imigration lawer", "utlity asistance")}
		},
		"prefix": func(r *rand.Rand) directory.Query {
			return directory.Query{Text: pick(r, "f", "fo", "foo", "transp", "emergency sh", "me", "couns", "s")}
		},
		"synonym": func(r *rand.Rand) directory.Query {
			return directory.Query{Text: pick(r, "food stamps", "light bill", "refugio", "i need a ride", "comida para niños"), Language: "es"}
		},
		"geo": func(r *rand.Rand) directory.Query {
			return directory.Query{Near: near(r), RadiusMeters: 15_000, Areas: []string{"county:06075", "state:06", "us"}}
		},
		"nearest": func(r *rand.Rand) directory.Query {
			return directory.Query{Near: near(r), Sort: directory.ByDistance}
		},
		"facets": func(r *rand.Rand) directory.Query {
			return directory.Query{Needs: needs(r), Facets: []string{"needs", "languages", "city", "capacity"}}
		},
		"facets-all": func(r *rand.Rand) directory.Query {
			return directory.Query{Facets: []string{"needs", "languages", "city", "capacity", "accessibility"}}
		},
		"open": func(r *rand.Rand) directory.Query {
			at := now.Add(time.Duration(r.IntN(10)) * time.Minute)
			return directory.Query{Needs: needs(r), OpenAt: &at}
		},
		"open-all": func(r *rand.Rand) directory.Query {
			at := now.Add(time.Duration(r.IntN(10)) * time.Minute)
			return directory.Query{OpenAt: &at}
		},
		"combined": func(r *rand.Rand) directory.Query {
			age := float64(r.IntN(80))
			return directory.Query{
				Text: pick(r, "food", "pantri", "housing help", "transpotation", "coun"), Needs: needs(r), Languages: []string{"es", "en"},
				Capacity: []string{directory.CapacityOpen, directory.CapacityUnknown}, Age: &age, Near: near(r), RadiusMeters: 40_000,
				Areas: []string{"zip:94109", "county:06075", "state:06", "us"}, OpenAt: &now, Facets: []string{"needs", "languages", "city"},
			}
		},
	}
}
