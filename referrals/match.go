package referrals

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

const (
	candidatesMost = 100 // services weighed for one need
	matchesMost    = 20  // services proposed for one need
	// triedFor is how long an agency that could not help is not proposed again
	// for the same need.
	triedFor = 90 * 24 * time.Hour
)

// Match is a service proposed for a need.
type Match struct {
	directory.Match
	// AcceptsReferrals says whether a referral can be sent there; others are called.
	AcceptsReferrals bool `json:"acceptsReferrals"`
	// Outside says that the organization is not in the network yet; it may be
	// wished for.
	Outside bool `json:"outside,omitempty"`
}

// Matches proposes services for a need of a patient, best first. Agencies that
// have the need in hand, or could not help with it lately, are left out.
func (s *Service) Matches(ctx context.Context, patientID, needID string) ([]Match, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return nil, err
	}
	patient, err := s.ownPatient(ctx, actor, patientID)
	if err != nil {
		return nil, err
	}
	need, err := s.Needs.OpenNeed(ctx, needID)
	if err == nil && need.PatientID != patient.ID {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return s.matches(ctx, patient, need)
}

// NextBest proposes services to ask next, when the referral did not help.
func (s *Service) NextBest(ctx context.Context, referralID string) ([]Match, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return nil, err
	}
	r, _, err := s.open(ctx, actor, referralID)
	if err != nil {
		return nil, err
	}
	return s.Matches(ctx, r.PatientID, r.Need.ID)
}

func (s *Service) matches(ctx context.Context, patient patients.Patient, need screening.Need) ([]Match, error) {
	now := s.Now()
	seeker, err := s.seeker(ctx, patient, now)
	if err != nil {
		return nil, err
	}
	found, err := s.Directory.Candidates(ctx, seeker, need.Domain, candidatesMost)
	if err != nil {
		return nil, err
	}
	if err := s.addPast(ctx, found, now); err != nil {
		return nil, err
	}
	earlier, err := s.ofNeed(ctx, need.ID)
	if err != nil {
		return nil, err
	}
	tried := map[string]bool{}
	for _, r := range earlier {
		tried[r.Agency.ID] = tried[r.Agency.ID] || r.tried(now)
	}
	out := []Match{}
	takes, outside := map[string]bool{}, map[string]bool{}
	for _, m := range s.Directory.Match(seeker, need.Domain, found, now) {
		id := m.Service.OrganizationID
		if tried[id] || len(out) == matchesMost {
			continue
		}
		if _, asked := takes[id]; !asked {
			o, err := s.asks(ctx, id, need.Domain)
			if err != nil && !fault.Is(err, fault.BusinessRule) {
				return nil, err
			}
			takes[id], outside[id] = err == nil, o.ID == ""
		}
		out = append(out, Match{Match: m, AcceptsReferrals: takes[id], Outside: outside[id]})
	}
	return out, nil
}

// tried tells whether it makes no sense to ask the agency now: it has the need
// in hand, or said lately that it cannot help.
func (r Referral) tried(now time.Time) bool {
	if r.Settlement == nil {
		return r.Status != Draft && !r.LogOnly
	}
	if now.Sub(r.History[len(r.History)-1].At) > triedFor {
		return false
	}
	return r.Status == Rejected || r.Status == Failed || r.Outcome.received() == ReceivedNo
}
