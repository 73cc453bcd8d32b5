package meili

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/geo"
)

// keyField is the primary key of the documents.
const keyField = "key"

// document is an entry as the server keeps it. Names are those of fact sheet
// HSDS, section 10.
type document struct {
	Key            string `json:"key"`
	EntryID        string `json:"entry_id"`
	ServiceID      string `json:"service_id"`
	OrganizationID string `json:"organization_id"`

	Name              string   `json:"service_name"`
	AlternateNames    []string `json:"alternate_names,omitempty"`
	Keywords          []string `json:"synonym_terms,omitempty"`
	TaxonomyNames     []string `json:"taxonomy_names,omitempty"`
	OrganizationName  string   `json:"organization_name,omitempty"`
	ProgramName       string   `json:"program_name,omitempty"`
	Eligibility       string   `json:"eligibility,omitempty"`
	Description       string   `json:"description,omitempty"`
	City              string   `json:"city,omitempty"`
	RequiredDocuments []string `json:"required_documents,omitempty"`

	Needs         []string `json:"needs,omitempty"`
	TaxonomyIDs   []string `json:"taxonomy_ids,omitempty"`
	Languages     []string `json:"languages,omitempty"`
	Accessibility []string `json:"accessibility,omitempty"`
	Capacity      string   `json:"capacity,omitempty"`
	CostFree      bool     `json:"cost_free"`
	AgeFrom       float64  `json:"age_from"` // years
	AgeEnd        float64  `json:"age_end"`  // years; this age does not fit any more
	OpenSlots     []string `json:"open_slots,omitempty"`
	UnknownSlots  []string `json:"unknown_slots,omitempty"` // anySlot alone when no hours are known

	Geo         *geo.Point `json:"_geo,omitempty"` // left out when unknown, never 0,0
	HasPoint    bool       `json:"has_point"`
	Areas       []string   `json:"area_codes,omitempty"`
	AreaUnknown bool       `json:"area_unknown"`
	Exempt      bool       `json:"exempt"` // statewide or virtual: not cut by a radius

	Quality      float64 `json:"quality_score"`
	Verified     int64   `json:"verified_epoch"` // Unix seconds; 0 for never
	LastModified int64   `json:"last_modified_epoch"`
	SortName     string  `json:"sort_name"`

	// Several says that the service has other documents. Facets are the values
	// of all of them, since the server counts only one document of a service.
	Several bool          `json:"several"`
	Facets  serviceFacets `json:"facets"`
}

// serviceFacets are the values that may differ between the places of a service.
type serviceFacets struct {
	Languages     []string `json:"languages,omitempty"`
	City          []string `json:"city,omitempty"`
	Capacity      []string `json:"capacity,omitempty"`
	Accessibility []string `json:"accessibility,omitempty"`
}

// noAge stands for a missing upper bound; nobody gets so old.
const noAge = 1000

// slotDays is how many days of opening hours a document holds: any instant in
// the coming two weeks, as long as the index is refreshed every day. The server
// knows no schedules; of times beyond these days it finds nothing.
const slotDays = 16

// anySlot stands for all half hours.
const anySlot = "any"

// keyPattern is what the server takes as a key.
var keyPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// keyOf is the key of an entry: its id, or a hash of one that cannot be a key.
func keyOf(id string) string {
	if keyPattern.MatchString(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "x-" + hex.EncodeToString(sum[:20])
}

// documents turns the active entries of one service into documents.
func documents(entries []directory.Entry, now time.Time) []document {
	var out []document
	var all serviceFacets
	for i := range entries {
		if entries[i].Status != "active" {
			continue
		}
		d := documentOf(&entries[i], now)
		all.Languages = append(all.Languages, d.Languages...)
		all.City = append(all.City, present(d.City)...)
		all.Capacity = append(all.Capacity, present(d.Capacity)...)
		all.Accessibility = append(all.Accessibility, d.Accessibility...)
		out = append(out, d)
	}
	for _, list := range []*[]string{&all.Languages, &all.City, &all.Capacity, &all.Accessibility} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	for i := range out {
		out[i].Several, out[i].Facets = len(out) > 1, all
	}
	return out
}

func present(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func documentOf(e *directory.Entry, now time.Time) document {
	d := document{
		Key: keyOf(e.ID), EntryID: e.ID, ServiceID: e.ServiceID, OrganizationID: e.OrganizationID,
		Name: e.Name, AlternateNames: e.AlternateNames, Keywords: e.Keywords, TaxonomyNames: e.TaxonomyNames,
		OrganizationName: e.OrganizationName, ProgramName: e.ProgramName, Eligibility: e.Eligibility,
		Description: e.Description, City: e.City, RequiredDocuments: e.RequiredDocuments,
		Needs: e.Needs, TaxonomyIDs: e.TaxonomyIDs, Languages: e.Languages, Accessibility: e.Accessibility,
		Capacity: e.Capacity, CostFree: e.CostFree, AgeEnd: noAge,
		// Half hours in UTC, so that places of all zones can be asked at once.
		OpenSlots: e.Hours.Slots(now.UTC(), slotDays), UnknownSlots: []string{anySlot},
		Areas: e.Areas, AreaUnknown: e.AreaUnknown || len(e.Areas) == 0, Exempt: e.Statewide || e.Virtual,
		Quality: e.Quality, Verified: epoch(e.VerifiedAt), LastModified: epoch(e.LastModified), SortName: words.Fold(e.Name),
	}
	if e.Hours != nil {
		d.UnknownSlots = e.Hours.UnknownSlots(now.UTC(), slotDays)
	}
	if e.AgeMin != nil {
		d.AgeFrom = *e.AgeMin
	}
	if e.AgeMax != nil {
		d.AgeEnd = directory.AgeEnd(*e.AgeMax)
	}
	if e.Point != nil && geo.Valid(*e.Point) {
		d.Geo, d.HasPoint = e.Point, true
	}
	return d
}

func epoch(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
