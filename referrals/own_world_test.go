package referrals

import (
	"context"

	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
)

// ForPatient answers what Reads does, on one page.
func (w *world) ForPatient(ctx context.Context, patientID, _ string, _ int) (docstore.Page[audit.Entry], error) {
	items, err := w.Reads(ctx, patientID)
	return docstore.Page[audit.Entry]{Items: items}, err
}
