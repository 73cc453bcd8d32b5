package referrals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Request asks several agencies at once; the first to accept gets the referral.
type Request struct {
	docstore.Meta
	// First is what all its referrals have in common.
	First Referral `json:"first"`
	// Asked lists the referrals and whom they ask.
	Asked []Asked `json:"asked"`
	// Accepted is set by the agency that accepts first.
	Accepted  *Acceptance `json:"accepted,omitempty"`
	CreatedAt time.Time   `json:"createdAt"`
}

// Asked is one service that a request asks.
type Asked struct {
	ReferralID string `json:"referralId"`
	Service    Ref    `json:"service"`
	Agency     Ref    `json:"agency"`
	// serves says whether the service is listed for the need's domain; only
	// while sending.
	serves bool
}

// Acceptance says which referral of a request won, and who accepted it.
type Acceptance struct {
	ReferralID string    `json:"referralId"`
	At         time.Time `json:"at"`
	ActorID    string    `json:"actorId"`
	ActorName  string    `json:"actorName"`
	Note       string    `json:"note,omitempty"`
	// Applied is the request that accepted, so that its replay is recognized.
	Applied []docstore.Applied `json:"applied,omitempty"`
}

// askedID makes the id of a request's referral to a service, always the same,
// so that referrals missing after a crash can be made again.
func askedID(requestID, serviceID string) string {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:request:"+requestID))
	return uuid.NewSHA1(space, []byte(serviceID)).String()
}

// errTaken says that another agency was faster.
var errTaken = fault.New(fault.Conflict, "Another agency has already accepted this request.")

// claim makes the referral the winner of its request, or fails when another
// one is. Claiming it again changes nothing.
func (s *Service) claim(ctx context.Context, requestID string, a Acceptance) error {
	_, err := s.requests.Update(ctx, requestID, func(q *Request) error {
		if q.Accepted != nil {
			if q.Accepted.ReferralID == a.ReferralID {
				return errNothingToDo
			}
			return errTaken
		}
		q.Accepted = &a
		q.Emit(a.At, "request.accepted", q.about())
		return nil
	})
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	return err
}

func (q Request) about() map[string]any {
	ids := []string{q.First.Sender.ID}
	for _, a := range q.Asked {
		ids = append(ids, a.Agency.ID)
	}
	return map[string]any{"patientId": q.First.PatientID, "organizationIds": ids}
}

// followRequest brings a request to where it belongs: its referrals exist, the
// winner is accepted, and the others are cancelled and settled. It may be
// repeated at will, and finishes what a crash has left.
func (s *Service) followRequest(ctx context.Context, id string) error {
	q, err := s.requests.Get(ctx, id)
	if err != nil {
		return err
	}
	if q.Accepted == nil {
		return s.fill(ctx, q)
	}
	winner, err := s.finishAcceptance(ctx, q)
	if err != nil {
		return err
	}
	if !winner.everAccepted() {
		return s.release(ctx, q)
	}
	var errs []error
	for _, a := range q.Asked {
		if a.ReferralID != winner.ID {
			errs = append(errs, s.passOver(ctx, a.ReferralID, winner.ID))
		}
	}
	return errors.Join(errs...)
}

// fill makes the referrals of a request that do not exist yet.
func (s *Service) fill(ctx context.Context, q Request) error {
	for _, a := range q.Asked {
		r := q.First
		r.History = slices.Clone(r.History)
		r.Meta = docstore.Meta{ID: a.ReferralID}
		r.RequestID, r.Service, r.Agency = q.ID, a.Service, a.Agency
		sent, err := s.act(ctx, r, identity.SystemActor("referrals"), Sender, r.CreatedAt)
		if err != nil {
			return err
		}
		r.startTurn(sent)
		r.emit(r.CreatedAt, "referral.created", 0)
		err = s.referrals.Insert(ctx, &r)
		if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok && (dup.Key == "id" || dup.Key == "active") {
			continue // made before, or the agency has the need in hand already
		}
		if err != nil {
			return fmt.Errorf("ask service %s: %w", a.Service.ID, err)
		}
	}
	return nil
}

// finishAcceptance moves the winner of a request to accepted, should the
// process have ended between the two writes.
func (s *Service) finishAcceptance(ctx context.Context, q Request) (Referral, error) {
	actor := identity.Actor{ID: q.Accepted.ActorID, Name: q.Accepted.ActorName, Role: identity.AgencyStaff}
	return s.change(ctx, q.Accepted.ReferralID, func(r *Referral) error {
		if r.Status != Requested && r.Status != Acknowledged {
			return errNothingToDo
		}
		a, err := s.act(ctx, *r, actor, Agency, q.Accepted.At)
		if err != nil {
			return err
		}
		r.Applied = append(r.Applied, q.Accepted.Applied...)
		return r.move(a, MoveInput{To: Accepted, Note: q.Accepted.Note})
	}, "referral.moved")
}

// everAccepted tells whether the agency accepted the referral at some time.
func (r Referral) everAccepted() bool {
	return slices.ContainsFunc(r.lived(), func(s Step) bool { return s.To == Accepted })
}

// release opens a request again whose winner was withdrawn in the same moment.
func (s *Service) release(ctx context.Context, q Request) error {
	_, err := s.requests.Update(ctx, q.ID, func(stored *Request) error {
		if stored.Accepted == nil || stored.Accepted.ReferralID != q.Accepted.ReferralID {
			return errNothingToDo
		}
		stored.Accepted = nil
		return nil
	})
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	return err
}

// passOver ends a referral of a request that another agency has accepted.
func (s *Service) passOver(ctx context.Context, id, winnerID string) error {
	_, err := s.change(ctx, id, func(r *Referral) error {
		if r.Settlement != nil {
			return errNothingToDo
		}
		a, err := s.systemAct(ctx, *r)
		if err != nil {
			return err
		}
		if err := r.stop(a, reasonAcceptedElsewhere); err != nil {
			return err
		}
		r.settle(a, SettledSucceeded, winnerID)
		return nil
	}, "referral.moved")
	if errors.Is(err, docstore.ErrNotFound) {
		return nil // the request was accepted before this one was made
	}
	return err
}
