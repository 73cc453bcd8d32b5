package referrals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// maxAsked is how many agencies may be asked at once.
const maxAsked = 10

// Send asks an agency, or several at once, to help with a need. It checks that
// the need is one to refer, that each agency takes referrals, and that the
// patient's consent covers each agency and the need. The need is in progress
// from then on.
func (s *Service) Send(ctx context.Context, in SendInput) (Sent, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return Sent{}, err
	}
	if err := in.check(); err != nil {
		return Sent{}, err
	}
	id := docstore.NewID(ctx, actor.ID)
	if sent, done, err := s.recallSent(ctx, actor, id); done || err != nil {
		return sent, err
	}
	first, asked, err := s.plan(ctx, actor, in)
	if err != nil {
		if sent, done, recallErr := s.recallSent(ctx, actor, id); done && recallErr == nil {
			return sent, nil // the same request, twice in the same moment
		}
		return Sent{}, err
	}
	if len(asked) == 1 {
		return s.sendOne(ctx, actor, id, first, asked[0])
	}
	return s.sendSeveral(ctx, actor, id, first, asked)
}

// CheckSend tells what Send would refuse, whatever the consent, and stores
// nothing; for a page that asks for the consent next.
func (s *Service) CheckSend(ctx context.Context, in SendInput) error {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	_, need, asked, err := s.whom(ctx, actor, in)
	if err != nil {
		return err
	}
	return s.unasked(ctx, need, in.Succeeds, asked)
}

// check tidies the input and tells what is wrong with it.
func (in *SendInput) check() error {
	in.Priority = cmp.Or(in.Priority, Routine)
	in.Note = strings.TrimSpace(in.Note)
	var wrong fault.Fields
	wrong.Check(in.PatientID != "", "patientId", "Choose the patient.")
	wrong.Check(in.NeedID != "", "needId", "Choose the need.")
	wrong.Check(len(in.ServiceIDs) > 0 && !slices.Contains(in.ServiceIDs, ""), "serviceIds", "Choose a service.")
	wrong.Check(!in.LogOnly || len(in.ServiceIDs) <= 1, "serviceIds", "Note one service at a time.")
	wrong.Check(len(in.ServiceIDs) <= maxAsked, "serviceIds", "Ask at most %d agencies at once.", maxAsked)
	wrong.Check(in.Priority == Routine || in.Priority == Urgent, "priority", "Choose routine or urgent.")
	wrong.Check(len(in.Note) <= maxText, "note", "Write at most %d letters.", maxText)
	return wrong.Err()
}

// recallSent answers what the request under way has sent before.
func (s *Service) recallSent(ctx context.Context, actor identity.Actor, id string) (Sent, bool, error) {
	r, done, err := s.referrals.Recall(ctx, id)
	if err != nil {
		return Sent{}, false, err
	}
	if done {
		sent, err := s.sentOne(ctx, actor, r)
		return sent, true, err
	}
	q, done, err := s.requests.Recall(ctx, id)
	if err != nil || !done {
		return Sent{}, false, err
	}
	sent, err := s.sentSeveral(ctx, actor, q)
	return sent, true, err
}

func (s *Service) sendOne(ctx context.Context, actor identity.Actor, id string, first Referral, to Asked) (Sent, error) {
	r := first
	r.Meta = docstore.Meta{ID: id}
	r.Service, r.Agency = to.Service, to.Agency
	a, err := s.act(ctx, r, actor, Sender, r.CreatedAt)
	if err != nil {
		return Sent{}, err
	}
	r.startTurn(a)
	r.emit(a.at, "referral.created", 0)
	if _, err := s.referrals.InsertOnce(ctx, &r, a.at); err != nil {
		if stored, done, recallErr := s.referrals.Recall(ctx, id); done && recallErr == nil {
			return s.sentOne(ctx, actor, stored) // the same request, twice in the same moment
		}
		if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok && dup.Key == "active" {
			return Sent{}, errOpenThere
		}
		return Sent{}, fmt.Errorf("send referral for need %s: %w", r.Need.ID, err)
	}
	return s.sentOne(ctx, actor, r)
}

// sentOne finishes sending r, which is stored, and answers it.
func (s *Service) sentOne(ctx context.Context, actor identity.Actor, r Referral) (Sent, error) {
	if err := s.followNeed(ctx, r.Need.ID); err != nil {
		return Sent{}, err
	}
	v, err := viewerOf(actor, r, Consent{}, s.Now())
	if err != nil {
		return Sent{}, err
	}
	view, err := s.show(ctx, v, r)
	return Sent{Referral: &view}, err
}

func (s *Service) sendSeveral(ctx context.Context, actor identity.Actor, id string, first Referral, asked []Asked) (Sent, error) {
	q := Request{Meta: docstore.Meta{ID: id}, First: first, CreatedAt: first.CreatedAt}
	for _, a := range asked {
		a.ReferralID = askedID(id, a.Service.ID)
		q.Asked = append(q.Asked, a)
	}
	q.Emit(q.CreatedAt, "request.opened", q.about())
	if _, err := s.requests.InsertOnce(ctx, &q, q.CreatedAt); err != nil {
		return Sent{}, fmt.Errorf("open request for need %s: %w", first.Need.ID, err)
	}
	return s.sentSeveral(ctx, actor, q)
}

// sentSeveral finishes sending q, which is stored, and answers it.
func (s *Service) sentSeveral(ctx context.Context, actor identity.Actor, q Request) (Sent, error) {
	if err := s.followRequest(ctx, q.ID); err != nil {
		return Sent{}, err
	}
	if err := s.followNeed(ctx, q.First.Need.ID); err != nil {
		return Sent{}, err
	}
	view, err := s.requestView(ctx, actor, q)
	return Sent{Request: &view}, err
}

// Request answers a request of the own organization with its referrals.
func (s *Service) Request(ctx context.Context, id string) (RequestView, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return RequestView{}, err
	}
	q, err := s.requests.Get(ctx, id)
	if err == nil && q.First.Sender.ID != actor.OrganizationID {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return RequestView{}, err
	}
	return s.requestView(ctx, actor, q)
}

func (s *Service) requestView(ctx context.Context, actor identity.Actor, q Request) (RequestView, error) {
	out := RequestView{ID: q.ID, PatientID: q.First.PatientID, NeedID: q.First.Need.ID, CreatedAt: q.CreatedAt, Referrals: []View{}}
	if q.Accepted != nil {
		out.AcceptedBy = q.Accepted.ReferralID
	}
	patient, err := s.Patients.Open(ctx, q.First.PatientID)
	if err != nil {
		return out, err
	}
	ids := make([]string, len(q.Asked))
	for i, a := range q.Asked {
		ids[i] = a.ReferralID
	}
	stored, err := s.referrals.GetMany(ctx, ids)
	if err != nil {
		return out, err
	}
	for _, id := range ids {
		r, ok := stored[id]
		if !ok {
			continue
		}
		if v, err := viewerOf(actor, r, Consent{}, s.Now()); err == nil {
			out.Referrals = append(out.Referrals, v.view(r, &patient, nil, s.Now()))
		}
	}
	return out, nil
}
