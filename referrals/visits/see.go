package visits

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// ListInput asks for visits.
type ListInput struct {
	State  State // empty: all
	Cursor string
	Limit  int // 0 is 25, at most 100
}

const (
	pageUsual = 25
	pageMost  = 100
)

var states = []State{Waiting, Attention, Done, Aside}

// List lists the visits of the actor, or of the organization for its
// supervisors, the latest first.
func (s *Service) List(ctx context.Context, in ListInput) (docstore.Page[Row], error) {
	actor, q, err := s.query(ctx, in.State)
	if err != nil {
		return docstore.Page[Row]{}, err
	}
	q.OrderBy, q.Desc, q.After, q.Limit = []string{"arrived"}, true, in.Cursor, in.Limit
	if q.Limit <= 0 {
		q.Limit = pageUsual
	}
	q.Limit = min(q.Limit, pageMost)
	page, err := s.docs.Find(ctx, q)
	if err != nil {
		return docstore.Page[Row]{}, err
	}
	out := docstore.Page[Row]{Items: []Row{}, Next: page.Next}
	names := map[string]string{}
	for _, e := range page.Items {
		c, err := s.open(e)
		if err != nil {
			return out, err
		}
		row, err := s.row(ctx, actor, e, c, names)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, row)
	}
	return out, nil
}

// Count counts the visits that List would answer on all its pages.
func (s *Service) Count(ctx context.Context, state State) (int, error) {
	_, q, err := s.query(ctx, state)
	if err != nil {
		return 0, err
	}
	n, err := s.docs.Count(ctx, q)
	return int(n), err
}

func (s *Service) query(ctx context.Context, state State) (identity.Actor, docstore.Query, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return actor, docstore.Query{}, err
	}
	whose := docstore.Eq("owner", ownerKey(actor.OrganizationID, actor.ID))
	if actor.May(identity.Escalations) {
		whose = docstore.Eq("organization", docstore.String(actor.OrganizationID))
	}
	var values []docstore.Value
	for _, st := range states {
		if state == "" || st == state {
			values = append(values, docstore.String(string(st)))
		}
	}
	if len(values) == 0 {
		var wrong fault.Fields
		wrong.Add("state", "Choose waiting, attention, done or aside.")
		return actor, docstore.Query{}, wrong.Err()
	}
	return actor, docstore.Query{Where: []docstore.Cond{whose, docstore.In("state", values...)}}, nil
}

// row is the line of a visit; names remembers those of users.
func (s *Service) row(ctx context.Context, actor identity.Actor, e Envelope, c content, names map[string]string) (Row, error) {
	r := Row{
		ID: e.ID, Version: e.Version, State: e.State, Hold: e.Hold, ArrivedAt: e.ArrivedAt,
		PatientID: e.PatientID, Parts: e.Parts, SealedBy: referrals.Ref{ID: e.SealedBy}, SentBy: referrals.Ref{ID: e.SentBy},
	}
	for _, ref := range []*referrals.Ref{&r.SealedBy, &r.SentBy} {
		name, known := names[ref.ID]
		if !known {
			u, err := s.Accounts.OpenUser(ctx, ref.ID)
			if err != nil && !errors.Is(err, docstore.ErrNotFound) {
				return r, err
			}
			name = u.Name
			names[ref.ID] = name
		}
		ref.Name = name
	}
	if !e.readable() {
		r.SealedBy.Name = "" // a stranger's
		return r, nil
	}
	v, _ := assemble(c.Visit, s.Now())
	r.Name = strings.TrimSpace(v.Patient.GivenName + " " + v.Patient.FamilyName)
	if id := first(e.PatientID, v.Patient.ID); id != "" {
		p, err := s.Patients.Open(ctx, id)
		if err != nil && !errors.Is(err, docstore.ErrNotFound) {
			return r, err
		}
		if err == nil && p.OrganizationID == actor.OrganizationID {
			r.Name = p.GivenName + " " + p.FamilyName
		}
	}
	return r, nil
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// readable tells whether those who keep the envelope may read it: not when it
// was sealed for another organization, whose patient it is about.
func (e Envelope) readable() bool { return e.Hold != HoldOrganization }

// Get answers a visit of the actor, or of the organization for its
// supervisors, and records that it was seen.
func (s *Service) Get(ctx context.Context, id string) (View, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return View{}, err
	}
	e, err := s.docs.Get(ctx, id)
	if err == nil && !e.visible(actor) {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return View{}, err
	}
	return s.view(ctx, actor, e)
}

func (s *Service) view(ctx context.Context, actor identity.Actor, e Envelope) (View, error) {
	c, err := s.open(e)
	if err != nil {
		return View{}, err
	}
	row, err := s.row(ctx, actor, e, c, map[string]string{})
	if err != nil {
		return View{}, err
	}
	v := View{Row: row, ScreeningID: e.ScreeningID, ConsentID: e.ConsentID, ReferralID: e.ReferralID, Told: partViews(e, c), Visit: json.RawMessage("null"), Reason: c.Reason}
	if e.State == Aside && len(e.Text) > 0 {
		v.UndoUntil = e.purgeAt()
	}
	if !e.readable() {
		return v, s.Audit.Saw(ctx, "visit.read", "", "visits/"+e.ID)
	}
	if c.Visit != nil {
		v.Visit = rawPart(c.Visit)
	}
	if len(c.Problems[PartVisit]) > 0 {
		v.Arrived = c.Arrived
	}
	v.Collected, _ = assemble(c.Visit, s.Now())
	if err := s.compare(ctx, actor, e, c, &v); err != nil {
		return View{}, err
	}
	return v, s.Audit.Saw(ctx, "visit.read", first(e.PatientID, v.presentID()), "visits/"+e.ID)
}

func (v View) presentID() string {
	if v.Now == nil {
		return ""
	}
	return v.Now.Patient.ID
}

// compare adds to a visit that waits for a person what the records say.
func (s *Service) compare(ctx context.Context, actor identity.Actor, e Envelope, c content, v *View) error {
	if e.State != Attention {
		return nil
	}
	own, err := s.Patients.OpenMany(ctx, c.Candidates)
	if err != nil {
		return err
	}
	for _, id := range c.Candidates {
		if p, ok := own[id]; ok && p.OrganizationID == actor.OrganizationID {
			v.Candidates = append(v.Candidates, Candidate{ID: id, Name: p.GivenName + " " + p.FamilyName, BirthDate: p.BirthDate, Phone: p.Phone[max(0, len(p.Phone)-4):]})
		}
	}
	id := first(e.PatientID, v.Collected.Patient.ID)
	if id == "" {
		return nil
	}
	p, err := s.Patients.Open(ctx, id)
	if errors.Is(err, docstore.ErrNotFound) || err == nil && p.OrganizationID != actor.OrganizationID {
		return nil
	}
	if err != nil {
		return err
	}
	v.Now = &Present{Patient: p}
	v.Now.Needs, err = s.Needs.Needs(ctx, id)
	return err
}
