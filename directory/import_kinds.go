package directory

import (
	"context"
	"iter"
	"strings"
)

// none prepares nothing.
func none[O any](context.Context, []O) error { return nil }

// Taxonomies takes the taxonomies of the feed.
func (im *Import) Taxonomies(ctx context.Context, objects iter.Seq[Taxonomy]) error {
	return takeAll(ctx, im, importKind[TaxonomyDoc, Taxonomy]{
		name: "taxonomy", docs: im.d.taxonomies, meta: taxonomySpec.Meta,
		id: func(t Taxonomy) string { return t.ID }, label: func(t Taxonomy) string { return t.Name },
		make: func(t Taxonomy, _ *TaxonomyDoc) (TaxonomyDoc, error) {
			if strings.TrimSpace(t.Name) == "" {
				return TaxonomyDoc{}, refusal("no-name")
			}
			return TaxonomyDoc{Taxonomy: t}, nil
		},
	}, objects, none)
}

// Terms takes the taxonomy terms of the feed.
func (im *Import) Terms(ctx context.Context, objects iter.Seq[TaxonomyTerm]) error {
	defer im.d.forgetTerms()
	return takeAll(ctx, im, importKind[TermDoc, TaxonomyTerm]{
		name: "taxonomy_term", docs: im.d.terms, meta: termSpec.Meta,
		id: func(t TaxonomyTerm) string { return t.ID }, label: func(t TaxonomyTerm) string { return t.Name },
		make: func(t TaxonomyTerm, _ *TermDoc) (TermDoc, error) {
			if strings.TrimSpace(t.Name) == "" {
				return TermDoc{}, refusal("no-name")
			}
			return TermDoc{Term: t}, nil
		},
	}, objects, none)
}

// Organizations takes the organizations of the feed.
func (im *Import) Organizations(ctx context.Context, objects iter.Seq[Organization]) error {
	return takeAll(ctx, im, importKind[OrganizationDoc, Organization]{
		name: "organization", docs: im.d.organizations, meta: organizationSpec.Meta, event: "organization.changed",
		id: func(o Organization) string { return o.ID }, label: func(o Organization) string { return o.Name },
		owner: func(o *OrganizationDoc) string { return o.Organization.ID },
		make: func(o Organization, stored *OrganizationDoc) (OrganizationDoc, error) {
			o.Locations, o.Services = nil, nil
			doc := OrganizationDoc{Organization: o, UpdatedAt: im.at}
			if stored != nil {
				doc.TimeZone = stored.TimeZone
				im.merge(&doc.Sources, stored.Sources, "organization", o.ID, o.Name, &stored.Organization, &doc.Organization)
			}
			im.own(&doc.Sources)
			fillIDs(&doc.Organization)
			return doc, checked(checkOrganization(doc))
		},
	}, redirected(objects, im.redirectOrganization), none)
}

// Locations takes the locations of the feed.
func (im *Import) Locations(ctx context.Context, objects iter.Seq[Location]) error {
	return takeAll(ctx, im, importKind[LocationDoc, Location]{
		name: "location", docs: im.d.locations, meta: locationSpec.Meta, event: "location.changed",
		id: func(l Location) string { return l.ID }, label: func(l Location) string { return l.Name },
		owner: func(l *LocationDoc) string { return l.Location.OrganizationID },
		make: func(l Location, stored *LocationDoc) (LocationDoc, error) {
			doc := LocationDoc{Location: l, UpdatedAt: im.at}
			if stored != nil {
				doc.TimeZone, doc.Confidential = stored.TimeZone, stored.Confidential
				im.merge(&doc.Sources, stored.Sources, "location", l.ID, l.Name, &stored.Location, &doc.Location)
			}
			im.own(&doc.Sources)
			fillIDs(&doc.Location)
			if doc.TimeZone == "" {
				doc.TimeZone = zoneOfZIP(address(doc.Location).PostalCode)
			}
			if err := checked(checkLocation(doc)); err != nil {
				return doc, err
			}
			im.states[l.ID] = stateOfAddress(address(doc.Location))
			return doc, nil
		},
	}, redirected(objects, im.redirectLocation), none)
}

// Services takes the services of the feed, with everything below them but their
// locations, which must be there already.
func (im *Import) Services(ctx context.Context, objects iter.Seq[Service]) error {
	var around surroundings
	return takeAll(ctx, im, importKind[ServiceDoc, Service]{
		name: "service", docs: im.d.services, meta: serviceSpec.Meta, event: "service.changed", added: "service.changed",
		id: func(s Service) string { return s.ID }, label: func(s Service) string { return s.Name },
		owner: func(s *ServiceDoc) string { return s.Service.OrganizationID },
		make: func(s Service, stored *ServiceDoc) (ServiceDoc, error) {
			return im.service(s, stored, around)
		},
	}, redirected(objects, im.redirectService), func(ctx context.Context, batch []Service) (err error) {
		if im.crosswalk, err = im.d.Crosswalk(ctx); err != nil { // it may change while a long import runs
			return err
		}
		around, err = im.surroundings(ctx, batch)
		return err
	})
}

// service makes the document of a service.
func (im *Import) service(s Service, stored *ServiceDoc, around surroundings) (ServiceDoc, error) {
	doc := ServiceDoc{Service: bare(s), Capacity: Capacity{Status: CapacityUnknown}}
	if stored != nil {
		kept := *stored
		kept.Service = doc.Service
		doc = kept
		im.merge(&doc.Sources, stored.Sources, "service", s.ID, s.Name, &stored.Service, &doc.Service)
	}
	im.own(&doc.Sources)
	if doc.Service.Status == "" {
		doc.Service.Status = Active
	}
	if !around.organizations[doc.Service.OrganizationID] && !im.seen["organization"][doc.Service.OrganizationID] {
		return doc, refusal("no-organization")
	}
	var places []ServiceAtLocation
	for _, l := range doc.Service.ServiceAtLocations {
		if _, there := around.locations[l.LocationID]; !there && !im.seen["location"][l.LocationID] {
			im.tell(ImportNote{Kind: "service", ID: s.ID, Name: s.Name, Field: "service_at_locations", Rule: "no-location"})
			continue
		}
		places = append(places, l)
	}
	doc.Service.ServiceAtLocations = places
	if lo, hi := doc.Service.MinimumAge, doc.Service.MaximumAge; lo != nil && hi != nil && *lo > *hi {
		doc.Service.MinimumAge, doc.Service.MaximumAge = nil, nil
		im.tell(ImportNote{Kind: "service", ID: s.ID, Name: s.Name, Field: "minimum_age", Rule: "ages-contradict"})
	}
	var names, codes []string
	for _, t := range around.termsOf(doc.Service.Attributes) {
		names, codes = append(names, t.Name), append(codes, t.Code)
	}
	doc.Needs = mergeNeeds(doc.Needs, im.crosswalk.Map(doc.Service, names, codes))
	if len(doc.Needs) == 0 {
		im.tell(ImportNote{Kind: "service", ID: s.ID, Name: s.Name, Rule: "no-need-found"})
	}
	doc.MissingSince = noTime
	doc.touch(im.at)
	fillIDs(&doc.Service)
	state := im.stateOf(doc.Service, around)
	doc.resolve(state)
	doc.readEligibility(names, state)
	switch {
	case strings.TrimSpace(doc.Service.Name) == "":
		return doc, refusal("no-name")
	case !statuses[doc.Service.Status]:
		return doc, refusal("unknown-status")
	}
	return doc, nil
}

// merge keeps what a person said of a stored object, and tells of what the feed
// would have said instead.
func (im *Import) merge(into *Sources, sources Sources, kind, id, name string, stored, object any) {
	*into = sources
	for _, field := range sources.take(im.feed, stored, object) {
		im.tell(ImportNote{Kind: kind, ID: id, Name: name, Field: field, Rule: "edited-here"})
	}
}

// own notes that all fields nobody else said come from the feed.
func (im *Import) own(sources *Sources) {
	out := Sources{}
	for name, s := range *sources {
		out[name] = s
	}
	if whole := out[""]; whole.By == "" {
		out[""] = Source{Feed: im.feed, At: im.at}
	}
	*sources = out
}

func checked(err error) error {
	if err != nil {
		return refusal("breaks-a-rule")
	}
	return nil
}
