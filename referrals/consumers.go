package referrals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// eventData is what the events of a referral carry.
type eventData struct {
	PatientID  string   `json:"patientId"`
	ReferralID string   `json:"referralId"`
	NeedID     string   `json:"needId,omitempty"`
	ConsentID  string   `json:"consentId,omitempty"`
	RequestID  string   `json:"requestId,omitempty"`
	Orgs       []string `json:"organizationIds"` // the sender's, then the agency's
	Status     Status   `json:"status,omitempty"`
	// Party is the side that acted; empty for the system.
	Party   Party `json:"party,omitempty"`
	Settled bool  `json:"settled,omitempty"`
	// Quiet changes are no step of anybody, such as a settlement by what happened
	// around the referral; the last step was told before.
	Quiet bool `json:"quiet,omitempty"`
	// Onward says that another referral is to take its place.
	Onward bool `json:"onward,omitempty"`
	// Back says that the last answer was taken back, so the agency has the
	// referral in hand again.
	Back bool `json:"back,omitempty"`
	// UserID is set in the events of users.
	UserID string `json:"userId,omitempty"`
	// Mentions are users who are told that they were mentioned.
	Mentions []string `json:"mentions,omitempty"`
}

// emit notes an event with what the audit and other consumers need, after a
// change of a referral that had so many steps before.
func (r *Referral) emit(at time.Time, event string, steps int) {
	d := eventData{
		PatientID: r.PatientID, ReferralID: r.ID, NeedID: r.Need.ID, ConsentID: r.ConsentID, RequestID: r.RequestID,
		Orgs: []string{r.Sender.ID, r.Agency.ID}, Status: r.Status, Settled: r.Settlement != nil, Onward: r.Onward != nil,
		Quiet: len(r.History) == steps,
	}
	if len(r.History) > 0 {
		last := r.History[len(r.History)-1]
		d.Party, d.Back = last.Party, last.TakesBack > 0
	}
	r.Emit(at, event, d)
}

// Consumers follow the events of referrals, consents, requests and needs.
// Each looks at what is stored now, so it may get an event more than once, and
// finishes what a process that ended has left.
func (s *Service) Consumers() []docstore.Consumer {
	return []docstore.Consumer{
		{Name: "referral-requests", Handle: follow(requestsOf, s.followRequest)},
		{Name: "referral-needs", Handle: follow(needsOf, s.followNeed)},
		{Name: "referral-consents", Handle: follow(consentsOf, s.followConsent)},
		{Name: "referral-marks", Handle: follow(patientsOf, s.followMark)},
		{Name: "referral-notices", Handle: s.tellNews},
		{Name: "referral-flags", Handle: s.followFlags},
		{Name: "referral-onward", Handle: follow(onwardOf, s.followOnward)},
		{Name: "referral-tasks", Handle: follow(tasksOf, s.followTasks)},
		{Name: "referral-task-notices", Handle: s.tellTasks},
		{Name: "referral-workers", Handle: s.followUsers},
		{Name: "referral-unread", Handle: s.followUnread},
		{Name: "referral-mentions", Handle: s.tellMentions},
		{Name: "patient-answers", Handle: s.followAnswers},
		{Name: "patient-letters", Handle: follow(lettersIn, s.followLetter)},
	}
}

// follow makes a consumer that calls do once for each id that events name,
// and gives up none of them because another failed.
func follow(ids func(docstore.Event) string, do func(context.Context, string) error) func(context.Context, []docstore.Event) error {
	return func(ctx context.Context, events []docstore.Event) error {
		todo := map[string]bool{}
		for _, e := range events {
			if id := ids(e); id != "" {
				todo[id] = true
			}
		}
		var errs []error
		for _, id := range slices.Sorted(maps.Keys(todo)) {
			if err := do(ctx, id); err != nil && !fault.Is(err, fault.NotFound) {
				errs = append(errs, err)
			}
		}
		return errors.Join(errs...)
	}
}

// dataOf reads an event's data; an event of another room has other fields.
func dataOf(e docstore.Event) eventData {
	var d eventData
	if json.Unmarshal(e.Data, &d) != nil {
		return eventData{}
	}
	return d
}

// About tells of an event of a referral which agency it was with and which
// status it got; both are empty for other events.
func About(e docstore.Event) (agencyID string, status Status) {
	if d := dataOf(e); len(d.Orgs) == 2 {
		return d.Orgs[1], d.Status
	}
	return "", ""
}

func requestsOf(e docstore.Event) string {
	if e.Type == "request.opened" || e.Type == "request.accepted" {
		return e.DocumentID
	}
	return ""
}

func needsOf(e docstore.Event) string {
	switch e.Type {
	case "need.changed":
		return e.DocumentID
	case "referral.created", "referral.confirmed":
		return dataOf(e).NeedID
	case "referral.moved":
		if d := dataOf(e); d.Settled {
			return d.NeedID
		}
	}
	return ""
}

func consentsOf(e docstore.Event) string {
	switch e.Type {
	case "consent.ended":
		return e.DocumentID
	case "referral.created": // sent in the moment in which the consent ended
		return dataOf(e).ConsentID
	case "referral.moved": // the same, for what the agency has in hand again
		if d := dataOf(e); d.Back {
			return d.ConsentID
		}
	}
	return ""
}

func patientsOf(e docstore.Event) string {
	if e.Type == "patient.changed" {
		return e.DocumentID
	}
	return ""
}

// followConsent cancels what the agencies have in hand under a consent that
// has ended.
func (s *Service) followConsent(ctx context.Context, id string) error {
	c, err := s.consents.Get(ctx, id)
	if err != nil || c.InForce(s.Now()) {
		return err
	}
	p, err := s.referrals.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("consent", docstore.String(id))}})
	if err != nil {
		return err
	}
	var errs []error
	for _, r := range p.Items {
		_, err := s.change(ctx, r.ID, func(r *Referral) error {
			if r.Status.Closed() {
				return errNothingToDo
			}
			a, err := s.systemAct(ctx, *r)
			if err != nil {
				return err
			}
			return r.stop(a, reasonConsentEnded)
		}, "referral.moved")
		if err != nil {
			errs = append(errs, fmt.Errorf("cancel referral %s: %w", r.ID, err))
		}
	}
	return errors.Join(errs...)
}

// tellNews queues notices of what events mean to people.
func (s *Service) tellNews(ctx context.Context, events []docstore.Event) error {
	var errs []error
	for _, e := range events {
		if !slices.Contains(announced, e.Type) {
			continue
		}
		d := dataOf(e)
		template, to := news(e.Type, d)
		r, err := s.referrals.Get(ctx, d.ReferralID)
		if err == nil && r.LogOnly {
			continue // the agency knows nothing of it
		}
		if err == nil {
			err = s.announce(ctx, e, d, r)
		}
		if err == nil && to != Neither {
			var users []string
			if users, err = s.audience(ctx, r, to); err == nil {
				err = s.tell(ctx, template, e.ID, r, users...)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("notice of %s: %w", e.ID, err))
		}
	}
	return errors.Join(errs...)
}
