package screening

import (
	"context"
	"errors"
	"fmt"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// RepairConsumer brings needs up to date with every stored screening, so that
// a process that ended between the two leaves nothing undone. Where Submit
// finished, it changes nothing.
func (s *Service) RepairConsumer() docstore.Consumer {
	return docstore.Consumer{Name: "screening-needs", Handle: func(ctx context.Context, events []docstore.Event) error {
		var errs []error
		for _, e := range events {
			if e.Type != "screening.completed" {
				continue
			}
			doc, err := s.screenings.Get(ctx, e.DocumentID)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err == nil {
				_, err = s.applyToNeeds(ctx, doc)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("needs of screening %s: %w", e.DocumentID, err))
			}
		}
		return errors.Join(errs...)
	}}
}
