package referrals

import (
	"context"
	"errors"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// named reads the services that a patient was given the way to. Unlike those
// that are asked, their organizations need no account.
func (s *Service) named(ctx context.Context, serviceIDs []string, domain string) ([]Asked, error) {
	out := make([]Asked, 0, len(serviceIDs))
	for _, id := range serviceIDs {
		doc, err := s.Directory.ServiceByID(ctx, id)
		if err != nil {
			return nil, err
		}
		if doc.Service.Status != directory.Active {
			return nil, fault.New(fault.BusinessRule, "This service is not offered at the moment. Choose another one.")
		}
		o, err := s.Directory.OrganizationByID(ctx, doc.Service.OrganizationID)
		if err != nil && !errors.Is(err, docstore.ErrNotFound) {
			return nil, err
		}
		out = append(out, Asked{
			Service: Ref{doc.ID, doc.Service.Name}, Agency: Ref{doc.Service.OrganizationID, o.Organization.Name}, serves: serves(doc, domain),
		})
	}
	return out, nil
}
