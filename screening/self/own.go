package self

import (
	"context"

	"github.com/havenloop/havenloop/internal/links"
)

// OwnPath is the path, with the code, of a link to the patient's own pages: the
// latest that works, else a new one that asks for a texted code. It is "" where
// no text message may be sent, and where the latest was taken back: that had a
// reason. It checks no right and is for other rooms.
func (s *Service) OwnPath(ctx context.Context, patientID string) (string, error) {
	p, err := s.opt.Patients.Open(ctx, patientID)
	if err != nil || !s.MayText(p) {
		return "", err
	}
	all, err := s.opt.Links.ForPatient(ctx, patientID)
	if err != nil {
		return "", err
	}
	for _, l := range all {
		if l.Kind != links.OwnPages {
			continue
		}
		if l.Works(s.opt.Now()) {
			return s.path(l), nil
		}
		if s.State(l) == links.Withdrawn {
			return "", nil
		}
		break
	}
	l, err := s.opt.Links.Make(ctx, links.NewLink{
		Kind: links.OwnPages, PatientID: p.ID, OrganizationID: p.OrganizationID, Subject: p.ID, Proof: links.ByText,
		Language: p.Languages.Written,
	})
	return s.path(l), err
}

// path is the page of a link with its code.
func (s *Service) path(l links.Link) string { return PathOf(l.Kind) + "#" + s.opt.Links.Code(l) }
