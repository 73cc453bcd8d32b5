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

// taskRows are the worker's tasks, those due first on top. Of a private one
// only what is to be done is told.
func (h *Handlers) taskRows(ctx context.Context, p Page) ([]WorkRow, error) {
	list, err := h.Referrals.Tasks(ctx, referrals.TaskList{Limit: homeTasks})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, t := range list.Items {
		ids = append(ids, t.PatientID)
	}
	people, err := h.Patients.OpenMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	var rows []WorkRow
	for _, t := range list.Items {
		r := WorkRow{
			Title: p.T("work.somebody"), Meta: joined(p.Locale, p.Sentence(t.Kind.Label()), p.Sentence(t.Kind.Todo())),
			Href: patientPath(t.PatientID), Due: p.Due(t.Due),
		}
		if person, ok := people[t.PatientID]; ok && !t.Private {
			r.Title = fullName(person)
		}
		if t.ReferralID != "" {
			r.Href = referralPath(t.ReferralID)
		}
		if r.Tone = Plain; t.Due.Before(p.Now) {
			r.Tone = Urgent
		}
		rows = append(rows, r)
	}
	return rows, nil
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
			Href: patientPath(n.PatientID) + "/needs/" + n.ID + "/matches", Due: l.Date(n.Since), Tone: Plain,
		})
	}
	return rows, nil
}
