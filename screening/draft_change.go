package screening

import (
	"context"

	"github.com/havenloop/havenloop/internal/docstore"
)

// AnswerConflict says that another answer was saved since the person saw the
// question. It unwraps to docstore.ErrConflict.
type AnswerConflict struct {
	// Stored is the answer that was saved meanwhile.
	Stored Answer
}

// Error names no answer.
func (e *AnswerConflict) Error() string { return "another answer was saved meanwhile" }

// Unwrap makes it a conflict for the client.
func (e *AnswerConflict) Unwrap() error { return docstore.ErrConflict }

// ChangeAnswer puts the answer to one question into a draft, as SaveAnswer
// does, unless another tab or device saved a different one since: seen is what
// the answer was when the question was shown. Then it fails with an
// *[AnswerConflict] and nothing changes, so that a person can choose. Other
// questions of the draft may have changed at will.
func (s *Service) ChangeAnswer(ctx context.Context, id, linkID string, a, seen Answer) (Draft, error) {
	return s.updateDraft(ctx, id, 0, func(d *Draft) error {
		if stored := d.Answers[linkID]; !stored.Equal(seen) && !stored.Equal(a) {
			return &AnswerConflict{Stored: stored}
		}
		return s.put(ctx, d, linkID, a)
	})
}
