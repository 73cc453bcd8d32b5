package directory

import (
	"context"
)

// surroundings are what the services of a batch name.
type surroundings struct {
	organizations map[string]bool
	locations     map[string]LocationDoc  // but for those of this run
	terms         map[string]TaxonomyTerm // with all above them
}

// surroundings reads what the services of a batch name.
func (im *Import) surroundings(ctx context.Context, batch []Service) (surroundings, error) {
	out := surroundings{organizations: map[string]bool{}}
	var orgs, locations []string
	var attributes []Attribute
	seen := map[string]bool{}
	add := func(list *[]string, id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			*list = append(*list, id)
		}
	}
	for _, s := range batch {
		if !im.seen["organization"][s.OrganizationID] {
			add(&orgs, s.OrganizationID)
		}
		for _, l := range s.ServiceAtLocations {
			if _, known := im.states[l.LocationID]; !known {
				add(&locations, l.LocationID)
			}
		}
		attributes = append(attributes, s.Attributes...)
	}
	found, err := im.d.organizations.GetMany(ctx, orgs)
	if err != nil {
		return out, err
	}
	for id := range found {
		out.organizations[id] = true
	}
	if out.locations, err = im.d.locations.GetMany(ctx, locations); err != nil {
		return out, err
	}
	out.terms, err = im.d.termsOf(ctx, attributes)
	return out, err
}

// termsOf are the terms that attributes name, and all above them.
func (a surroundings) termsOf(attributes []Attribute) []TaxonomyTerm {
	var out []TaxonomyTerm
	seen := map[string]bool{}
	for _, at := range attributes {
		for id, depth := at.TaxonomyTermID, 0; id != "" && !seen[id] && depth < deepest; depth++ {
			seen[id] = true
			t, ok := a.terms[id]
			if !ok {
				break
			}
			out = append(out, t)
			id = t.ParentID
		}
	}
	return out
}

// stateOf is the FIPS code of the state that a service is in, by its places.
func (im *Import) stateOf(s Service, around surroundings) string {
	for _, l := range s.ServiceAtLocations {
		st, known := im.states[l.LocationID]
		if !known {
			st = stateOfAddress(address(around.locations[l.LocationID].Location))
		}
		if st != "" {
			return st
		}
	}
	return ""
}
