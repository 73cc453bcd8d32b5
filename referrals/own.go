package referrals

import (
	"context"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Own is what a patient sees of a referral on their own pages.
type Own struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	Need      NeedRef   `json:"need"`
	Service   Ref       `json:"service"`
	Agency    Ref       `json:"agency"`
	ConsentID string    `json:"consentId,omitempty"`
	Status    Status    `json:"status"`
	Reason    string    `json:"reason,omitempty"`
	Outcome   Outcome   `json:"outcome,omitempty"`
	Settled   Settled   `json:"settled,omitempty"`
	Turn      *Turn     `json:"turn,omitempty"`
	Waitlist  *Waitlist `json:"waitlist,omitempty"`
	// Person says what happens next where the agency gave an outcome or a
	// reason, in plain English, said to the person.
	Person  string `json:"person,omitempty"`
	LogOnly bool   `json:"logOnly,omitempty"`
	// Note is what the worker wrote to the agency.
	Note string `json:"note,omitempty"`
	// CanWithdraw and CanAnswer say what the patient may do now; Answered is
	// what was said when they were asked.
	CanWithdraw bool          `json:"canWithdraw"`
	CanAnswer   bool          `json:"canAnswer"`
	Answered    *Confirmation `json:"answered,omitempty"`
	CreatedAt   time.Time     `json:"createdAt"`
	// ChangedAt is when its status changed last.
	ChangedAt time.Time `json:"changedAt"`
}

// shownToPatient tells whether the referral is on the patient's own pages. One
// about violence, or another need that others must not see, never is: somebody
// else may hold the phone. A draft says nothing yet, and a mistake never was one.
func (r Referral) shownToPatient() bool {
	return !Violence(r.Need.Domain) && !r.Need.Private && r.Status != Draft && r.Status != EnteredInError
}

// shownToPatient tells whether the consent is on the patient's own pages.
func (c Consent) shownToPatient() bool { return !slices.ContainsFunc(c.Needs, Violence) }

// ownView is what the patient sees of r.
func (r Referral) ownView() Own {
	out := Own{
		ID: r.ID, Version: r.Revision, Need: r.Need, Service: r.Service, Agency: r.Agency, ConsentID: r.ConsentID,
		Status: r.Status, Reason: r.Reason, Outcome: r.Outcome, Turn: r.Turn, Person: Meaning(r.Outcome, r.Reason).Person,
		LogOnly: r.LogOnly, Note: r.Note, Answered: r.Confirmation,
		CanWithdraw: r.Status.Active(), CanAnswer: r.asksPatient(),
		CreatedAt: r.CreatedAt, ChangedAt: r.History[len(r.History)-1].At,
	}
	if r.Settlement != nil {
		out.Settled = r.Settlement.As
	}
	return out
}

// asksPatient tells whether the one question waits for an answer.
func (r Referral) asksPatient() bool {
	return r.Status == Completed && r.mayConfirm() && r.shownToPatient()
}

// OwnReferrals lists what was asked of whom for the patient in ctx, the latest
// first.
func (s *Service) OwnReferrals(ctx context.Context) ([]Own, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return nil, err
	}
	all, err := s.referralsOf(ctx, actor.PatientID)
	out := []Own{}
	for _, r := range all {
		if !r.shownToPatient() {
			continue
		}
		v, err := s.ownShown(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, err
}

// OwnReferral answers one referral of the patient in ctx; others do not exist.
func (s *Service) OwnReferral(ctx context.Context, id string) (Own, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return Own{}, err
	}
	r, err := s.referrals.Get(ctx, id)
	if err == nil {
		_, err = ownViewer(actor, r)
	}
	if err != nil {
		return Own{}, err
	}
	return s.ownShown(ctx, r)
}

// ownShown is ownView with the place on a waiting list.
func (s *Service) ownShown(ctx context.Context, r Referral) (Own, error) {
	out := r.ownView()
	var err error
	out.Waitlist, err = s.waitlist(ctx, r)
	return out, err
}

// ownViewer is the patient, who acts on the side of the sender; for another
// patient, and where it is not on their pages, the referral does not exist.
func ownViewer(actor identity.Actor, r Referral) (viewer, error) {
	if r.PatientID != actor.PatientID || !r.shownToPatient() {
		return viewer{}, docstore.ErrNotFound
	}
	return viewer{actor: actor, party: Sender, own: true, fields: func(Field) bool { return true }}, nil
}

// referralsOf reads all referrals of a patient, the latest first.
func (s *Service) referralsOf(ctx context.Context, patientID string) ([]Referral, error) {
	p, err := s.referrals.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))}, OrderBy: []string{"created"}, Desc: true,
	})
	return p.Items, err
}
