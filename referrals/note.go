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

// Note is what people of one organization write about a referral for each
// other. Notes are documents of a collection of their own, so that nothing
// which shows messages can show them: the other side never learns of one.
type Note struct {
	docstore.Meta
	ReferralID     string    `json:"referralId"`
	OrganizationID string    `json:"organizationId"`
	At             time.Time `json:"at"`
	By             string    `json:"by"`
	ByID           string    `json:"byId"`
	Text           string    `json:"text"`
	Files          []FileRef `json:"files,omitempty"`
	Mentions       []Ref     `json:"mentions,omitempty"`

	// SeenBy lists the colleagues who read it; found when notes are listed.
	SeenBy []Reader `json:"seenBy,omitempty"`
}

var noteSpec = docstore.Spec[Note]{
	Name: "referral_notes", Schema: 1,
	Meta: func(n *Note) *docstore.Meta { return &n.Meta },
	Keys: docstore.Keys[Note]{
		"referral":     func(n Note) docstore.Value { return docstore.String(n.ReferralID) },
		"organization": func(n Note) docstore.Value { return docstore.String(n.OrganizationID) },
		"at":           func(n Note) docstore.Value { return docstore.Time(n.At) },
	},
	Kinds:   map[string]docstore.Kind{"at": docstore.IntKind},
	Indexes: []docstore.Index{{"referral", "organization", "at"}},
}

// AddNote writes words for the own organization.
func (s *Service) AddNote(ctx context.Context, id, text string, mentions []string) (Note, error) {
	return s.WriteNote(ctx, id, NewMessage{Text: text, Mentions: mentions})
}

// WriteNote writes a note that only the own organization sees, with its files,
// and tells the colleagues whom it mentions.
func (s *Service) WriteNote(ctx context.Context, id string, in NewMessage) (Note, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return Note{}, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return Note{}, err
	}
	noteID := docstore.NewID(ctx, actor.ID)
	if n, done, err := s.notes.Recall(ctx, noteID); done || err != nil {
		return n, err
	}
	if err := v.mayAct(); err != nil {
		return Note{}, err
	}
	text := strings.TrimSpace(in.Text)
	var wrong fault.Fields
	wrong.Check(text != "" || len(in.Files) > 0, "text", "Write a note.")
	wrong.Check(len(text) <= maxText, "text", "Write at most %d letters.", maxText)
	wrong.Check(len(in.Files) <= MaxFiles, "files", "Send at most %d files with one message.", MaxFiles)
	if err := wrong.Err(); err != nil {
		return Note{}, err
	}
	attached, err := s.attach(ctx, r, v, in.Files)
	if err != nil {
		return Note{}, err
	}
	told, err := s.mentioned(ctx, r, v, in.Mentions)
	if err != nil {
		return Note{}, err
	}
	now := s.Now()
	n := Note{
		Meta: docstore.Meta{ID: noteID}, ReferralID: r.ID, OrganizationID: v.organization(r),
		At: now, By: actor.Name, ByID: actor.ID, Text: text, Files: attached, Mentions: told,
	}
	// Only the own organization is named, so that nobody else hears of it.
	n.Emit(now, "referral.note-added", eventData{ReferralID: r.ID, Orgs: []string{n.OrganizationID}, Party: v.party, Mentions: in.Mentions})
	if _, err := s.notes.InsertOnce(ctx, &n, now); err != nil {
		return Note{}, fmt.Errorf("note on referral %s: %w", id, err)
	}
	return n, nil
}

// Notes lists the notes of the asker's organization on a referral, the oldest
// first. What it answers counts as seen by the asker from now on.
func (s *Service) Notes(ctx context.Context, id string) ([]Note, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return nil, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if v.withheld == withheldConsent { // they may tell of the person
		return []Note{}, nil
	}
	notes, err := s.notesOf(ctx, r.ID, v.organization(r))
	if err != nil || len(notes) == 0 {
		return []Note{}, err
	}
	readings, err := s.readingsOf(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var unseen []string
	for i := range notes {
		n := &notes[i]
		n.SeenBy = readings.of(n.ID, v.party)
		if n.ByID != actor.ID && !readings.has(n.ID, actor.ID) {
			unseen = append(unseen, n.ID)
		}
	}
	if len(unseen) > 0 {
		err = s.noteSeen(ctx, r, v, []string{v.organization(r)}, unseen)
	}
	return notes, err
}

// notesOf reads the notes of an organization on a referral, the oldest first.
func (s *Service) notesOf(ctx context.Context, referralID, organizationID string) ([]Note, error) {
	p, err := s.notes.Find(ctx, docstore.Query{Where: []docstore.Cond{
		docstore.Eq("referral", docstore.String(referralID)), docstore.Eq("organization", docstore.String(organizationID)),
	}, OrderBy: []string{"at"}})
	return p.Items, err
}

// organization is the viewer's side of the referral.
func (v viewer) organization(r Referral) string {
	if v.party == Agency {
		return r.Agency.ID
	}
	return r.Sender.ID
}
