package screening

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// InstrumentState is an instrument as those see it who run the network.
type InstrumentState struct {
	Info
	// Shipped tells that it comes with the program.
	Shipped bool `json:"shipped,omitempty"`
	// Retired instruments start no new screening.
	Retired      bool   `json:"retired,omitempty"`
	RulesVersion string `json:"rulesVersion,omitempty"`
	// Problem says why a stored instrument cannot be used any more; empty when it can.
	Problem string `json:"problem,omitempty"`
}

// Ref is the canonical "url|version".
func (i InstrumentState) Ref() string { return i.URL + "|" + i.Version }

// AllInstruments lists every version of every instrument, retired ones too.
func (s *Service) AllInstruments(ctx context.Context) ([]InstrumentState, error) {
	if _, err := identity.Require(ctx, identity.InstrumentsWrite); err != nil {
		return nil, err
	}
	all, err := s.catalog.fresh(ctx)
	if err != nil {
		return nil, err
	}
	var out []InstrumentState
	for _, i := range all.list {
		out = append(out, InstrumentState{
			Info: i.info(), Shipped: slices.Contains(s.catalog.base.list, i), Retired: all.retired[i.Ref()], RulesVersion: i.RulesVersion,
		})
	}
	for _, ref := range sortedKeys(all.broken) {
		url, version, _ := strings.Cut(ref, "|")
		out = append(out, InstrumentState{Info: Info{URL: url, Version: version, Title: url}, Retired: all.retired[ref], Problem: all.broken[ref].Error()})
	}
	return out, nil
}

// Retire takes a version of an instrument out of use, or into use again. New
// screenings are started with what is in use; those under way and those
// answered without a connection are taken in as before, and old ones stay as
// they are.
func (s *Service) Retire(ctx context.Context, ref string, retired bool) error {
	actor, err := identity.Require(ctx, identity.InstrumentsWrite)
	if err != nil {
		return err
	}
	i, err := s.catalog.find(ctx, ref)
	if err != nil {
		return err
	}
	now := s.opt.Now()
	set := func(d *StoredInstrument) error {
		if d.Retired == retired {
			return errDone
		}
		d.Retired = retired
		d.Emit(now, "instrument.retired", map[string]any{"instrument": d.Ref, "retired": retired})
		return nil
	}
	_, err = s.catalog.docs.Update(ctx, storedID(i.Ref()), set)
	if errors.Is(err, docstore.ErrNotFound) {
		doc := StoredInstrument{Meta: docstore.Meta{ID: storedID(i.Ref())}, Ref: i.Ref(), Shipped: true, At: now, By: actor.ID, ByName: actor.Name}
		if err = set(&doc); err == nil {
			err = s.catalog.docs.Insert(ctx, &doc)
		}
	}
	if err != nil && !errors.Is(err, errDone) {
		return err
	}
	_, err = s.catalog.fresh(ctx)
	return err
}
