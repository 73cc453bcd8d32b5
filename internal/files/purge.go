package files

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// purgeBatch is how many files Purge reads at a time.
const purgeBatch = 100

// Purge is a job: it looks at files put more than an hour ago, notes those that
// their owners keep and removes the others, with what a crash left of them. It
// answers how many it looked at.
func (s *Service) Purge(ctx context.Context) (int, error) {
	due := docstore.Query{Where: []docstore.Cond{docstore.Range("check", docstore.None, docstore.Time(s.Now()))}, Limit: purgeBatch}
	done := 0
	var errs []error
	for {
		p, err := s.files.Find(ctx, due)
		if err != nil {
			return done, errors.Join(append(errs, err)...)
		}
		for _, f := range p.Items {
			if err := s.check(ctx, f); err != nil {
				errs = append(errs, fmt.Errorf("check file %s: %w", f.ID, err))
				continue
			}
			done++
		}
		if due.After = p.Next; due.After == "" {
			return done, errors.Join(errs...)
		}
	}
}

// check settles whether a file stays. One that does not is hidden first, its
// document goes last, so that the work can be done again from any point.
func (s *Service) check(ctx context.Context, f File) error {
	if f.Whole {
		kept, err := s.Kept(ctx, f)
		if err != nil {
			return err
		}
		f.Whole = kept
		if kept {
			f.CheckAt = time.Time{}
		}
		if err := s.files.Replace(ctx, &f); err != nil || kept {
			return err
		}
	}
	for i := range f.Chunks {
		c := chunk{Meta: docstore.Meta{ID: chunkID(f.ID, i), Version: 1}} // chunks never change
		if err := s.chunks.Delete(ctx, &c); err != nil && !errors.Is(err, docstore.ErrNotFound) {
			return err
		}
	}
	return s.files.Delete(ctx, &f)
}
