// Package audit keeps who did or saw what, when: a trail that is only added
// to. Reads of personal data are recorded at once by the room that answers
// them ([Log.Saw]); changes come from the events of the documents
// ([Log.Consumer]). Entries hold ids, codes and instants, never a patient's
// name, address or answer.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Entry is one line of the trail.
type Entry struct {
	docstore.Meta
	At      time.Time `json:"at"`
	ActorID string    `json:"actorId"` // empty: the system
	// ActorName is looked up when the trail is read, unless it was known when
	// the entry was made.
	ActorName string        `json:"actorName,omitempty"`
	Role      identity.Role `json:"role,omitempty"` // of the actor, where known
	// OrganizationIDs are the actor's organization and those that the change concerns.
	OrganizationIDs []string `json:"organizationIds,omitempty"`
	// Action is what was done: an event type such as "referral.moved", or for
	// a read for example "screening.opened".
	Action    string `json:"action"`
	PatientID string `json:"patientId,omitempty"`
	// Subject is the document: "collection/id".
	Subject string `json:"subject,omitempty"`
	EventID string `json:"eventId,omitempty"` // of the change; empty for reads
}

var entrySpec = docstore.Spec[Entry]{
	Name: "audit_entries", Schema: 1,
	Meta: func(e *Entry) *docstore.Meta { return &e.Meta },
	Keys: docstore.Keys[Entry]{
		"patient": func(e Entry) docstore.Value {
			if e.PatientID == "" {
				return docstore.None
			}
			return docstore.String(e.PatientID)
		},
		"at": func(e Entry) docstore.Value { return docstore.Time(e.At) },
	},
	Many: map[string]func(Entry) []docstore.Value{
		"organization": func(e Entry) []docstore.Value {
			var out []docstore.Value
			for _, id := range e.OrganizationIDs {
				out = append(out, docstore.String(id))
			}
			return out
		},
	},
	Kinds:   map[string]docstore.Kind{"at": docstore.IntKind},
	Indexes: []docstore.Index{{"patient", "at"}, {"organization", "at"}},
}

// Options are what the trail needs beside the engine.
type Options struct {
	Now clock.Now
	// Owner answers the organization whose patient it is, or
	// docstore.ErrNotFound. Without it no organization sees a patient's trail.
	Owner func(ctx context.Context, patientID string) (organizationID string, err error)
	// Names answers the names of the users with these ids; unknown ones are
	// missing. Without it actors of changes stay without names.
	Names func(ctx context.Context, userIDs []string) (map[string]string, error)
}

// Log is the audit trail.
type Log struct {
	entries *docstore.Collection[Entry]
	opts    Options
}

// New opens the trail.
func New(ctx context.Context, e docstore.Engine, o Options) (*Log, error) {
	entries, err := docstore.Open(ctx, e, entrySpec)
	if err != nil {
		return nil, err
	}
	return &Log{entries: entries, opts: o}, nil
}

// Saw records that the actor of ctx read something about a patient; subject is
// "collection/id". When it fails, the caller must not answer what was read.
func (l *Log) Saw(ctx context.Context, action, patientID, subject string) error {
	actor := identity.From(ctx)
	if actor.Role == "" {
		return fault.New(fault.Login, "Sign in to continue.")
	}
	e := Entry{
		At: l.opts.Now(), ActorID: actor.ID, ActorName: actor.Name, Role: actor.Role,
		Action: action, PatientID: patientID, Subject: subject,
	}
	if actor.OrganizationID != "" {
		e.OrganizationIDs = []string{actor.OrganizationID}
	}
	e.ID = entryID(e.At, uuid.NewString())
	if err := l.entries.Insert(ctx, &e); err != nil {
		return fmt.Errorf("record that %s was done: %w", action, err)
	}
	return nil
}

// ForPatient lists who did or saw what about a patient, newest first, for the
// patient's own care organization and the patient.
func (l *Log) ForPatient(ctx context.Context, patientID, cursor string, limit int) (docstore.Page[Entry], error) {
	var none docstore.Page[Entry]
	actor := identity.From(ctx)
	if actor.Role != identity.PatientRole || actor.ID != patientID {
		if _, err := identity.Require(ctx, identity.PatientsRead); err != nil {
			return none, err
		}
		if l.opts.Owner == nil {
			return none, docstore.ErrNotFound
		}
		owner, err := l.opts.Owner(ctx, patientID)
		if err != nil {
			return none, err
		}
		if owner != actor.OrganizationID {
			return none, docstore.ErrNotFound
		}
	}
	return l.list(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))}, After: cursor, Limit: limit,
	})
}

// mostReads bounds how many entries Reads looks through, the latest first: more
// than a record gathers in years of daily use.
const mostReads = 20_000

// Reads lists who saw what about a patient, newest first, without changes. It
// checks nothing: a room uses it for what it has decided to show.
func (l *Log) Reads(ctx context.Context, patientID string) ([]Entry, error) {
	q := docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))},
		OrderBy: []string{"at"}, Desc: true, Limit: maxLimit,
	}
	var out []Entry
	for looked := 0; looked < mostReads; looked += maxLimit {
		page, err := l.entries.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Items {
			if e.EventID == "" {
				out = append(out, e)
			}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	return out, nil
}

// ForOrganization lists what an organization's users did or saw and what
// concerns it, newest first, for those who run the network.
func (l *Log) ForOrganization(ctx context.Context, organizationID, cursor string, limit int) (docstore.Page[Entry], error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return docstore.Page[Entry]{}, err
	}
	return l.list(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("organization", docstore.String(organizationID))}, After: cursor, Limit: limit,
	})
}

// Bounds of a page.
const (
	defaultLimit = 50
	maxLimit     = 200
)

func (l *Log) list(ctx context.Context, q docstore.Query) (docstore.Page[Entry], error) {
	q.OrderBy, q.Desc = []string{"at"}, true
	if q.Limit <= 0 {
		q.Limit = defaultLimit
	}
	q.Limit = min(q.Limit, maxLimit)
	page, err := l.entries.Find(ctx, q)
	if err != nil {
		return page, err
	}
	return page, l.name(ctx, page.Items)
}

// name fills in the names of actors who are known by id only.
func (l *Log) name(ctx context.Context, entries []Entry) error {
	var ids []string
	for _, e := range entries {
		if e.ActorName == "" && e.ActorID != "" && !slices.Contains(ids, e.ActorID) {
			ids = append(ids, e.ActorID)
		}
	}
	if len(ids) == 0 || l.opts.Names == nil {
		return nil
	}
	names, err := l.opts.Names(ctx, ids)
	if err != nil {
		return fmt.Errorf("names in the audit trail: %w", err)
	}
	for i := range entries {
		if entries[i].ActorName == "" {
			entries[i].ActorName = names[entries[i].ActorID]
		}
	}
	return nil
}

// entryID is an id that orders by time, so that new entries stand together in
// the store, and is the same for the same instant and word.
func entryID(at time.Time, word string) string {
	sum := sha256.Sum256([]byte(word))
	return fmt.Sprintf("%012x-%s", at.UnixMilli(), hex.EncodeToString(sum[:10]))
}
