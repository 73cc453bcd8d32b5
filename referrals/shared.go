package referrals

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Share is what one agency got under a consent; it stays when the consent ends.
type Share struct {
	ReferralID string    `json:"referralId"`
	Agency     Ref       `json:"agency"`
	SentAt     time.Time `json:"sentAt"`
	// Fields are the groups of data that the agency could see at some time.
	Fields []Field `json:"fields"`
	// Times counts how often somebody of the agency saw the person's data;
	// FirstSeen and LastSeen are zero when nobody did.
	Times     int       `json:"times"`
	FirstSeen time.Time `json:"firstSeen,omitzero"`
	LastSeen  time.Time `json:"lastSeen,omitzero"`
}

// Shared lists what has been shared under a consent of the own organization's
// patients, the latest first.
func (s *Service) Shared(ctx context.Context, consentID string) ([]Share, error) {
	actor, err := identity.Require(ctx, identity.ConsentsRead)
	if err != nil {
		return nil, err
	}
	c, err := s.ownConsent(ctx, actor, consentID)
	if err != nil {
		return nil, err
	}
	p, err := s.referrals.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("consent", docstore.String(consentID))}})
	if err != nil || len(p.Items) == 0 {
		return []Share{}, err
	}
	reads, err := s.Audit.Reads(ctx, c.PatientID)
	if err != nil {
		return nil, fmt.Errorf("who saw what under consent %s: %w", consentID, err)
	}
	out := []Share{}
	for _, r := range p.Items {
		if r.Status != Draft {
			out = append(out, r.shared(c, reads))
		}
	}
	slices.SortFunc(out, func(a, b Share) int { return b.SentAt.Compare(a.SentAt) })
	return out, nil
}

// shared is what the agency got of the referral.
func (r Referral) shared(c Consent, reads []audit.Entry) Share {
	out := Share{ReferralID: r.ID, Agency: r.Agency, SentAt: r.CreatedAt, Fields: []Field{}}
	for _, f := range allFields {
		withheld := r.RequestID != "" && !r.everAccepted() && f != FieldNeed
		if c.Shares(f) && !withheld {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, e := range reads {
		if e.Subject != "referrals/"+r.ID || !slices.Contains(e.OrganizationIDs, r.Agency.ID) {
			continue
		}
		out.Times++
		if out.FirstSeen.IsZero() || e.At.Before(out.FirstSeen) {
			out.FirstSeen = e.At
		}
		if e.At.After(out.LastSeen) {
			out.LastSeen = e.At
		}
	}
	return out
}

// ownConsent reads a consent that the actor's organization holds; others do not exist.
func (s *Service) ownConsent(ctx context.Context, actor identity.Actor, id string) (Consent, error) {
	c, err := s.consents.Get(ctx, id)
	if err == nil && c.OrganizationID != actor.OrganizationID {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return Consent{}, err
	}
	return c, nil
}
