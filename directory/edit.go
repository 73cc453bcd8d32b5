package directory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Edited says what became of an edit.
type Edited struct {
	// Proposal is what waits for the network; nil when all took effect.
	Proposal *Proposal
	// Version is that of the document as it now stands.
	Version int64
}

// EditService changes a service as a person who edits its listing does: at
// once, or, where the network reviews what agencies change, as a proposal. What
// is urgent takes effect at once all the same (see urgent). It needs
// DirectoryWrite; another agency's service does not exist. A version that is
// not the stored one is a docstore.ErrConflict.
func (d *Directory) EditService(ctx context.Context, in ServiceDoc) (Edited, error) {
	in.Service = bare(in.Service)
	fillIDs(&in.Service)
	return d.edit(ctx, ServiceEdit, in.ID, in.Version, serviceFields(in))
}

// EditLocation is EditService for a location.
func (d *Directory) EditLocation(ctx context.Context, in LocationDoc) (Edited, error) {
	fillIDs(&in.Location)
	return d.edit(ctx, LocationEdit, in.ID, in.Version, locationFields(in))
}

// EditOrganization is EditService for an organization.
func (d *Directory) EditOrganization(ctx context.Context, in OrganizationDoc) (Edited, error) {
	fillIDs(&in.Organization)
	return d.edit(ctx, OrganizationEdit, in.ID, in.Version, organizationFields(in))
}

// target is what an edit changes.
type target struct {
	id, name, organization string
	version                int64
	fields                 map[string]json.RawMessage
}

// urgent tells whether a change takes effect without review: a number that
// rings, a door that is closed and a place that must not show cannot wait.
// Opening again what had ended, and showing a place, can.
func urgent(c FieldChange) bool {
	switch c.Field {
	case "phones":
		return true
	case "status":
		var before Status
		_ = json.Unmarshal(c.Before, &before) // what is no status is another one
		return before == Active || before == TemporarilyClosed
	case ConfidentialField:
		return string(c.After) == "true"
	}
	return false
}

func (d *Directory) edit(ctx context.Context, kind, id string, version int64, after map[string]json.RawMessage) (Edited, error) {
	actor, err := identity.Require(ctx, identity.DirectoryWrite)
	if err != nil {
		return Edited{}, err
	}
	t, err := d.target(ctx, kind, id)
	if err != nil {
		return Edited{}, err
	}
	if actor.Agency() && t.organization != actor.OrganizationID {
		return Edited{}, docstore.ErrNotFound
	}
	if version != t.version {
		return Edited{}, docstore.ErrConflict
	}
	rules, err := d.listingRules(ctx)
	if err != nil {
		return Edited{}, err
	}
	changes := compare(t.fields, after)
	if !rules.ReviewEdits || !actor.Agency() {
		v, err := d.apply(ctx, kind, t, changes)
		return Edited{Version: v}, err
	}
	if err := d.check(ctx, kind, t, changes); err != nil { // now, and not when it is accepted
		return Edited{}, err
	}
	now, later := []FieldChange{}, []FieldChange{}
	for _, c := range changes {
		if urgent(c) {
			now = append(now, c)
		} else {
			later = append(later, c)
		}
	}
	out := Edited{Version: t.version}
	if len(now) > 0 {
		if out.Version, err = d.apply(ctx, kind, t, now); err != nil {
			return out, err
		}
	}
	if len(later) > 0 {
		p, err := d.proposeEdit(ctx, actor, kind, t, later)
		out.Proposal = &p
		return out, err
	}
	return out, nil
}

// proposeEdit stores changes that wait, together with those that wait already; of
// a field the last change counts.
func (d *Directory) proposeEdit(ctx context.Context, actor identity.Actor, kind string, t target, changes []FieldChange) (Proposal, error) {
	fresh := Proposal{
		Meta: docstore.Meta{ID: proposalID(kind, t.id)}, Kind: kind, TargetID: t.id, OrganizationID: t.organization, Name: t.name,
		Changes: changes, State: Waiting, By: actor.ID, ByName: actor.Name, At: d.now(),
	}
	out, err := d.proposals.Update(ctx, fresh.ID, func(p *Proposal) error {
		next := fresh
		next.Meta = p.Meta
		if p.State == Waiting {
			next.At = p.At // it keeps its place in the queue
			for _, c := range p.Changes {
				again := slices.ContainsFunc(changes, func(n FieldChange) bool { return n.Field == c.Field })
				if !again {
					next.Changes = append(next.Changes, c)
				}
			}
		}
		*p = next
		p.Emit(d.now(), "listing.proposed", changed{OrganizationID: t.organization})
		return nil
	})
	if !errors.Is(err, docstore.ErrNotFound) {
		return out, err
	}
	fresh.Emit(d.now(), "listing.proposed", changed{OrganizationID: t.organization})
	err = d.proposals.Insert(ctx, &fresh)
	if _, taken := errors.AsType[*docstore.DuplicateError](err); taken { // somebody was faster
		return d.proposeEdit(ctx, actor, kind, t, changes)
	}
	return fresh, err
}

// serviceFields are the fields of a service that can be edited.
func serviceFields(s ServiceDoc) map[string]json.RawMessage {
	m := jsonFields(s.Service)
	m[NeedsField], m[ConfidentialField], m[TimeZoneField] = jsonOf(s.Needs), jsonOf(s.Confidential), jsonOf(s.TimeZone)
	if said := s.Eligibility.said(); said != nil {
		m[EligibilityField] = jsonOf(said)
	}
	for _, own := range []string{"capacities", "assured_date"} { // said in ways of their own
		delete(m, own)
	}
	return m
}

func locationFields(l LocationDoc) map[string]json.RawMessage {
	m := jsonFields(l.Location)
	m[ConfidentialField], m[TimeZoneField] = jsonOf(l.Confidential), jsonOf(l.TimeZone)
	return m
}

func organizationFields(o OrganizationDoc) map[string]json.RawMessage {
	m := jsonFields(o.Organization)
	m[TimeZoneField] = jsonOf(o.TimeZone)
	return m
}

// jsonFields is an HSDS object by field; what is empty is missing.
func jsonFields(v any) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	_ = json.Unmarshal(jsonOf(v), &out) // an object of ours
	for _, own := range []string{"id", "organization_id", "last_modified", "metadata"} {
		delete(out, own)
	}
	return out
}

// jsonOf writes a value of ours, which can always be written.
func jsonOf(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		return null
	}
	return b
}

var null = json.RawMessage("null")

func valueOf(fields map[string]json.RawMessage, name string) json.RawMessage {
	if v, ok := fields[name]; ok {
		return v
	}
	return null
}

// compare lists what differs, by field. Nothing said in different ways is the same.
func compare(before, after map[string]json.RawMessage) []FieldChange {
	names := maps.Clone(before)
	maps.Copy(names, after)
	var out []FieldChange
	for _, name := range slices.Sorted(maps.Keys(names)) {
		b, a := valueOf(before, name), valueOf(after, name)
		if !bytes.Equal(b, a) && (!saysNothing(b) || !saysNothing(a)) {
			out = append(out, FieldChange{Field: name, Before: b, After: a})
		}
	}
	return out
}

func saysNothing(v json.RawMessage) bool {
	return slices.Contains([]string{"null", `""`, "[]", "{}", "false"}, string(v))
}
