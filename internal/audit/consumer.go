package audit

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
)

// Consumer records every event as a change. An event that comes again is
// known by its id and recorded once.
func (l *Log) Consumer() docstore.Consumer {
	return docstore.Consumer{Name: "audit", Handle: l.record}
}

func (l *Log) record(ctx context.Context, events []docstore.Event) error {
	entries := make([]*Entry, len(events))
	for i, ev := range events {
		entries[i] = entryFrom(ev)
	}
	var errs []error
	for _, err := range l.entries.InsertAll(ctx, entries) {
		if dup, ok := errors.AsType[*docstore.DuplicateError](err); !ok || dup.Key != "id" {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// entryFrom makes the entry of a change. Data that is no JSON object leaves
// patient and organizations unknown; the change is recorded all the same.
func entryFrom(ev docstore.Event) *Entry {
	var about struct {
		PatientID       string   `json:"patientId"`
		OrganizationID  string   `json:"organizationId"`
		OrganizationIDs []string `json:"organizationIds"`
	}
	_ = json.Unmarshal(ev.Data, &about)
	if about.PatientID == "" && strings.HasPrefix(ev.Type, "patient.") {
		about.PatientID = ev.DocumentID
	}
	orgs := append(about.OrganizationIDs, about.OrganizationID)
	slices.Sort(orgs)
	orgs = slices.DeleteFunc(slices.Compact(orgs), func(id string) bool { return id == "" })
	return &Entry{
		Meta: docstore.Meta{ID: entryID(ev.At, ev.ID)},
		At:   ev.At, ActorID: ev.ActorID, OrganizationIDs: orgs,
		Action: ev.Type, PatientID: about.PatientID,
		Subject: ev.Collection + "/" + ev.DocumentID, EventID: ev.ID,
	}
}
