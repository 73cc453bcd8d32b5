package directory

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// Kinds lists the kinds of records that can be the same.
func Kinds() []string { return []string{KindOrganization, KindService, KindLocation} }

// merger does to records of one kind what a merge needs.
type merger interface {
	// plan makes the change of the record that stays and the image of the one that goes.
	plan(ctx context.Context, m Merge, choices map[string]Choice) (MergeStep, json.RawMessage, error)
	// carry changes a record as from was changed into to; one that is gone is left alone.
	carry(ctx context.Context, id string, from, to tree, at time.Time) error
	// remove and restore take a record away and put it back; done twice is as good as once.
	remove(ctx context.Context, id string, at time.Time) error
	restore(ctx context.Context, image json.RawMessage, at time.Time) error
	// follow changes the fields of the record into that come from the feed's record.
	follow(ctx context.Context, feed, record, into string, object any, at time.Time, dry bool) (bool, error)
	// compare sets two records beside each other.
	compare(ctx context.Context, c *Comparison) error
}

// recordsOf is the merger of documents of type T.
type recordsOf[T any] struct {
	docs    *docstore.Collection[T]
	event   string
	meta    func(*T) *docstore.Meta
	object  func(*T) any
	sources func(*T) *Sources
	owner   func(*T) string // the organization it belongs to
	touch   func(*T, time.Time)
	// join puts together what is not HSDS, after the fields.
	join func(ctx context.Context, keep, drop *T) error
	// side tells what a page says of a record beside its fields.
	side func(*T, *ComparedSide)
}

func (d *Directory) mergers() map[string]merger {
	return map[string]merger{
		KindOrganization: recordsOf[OrganizationDoc]{
			docs: d.organizations, event: "organization.changed", meta: organizationSpec.Meta,
			object:  func(o *OrganizationDoc) any { return &o.Organization },
			sources: func(o *OrganizationDoc) *Sources { return &o.Sources },
			owner:   func(o *OrganizationDoc) string { return o.ID },
			touch:   func(o *OrganizationDoc, at time.Time) { o.UpdatedAt = at },
			join: func(_ context.Context, keep, drop *OrganizationDoc) error {
				keep.TimeZone = cmp.Or(keep.TimeZone, drop.TimeZone)
				return nil
			},
			side: func(o *OrganizationDoc, s *ComparedSide) { s.UpdatedAt = o.UpdatedAt },
		},
		KindLocation: recordsOf[LocationDoc]{
			docs: d.locations, event: "location.changed", meta: locationSpec.Meta,
			object:  func(l *LocationDoc) any { return &l.Location },
			sources: func(l *LocationDoc) *Sources { return &l.Sources },
			owner:   func(l *LocationDoc) string { return l.Location.OrganizationID },
			touch:   func(l *LocationDoc, at time.Time) { l.UpdatedAt = at },
			join: func(_ context.Context, keep, drop *LocationDoc) error {
				keep.TimeZone, keep.Confidential = cmp.Or(keep.TimeZone, drop.TimeZone), keep.Confidential || drop.Confidential
				return nil
			},
			side: func(l *LocationDoc, s *ComparedSide) { s.UpdatedAt, s.Confidential = l.UpdatedAt, l.Confidential },
		},
		KindService: recordsOf[ServiceDoc]{
			docs: d.services, event: "service.changed", meta: serviceSpec.Meta,
			object:  func(s *ServiceDoc) any { return &s.Service },
			sources: func(s *ServiceDoc) *Sources { return &s.Sources },
			owner:   func(s *ServiceDoc) string { return s.Service.OrganizationID },
			touch:   (*ServiceDoc).touch,
			join:    d.joinServices,
			side:    func(v *ServiceDoc, s *ComparedSide) { s.UpdatedAt, s.MissingSince = v.UpdatedAt, v.MissingSince },
		},
	}
}

func (d *Directory) joinServices(ctx context.Context, keep, drop *ServiceDoc) error {
	keep.Service.ServiceAtLocations = joinPlaces(keep.Service.ServiceAtLocations)
	keep.Needs = joinNeeds(keep.Needs, drop.Needs)
	keep.TimeZone, keep.Confidential = cmp.Or(keep.TimeZone, drop.TimeZone), keep.Confidential || drop.Confidential
	keep.MissingSince = earlier(keep.MissingSince, drop.MissingSince)
	if cmp.Or(keep.Capacity.Status, CapacityUnknown) == CapacityUnknown {
		keep.Capacity = drop.Capacity
	}
	state, err := d.stateOf(ctx, *keep)
	keep.resolve(state)
	return err
}

func (k recordsOf[T]) plan(ctx context.Context, m Merge, choices map[string]Choice) (MergeStep, json.RawMessage, error) {
	step := MergeStep{Kind: m.Kind, ID: m.Keep.ID}
	keep, err := k.docs.Get(ctx, m.Keep.ID)
	if err != nil {
		return step, nil, err
	}
	drop, err := k.docs.Get(ctx, m.Drop.ID)
	if err != nil {
		return step, nil, err
	}
	if m.Kind != KindOrganization && k.owner(&keep) != k.owner(&drop) {
		return step, nil, errOwners
	}
	before, err := treeOf(keep)
	if err != nil {
		return step, nil, err
	}
	gone, err := json.Marshal(drop)
	if err != nil {
		return step, nil, err
	}
	if err := joinFields(m, choices, k.object(&keep), k.object(&drop), k.sources(&keep), *k.sources(&drop)); err != nil {
		return step, nil, err
	}
	if err := k.join(ctx, &keep, &drop); err != nil {
		return step, nil, err
	}
	after, err := treeOf(keep)
	if err != nil {
		return step, nil, err
	}
	reown(after, m.Kind, m.Drop.ID, m.Keep.ID)
	step.From, step.To = difference(before, after)
	return step, gone, nil
}

func (k recordsOf[T]) carry(ctx context.Context, id string, from, to tree, at time.Time) error {
	_, err := k.docs.Update(ctx, id, func(t *T) error {
		now, err := treeOf(t)
		if err != nil {
			return err
		}
		was, err := json.Marshal(now)
		if err != nil {
			return err
		}
		carry(now, from, to)
		b, err := json.Marshal(now)
		if err != nil {
			return err
		}
		if string(was) == string(b) {
			return errUntouched
		}
		var out T
		if err := json.Unmarshal(b, &out); err != nil {
			return err
		}
		*k.meta(&out) = *k.meta(t)
		*t = out
		k.changed(t, at)
		return nil
	})
	if errors.Is(err, errUntouched) || errors.Is(err, docstore.ErrNotFound) {
		return nil
	}
	return err
}

func (k recordsOf[T]) changed(t *T, at time.Time) {
	k.touch(t, at)
	k.meta(t).Emit(at, k.event, changed{OrganizationID: k.owner(t)})
}

func (k recordsOf[T]) remove(ctx context.Context, id string, at time.Time) error {
	t, err := k.docs.Get(ctx, id)
	if err == nil {
		k.changed(&t, at)
		err = k.docs.Delete(ctx, &t)
	}
	if errors.Is(err, docstore.ErrNotFound) {
		return nil
	}
	return err
}

func (k recordsOf[T]) restore(ctx context.Context, image json.RawMessage, at time.Time) error {
	var t T
	if err := json.Unmarshal(image, &t); err != nil {
		return err
	}
	k.meta(&t).Version = 0
	k.changed(&t, at)
	if err := k.docs.Insert(ctx, &t); err != nil && !duplicated(err) {
		return err
	}
	return nil
}

func (k recordsOf[T]) follow(ctx context.Context, feed, record, into string, object any, at time.Time, dry bool) (bool, error) {
	change := func(t *T) error {
		if !k.sources(t).follow(feed, record, object, k.object(t)) {
			return errUntouched
		}
		k.changed(t, at)
		return nil
	}
	var err error
	if dry {
		var t T
		if t, err = k.docs.Get(ctx, into); err == nil {
			err = change(&t)
		}
	} else {
		_, err = k.docs.Update(ctx, into, change)
	}
	if errors.Is(err, errUntouched) || errors.Is(err, docstore.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
