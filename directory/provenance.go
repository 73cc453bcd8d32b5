package directory

import (
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
)

// Origin is where most of a listing comes from.
type Origin struct {
	// Feed is the name of a feed; "" where people of the network or the agency
	// entered the listing.
	Feed string    `json:"feed,omitempty"`
	At   time.Time `json:"at"`
}

// FieldSource says who a field's value comes from, for those who keep listings.
type FieldSource struct {
	Field string `json:"field"` // as in HSDS; "" for all that are not named
	Source
}

// origin is where most of what is known of a service comes from; nil where
// nobody noted it.
func (s Sources) origin() *Origin {
	whole := s[""]
	if whole == (Source{}) {
		return nil
	}
	return &Origin{Feed: whole.Feed, At: whole.At}
}

// told are the sources for somebody who may change the listing; others get none,
// since they name users.
func (s Sources) told(actor identity.Actor, organizationID string) []FieldSource {
	if !actor.May(identity.DirectoryWrite) || actor.Agency() && actor.OrganizationID != organizationID {
		return nil
	}
	var out []FieldSource
	for field, source := range s {
		out = append(out, FieldSource{field, source})
	}
	slices.SortFunc(out, func(a, b FieldSource) int { return strings.Compare(a.Field, b.Field) })
	return out
}
