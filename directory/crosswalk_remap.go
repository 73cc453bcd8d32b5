package directory

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// RemapState is how far the services have been mapped with a crosswalk.
type RemapState struct {
	docstore.Meta
	Revision string `json:"revision,omitempty"` // of the crosswalk
	After    string `json:"after,omitempty"`    // id of the last service done
	Done     int    `json:"done"`
	Changed  int    `json:"changed"` // services that serve other needs now
	Total    int    `json:"total"`   // services when it began
	// Finished is false while the work goes on.
	Finished bool      `json:"finished"`
	At       time.Time `json:"at,omitzero"` // when the last of it was done
}

var remapSpec = docstore.Spec[RemapState]{
	Name: "crosswalk_remap", Schema: 1,
	Meta: func(s *RemapState) *docstore.Meta { return &s.Meta },
}

const (
	// remapLease is held by whoever maps services anew, for remapTime at a time.
	remapLease = "crosswalk-remap"
	remapTime  = time.Minute
	// remapBatch is how many services are mapped before the place is stored.
	remapBatch = 200
)

// Remap maps all services anew after the crosswalk changed, by the network or
// with a new version, and answers how many it looked at. It goes on where it
// stopped; a change meanwhile begins it anew. What a person said of a service stays.
func (d *Directory) Remap(ctx context.Context) (n int, err error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return 0, err
	}
	leases, err := docstore.NewLeases(ctx, d.engine, d.now, "")
	if err != nil {
		return 0, err
	}
	for {
		held, err := leases.TryHold(ctx, remapLease, remapTime)
		if err != nil || !held {
			return n, err
		}
		did, finished, err := d.remapBatch(ctx)
		n += did
		if err != nil || finished {
			return n, errors.Join(err, leases.Release(context.WithoutCancel(ctx), remapLease))
		}
	}
}

// remapBatch maps the next services and notes the place.
func (d *Directory) remapBatch(ctx context.Context) (did int, finished bool, err error) {
	changes, err := d.changes.get(ctx)
	if err != nil {
		return 0, false, err
	}
	state, err := d.remapping.get(ctx)
	if err != nil {
		return 0, false, err
	}
	revision := changes.revision()
	if state.Revision == revision && state.Finished {
		return 0, true, nil
	}
	if state.Revision != revision {
		total, err := d.services.Count(ctx, docstore.Query{OrderBy: []string{"updated"}})
		if err != nil {
			return 0, false, err
		}
		state = RemapState{Revision: revision, Total: int(total)}
	}
	var batch []ServiceDoc
	for doc, err := range d.services.AllAfter(ctx, state.After) {
		if err != nil {
			return 0, false, err
		}
		if batch = append(batch, doc); len(batch) == remapBatch {
			break
		}
	}
	crosswalk := d.crosswalk.With(changes.Rules...)
	others, err := d.remap(ctx, crosswalk, batch)
	if err != nil {
		return 0, false, err
	}
	_, err = d.remapping.change(ctx, func(s *RemapState) error {
		meta := s.Meta
		*s = state
		s.Meta = meta
		s.Done, s.Changed, s.At = state.Done+len(batch), state.Changed+others, d.now()
		if s.Finished = len(batch) < remapBatch; len(batch) > 0 {
			s.After = batch[len(batch)-1].ID
		}
		finished = s.Finished
		return nil
	})
	return len(batch), finished, err
}

// remap stores the services of a batch that serve other needs with the crosswalk.
func (d *Directory) remap(ctx context.Context, crosswalk *Crosswalk, batch []ServiceDoc) (n int, err error) {
	for _, s := range batch {
		found, err := d.mapWith(ctx, crosswalk, s)
		if err != nil {
			return n, err
		}
		if slices.Equal(found, s.Needs) {
			continue
		}
		_, err = d.services.Update(ctx, s.ID, func(s *ServiceDoc) error {
			found, err := d.mapWith(ctx, crosswalk, *s) // somebody may have saved it meanwhile
			if err != nil {
				return err
			}
			s.Needs = found
			s.Emit(d.now(), "service.changed", changed{OrganizationID: s.Service.OrganizationID})
			return nil
		})
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return n, err
		}
		n++
		d.cards.forget(s.ID)
	}
	return n, nil
}

// RemapProgress answers how far the services have been mapped with the
// crosswalk in force. It needs NetworkManage.
func (d *Directory) RemapProgress(ctx context.Context) (RemapState, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return RemapState{}, err
	}
	changes, err := d.changes.get(ctx)
	if err != nil {
		return RemapState{}, err
	}
	state, err := d.remapping.get(ctx)
	if state.Revision != changes.revision() {
		return RemapState{Revision: changes.revision(), Total: state.Total}, err
	}
	return state, err
}
