package referrals

import (
	"context"
	"fmt"
	"slices"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
)

// ownerMessage is the kind of files that hang on messages.
const ownerMessage = "referral-message"

// FileRef names a file that is kept with a record.
type FileRef struct {
	ID   string     `json:"id"`
	Name string     `json:"name"`
	Type files.Type `json:"type"`
	Size int64      `json:"size"` // bytes
}

// KeepsFile tells whether the record that a file was put for refers to it; for
// the job that removes the others.
func (s *Service) KeepsFile(ctx context.Context, f files.File) (bool, error) {
	keepers := map[string]func(context.Context, files.File) (bool, error){
		ownerMessage: s.messageKeeps,
	}
	keeps, ok := keepers[f.OwnerKind]
	if !ok {
		return false, fmt.Errorf("file %s: no records are called %q", f.ID, f.OwnerKind)
	}
	kept, err := keeps(ctx, f)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return kept, err
}

func (s *Service) messageKeeps(ctx context.Context, f files.File) (bool, error) {
	m, err := s.messages.Get(ctx, f.OwnerID)
	return slices.ContainsFunc(m.Files, func(r FileRef) bool { return r.ID == f.ID }), err
}
