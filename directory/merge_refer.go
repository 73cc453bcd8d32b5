package directory

import (
	"context"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
)

// referring finds the documents that name the record that goes, with the change
// that makes them name the one that stays.
func (d *Directory) referring(ctx context.Context, m Merge) ([]MergeStep, error) {
	switch m.Kind {
	case KindOrganization:
		return d.referringToOrganization(ctx, m)
	case KindLocation:
		return d.referringToLocation(ctx, m)
	}
	return nil, nil // nothing here names a service
}

func (d *Directory) referringToOrganization(ctx context.Context, m Merge) (steps []MergeStep, err error) {
	drop := docstore.String(m.Drop.ID)
	locations, err := d.locations.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("organization", drop)}})
	if err != nil {
		return nil, err
	}
	for _, l := range locations.Items {
		steps = append(steps, moved(KindLocation, l.ID, "organization_id", m))
	}
	services, err := d.services.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("organization", drop)}})
	if err != nil {
		return nil, err
	}
	for _, s := range services.Items {
		steps = append(steps, moved(KindService, s.ID, "organization_id", m))
	}
	children, err := d.organizations.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("parent", drop)}})
	for _, o := range children.Items {
		switch step := moved(KindOrganization, o.ID, "parent_organization_id", m); o.ID {
		case m.Drop.ID:
		case m.Keep.ID: // no organization is its own parent
			step.To = tree{KindOrganization: tree{}}
			steps = append(steps, step)
		default:
			steps = append(steps, step)
		}
	}
	return steps, err
}

// moved is the change of one field from the record that goes to the one that stays.
func moved(kind, id, field string, m Merge) MergeStep {
	return MergeStep{Kind: kind, ID: id, From: tree{kind: tree{field: m.Drop.ID}}, To: tree{kind: tree{field: m.Keep.ID}}}
}

func (d *Directory) referringToLocation(ctx context.Context, m Merge) (steps []MergeStep, err error) {
	services, err := d.services.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("location", docstore.String(m.Drop.ID))}})
	if err != nil {
		return nil, err
	}
	for _, s := range services.Items {
		before, err := treeOf(s)
		if err != nil {
			return nil, err
		}
		places := slices.Clone(s.Service.ServiceAtLocations)
		for i := range places {
			if places[i].LocationID == m.Drop.ID {
				places[i].LocationID = m.Keep.ID
			}
		}
		s.Service.ServiceAtLocations = joinPlaces(places)
		after, err := treeOf(s)
		if err != nil {
			return nil, err
		}
		from, to := difference(before, after)
		steps = append(steps, MergeStep{Kind: KindService, ID: s.ID, From: from, To: to})
	}
	return steps, nil
}
