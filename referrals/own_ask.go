package referrals

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/notify"
)

// askedLate is how long after the agency's word a patient is still asked by a
// message. It is our own decision: when nothing could be sent for that long,
// for example after a restore, the worker asks.
const askedLate = 3 * 24 * time.Hour

// followAnswers asks patients whether the agency helped, once it has completed a
// referral, and tells workers what patients did on their own pages. Where the
// patient cannot be asked by a message, the worker is the one who asks: it is
// their turn. Each is told once for its event.
func (s *Service) followAnswers(ctx context.Context, events []docstore.Event) error {
	var errs []error
	for _, e := range events {
		moved := e.Type == "referral.moved"
		if !moved && e.Type != "referral.confirmed" {
			continue
		}
		d := dataOf(e)
		ask := moved && d.Status == Completed && s.Now().Sub(e.At) < askedLate
		said := e.ActorID != "" && e.ActorID == d.PatientID
		if !ask && !said {
			continue
		}
		r, err := s.referrals.Get(ctx, d.ReferralID)
		if err == nil && ask && r.asksPatient() {
			err = s.tellPatient(ctx, r.PatientID, "patient.ask", e.ID)
		}
		if err == nil && said {
			err = s.tellAnswer(ctx, e.ID, r)
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			errs = append(errs, fmt.Errorf("answer of a patient, %s: %w", e.ID, err))
		}
	}
	return errors.Join(errs...)
}

// tellAnswer tells who follows the referral that its patient has said something.
func (s *Service) tellAnswer(ctx context.Context, key string, r Referral) error {
	users, err := s.audience(ctx, r, Sender)
	var errs []error
	for _, id := range users {
		errs = append(errs, s.Notices.Tell(ctx, notify.News{
			To: notify.ToUser(id), Template: "patient.answered", Path: "/referrals/" + r.ID, Key: key, Urgent: r.Priority == Urgent,
		}))
	}
	return errors.Join(append(errs, err)...)
}
