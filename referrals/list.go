package referrals

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

const (
	pageUsual = 25  // referrals on one page unless asked otherwise
	pageMost  = 100 // referrals on one page, at most
)

// turnsAndNone are the values of the key "turn": of open and of settled referrals.
var turnsAndNone = append(turnsOpen[:2:2], docstore.String(string(Neither)))

// List answers a page of the inbox or of what was sent, ordered by due time.
// Agencies see of each patient what the consent covers, and no private needs,
// since others in the room may see a list. What an agency user sees is
// recorded once an hour.
func (s *Service) List(ctx context.Context, in ListInput) (docstore.Page[View], error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return docstore.Page[View]{}, err
	}
	p, err := s.find(ctx, actor, in)
	if err != nil {
		return docstore.Page[View]{}, err
	}
	views, err := s.views(ctx, actor, p.Items)
	return docstore.Page[View]{Items: in.telling(views), Next: p.Next}, err
}

// Count counts the referrals that List would answer on all its pages; not with
// filters other than status, turn and overdue.
func (s *Service) Count(ctx context.Context, in ListInput) (int, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return 0, err
	}
	q, err := in.query(actor, s.Now().UnixMilli())
	if err != nil {
		return 0, err
	}
	q.OrderBy, q.After, q.Limit = nil, "", 0
	n, err := s.referrals.Count(ctx, q)
	return int(n), err
}

// query is the query of the list, where now is in milliseconds since 1970.
func (in ListInput) query(actor identity.Actor, now int64) (docstore.Query, error) {
	own, err := boxKey(in.Box, actor)
	if err != nil {
		return docstore.Query{}, err
	}
	var wrong fault.Fields
	_, known := statusLabels[in.Status]
	wrong.Check(in.Status == "" || known, "status", "Choose one of the known statuses.")
	wrong.Check(in.Turn == "" || in.Turn == Sender || in.Turn == Agency, "turn", "Choose sender or agency.")
	wrong.Check(in.Status == "" || in.Turn == "", "turn", "Choose a status or whose turn it is, not both.")
	if err := wrong.Err(); err != nil {
		return docstore.Query{}, err
	}
	which := docstore.In("turn", turnsAndNone...)
	if in.filtered() {
		which = docstore.In("turn", turnsOpen...)
	}
	facet := in.facet(actor)
	if facet != "" {
		own = docstore.Eq("facet", docstore.String(facet))
	}
	switch {
	case in.Turn != "":
		which = docstore.Eq("turn", docstore.String(string(in.Turn)))
	case in.Status != "" && facet == "":
		which = docstore.Eq("status", docstore.String(string(in.Status)))
	}
	q := docstore.Query{Where: []docstore.Cond{own, which}, OrderBy: []string{"order"}, After: in.Cursor, Limit: in.Limit}
	if q.Limit <= 0 {
		q.Limit = pageUsual
	}
	q.Limit = min(q.Limit, pageMost)
	if in.Overdue {
		q.Where = append(q.Where, docstore.Range("order", docstore.None, docstore.Int(now)))
	}
	return q, nil
}

// boxKey is the condition that holds for all of a box of the actor's organization.
func boxKey(b Box, actor identity.Actor) (docstore.Cond, error) {
	if b == "" {
		b = SentBox
		if actor.Agency() {
			b = Inbox
		}
	}
	if actor.Role == identity.AgencyGuest { // their link opens one referral, no list
		return docstore.Cond{}, fault.New(fault.Forbidden, identity.RoleForbids)
	}
	own := docstore.String(actor.OrganizationID)
	switch b {
	case Inbox:
		return docstore.Eq("agency", own), nil
	case SentBox:
		return docstore.Eq("sender", own), nil
	}
	return docstore.Cond{}, fault.New(fault.Invalid, "Choose the list inbox or sent.")
}

// Counts counts the referrals of a box by status.
func (s *Service) Counts(ctx context.Context, b Box) (map[Status]int, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return nil, err
	}
	own, err := boxKey(b, actor)
	if err != nil {
		return nil, err
	}
	groups, err := s.referrals.GroupCount(ctx, docstore.Query{Where: []docstore.Cond{own}}, "status")
	out := make(map[Status]int, len(groups))
	for v, n := range groups {
		out[Status(v.Str())] = int(n)
	}
	return out, err
}

// views makes the list's views, with few reads for all of them.
func (s *Service) views(ctx context.Context, actor identity.Actor, rs []Referral) ([]View, error) {
	out := make([]View, 0, len(rs))
	consents, people, err := s.listed(ctx, actor, rs)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	var records errgroup.Group
	for _, r := range rs {
		v, err := viewerOf(actor, r, consents[r.ConsentID], now)
		if err != nil {
			continue
		}
		var patient *patients.Patient
		if p, ok := people[r.PatientID]; ok && v.seesPatient() {
			patient = &p
		}
		view := v.view(r, patient, nil, now)
		if v.party == Agency && r.Need.Private {
			view.Need = nil
		}
		sight := sight{actor.ID, actor.SessionID, r.ID}
		if v.party == Agency && view.Patient != nil && !s.seen.lately(sight, now) {
			records.Go(func() error {
				err := s.Audit.Saw(ctx, "referral.listed", r.PatientID, "referrals/"+r.ID)
				if err == nil {
					s.seen.note(sight, now)
				}
				return err
			})
		}
		out = append(out, view)
	}
	return out, records.Wait()
}

// listed reads the consents and patients of a list; consents only for agencies.
func (s *Service) listed(ctx context.Context, actor identity.Actor, rs []Referral) (map[string]Consent, map[string]patients.Patient, error) {
	var consentIDs, patientIDs []string
	for _, r := range rs {
		consentIDs, patientIDs = append(consentIDs, r.ConsentID), append(patientIDs, r.PatientID)
	}
	var consents map[string]Consent
	if actor.Agency() {
		var err error
		if consents, err = s.consents.GetMany(ctx, slices.Compact(slices.Sorted(slices.Values(consentIDs)))); err != nil {
			return nil, nil, err
		}
	}
	people, err := s.Patients.OpenMany(ctx, slices.Compact(slices.Sorted(slices.Values(patientIDs))))
	return consents, people, err
}
