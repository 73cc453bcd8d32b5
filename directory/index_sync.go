package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// Consumer follows the changes of the directory: it keeps the search index and
// the summaries in memory current, and notes a change of an organization or a
// location as one of its services, since nobody else can see it in their
// last_modified. While the index is away it fails, so that the relay tries
// again; nothing is lost.
func (d *Directory) Consumer() docstore.Consumer {
	return docstore.Consumer{Name: "directory-index", Handle: d.follow, Local: d.local}
}

func (d *Directory) follow(ctx context.Context, events []docstore.Event) error {
	var changed []string
	for _, e := range events {
		if e.Type == agingEvent {
			if err := d.followAging(ctx, e); err != nil {
				return err
			}
			continue
		}
		var err error
		var ids []string
		switch e.Collection { // the accounts of organizations have ids of ours, and changes of their own
		case serviceSpec.Name:
			ids = []string{e.DocumentID}
		case organizationSpec.Name:
			ids, err = d.touchAll(ctx, e, docstore.Eq("organization", docstore.String(e.DocumentID)))
		case locationSpec.Name:
			ids, err = d.touchAll(ctx, e, docstore.Eq("location", docstore.String(e.DocumentID)))
		case termSpec.Name:
			d.noteTerm(e)
		}
		if err != nil {
			return err
		}
		changed = append(changed, ids...)
	}
	if len(changed) == 0 {
		return nil
	}
	slices.Sort(changed)
	return d.bring(ctx, slices.Compact(changed))
}

// bring takes services, as they are stored now, into the index.
func (d *Directory) bring(ctx context.Context, ids []string) error {
	d.cards.forget(ids...)
	listings, err := d.listings(ctx, ids)
	if err != nil {
		return err
	}
	more, err := d.neighbours(ctx, listings)
	if err != nil {
		return err
	}
	if len(more) > 0 {
		d.cards.forget(more...)
		others, err := d.listings(ctx, more)
		if err != nil {
			return err
		}
		ids, listings = append(ids, more...), append(listings, others...)
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	byID := map[string]listing{}
	for _, l := range listings {
		byID[l.doc.ID] = l
	}
	changes := make([]Change, len(ids))
	for i, id := range ids { // of a service that is gone, nothing is left
		changes[i] = Change{ServiceID: id, Entries: byID[id].indexed(d.crosswalk)}
	}
	if err := d.index.Apply(ctx, changes); err != nil {
		return fmt.Errorf("bring %d services into the search index: %w", len(changes), err)
	}
	return nil
}

// touchAll notes the event as a change of the services that cond finds, and
// answers those that changed at least as late anyway, so that nothing more is noted of them.
func (d *Directory) touchAll(ctx context.Context, e docstore.Event, cond docstore.Cond) (untouched []string, err error) {
	page, err := d.services.Find(ctx, docstore.Query{Where: []docstore.Cond{cond}})
	if err != nil {
		return nil, err
	}
	now := d.now()
	if now.Before(e.At) { // another process's clock
		now = e.At
	}
	for _, s := range page.Items {
		_, err := d.services.Update(ctx, s.ID, func(s *ServiceDoc) error {
			if !s.UpdatedAt.Before(e.At) {
				return errUntouched
			}
			s.touch(now) // not e.At, which who follows the changes may have passed
			s.Emit(e.At, "service.changed", changed{OrganizationID: s.Service.OrganizationID})
			return nil
		})
		switch {
		case errors.Is(err, errUntouched):
			untouched = append(untouched, s.ID)
		case err != nil && !fault.Is(err, fault.NotFound):
			return nil, err
		}
		d.cards.forget(s.ID)
	}
	return untouched, nil
}

// errUntouched ends an Update of a service that changed as late.
var errUntouched = errors.New("changed as late")
