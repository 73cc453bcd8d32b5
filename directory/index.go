package directory

import (
	"context"
	"io"
	"iter"
	"math"
	"time"

	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/geo"
)

// Index finds services. The store stays the truth: an index can be rebuilt
// from it at any time. Package indextest holds what every engine must do.
//
// All methods may be called at once from many goroutines. An engine that is
// away answers with a fault.Transient.
type Index interface {
	// Rebuild fills a new index from entries and swaps it in when it is
	// complete; searches see the old one until then. An error from entries,
	// or the end of ctx, leaves the old one in place. The entries of a service
	// follow each other. Changes applied meanwhile are in the new one too.
	Rebuild(ctx context.Context, entries iter.Seq2[Entry, error]) error
	// Apply replaces, for each change, all entries of the service. An
	// engine that indexes at once shows the change when Apply returns.
	Apply(ctx context.Context, changes []Change) error
	// Search finds services; each service stands in the answer once, with its best entry.
	Search(ctx context.Context, q Query) (Results, error)
	// Suggest completes what a person types, best first.
	Suggest(ctx context.Context, prefix string, limit int) ([]Suggestion, error)
	// SetWords makes this and later searches use the synonyms of set in place of
	// those before; a new engine uses words.Default. What is indexed stays, and a
	// rebuild that runs meanwhile ends with the new words. An engine that is away
	// answers with a fault.Transient, and uses them when it is back.
	SetWords(ctx context.Context, set words.Set) error
	// Ping reports whether the engine can serve.
	Ping(ctx context.Context) error
}

// Saved is an Index that can be kept in a file, so that a start need not
// rebuild it. What Save wrote only the same program can load, and only whole:
// whoever keeps it makes sure of both, and of what changed in between.
type Saved interface {
	Index
	// Save writes the index as it is; searches go on meanwhile, changes wait.
	Save(w io.Writer) error
	// Load puts what Save wrote in the place of what there is, except for the
	// synonyms. After an error everything is as it was. Changes applied
	// meanwhile are in the new one too.
	Load(r io.Reader) error
}

// Change is the present state of one service in the index; no entries mean
// that it is no longer to be found.
type Change struct {
	ServiceID string
	Entries   []Entry
}

// Entry is what the index knows of one service at one location, or of one
// service without a location. The source of the fields is HSDS 3.2.3;
// standards fields keep their names.
type Entry struct {
	ID             string // of the service_at_location, else of the service
	ServiceID      string
	OrganizationID string

	// Text, in the order in which a match counts.
	Name              string
	AlternateNames    []string
	Keywords          []string // words for the needs it serves, synonyms of its taxonomy terms
	TaxonomyNames     []string
	OrganizationName  string
	ProgramName       string
	Eligibility       string
	Description       string
	City              string
	RequiredDocuments []string

	// Filters and facets.
	Needs         []string // need domains (Gravity category codes)
	TaxonomyIDs   []string // with all ancestors
	Languages     []string // ISO 639 codes; English is not implied
	Accessibility []string
	PostalCode    string
	Status        string // HSDS service.status; only "active" is found unless asked for
	Capacity      string // CapacityOpen, …
	CostFree      bool
	AgeMin        *float64
	AgeMax        *float64

	// Place and coverage. A confidential place has no Point.
	Point       *geo.Point
	Areas       []string // area codes it covers: "zip:94109", "county:06075", "state:06", "us"
	AreaUnknown bool     // no service area is given, or none could be resolved
	Statewide   bool     // never cut by a radius
	Virtual     bool     // no visit is needed

	Hours *Hours // nil: unknown

	VerifiedAt   time.Time // zero: never
	LastModified time.Time
	Quality      float64 // 0 to 1
}

// Capacity values, as in the API.
const (
	CapacityOpen     = "open"
	CapacityWaitlist = "waitlist"
	CapacityFull     = "full"
	CapacityUnknown  = "unknown"
)

// Query asks for services. Conditions combine with AND, the values within one
// condition with OR. The zero Query finds every active service.
type Query struct {
	Text     string // what the person typed; typos, prefixes and synonyms count
	Language string // the person's language tag, for stems; "" for English

	Needs          []string
	TaxonomyIDs    []string
	Languages      []string
	Accessibility  []string
	Capacity       []string
	OrganizationID string
	CostFree       bool
	Age            *float64   // years; entries without bounds fit
	OpenAt         *time.Time // surely open at that instant; unknown does not fit
	// OpenUntil makes it: surely open at some time from OpenAt to before OpenUntil.
	OpenUntil *time.Time
	// HoursUnknown asks instead for those of which it is not known whether they are open then.
	HoursUnknown bool

	// Near is where the seeker is; distance is counted from it.
	Near *geo.Point
	// RadiusMeters cuts entries with a point farther away, unless they are
	// Statewide or Virtual and cover the seeker (or Areas is empty, so that
	// nothing says they do not). 0: no cut.
	RadiusMeters float64
	// Areas are the area codes the seeker is in, narrowest first. An entry that
	// has known areas and covers none of them does not fit. Empty: coverage is not asked.
	Areas []string

	Sort    Sort
	Page    int // from 1; 0 is 1
	PerPage int // 0 is 20, at most 100
	// Facets names the facets to count: "needs", "languages", "city",
	// "capacity", "accessibility", "organizationId", "taxonomyIds".
	Facets []string
}

// FitsHours tells whether an entry with these hours fits what the query asks of them.
func (q *Query) FitsHours(h *Hours) bool {
	if q.OpenAt == nil {
		return true
	}
	is, wanted := OpenUnknown, Open
	if q.OpenUntil != nil {
		is = h.Within(*q.OpenAt, *q.OpenUntil)
	} else {
		is = h.At(*q.OpenAt)
	}
	if q.HoursUnknown {
		wanted = OpenUnknown
	}
	return is == wanted
}

// Sort is the order of an answer.
type Sort string

// The orders. ByRelevance: tier, then how well the text fits, then distance,
// quality and freshness. Ties go by name, then by id, in every order.
const (
	ByRelevance Sort = ""
	ByDistance  Sort = "distance" // unknown distance last
	ByName      Sort = "name"
)

// Tier says how sure it is that the service serves the seeker's place.
type Tier uint8

// The tiers (HSDS fact sheet, section 6), best first. Without Near and Areas
// everything is in the first. Near means within the radius, or ReachMeters
// when there is none; without Areas no coverage is known.
const (
	CoversAndNear Tier = iota // covers the seeker and has a point within reach
	Covers                    // covers the seeker: statewide, county-wide, virtual
	NearUnknown               // near, but its area is not known
	Unknown                   // neither area nor place is known
)

// Results is one page of an answer.
type Results struct {
	Total  int // services that fit
	Hits   []Hit
	Facets map[string][]FacetCount // most first, then by value
}

// ReachMeters is how near a point must be to count as near when a query gives
// no radius: 40 km, about 25 miles, an hour by bus.
const ReachMeters = 40_000

// AgeEnd is the first age, in years, that is over an AgeMax: whoever is 17 and
// a half is still 17, so a whole maximum ends with the next birthday.
func AgeEnd(ageMax float64) float64 {
	if ageMax == math.Trunc(ageMax) {
		return ageMax + 1
	}
	return math.Nextafter(ageMax, math.Inf(1))
}

// Hit is one service found.
type Hit struct {
	ServiceID string
	EntryID   string
	Tier      Tier
	Score     float64 // how well the text fits, more is better; not comparable between queries or engines
	// DistanceMeters is the distance from Query.Near; nil when either is unknown.
	DistanceMeters *float64
}

// FacetCount says how many services found have the value.
type FacetCount struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// Suggestion completes what was typed.
type Suggestion struct {
	Text string `json:"text"`
	Kind string `json:"kind"` // "service", "organization" or "need"
}
