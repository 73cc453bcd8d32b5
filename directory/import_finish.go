package directory

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// InactiveAfter is the number of imports in a row without a service after
// which the service becomes inactive. Before, it stays, as missing from the feed:
// one broken export must not empty a directory.
const InactiveAfter = 3

// noTime is no instant.
var noTime time.Time

// Finish marks what the feed had before and has not any more. It comes last,
// and only after everything else went in.
func (im *Import) Finish(ctx context.Context) error {
	q := docstore.Query{Where: []docstore.Cond{docstore.Eq("feed", docstore.String(im.feed))}, OrderBy: []string{"record"}, Limit: importBatch}
	if remembered, err := im.records.Count(ctx, q); err != nil || !im.dry && int(remembered) == im.known {
		return err // nothing vanished
	}
	for {
		page, err := im.records.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, r := range page.Items {
			if im.seen[r.Kind][r.RecordID] {
				continue
			}
			im.counts(r.Kind).Missing++
			im.tell(ImportNote{Kind: r.Kind, ID: r.RecordID, Rule: "missing-from-feed"})
			if im.dry {
				continue
			}
			if err := im.miss(ctx, r); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// miss notes that the feed has a record no longer.
func (im *Import) miss(ctx context.Context, r feedRecord) error {
	r.Missing++
	if r.MissingSince.IsZero() {
		r.MissingSince = im.at
	}
	if r.Kind == "service" {
		if err := im.missService(ctx, r); err != nil {
			return err
		}
	}
	return im.records.Replace(ctx, &r)
}

func (im *Import) missService(ctx context.Context, r feedRecord) error {
	_, err := im.d.services.Update(ctx, r.RecordID, func(s *ServiceDoc) error {
		if from := s.Sources[""]; from.Feed != im.feed {
			return errSomebodyElses
		}
		s.MissingSince = r.MissingSince
		if r.Missing >= InactiveAfter && s.Service.Status == Active {
			s.Service.Status = Inactive
		}
		s.touch(im.at)
		s.Emit(im.at, "service.changed", changed{OrganizationID: s.Service.OrganizationID})
		return nil
	})
	if errors.Is(err, errSomebodyElses) || errors.Is(err, docstore.ErrNotFound) {
		return nil
	}
	return err
}

// errSomebodyElses ends an Update of a service that is no longer the feed's.
var errSomebodyElses = errors.New("another source has the service")
