package web

import (
	"context"

	"github.com/havenloop/havenloop/referrals"
)

// homeTasks and homeWanted are how many of each the home page shows.
const (
	homeTasks  = 10
	homeWanted = 5
)

// ownWork parts the worker's referrals from those of others.
func ownWork(all []referrals.View, userID string) (own, others []referrals.View) {
	for _, v := range all {
		if v.Worker.ID == userID {
			own = append(own, v)
		} else {
			others = append(others, v)
		}
	}
	return own, others
}

// wantedRows are the needs for which help is wanted and nobody was asked.
func (h *Handlers) wantedRows(ctx context.Context, l *Locale) ([]WorkRow, error) {
	list, err := h.Screening.WantedNeeds(ctx, "", homeWanted)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, n := range list.Items {
		ids = append(ids, n.PatientID)
	}
	people, err := h.Patients.OpenMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	var rows []WorkRow
	for _, n := range list.Items {
		rows = append(rows, WorkRow{
			Title: fullName(people[n.PatientID]), Meta: h.needTitle(l, n),
			Href: patientPath(n.PatientID) + "/needs/" + n.ID + "/matches", Due: l.T("need.since", "date", l.Date(n.Since)), Tone: Plain,
		})
	}
	return rows, nil
}
