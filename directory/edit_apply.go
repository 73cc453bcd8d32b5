package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

// target reads what an edit of the kind changes.
func (d *Directory) target(ctx context.Context, kind, id string) (target, error) {
	switch kind {
	case ServiceEdit:
		s, err := d.services.Get(ctx, id)
		return target{s.ID, s.Service.Name, s.Service.OrganizationID, s.Version, serviceFields(s)}, err
	case LocationEdit:
		l, err := d.locations.Get(ctx, id)
		return target{l.ID, l.Location.Name, l.Location.OrganizationID, l.Version, locationFields(l)}, err
	default:
		o, err := d.organizations.Get(ctx, id)
		return target{o.ID, o.Organization.Name, o.ID, o.Version, organizationFields(o)}, err
	}
}

// changedDoc reads the document of an edit and changes it, without storing it.
func changedDoc[T any](get func() (T, error), object func(*T) any, own map[string]func(*T) any, changes []FieldChange) (doc T, err error) {
	if doc, err = get(); err != nil {
		return doc, err
	}
	standard := map[string]json.RawMessage{}
	_ = json.Unmarshal(jsonOf(object(&doc)), &standard) // an object of ours
	for _, c := range changes {
		if field, ok := own[c.Field]; ok {
			if err := json.Unmarshal(c.After, field(&doc)); err != nil {
				return doc, fmt.Errorf("change %s: %w", c.Field, err)
			}
			continue
		}
		if standard[c.Field] = c.After; string(c.After) == "null" {
			delete(standard, c.Field)
		}
	}
	reflect.ValueOf(object(&doc)).Elem().SetZero() // what is taken away must not stay from before
	return doc, json.Unmarshal(jsonOf(standard), object(&doc))
}

func (d *Directory) changedService(ctx context.Context, id string, changes []FieldChange) (ServiceDoc, error) {
	return changedDoc(func() (ServiceDoc, error) { return d.services.Get(ctx, id) }, func(s *ServiceDoc) any { return &s.Service },
		map[string]func(*ServiceDoc) any{
			NeedsField: func(s *ServiceDoc) any { return &s.Needs }, ConfidentialField: func(s *ServiceDoc) any { return &s.Confidential },
			TimeZoneField: func(s *ServiceDoc) any { return &s.TimeZone }, EligibilityField: func(s *ServiceDoc) any { return (*saidRules)(&s.Eligibility) },
		}, changes)
}

func (d *Directory) changedLocation(ctx context.Context, id string, changes []FieldChange) (LocationDoc, error) {
	return changedDoc(func() (LocationDoc, error) { return d.locations.Get(ctx, id) }, func(l *LocationDoc) any { return &l.Location },
		map[string]func(*LocationDoc) any{
			ConfidentialField: func(l *LocationDoc) any { return &l.Confidential }, TimeZoneField: func(l *LocationDoc) any { return &l.TimeZone },
		}, changes)
}

func (d *Directory) changedOrganization(ctx context.Context, id string, changes []FieldChange) (OrganizationDoc, error) {
	return changedDoc(func() (OrganizationDoc, error) { return d.organizations.Get(ctx, id) }, func(o *OrganizationDoc) any { return &o.Organization },
		map[string]func(*OrganizationDoc) any{TimeZoneField: func(o *OrganizationDoc) any { return &o.TimeZone }}, changes)
}

// check tells what breaks a rule, without storing anything.
func (d *Directory) check(ctx context.Context, kind string, t target, changes []FieldChange) error {
	switch kind {
	case ServiceEdit:
		s, err := d.changedService(ctx, t.id, changes)
		return orElse(err, d.checkService(ctx, s))
	case LocationEdit:
		l, err := d.changedLocation(ctx, t.id, changes)
		return orElse(err, checkLocation(l))
	default:
		o, err := d.changedOrganization(ctx, t.id, changes)
		return orElse(err, checkOrganization(o))
	}
}

// apply stores changes of what stands in the version that t has, and answers
// the new version.
func (d *Directory) apply(ctx context.Context, kind string, t target, changes []FieldChange) (int64, error) {
	if len(changes) == 0 {
		return t.version, nil
	}
	switch kind {
	case ServiceEdit:
		s, err := d.changedService(ctx, t.id, changes)
		if s.Version = t.version; err == nil {
			s, err = d.PutService(ctx, s)
		}
		return s.Version, err
	case LocationEdit:
		l, err := d.changedLocation(ctx, t.id, changes)
		if l.Version = t.version; err == nil {
			l, err = d.PutLocation(ctx, l)
		}
		return l.Version, err
	default:
		o, err := d.changedOrganization(ctx, t.id, changes)
		if o.Version = t.version; err == nil {
			o, err = d.PutOrganization(ctx, o)
		}
		return o.Version, err
	}
}

// Decision is what the network says of a proposal.
type Decision struct {
	Accept bool
	// Reason is asked for a refusal; the agency reads it.
	Reason string
	// Version is that of the proposal, TargetVersion that of what it changes, as
	// the person who decides saw them.
	Version, TargetVersion int64
}

// Decide accepts a proposal, which then takes effect in the name of who made
// it, or refuses it with a reason, and tells that person. When either side
// changed since the one who decides saw it, it is a docstore.ErrConflict. It
// needs NetworkManage.
func (d *Directory) Decide(ctx context.Context, id string, in Decision) (Proposal, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return Proposal{}, err
	}
	p, err := d.proposals.Get(ctx, id)
	if err != nil {
		return p, err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	var f fault.Fields
	f.Check(in.Accept || in.Reason != "", "reason", "Say why, so that the agency can mend it.")
	f.Check(utf8.RuneCountInString(in.Reason) <= maxReport, "reason", "Use at most %d characters.", maxReport)
	if err := f.Err(); err != nil {
		return p, err
	}
	if p.Version != in.Version || p.State != Waiting {
		return p, docstore.ErrConflict
	}
	if in.Accept {
		t, err := d.target(ctx, p.Kind, p.TargetID)
		if err != nil {
			return p, err
		}
		if t.version != in.TargetVersion {
			return p, docstore.ErrConflict
		}
		asked := identity.With(ctx, identity.Actor{ID: p.By, Name: p.ByName, Role: identity.AgencyAdmin, OrganizationID: p.OrganizationID})
		if _, err := d.apply(asked, p.Kind, t, p.Changes); err != nil {
			return p, err
		}
	}
	out, err := d.proposals.Update(ctx, id, func(stored *Proposal) error {
		if stored.Version != in.Version {
			return docstore.ErrConflict // somebody proposed more in this moment; that waits
		}
		if stored.State = Refused; in.Accept {
			stored.State = Accepted
		}
		stored.Reason, stored.DecidedBy, stored.DecidedAt = in.Reason, actor.Name, d.now()
		stored.Emit(d.now(), "listing."+stored.State, changed{OrganizationID: stored.OrganizationID})
		return nil
	})
	if err != nil {
		return out, err
	}
	return out, d.tellDecided(ctx, out)
}

// tellDecided tells who proposed a change that it was decided on.
func (d *Directory) tellDecided(ctx context.Context, p Proposal) error {
	if d.notices == nil {
		return nil
	}
	return d.notices.Tell(ctx, notify.News{
		To: notify.ToUser(p.By), Template: "listing.decided", Path: "/listing", Key: fmt.Sprintf("%s/%d", p.ID, p.Version),
	})
}
