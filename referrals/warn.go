package referrals

import (
	"context"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Warning says before sending that something like it was sent already. It
// hinders nobody: the worker knows more than the list.
type Warning struct {
	Kind WarningKind `json:"kind"`
	// ReferralID is the one that is like it.
	ReferralID string    `json:"referralId"`
	Agency     Ref       `json:"agency"`
	Service    Ref       `json:"service"`
	Status     Status    `json:"status"`
	SentAt     time.Time `json:"sentAt"`
}

// WarningKind says what is alike.
type WarningKind string

// The kinds, the gravest first.
const (
	WarnNeedOpen    WarningKind = "need-open"    // a referral for the need is open
	WarnServiceOpen WarningKind = "service-open" // one to the service is open, for another need
	WarnAgencyOpen  WarningKind = "agency-open"  // one to the agency is open, for another need
	WarnNeedRecent  WarningKind = "need-recent"  // one for the need was sent lately
)

// recently is how long ago a referral counts as sent lately. The number is our
// own decision: a month, as long as a usual service takes.
const recently = 30 * 24 * time.Hour

// Warnings tells of referrals of the patient that are like the one about to be
// sent, one warning for each, the gravest first. Those about violence are named
// only for their own need.
func (s *Service) Warnings(ctx context.Context, in SendInput) ([]Warning, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return nil, err
	}
	if _, err := s.ownPatient(ctx, actor, in.PatientID); err != nil {
		return nil, err
	}
	services, agencies := map[string]bool{}, map[string]bool{}
	for _, id := range in.ServiceIDs {
		doc, err := s.Directory.ServiceByID(ctx, id)
		if err != nil {
			return nil, err
		}
		services[doc.ID], agencies[doc.Service.OrganizationID] = true, true
	}
	p, err := s.referrals.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("patient", docstore.String(in.PatientID))}, OrderBy: []string{"created"}, Desc: true,
	})
	if err != nil {
		return nil, err
	}
	out := []Warning{}
	for _, r := range p.Items {
		if kind := r.likeness(in, services, agencies, s.Now()); kind != "" {
			out = append(out, Warning{kind, r.ID, r.Agency, r.Service, r.Status, r.CreatedAt})
		}
	}
	order := []WarningKind{WarnNeedOpen, WarnServiceOpen, WarnAgencyOpen, WarnNeedRecent}
	slices.SortStableFunc(out, func(a, b Warning) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	return out, nil
}

// likeness says how r is like the referral about to be sent; "" for not.
func (r Referral) likeness(in SendInput, services, agencies map[string]bool, now time.Time) WarningKind {
	mine, open := r.Need.ID == in.NeedID, r.Settlement == nil
	switch {
	case r.Status == Draft || r.Status == EnteredInError || r.LogOnly || r.ID == in.Succeeds || Violence(r.Need.Domain) && !mine:
		return ""
	case open && mine:
		return WarnNeedOpen
	case open && services[r.Service.ID]:
		return WarnServiceOpen
	case open && agencies[r.Agency.ID]:
		return WarnAgencyOpen
	case mine && now.Sub(r.CreatedAt) < recently:
		return WarnNeedRecent
	}
	return ""
}
