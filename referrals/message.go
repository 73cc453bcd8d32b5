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
	// Mentions are colleagues of the writer; the other side is not told.
	Mentions []Ref `json:"mentions,omitempty"`

	// SeenBy lists who read it on the other side; New says that the asker had
	// not. Both are found when messages are listed, and not stored.
	SeenBy []Reader `json:"seenBy,omitempty"`
	New    bool     `json:"new,omitempty"`
}

// NewMessage is what somebody writes: words, files or both.
type NewMessage struct {
	Text     string
	Files    []string // ids of files that AddFile took
	Mentions []string // ids of colleagues
}

// MaxFiles is the most files of one message.
const MaxFiles = 3

// AddMessage writes words to the other side.
func (s *Service) AddMessage(ctx context.Context, id, text string) (Message, error) {
	return s.Write(ctx, id, NewMessage{Text: text})
}

// Write sends a message to the other side. Where a note is what the agency has
// to give now, its time begins anew.
func (s *Service) Write(ctx context.Context, id string, in NewMessage) (Message, error) {
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
		m, err = s.send(ctx, r, v, messageID, in)
	}
	if err != nil {
		return Message{}, fmt.Errorf("write on referral %s: %w", id, err)
	}
	return m, s.renew(ctx, r.ID, actor, v.party, m.At)
}

// send stores a new message.
func (s *Service) send(ctx context.Context, r Referral, v viewer, id string, in NewMessage) (Message, error) {
	if err := s.mayWrite(ctx, r, v); err != nil {
		return Message{}, err
	}
	text := strings.TrimSpace(in.Text)
	var wrong fault.Fields
	wrong.Check(text != "" || len(in.Files) > 0, "text", "Write a message.")
	wrong.Check(len(text) <= maxText, "text", "Write at most %d letters.", maxText)
	wrong.Check(len(in.Files) <= MaxFiles, "files", "Send at most %d files with one message.", MaxFiles)
	if err := wrong.Err(); err != nil {
		return Message{}, err
	}
	attached, err := s.attach(ctx, r, v, in.Files)
	if err != nil {
		return Message{}, err
	}
	mentions, err := s.mentioned(ctx, r, v, in.Mentions)
	if err != nil {
		return Message{}, err
	}
	now := s.Now()
	m := Message{
		Meta:       docstore.Meta{ID: id},
		ReferralID: r.ID, At: now, By: v.actor.Name, ByID: v.actor.ID, Party: v.party, Text: text,
		Files: attached, Mentions: mentions,
	}
	m.Emit(now, "referral.messaged", eventData{
		PatientID: r.PatientID, ReferralID: r.ID, Orgs: []string{r.Sender.ID, r.Agency.ID}, Party: v.party, Mentions: in.Mentions,
	})
	_, err = s.messages.InsertOnce(ctx, &m, now)
	return m, err
}

// mayWrite refuses who only looks, messages before it is known who reads them,
// and words of the sender that the consent does not cover.
func (s *Service) mayWrite(ctx context.Context, r Referral, v viewer) error {
	if err := v.mayAct(); err != nil {
		return err
	}
	switch {
	case r.Status == Draft:
		return fault.New(fault.Conflict, "This referral was not sent yet. Send it first.")
	case r.LogOnly:
		return fault.New(fault.Conflict, "The agency knows nothing of this referral. Nobody there would read it.")
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
// note does that. What was answered before the note stands from then on. It may
// be repeated.
func (s *Service) renew(ctx context.Context, id string, actor identity.Actor, party Party, at time.Time) error {
	_, err := s.change(ctx, id, func(r *Referral) error {
		renewed := r.Turn != nil && r.Turn.Party == party && turns[r.Status].renewed && r.Turn.Since.Before(at)
		if !renewed && (r.Before == nil || at.Before(r.Before.At)) {
			return errNothingToDo
		}
		r.Before = nil
		if !renewed {
			return nil
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

// Messages lists what was written about a referral, the oldest first. What it
// answers counts as seen by the asker from now on.
func (s *Service) Messages(ctx context.Context, id string) ([]Message, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return nil, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	out, err := s.visible(ctx, r, v)
	if err != nil || len(out) == 0 {
		return out, err
	}
	if v.party == Agency {
		if err := s.Audit.Saw(ctx, "referral.messages.read", r.PatientID, "referrals/"+r.ID); err != nil {
			return nil, err
		}
	}
	readings, err := s.readingsOf(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var unseen []string
	for i := range out {
		m := &out[i]
		m.SeenBy = readings.of(m.ID, other(m.Party))
		for j := range m.Files {
			m.Files[j].SeenBy = readings.of(m.Files[j].ID, other(m.Party))
		}
		if m.Party != v.party {
			m.Mentions = nil
			if !readings.has(m.ID, actor.ID) {
				m.New = true
				unseen = append(unseen, m.ID)
			}
		}
	}
	if err := s.markSeen(ctx, r, v, unseen...); err != nil {
		return nil, err
	}
	return out, nil
}

// visible are the messages that v may read, the oldest first.
func (s *Service) visible(ctx context.Context, r Referral, v viewer) ([]Message, error) {
	out := []Message{}
	if v.withheld != "" {
		return out, nil
	}
	all, err := s.messagesOf(ctx, r.ID)
	for _, m := range all {
		if m.Party == v.party || v.fields(FieldNotes) {
			out = append(out, m)
		}
	}
	return out, err
}

// messagesOf reads all messages on a referral, the oldest first.
func (s *Service) messagesOf(ctx context.Context, referralID string) ([]Message, error) {
	p, err := s.messages.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("referral", docstore.String(referralID))}, OrderBy: []string{"at"},
	})
	return p.Items, err
}
