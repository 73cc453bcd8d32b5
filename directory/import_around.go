package directory

import (
	"context"
)

// surroundings are what the services of a batch name.
type surroundings struct {
	organizations map[string]bool
	locations     map[string]LocationDoc
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
		add(&orgs, s.OrganizationID)
		for _, l := range s.ServiceAtLocations {
			add(&locations, l.LocationID)
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
func (a surroundings) stateOf(s Service) string {
	for _, l := range s.ServiceAtLocations {
		if st := stateOfAddress(address(a.locations[l.LocationID].Location)); st != "" {
			return st
		}
	}
	return ""
}
