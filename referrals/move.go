package referrals

import (
	"context"
	"fmt"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Move changes the status of a referral, as the table of moves allows it, and
// answers the referral as it now stands. It fails with docstore.ErrConflict
// when somebody changed the referral after the version in the input.
func (s *Service) Move(ctx context.Context, id string, in MoveInput) (View, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return View{}, err
	}
	m := mover{s: s, actor: actor, in: in}
	r, err := s.moved(ctx, id, &m)
	if err != nil {
		return View{}, err
	}
	v, err := viewerOf(actor, r, m.viewer.consent, s.Now()) // acceptance may have opened the view
	if err != nil {
		return View{}, err
	}
	return s.show(ctx, v, r)
}

// moved makes the move and brings the need to where it belongs.
func (s *Service) moved(ctx context.Context, id string, m *mover) (Referral, error) {
	r, err := s.change(ctx, id, func(r *Referral) error { return m.move(ctx, r) }, "referral.moved")
	if err != nil {
		return r, fmt.Errorf("move referral %s to %s: %w", id, m.in.To, err)
	}
	if r.Settlement != nil {
		err = s.followNeed(ctx, r.Need.ID)
	}
	return r, err
}

// mover makes one person's move, perhaps in several tries.
type mover struct {
	s       *Service
	actor   identity.Actor
	in      MoveInput
	own     bool // the patient's, on their own pages
	viewer  viewer
	claimed *Acceptance
	// forward says that the move sends the referral on, for a reason that
	// nobody chooses, and onward where to; nil where the patient is asked first.
	forward bool
	onward  *Onward
}

func (m *mover) move(ctx context.Context, r *Referral) error {
	var err error
	if m.own {
		m.viewer, err = ownViewer(m.actor, *r)
	} else {
		m.viewer, err = m.s.viewer(ctx, m.actor, *r)
	}
	if err != nil {
		return err
	}
	if done, err := r.Replayed(ctx); err != nil {
		return err
	} else if done || m.finished(*r) {
		return errNothingToDo
	}
	a, err := m.checked(ctx, r)
	if err != nil {
		return err
	}
	r.Onward = m.onward
	if m.forward {
		r.Before = nil
	}
	r.Remember(ctx, a.at)
	if m.in.To != Accepted || r.RequestID == "" {
		return nil
	}
	c := Acceptance{ReferralID: r.ID, At: a.at, ActorID: m.actor.ID, ActorName: m.actor.Name, Note: m.in.Note}
	if keyed, _ := r.Replayed(ctx); keyed {
		c.Applied = r.Applied[len(r.Applied)-1:]
	}
	if err := m.s.claim(ctx, r.RequestID, c); err != nil {
		return err
	}
	m.claimed = &c
	return nil
}

// checked makes the move in r, which is not stored yet, or says why not.
func (m *mover) checked(ctx context.Context, r *Referral) (act, error) {
	if err := m.in.check(); err != nil && !m.forward {
		return act{}, err
	}
	if err := m.viewer.mayAct(); err != nil {
		return act{}, err
	}
	if m.in.Version != r.Revision {
		return act{}, docstore.ErrConflict
	}
	a, err := m.s.act(ctx, *r, m.actor, m.viewer.party, m.s.Now())
	if err != nil {
		return a, err
	}
	if err := r.move(a, m.in); err != nil {
		return a, err
	}
	return a, m.s.triedEnough(ctx, *r, m.in)
}

// finished tells whether this acceptance of a request was carried out by
// followRequest, which saw the claim before the referral was written.
func (m *mover) finished(r Referral) bool {
	if m.claimed == nil || r.Status != Accepted {
		return false
	}
	last := r.History[len(r.History)-1]
	return last.ByID == m.claimed.ActorID && last.At.Equal(m.claimed.At)
}
