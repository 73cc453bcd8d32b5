package referrals

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Message is something one side wrote to the other about a referral.
type Message struct {
	docstore.Meta
	ReferralID string    `json:"referralId"`
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	ByID       string    `json:"byId"`
	Party      Party     `json:"party"`
	Text       string    `json:"text"`
	Files      []FileRef `json:"files,omitempty"`
}

// AddMessage writes to the other side. Where a note is what the agency has to
// give now, its time begins anew.
func (s *Service) AddMessage(ctx context.Context, id, text string) (Message, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return Message{}, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return Message{}, err
	}
	messageID := docstore.NewID(ctx, actor.ID)
	m, sent, err := s.messages.Recall(ctx, messageID)
	if err == nil && !sent {
		m, err = s.send(ctx, r, v, messageID, text)
	}
	if err != nil {
		return Message{}, fmt.Errorf("write on referral %s: %w", id, err)
	}
	return m, s.renew(ctx, r.ID, actor, v.party, m.At)
}

// send stores a new message.
func (s *Service) send(ctx context.Context, r Referral, v viewer, id, text string) (Message, error) {
	if err := v.mayAct(); err != nil {
		return Message{}, err
	}
	if err := s.mayWrite(ctx, r, v); err != nil {
		return Message{}, err
	}
	text = strings.TrimSpace(text)
	var wrong fault.Fields
	wrong.Check(text != "", "text", "Write a message.")
	wrong.Check(len(text) <= maxText, "text", "Write at most %d letters.", maxText)
	if err := wrong.Err(); err != nil {
		return Message{}, err
	}
	now := s.Now()
	m := Message{
		Meta:       docstore.Meta{ID: id},
		ReferralID: r.ID, At: now, By: v.actor.Name, ByID: v.actor.ID, Party: v.party, Text: text,
	}
	m.Emit(now, "referral.messaged", eventData{
		PatientID: r.PatientID, ReferralID: r.ID, Orgs: []string{r.Sender.ID, r.Agency.ID}, Party: v.party,
	})
	_, err := s.messages.InsertOnce(ctx, &m, now)
	return m, err
}

// mayWrite refuses messages before it is known who reads them, and words of
// the sender that the consent does not cover.
func (s *Service) mayWrite(ctx context.Context, r Referral, v viewer) error {
	switch {
	case r.Status == Draft:
		return fault.New(fault.Conflict, "This referral was not sent yet. Send it first.")
	case r.RequestID != "" && !r.everAccepted():
		return fault.New(fault.Conflict, "Several agencies were asked. Messages open when one has accepted.")
	case v.party == Agency:
		return nil
	}
	c, err := s.consents.Get(ctx, r.ConsentID)
	if err == nil && !(c.Covers(r.Agency.ID, r.Need.Domain, s.Now()) && c.Shares(FieldNotes)) {
		err = fault.New(fault.BusinessRule, "The consent does not cover notes to this agency. Ask the person for a new consent.")
	}
	return err
}

// renew begins the time of the turn anew, at the instant of a note, where a
// note does that. It may be repeated.
func (s *Service) renew(ctx context.Context, id string, actor identity.Actor, party Party, at time.Time) error {
	_, err := s.change(ctx, id, func(r *Referral) error {
		if r.Turn == nil || r.Turn.Party != party || !turns[r.Status].renewed || !r.Turn.Since.Before(at) {
			return errNothingToDo
		}
		a, err := s.act(ctx, *r, actor, party, at)
		if err != nil {
			return err
		}
		r.startTurn(a)
		return nil
	}, "referral.noted")
	return err
}

// Messages lists what was written about a referral, the oldest first.
func (s *Service) Messages(ctx context.Context, id string) ([]Message, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return nil, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	out := []Message{}
	if v.withheld != "" {
		return out, nil
	}
	p, err := s.messages.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("referral", docstore.String(r.ID))}, OrderBy: []string{"at"},
	})
	if err != nil {
		return nil, err
	}
	for _, m := range p.Items {
		if m.Party == v.party || v.fields(FieldNotes) {
			out = append(out, m)
		}
	}
	if v.party == Agency && len(out) > 0 {
		if err := s.Audit.Saw(ctx, "referral.messages.read", r.PatientID, "referrals/"+r.ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}
