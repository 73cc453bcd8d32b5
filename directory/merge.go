package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Merge is the merging of two records into one: written down whole before
// anything changes, so that a crash in the middle leaves it to be finished, and
// kept, so that it can be undone.
type Merge struct {
	docstore.Meta
	DuplicateID string        `json:"duplicateId"`
	Kind        string        `json:"kind"`
	Keep        DuplicateSide `json:"keep"` // the record that stays
	Drop        DuplicateSide `json:"drop"` // the one that goes; its id leads to the other
	State       MergeState    `json:"state"`
	// Steps are the changes of other documents, in their order.
	Steps []MergeStep `json:"steps"`
	// Gone is the document that goes, as it was.
	Gone json.RawMessage `json:"gone,omitempty"`
	By   string          `json:"by"`
	At   time.Time       `json:"at"`
	// UndoneBy and UndoneAt are set when it was undone.
	UndoneBy string    `json:"undoneBy,omitempty"`
	UndoneAt time.Time `json:"undoneAt,omitzero"`
}

// MergeStep is the change of one document: the parts that change, as they were
// and as they become.
type MergeStep struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	From tree   `json:"from"`
	To   tree   `json:"to"`
}

// MergeState says how far a merge is.
type MergeState string

// The states.
const (
	Merging MergeState = "merging"
	Merged  MergeState = "merged"
	Undoing MergeState = "undoing"
	Undone  MergeState = "undone"
)

var mergeSpec = docstore.Spec[Merge]{
	Name: "merges", Schema: 1,
	Meta: func(m *Merge) *docstore.Meta { return &m.Meta },
	Keys: docstore.Keys[Merge]{
		"state": func(m Merge) docstore.Value { return docstore.String(string(m.State)) },
		"at":    func(m Merge) docstore.Value { return docstore.Time(m.At) },
	},
	Many:    map[string]func(Merge) []docstore.Value{"record": Merge.recordKeys},
	Kinds:   map[string]docstore.Kind{"at": docstore.IntKind},
	Indexes: []docstore.Index{{"state", "at"}, {"record", "state", "at"}},
}

// recordKeys are all documents that the merge touches.
func (m Merge) recordKeys() []docstore.Value {
	out := []docstore.Value{docstore.String(m.Kind + "/" + m.Drop.ID), docstore.String(m.Kind + "/" + m.Keep.ID)}
	seen := map[string]bool{m.Drop.ID: true, m.Keep.ID: true}
	for _, s := range m.Steps {
		if !seen[s.ID] {
			seen[s.ID] = true
			out = append(out, docstore.String(s.Kind+"/"+s.ID))
		}
	}
	return out
}

const (
	// mergingLease lets one merge run at a time, for at most mergingTime.
	mergingLease = "merge-duplicates"
	mergingTime  = 5 * time.Minute
)

// Why two records cannot be merged, or not be taken apart.
var (
	errMerging   = fault.New(fault.Conflict, "Somebody is merging records right now. Try again in a minute.")
	errBothUsers = fault.New(fault.BusinessRule, "Both organizations have users here, so they cannot be merged.")
	errUsersStay = fault.New(fault.BusinessRule, "This organization has users here. Keep its record.")
	errOwners    = fault.New(fault.Conflict, "The two records belong to different organizations now. Merge the organizations first.")
	errLater     = fault.New(fault.Conflict, "One of these records was merged again later. Undo that merge first.")
)

// MergeInput says how two records become one.
type MergeInput struct {
	// Keep is the id of the record that stays.
	Keep string
	// Fields say, by their HSDS names, which value stays; those not named take
	// the usual one, see [Comparison].
	Fields map[string]Choice
	// Version is that of the proposal, 0 for any.
	Version int64
}

// MergeDuplicate makes one record of the two that a proposal names. Services,
// locations and parts of the record that goes move to the other; its id goes
// on leading there. It needs NetworkManage. Of two people who merge at once,
// one gets a fault.Conflict.
func (d *Directory) MergeDuplicate(ctx context.Context, id string, in MergeInput) (Merge, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return Merge{}, err
	}
	release, err := d.holdMerging(ctx)
	if err != nil {
		return Merge{}, err
	}
	defer release()
	m, err := d.planMerge(ctx, actor, id, in)
	if err != nil {
		return m, err
	}
	if err := d.merges.Insert(ctx, &m); err != nil {
		return m, err
	}
	return d.carryOut(ctx, m)
}

// holdMerging lets this call alone merge, after it has finished what a crash left.
func (d *Directory) holdMerging(ctx context.Context) (release func(), err error) {
	release, held, err := d.hold(ctx, mergingLease, mergingTime)
	switch {
	case err != nil:
		return nil, err
	case !held:
		return nil, errMerging
	}
	if _, err := d.finishMerges(ctx); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// planMerge checks the rules and writes down what is to be done with the two
// records; what refers to them is found on the way.
func (d *Directory) planMerge(ctx context.Context, actor identity.Actor, id string, in MergeInput) (Merge, error) {
	p, err := d.duplicates.Get(ctx, id)
	if err != nil {
		return Merge{}, err
	}
	m := Merge{
		Meta: docstore.Meta{ID: uuid.NewSHA1(idSpace, fmt.Appendf(nil, "merge/%s/%d", p.ID, p.Merges)).String()}, DuplicateID: p.ID,
		Kind: p.Kind, Keep: p.Records[0], Drop: p.Records[1], State: Merging, By: actor.ID, At: d.now(),
	}
	switch {
	case p.Status != DuplicateOpen:
		return m, errDecided
	case in.Version != 0 && in.Version != p.Version:
		return m, docstore.ErrConflict
	case in.Keep == m.Drop.ID:
		m.Keep, m.Drop = m.Drop, m.Keep
	case in.Keep != m.Keep.ID:
		var f fault.Fields
		f.Add("keep", "Choose which record stays.")
		return m, f.Err()
	}
	if m.Kind == KindOrganization {
		if err := d.usersStay(ctx, m); err != nil {
			return m, err
		}
	}
	step, gone, err := d.mergers()[m.Kind].plan(ctx, m, in.Fields)
	m.Steps, m.Gone = []MergeStep{step}, gone
	return m, err
}

// usersStay refuses to give up the record of an organization that has users,
// since they and their referrals go by its id.
func (d *Directory) usersStay(ctx context.Context, m Merge) error {
	drop, err := d.hasUsers(ctx, m.Drop.ID)
	if err != nil || !drop {
		return err
	}
	keep, err := d.hasUsers(ctx, m.Keep.ID)
	if err == nil && keep {
		return errBothUsers
	}
	return errors.Join(err, errUsersStay)
}

// carryOut does what is left of a merge that is written down.
func (d *Directory) carryOut(ctx context.Context, m Merge) (Merge, error) {
	a := alias{Meta: docstore.Meta{ID: aliasID(m.Kind, m.Drop.ID)}, Kind: m.Kind, RecordID: m.Drop.ID, Into: m.Keep.ID, MergeID: m.ID}
	if err := d.aliases.Insert(ctx, &a); err != nil && !duplicated(err) {
		return m, err
	}
	for _, s := range m.Steps {
		if err := d.mergers()[s.Kind].carry(ctx, s.ID, s.From, s.To, d.now()); err != nil {
			return m, err
		}
	}
	for { // until nothing refers to the record that goes, also what came meanwhile
		steps, err := d.referring(ctx, m)
		if err != nil {
			return m, err
		}
		if len(steps) == 0 {
			break
		}
		if m, err = d.merges.Update(ctx, m.ID, func(m *Merge) error { m.Steps = append(m.Steps, steps...); return nil }); err != nil {
			return m, err
		}
		for _, s := range steps {
			if err := d.mergers()[s.Kind].carry(ctx, s.ID, s.From, s.To, d.now()); err != nil {
				return m, err
			}
		}
	}
	if err := d.mergers()[m.Kind].remove(ctx, m.Drop.ID, d.now()); err != nil {
		return m, err
	}
	if err := d.decideMerged(ctx, m); err != nil {
		return m, err
	}
	return d.merges.Update(ctx, m.ID, func(m *Merge) error { m.State = Merged; return nil })
}

// decideMerged notes the merge on its proposal.
func (d *Directory) decideMerged(ctx context.Context, m Merge) error {
	_, err := d.duplicates.Update(ctx, m.DuplicateID, func(p *Duplicate) error {
		if p.MergeID != m.ID {
			p.decide(DuplicateMerged, identity.Actor{ID: m.By}, m.At)
			p.Merges, p.MergeID = p.Merges+1, m.ID
		}
		return nil
	})
	return err
}

// FinishMerges goes on with merges that a crash cut off, in either direction;
// it is a job's.
func (d *Directory) FinishMerges(ctx context.Context) (int, error) {
	release, held, err := d.hold(ctx, mergingLease, mergingTime)
	if err != nil || !held {
		return 0, err
	}
	defer release()
	return d.finishMerges(ctx)
}

func (d *Directory) finishMerges(ctx context.Context) (n int, err error) {
	for state, finish := range map[MergeState]func(context.Context, Merge) (Merge, error){Merging: d.carryOut, Undoing: d.takeBack} {
		left, err := d.merges.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("state", docstore.String(string(state)))}, OrderBy: []string{"at"}})
		if err != nil {
			return n, err
		}
		for _, m := range left.Items {
			if _, err := finish(ctx, m); err != nil {
				return n, fmt.Errorf("finish merge %s: %w", m.ID, err)
			}
			n++
		}
	}
	return n, nil
}

func duplicated(err error) bool {
	_, ok := errors.AsType[*docstore.DuplicateError](err)
	return ok
}
