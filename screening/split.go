package screening

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// NeedSplit makes two needs of one, for example food for the week and meals at
// school, which go to two places and are met each in its own time.
type NeedSplit struct {
	// Part names what becomes a need of its own, Rest what stays with the first;
	// Rest may be empty.
	Part string `json:"part"`
	Rest string `json:"rest"`
	// Version is the version of the need that the person saw.
	Version int64 `json:"version"`
}

const (
	// maxPart is how many characters the name of a part has at most.
	maxPart = 60
	// maxParts is how many parts may be split off a need. Our own decision: more
	// of one topic are not needs but things to do.
	maxParts = 5
)

// check tidies the input and tells what is wrong with it.
func (p *NeedSplit) check() error {
	p.Part, p.Rest = strings.TrimSpace(p.Part), strings.TrimSpace(p.Rest)
	var wrong fault.Fields
	wrong.Check(p.Version > 0, "version", "Send the version of the need that you saw.")
	wrong.Check(p.Part != "", "part", "Say in a few words what the new need is about.")
	for name, text := range map[string]string{"part": p.Part, "rest": p.Rest} {
		wrong.Check(utf8.RuneCountInString(text) <= maxPart, name, "Use at most %d characters.", maxPart)
	}
	wrong.Check(p.Part == "" || !strings.EqualFold(p.Part, p.Rest), "rest", "Give the two needs different names.")
	return wrong.Err()
}

// SplitNeed splits a part off a need and answers the part, which begins where
// the need stands but without its referrals: those stay with the first. A
// screening goes on to speak of the first; a part is closed by a person or by
// what became of its referrals. It fails with docstore.ErrConflict when the need
// has another version than the person saw.
func (s *Service) SplitNeed(ctx context.Context, id string, in NeedSplit) (Need, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsWrite)
	if err != nil {
		return Need{}, err
	}
	n, err := open(s.needs.Get(ctx, id))(actor)
	if err != nil {
		return Need{}, err
	}
	if err := in.check(); err != nil {
		return Need{}, err
	}
	part := n.part(actor, in)
	if stored, err := s.needs.Get(ctx, part.ID); err == nil { // the same request again
		return stored, s.noteSplit(ctx, actor, id, in)
	} else if !errors.Is(err, docstore.ErrNotFound) {
		return Need{}, err
	}
	if err := s.splittable(ctx, n, in); err != nil {
		return Need{}, err
	}
	part.Since = s.opt.Now()
	part.AnsweredAt = n.AnsweredAt
	part.History = []NeedChange{{At: part.Since, By: actor.ID, ByName: actor.Name, To: part.Status, Why: BySplit}}
	part.changed(part.Since, "")
	err = s.needs.Insert(ctx, &part)
	if _, there := errors.AsType[*docstore.DuplicateError](err); there {
		part, err = s.needs.Get(ctx, part.ID)
	}
	if err != nil {
		return Need{}, fmt.Errorf("split need %s: %w", id, err)
	}
	return part, s.noteSplit(ctx, actor, id, in)
}

// part is what is split off the need. Its id follows from the need, its version
// and the name, so that the same request makes it once.
func (n Need) part(actor identity.Actor, in NeedSplit) Need {
	status := n.Status
	if status == NeedInProgress {
		status = NeedWanted
	}
	name := fmt.Sprintf("%s\x00part\x00%d\x00%s\x00%s", n.ID, in.Version, actor.ID, in.Part)
	return Need{
		Meta:      docstore.Meta{ID: uuid.NewSHA1(needSpace, []byte(name)).String()},
		PatientID: n.PatientID, OrganizationID: n.OrganizationID, Topic: n.Topic, Domain: n.Domain,
		Part: in.Part, PartOf: n.ID, Status: status, Wanted: n.Wanted, Urgent: n.Urgent, Private: n.Private, HandOff: n.HandOff,
		ScreeningID: n.ScreeningID, LinkIDs: n.LinkIDs, Suggested: n.Suggested,
	}
}

// splittable refuses to split what is closed, is a part itself, has enough
// parts, or was changed meanwhile.
func (s *Service) splittable(ctx context.Context, n Need, in NeedSplit) error {
	switch {
	case n.Version != in.Version:
		return docstore.ErrConflict
	case n.PartOf != "":
		return fault.New(fault.BusinessRule, "This is a part already. Split the need that it was taken from.")
	}
	if err := n.Referable(); err != nil {
		return err
	}
	page, err := s.needs.Find(ctx, docstore.Query{Where: []docstore.Cond{
		docstore.Eq("patient", docstore.String(n.PatientID)), docstore.Eq("topic", docstore.String(n.Topic)),
	}})
	if err != nil {
		return err
	}
	parts := 0
	for _, other := range page.Items {
		if other.PartOf != n.ID {
			continue
		}
		if strings.EqualFold(other.Part, in.Part) && !other.Status.Closed() {
			return fault.New(fault.Conflict, "There is an open part with this name.")
		}
		parts++
	}
	if parts >= maxParts {
		return fault.New(fault.BusinessRule, "Split a need into at most %d more.", maxParts)
	}
	return nil
}

// noteSplit notes at the first need that a part was split off, once.
func (s *Service) noteSplit(ctx context.Context, actor identity.Actor, id string, in NeedSplit) error {
	_, err := s.updateNeed(ctx, id, func(n *Need) error {
		if n.Version != in.Version {
			return errDone // noted, or somebody has changed it since: the part stands all the same
		}
		if in.Rest != "" {
			n.Part = in.Rest
		}
		n.set(s.opt.Now(), actor, n.Status, BySplit)
		return nil
	})
	if err != nil {
		return fmt.Errorf("note the split of need %s: %w", id, err)
	}
	return nil
}
