package referrals

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Attempt is one try of an agency to contact the patient. Those of the sender
// are kept with the referral, see [Try].
type Attempt struct {
	docstore.Meta
	ReferralID string         `json:"referralId"`
	At         time.Time      `json:"at"`
	By         string         `json:"by"`
	ByID       string         `json:"byId"`
	Party      Party          `json:"party"`
	Channel    AttemptChannel `json:"channel,omitempty"`
	Reached    bool           `json:"reached"`
	Note       string         `json:"note,omitempty"`
}

// AttemptChannel is how somebody tried to contact the patient.
type AttemptChannel string

// AttemptChannels lists the ways there are, with their English labels.
var AttemptChannels = []Code{
	{Code: "call", Label: "Phone call"}, {Code: "text", Label: "Text message"}, {Code: "email", Label: "An email"},
	{Code: "letter", Label: "A letter"}, {Code: "visit", Label: "A visit"}, {Code: "other", Label: "Another way"},
}

// AttemptInput says how it went.
type AttemptInput struct {
	Channel AttemptChannel `json:"channel"`
	Reached bool           `json:"reached"`
	Note    string         `json:"note"`
}

// attemptsNeeded is how many times an agency must have tried in vain before it
// may say that it could not contact the person, and a sender before nobody
// asks any more. The number is the network's rule for both sides.
const attemptsNeeded = 3

var attemptSpec = docstore.Spec[Attempt]{
	Name: "referral_attempts", Schema: 1,
	Meta: func(a *Attempt) *docstore.Meta { return &a.Meta },
	Keys: docstore.Keys[Attempt]{
		"referral": func(a Attempt) docstore.Value { return docstore.String(a.ReferralID) },
		"at":       func(a Attempt) docstore.Value { return docstore.Time(a.At) },
	},
	Kinds:   map[string]docstore.Kind{"at": docstore.IntKind},
	Indexes: []docstore.Index{{"referral", "at"}},
}

// AddAttempt notes that the agency tried to contact the patient. Where a note
// is what the agency has to give now, its time begins anew.
func (s *Service) AddAttempt(ctx context.Context, id string, in AttemptInput) (Attempt, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return Attempt{}, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil {
		return Attempt{}, err
	}
	attemptID := docstore.NewID(ctx, actor.ID)
	a, noted, err := s.attempts.Recall(ctx, attemptID)
	if err == nil && !noted {
		a, err = s.noteAttempt(ctx, r, v, attemptID, in)
	}
	if err != nil {
		return Attempt{}, fmt.Errorf("attempt on referral %s: %w", id, err)
	}
	return a, s.renew(ctx, r.ID, actor, v.party, a.At)
}

func (s *Service) noteAttempt(ctx context.Context, r Referral, v viewer, id string, in AttemptInput) (Attempt, error) {
	if err := v.mayAct(); err != nil {
		return Attempt{}, err
	}
	if err := r.mayTry(v); err != nil {
		return Attempt{}, err
	}
	in.Note = strings.TrimSpace(in.Note)
	var wrong fault.Fields
	wrong.Check(known(AttemptChannels, string(in.Channel)), "channel", "Say how you tried to contact the person.")
	wrong.Check(len(in.Note) <= maxText, "note", "Write at most %d letters.", maxText)
	if err := wrong.Err(); err != nil {
		return Attempt{}, err
	}
	now := s.Now()
	a := Attempt{
		Meta: docstore.Meta{ID: id}, ReferralID: r.ID, At: now, By: v.actor.Name, ByID: v.actor.ID, Party: v.party,
		Channel: in.Channel, Reached: in.Reached, Note: in.Note,
	}
	a.Emit(now, "referral.tried", eventData{
		PatientID: r.PatientID, ReferralID: r.ID, Orgs: []string{r.Sender.ID, r.Agency.ID}, Party: v.party,
	})
	_, err := s.attempts.InsertOnce(ctx, &a, now)
	return a, err
}

// mayTry refuses tries of those who do not have the referral in hand.
func (r Referral) mayTry(v viewer) error {
	switch {
	case v.party != Agency:
		return fault.New(fault.Forbidden, "Only the agency notes tries here. Use the answer of the person instead.")
	case v.withheld != "":
		return fault.New(fault.Conflict, "Several agencies were asked. Accept the referral before you contact the person.")
	case !r.Status.Active():
		return fault.New(fault.Conflict, "This referral is closed. Nobody needs to contact the person any more.")
	}
	return nil
}

// Attempts lists the tries of both sides to contact the patient, the oldest
// first. Each side reads the notes of its own only.
func (s *Service) Attempts(ctx context.Context, id string) ([]Attempt, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return nil, err
	}
	r, v, err := s.open(ctx, actor, id)
	if err != nil || v.withheld != "" {
		return []Attempt{}, err
	}
	out, err := s.attemptsOf(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	if v.party == Sender {
		for _, t := range r.Tries {
			out = append(out, Attempt{ReferralID: r.ID, At: t.At, ByID: t.ByID, Party: Sender, Note: t.Note})
		}
	}
	for i := range out {
		if out[i].Party != v.party {
			out[i].Note = ""
		}
	}
	slices.SortStableFunc(out, func(a, b Attempt) int { return a.At.Compare(b.At) })
	return out, nil
}

// attemptsOf lists the tries of the agency.
func (s *Service) attemptsOf(ctx context.Context, id string) ([]Attempt, error) {
	p, err := s.attempts.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("referral", docstore.String(id))}, OrderBy: []string{"at"},
	})
	return append([]Attempt{}, p.Items...), err
}

// errTriesNeeded refuses to give up before it was tried.
var errTriesNeeded = fault.New(fault.BusinessRule,
	"Try to contact the person %d times, and note each try, before you say that you could not.", attemptsNeeded)

// triedEnough refuses a move that says the agency could not contact the
// patient when it did not try as often as the network asks.
func (s *Service) triedEnough(ctx context.Context, r Referral, in MoveInput) error {
	if in.Outcome != outcomeCouldNotContact && !(in.To == Failed && in.Reason == reasonCannotReach) {
		return nil
	}
	tries, err := s.attemptsOf(ctx, r.ID)
	if err != nil {
		return err
	}
	if TriesMissing(tries) > 0 {
		return errTriesNeeded
	}
	return nil
}

// TriesMissing counts how many more times an agency must try in vain before it
// may say that it could not contact the person.
func TriesMissing(tries []Attempt) int {
	missing := attemptsNeeded
	for _, a := range tries {
		if a.Party == Agency && !a.Reached {
			missing--
		}
	}
	return max(missing, 0)
}

// Label is the way in plain English.
func (c AttemptChannel) Label() string { return label(AttemptChannels, string(c)) }
