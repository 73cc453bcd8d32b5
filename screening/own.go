package screening

import (
	"context"
	"errors"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// ModeSelf is the mode of screenings that patients answer alone.
const ModeSelf = "self"

// answering answers the actor when they may work on the draft with the id, or
// on the screening that it became: whose role holds p, and the patient whose
// own it is.
func answering(ctx context.Context, p identity.Permission, id string) (identity.Actor, error) {
	if identity.From(ctx).Role != identity.PatientRole {
		return identity.Require(ctx, p)
	}
	actor, err := own(ctx)
	if err == nil && actor.DraftID != id {
		err = docstore.ErrNotFound
	}
	return actor, err
}

// own answers the patient in ctx, who was asked to answer one screening.
func own(ctx context.Context) (identity.Actor, error) {
	actor, err := identity.Require(ctx, identity.SelfScreen)
	if err == nil && (actor.DraftID == "" || actor.PatientID == "") {
		err = docstore.ErrNotFound
	}
	return actor, err
}

// BeginOwn opens the one screening that the patient in ctx was asked to
// answer; the first time it begins the draft. instrument and language are as
// in [Service.StartDraft]. It fails with a fault.Conflict when the screening
// is complete.
func (s *Service) BeginOwn(ctx context.Context, instrument, language string) (Draft, error) {
	actor, err := own(ctx)
	if err != nil {
		return Draft{}, err
	}
	d, err := open(s.drafts.Get(ctx, actor.DraftID))(actor)
	if !fault.Is(err, fault.NotFound) {
		return d, err
	}
	_, err = s.screenings.Get(ctx, actor.DraftID)
	if err == nil {
		return Draft{}, fault.New(fault.Conflict, "These questions are answered already.")
	}
	if !fault.Is(err, fault.NotFound) {
		return Draft{}, err
	}
	p, err := s.patient(ctx, actor, actor.PatientID)
	if err != nil {
		return Draft{}, err
	}
	d, err = s.newDraft(ctx, actor, p, instrument, language, actor.DraftID)
	if err != nil {
		return Draft{}, err
	}
	d.Mode, d.Respondent = ModeSelf, Respondent{Relationship: "self"}
	err = s.drafts.Insert(ctx, &d)
	if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok && dup.Key == "id" {
		return s.drafts.Get(ctx, d.ID) // begun on another device at the same moment
	}
	return d, err
}

// OwnInstrument answers the instrument of the screening that the patient in
// ctx was asked to answer.
func (s *Service) OwnInstrument(ctx context.Context, ref string) (*Instrument, error) {
	if _, err := own(ctx); err != nil {
		return nil, err
	}
	return s.catalog.find(ctx, ref)
}

// Own answers the complete screening of the patient in ctx with the needs that
// it found, or fails with docstore.ErrNotFound while it is a draft.
func (s *Service) Own(ctx context.Context) (Result, error) {
	actor, err := own(ctx)
	if err != nil {
		return Result{}, err
	}
	return s.completed(ctx, actor, actor.DraftID)
}

// WantOwn notes for which needs of their screening the patient in ctx wants
// help, by the need's id. A need that somebody works on, or whose status a
// person has set since, stays as it is. It may be repeated.
func (s *Service) WantOwn(ctx context.Context, wanted map[string]bool) error {
	r, err := s.Own(ctx)
	if err != nil {
		return err
	}
	actor := identity.From(ctx)
	for id := range wanted {
		if !slices.ContainsFunc(r.Needs, func(n Need) bool { return n.ID == id }) {
			return docstore.ErrNotFound
		}
	}
	for id, want := range wanted {
		_, err := s.updateNeed(ctx, id, func(n *Need) error {
			asked := n.Status == NeedOpen || n.Status == NeedWanted || n.Status == NeedNotWanted
			if !asked || n.Wanted != nil && *n.Wanted == want {
				return errDone
			}
			now := s.opt.Now()
			n.set(now, actor, n.patched(NeedPatch{Wanted: &want}), ByPerson)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
