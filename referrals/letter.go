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

// Letter is what a patient and the care organization write to each other. It is
// about no referral: letters are documents of a collection of their own, so
// that nothing which shows a referral to an agency can show one.
type Letter struct {
	docstore.Meta
	PatientID      string    `json:"patientId"`
	OrganizationID string    `json:"organizationId"`
	At             time.Time `json:"at"`
	By             string    `json:"by"`
	ByID           string    `json:"byId"`
	FromPatient    bool      `json:"fromPatient"`
	Text           string    `json:"text"`
	// SeenAt is when the other side opened it first.
	SeenAt time.Time `json:"seenAt,omitzero"`
}

var letterSpec = docstore.Spec[Letter]{
	Name: "patient_letters", Schema: 1,
	Meta: func(l *Letter) *docstore.Meta { return &l.Meta },
	Keys: docstore.Keys[Letter]{
		"patient": func(l Letter) docstore.Value { return docstore.String(l.PatientID) },
		"at":      func(l Letter) docstore.Value { return docstore.Time(l.At) },
	},
	Kinds:   map[string]docstore.Kind{"at": docstore.IntKind},
	Indexes: []docstore.Index{{"patient", "at"}},
}

// maxOwnLetters is how many letters a patient may write in a day: a link that
// somebody else holds must not bury the worker.
const maxOwnLetters = 20

// WriteOwn sends words of the patient in ctx to their worker.
func (s *Service) WriteOwn(ctx context.Context, text string) (Letter, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return Letter{}, err
	}
	return s.write(ctx, actor, actor.PatientID, text)
}

// WriteTo sends words to a patient of the own organization, who reads them on
// their own pages.
func (s *Service) WriteTo(ctx context.Context, patientID, text string) (Letter, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return Letter{}, err
	}
	if _, err := s.ownPatient(ctx, actor, patientID); err != nil {
		return Letter{}, err
	}
	l, err := s.write(ctx, actor, patientID, text)
	if err != nil {
		return l, err
	}
	return l, s.EndLetters(ctx, patientID)
}

func (s *Service) write(ctx context.Context, actor identity.Actor, patientID, text string) (Letter, error) {
	text = strings.TrimSpace(text)
	var wrong fault.Fields
	wrong.Check(text != "", "text", "Write a message.")
	wrong.Check(len(text) <= maxText, "text", "Write at most %d letters.", maxText)
	if err := wrong.Err(); err != nil {
		return Letter{}, err
	}
	id := docstore.NewID(ctx, actor.ID)
	if l, done, err := s.letters.Recall(ctx, id); done || err != nil {
		return l, err
	}
	now := s.Now()
	if actor.Role == identity.PatientRole {
		all, err := s.lettersOf(ctx, patientID)
		if err != nil {
			return Letter{}, err
		}
		n := 0
		for _, l := range all {
			if l.FromPatient && now.Sub(l.At) < 24*time.Hour {
				n++
			}
		}
		if n >= maxOwnLetters {
			return Letter{}, fault.New(fault.Throttled, "That is a lot for one day. Call your worker, or write again tomorrow.")
		}
	}
	l := Letter{
		Meta: docstore.Meta{ID: id}, PatientID: patientID, OrganizationID: actor.OrganizationID, At: now,
		By: actor.Name, ByID: actor.ID, FromPatient: actor.Role == identity.PatientRole, Text: text,
	}
	l.Emit(now, "letter.sent", map[string]any{"patientId": patientID, "organizationIds": []string{l.OrganizationID}})
	if _, err := s.letters.InsertOnce(ctx, &l, now); err != nil {
		return Letter{}, fmt.Errorf("write a letter: %w", err)
	}
	return l, nil
}

// OwnLetters lists what the patient in ctx and the workers wrote, the oldest
// first. Those of workers count as seen from now on.
func (s *Service) OwnLetters(ctx context.Context) ([]Letter, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return nil, err
	}
	return s.read(ctx, actor.PatientID, false)
}

// UnreadOwnLetters counts those that the patient in ctx has not seen.
func (s *Service) UnreadOwnLetters(ctx context.Context) (int, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return 0, err
	}
	all, err := s.lettersOf(ctx, actor.PatientID)
	n := 0
	for _, l := range all {
		if !l.FromPatient && l.SeenAt.IsZero() {
			n++
		}
	}
	return n, err
}

// Letters lists what a patient of the own organization and the workers wrote,
// the oldest first. Those of the patient count as seen from now on.
func (s *Service) Letters(ctx context.Context, patientID string) ([]Letter, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return nil, err
	}
	if _, err := s.ownPatient(ctx, actor, patientID); err != nil {
		return nil, err
	}
	if err := s.Audit.Saw(ctx, "letter.read", patientID, "patients/"+patientID); err != nil {
		return nil, err
	}
	return s.read(ctx, patientID, true)
}

// read lists letters and marks those of the other side as seen.
func (s *Service) read(ctx context.Context, patientID string, fromPatient bool) ([]Letter, error) {
	all, err := s.lettersOf(ctx, patientID)
	if err != nil {
		return nil, err
	}
	for i, l := range all {
		if l.FromPatient != fromPatient || !l.SeenAt.IsZero() {
			continue
		}
		if all[i], err = s.letters.Update(ctx, l.ID, func(l *Letter) error {
			if l.SeenAt.IsZero() {
				l.SeenAt = s.Now()
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// mostLetters is how many letters are shown, the latest.
const mostLetters = 200

func (s *Service) lettersOf(ctx context.Context, patientID string) ([]Letter, error) {
	p, err := s.letters.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))}, OrderBy: []string{"at"}, Desc: true, Limit: mostLetters,
	})
	out := make([]Letter, len(p.Items))
	for i, l := range p.Items {
		out[len(out)-1-i] = l
	}
	return out, err
}
