package directory

import (
	"context"
	"iter"
	"slices"
)

// stands is the id of the record that stands for the one a feed names.
func (im *Import) stands(kind, id string) string {
	if into, merged := im.merged[kind][id]; merged {
		return into
	}
	return id
}

// follow takes a record of the feed that was merged into another: of the other,
// the fields that come from it change with it, and nothing else does.
func (im *Import) follow(ctx context.Context, kind, id, into string, object any) error {
	changed, err := im.d.mergers()[kind].follow(ctx, im.feed, id, into, object, im.at, im.dry)
	if changed {
		im.counts(kind).Changed++
	} else if err == nil {
		im.counts(kind).Unchanged++
	}
	return err
}

// redirected are the objects of a feed with the ids of merged records replaced.
func redirected[O any](objects iter.Seq[O], redirect func(*O)) iter.Seq[O] {
	return func(yield func(O) bool) {
		for o := range objects {
			redirect(&o)
			if !yield(o) {
				return
			}
		}
	}
}

func (im *Import) redirectOrganization(o *Organization) {
	o.ParentOrganizationID = im.stands(KindOrganization, o.ParentOrganizationID)
}

func (im *Import) redirectLocation(l *Location) {
	l.OrganizationID = im.stands(KindOrganization, l.OrganizationID)
}

func (im *Import) redirectService(s *Service) {
	s.OrganizationID = im.stands(KindOrganization, s.OrganizationID)
	if len(im.merged[KindLocation]) == 0 {
		return
	}
	places := bare(*s).ServiceAtLocations
	if !slices.ContainsFunc(places, func(p ServiceAtLocation) bool { return im.stands(KindLocation, p.LocationID) != p.LocationID }) {
		return
	}
	for i := range places {
		places[i].LocationID = im.stands(KindLocation, places[i].LocationID)
	}
	s.ServiceAtLocations = joinPlaces(places)
}
