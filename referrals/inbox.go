package referrals

import (
	"context"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// turnsOpen are the values of the key "turn" of open referrals.
var turnsOpen = []docstore.Value{docstore.String(string(Sender)), docstore.String(string(Agency))}

// The facets of open referrals, by which lists are filtered. Each is kept once
// for a referral and box, so that a filter costs no more than what it finds.
const (
	facetMine    = "mine"
	facetUrgent  = "urgent"
	facetService = "service"
	facetNeed    = "need"
)

// facetOf is a value of the key "facet": of one organization in one box.
func facetOf(b Box, organizationID, facet, value string) string {
	return string(b) + "/" + organizationID + "/" + facet + "/" + value
}

// facets are the values of the key "facet". The sender's list is filtered by
// worker alone; its other filters look through what is found otherwise.
// Private needs are no facet, as they are in no list.
func (r Referral) facets() []docstore.Value {
	if r.Turn == nil {
		return nil
	}
	out := []docstore.Value{docstore.String(facetOf(SentBox, r.Sender.ID, facetMine, r.Worker.ID))}
	if r.Status == Draft || r.LogOnly {
		return out
	}
	add := func(facet, value string) {
		out = append(out, docstore.String(facetOf(Inbox, r.Agency.ID, facet, value)))
	}
	add(facetService, r.Service.ID)
	if !r.Need.Private {
		add(facetNeed, r.Need.Domain)
	}
	if r.Priority == Urgent {
		add(facetUrgent, "")
	}
	if by := r.handler(); by != "" {
		add(facetMine, by)
	}
	return out
}

// handler is the user of the agency who acted last; empty when nobody did.
func (r Referral) handler() string {
	for _, s := range slices.Backward(r.History) {
		if s.Party == Agency {
			return s.ByID
		}
	}
	return ""
}

// filtered tells whether the list is narrowed down by more than status, turn
// and due time.
func (in ListInput) filtered() bool {
	return in.Need != "" || in.Service != "" || in.Urgent || in.Mine
}

// facet is the one by which the list is read, likely the one that finds least;
// empty where none is asked for or kept.
func (in ListInput) facet(actor identity.Actor) string {
	box := in.box(actor)
	switch {
	case in.Mine:
		return facetOf(box, actor.OrganizationID, facetMine, actor.ID)
	case box == SentBox:
		return ""
	case in.Urgent:
		return facetOf(box, actor.OrganizationID, facetUrgent, "")
	case in.Service != "":
		return facetOf(box, actor.OrganizationID, facetService, in.Service)
	case in.Need != "":
		return facetOf(box, actor.OrganizationID, facetNeed, in.Need)
	}
	return ""
}

// box is the list that is asked for.
func (in ListInput) box(actor identity.Actor) Box {
	switch {
	case in.Box != "":
		return in.Box
	case actor.Agency():
		return Inbox
	}
	return SentBox
}

// takes tells whether a referral passes the filters.
func (in ListInput) takes(actor identity.Actor, r Referral) bool {
	mine := r.Worker.ID
	if in.box(actor) == Inbox {
		mine = r.handler()
	}
	switch {
	case in.filtered() && r.Turn == nil,
		in.Status != "" && r.Status != in.Status,
		in.Need != "" && r.Need.Domain != in.Need,
		in.Service != "" && r.Service.ID != in.Service,
		in.Urgent && r.Priority != Urgent,
		in.Mine && mine != actor.ID:
		return false
	}
	return true
}

// telling leaves out views whose being in this list would tell what they keep
// back: the status or service of a withdrawn one, the need of one whose need is
// not shared.
func (in ListInput) telling(views []View) []View {
	return slices.DeleteFunc(views, func(v View) bool {
		switch {
		case in.Status != "" && v.Status != in.Status:
			return true
		case in.filtered() && v.Status == Withdrawn:
			return true
		}
		return in.Need != "" && (v.Need == nil || v.Need.Domain != in.Need)
	})
}

// scanMost is how many referrals one page of a filtered list looks at; what it
// finds may then be less than a page, with more to come.
const scanMost = 500

// find reads the referrals of a page. Filters beyond the one that the list is
// read by are applied to what was read.
func (s *Service) find(ctx context.Context, actor identity.Actor, in ListInput) (docstore.Page[Referral], error) {
	q, err := in.query(actor, s.Now().UnixMilli())
	if err != nil {
		return docstore.Page[Referral]{}, err
	}
	if !in.filtered() {
		return s.referrals.Find(ctx, q)
	}
	out := docstore.Page[Referral]{Items: []Referral{}}
	for looked := 0; looked < scanMost; {
		p, err := s.referrals.Find(ctx, q)
		if err != nil {
			return out, err
		}
		for i, r := range p.Items {
			if !in.takes(actor, r) {
				continue
			}
			out.Items = append(out.Items, r)
			if len(out.Items) == q.Limit && i+1 < len(p.Items) { // the page ends here, before what was read
				at := q
				at.Limit = i + 1
				cut, err := s.referrals.Find(ctx, at)
				out.Next = cut.Next
				return out, err
			}
		}
		looked += len(p.Items)
		q.After, out.Next = p.Next, p.Next
		if p.Next == "" || len(out.Items) == q.Limit {
			break
		}
	}
	return out, nil
}

// Tally counts the referrals of a box. What it counts is exact at the moment.
type Tally struct {
	ByStatus map[Status]int `json:"byStatus"`
	// Ours and Theirs wait for the asker's side and for the other; Settled for nobody.
	Ours    int `json:"waitingOnUs"`
	Theirs  int `json:"waitingOnThem"`
	Settled int `json:"settled"`
	// Overdue are those of Ours whose time is over.
	Overdue int `json:"overdue"`
	// Mine are the open ones that the asker follows up.
	Mine int `json:"mine"`
	// Urgent are the open urgent ones; counted for agencies.
	Urgent int `json:"urgent"`
}

// Tally counts a box by status, by whose turn it is, and by what is in a hurry.
func (s *Service) Tally(ctx context.Context, b Box) (Tally, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return Tally{}, err
	}
	in := ListInput{Box: b}
	own, err := boxKey(b, actor)
	if err != nil {
		return Tally{}, err
	}
	ours := Sender
	if in.box(actor) == Inbox {
		ours = Agency
	}
	var t Tally
	if t.ByStatus, err = s.Counts(ctx, b); err != nil {
		return t, err
	}
	turns, err := s.referrals.GroupCount(ctx, docstore.Query{Where: []docstore.Cond{own}}, "turn")
	if err != nil {
		return t, err
	}
	count := func(p Party) int { return int(turns[docstore.String(string(p))]) }
	t.Ours, t.Theirs, t.Settled = count(ours), count(other(ours)), count(Neither)
	if t.Overdue, err = s.Count(ctx, ListInput{Box: b, Turn: ours, Overdue: true}); err != nil {
		return t, err
	}
	if t.Mine, err = s.countFacet(ctx, actor, ListInput{Box: b, Mine: true}); err != nil || ours == Sender {
		return t, err
	}
	t.Urgent, err = s.countFacet(ctx, actor, ListInput{Box: b, Urgent: true})
	return t, err
}

func (s *Service) countFacet(ctx context.Context, actor identity.Actor, in ListInput) (int, error) {
	n, err := s.referrals.Count(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("facet", docstore.String(in.facet(actor))), docstore.In("turn", turnsOpen...)},
	})
	return int(n), err
}
