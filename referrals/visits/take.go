package visits

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/sealed"
)

// Taken is what the device that sent an envelope learns: that it can forget
// it, and what came of it.
type Taken struct {
	ID    string `json:"id"`
	State State  `json:"state"`
	// PatientID and ScreeningID are set when the parts made or found them.
	PatientID   string     `json:"patientId,omitempty"`
	ScreeningID string     `json:"screeningId,omitempty"`
	Parts       []PartView `json:"parts"`
}

// PartView is a part as shown.
type PartView struct {
	Name     string        `json:"name"`
	State    PartState     `json:"state"`
	Problems []ProblemView `json:"problems"`
}

// ProblemView is what is wrong with a part, in words.
type ProblemView struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
	// Problem is the sentence before it is English.
	Problem Problem `json:"-"`
}

// Take opens an envelope and keeps it, then carries it out when the sender is
// who sealed it. The envelope's number must be the request's Idempotency-Key;
// sent again, it changes nothing and answers what now stands. An envelope that
// can be opened is never refused for what is in it.
func (s *Service) Take(ctx context.Context, compact, key string) (Taken, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return Taken{}, err
	}
	h, text, err := s.Keys.Open(ctx, compact)
	if err != nil {
		return Taken{}, err
	}
	if key != h.JTI {
		return Taken{}, fault.New(fault.Invalid, "The Idempotency-Key must be the number (jti) of the envelope.")
	}
	e, err := s.keep(ctx, actor, h, text)
	if err != nil {
		return Taken{}, err
	}
	if e.State == Waiting {
		carried, err := s.carry(ctx, e.ID)
		if err == nil {
			e = carried
		} // it is kept; the job goes on with it
	}
	return s.taken(actor, e)
}

// keep stores what was opened, once.
func (s *Service) keep(ctx context.Context, actor identity.Actor, h sealed.Header, text []byte) (Envelope, error) {
	e, err := s.envelope(ctx, actor, h, text)
	if err != nil {
		return e, err
	}
	for range 2 {
		err = s.docs.Insert(ctx, &e)
		if dup, taken := errors.AsType[*docstore.DuplicateError](err); !taken || dup.Key != "id" {
			return e, err
		}
		stored, err := s.docs.Get(ctx, e.ID)
		if err != nil {
			return e, err
		}
		if stored.Mark == e.Mark {
			return s.sameAgain(ctx, actor, h, stored)
		}
		// Another visit has the number: a mistake of the device, which must not
		// cost anybody what they wrote down.
		id := uuid.NewSHA1(uuid.MustParse(h.JTI), []byte(e.Mark)).String()
		if e, err = s.envelope(ctx, actor, h, text); err != nil {
			return e, err
		}
		e.ID = id
		if err := s.shut(&e, s.opened(text)); err != nil {
			return e, err
		}
		e.Hold = HoldNumber
		s.ask(ctx, &e)
	}
	return e, errors.New("the number of a visit is taken twice")
}

// envelope makes the document of what was opened.
func (s *Service) envelope(ctx context.Context, actor identity.Actor, h sealed.Header, text []byte) (Envelope, error) {
	now := s.Now()
	owner, hold, err := s.whose(ctx, actor, h)
	if err != nil {
		return Envelope{}, err
	}
	e := Envelope{
		Meta: docstore.Meta{ID: h.JTI}, State: Waiting, Hold: hold, OrganizationID: actor.OrganizationID,
		OwnerID: owner, SealedBy: h.Sub, SealedFor: h.Org, SentBy: actor.ID, Revision: 1,
		Mark: s.Keys.Mark(h.Sub, h.Org, string(text)), ArrivedAt: now, ChangedAt: now, ActorID: actor.ID,
	}
	c := s.opened(text)
	e.Parts = partsIn(c.Visit)
	if len(c.Problems[PartVisit]) > 0 {
		e.Parts = slices.Insert(e.Parts, 0, Part{PartVisit, PartAttention})
		if c.Visit == nil { // no visit at all
			e.Parts = e.Parts[:1]
		}
	}
	if hold != "" || c.Visit == nil {
		s.ask(ctx, &e)
	}
	e.emit(now, "visit.arrived")
	return e, s.shut(&e, c)
}

// opened is the content of an envelope that has just come in.
func (s *Service) opened(text []byte) content {
	c := content{Arrived: string(text), Problems: map[string][]Problem{}}
	var wrong []Problem
	if c.Visit, wrong = split(text); len(wrong) > 0 {
		c.Problems[PartVisit] = wrong
	}
	return c
}

// whose tells who is to look at an envelope, and why it is not carried out at
// once. What a header says was written by a device and is proved by nobody: so
// it counts only when the one who is signed in says the same.
func (s *Service) whose(ctx context.Context, actor identity.Actor, h sealed.Header) (owner string, hold Hold, err error) {
	switch {
	case h.Org != actor.OrganizationID:
		return "", HoldOrganization, nil
	case h.Sub == actor.ID:
		return actor.ID, "", nil
	}
	_, works, err := s.worker(ctx, h.Sub, h.Org)
	if err != nil || !works {
		return "", HoldGone, err
	}
	return h.Sub, HoldPerson, nil
}

// worker answers the user as an actor of the organization; false when they
// cannot sign in, or do not do this work there.
func (s *Service) worker(ctx context.Context, userID, organizationID string) (identity.Actor, bool, error) {
	u, err := s.Accounts.OpenUser(ctx, userID)
	if errors.Is(err, docstore.ErrNotFound) || err == nil && u.Disabled {
		return identity.Actor{}, false, nil
	}
	if err != nil {
		return identity.Actor{}, false, fmt.Errorf("worker of a visit: %w", err)
	}
	for _, m := range u.Memberships {
		a := identity.Actor{ID: u.ID, Name: u.Name, Role: m.Role, OrganizationID: organizationID}
		if m.OrganizationID == organizationID && a.May(identity.ReferralsSend) {
			return a, true, nil
		}
	}
	return identity.Actor{}, false, nil
}

// sameAgain answers an envelope that came before. When it waits only because
// somebody else sent it, and now comes from who sealed it, it is carried out.
func (s *Service) sameAgain(ctx context.Context, actor identity.Actor, h sealed.Header, e Envelope) (Envelope, error) {
	if e.Hold != HoldPerson || e.State != Attention || actor.ID != h.Sub || actor.OrganizationID != e.OrganizationID {
		return e, nil
	}
	return s.change(ctx, e.ID, func(e *Envelope) error {
		if e.Hold != HoldPerson || e.State != Attention {
			return errSame
		}
		e.Hold, e.State, e.ActorID = "", Waiting, actor.ID
		e.RemindAt, e.EscalateAt = never, never
		return nil
	}, "visit.arrived")
}

// taken is what the sender learns: of what is not theirs, only that it came.
func (s *Service) taken(actor identity.Actor, e Envelope) (Taken, error) {
	t := Taken{ID: e.ID, State: e.State, Parts: []PartView{}}
	if e.OwnerID != actor.ID || e.Hold != "" {
		t.State = Attention
		return t, nil
	}
	c, err := s.open(e)
	if err != nil {
		return t, err
	}
	t.PatientID, t.ScreeningID, t.Parts = e.PatientID, e.ScreeningID, partViews(e, c)
	return t, nil
}

func partViews(e Envelope, c content) []PartView {
	out := make([]PartView, len(e.Parts))
	for i, p := range e.Parts {
		out[i] = PartView{Name: p.Name, State: p.State, Problems: []ProblemView{}}
		for _, w := range c.Problems[p.Name] {
			out[i].Problems = append(out[i].Problems, ProblemView{w.Field, w.Detail(), w})
		}
	}
	return out
}

// shut seals the content into the envelope, and open takes it out again; a
// wiped one is empty.
func (s *Service) shut(e *Envelope, c content) error {
	b, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("text of visit %s: %w", e.ID, err)
	}
	e.Text = s.Keys.Seal("visits/"+e.ID, b)
	return nil
}

func (s *Service) open(e Envelope) (content, error) {
	var c content
	if len(e.Text) == 0 {
		return c, nil
	}
	b, err := s.Keys.Box.Open("visits/"+e.ID, e.Text)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil {
		return c, fmt.Errorf("text of visit %s: %w", e.ID, err)
	}
	return c, nil
}
