package screening

import (
	"context"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// OwnRecord answers the screenings and needs of the patient in ctx, the newest
// first, for their own pages. Needs that others must not see are left out, and
// so are the answers about them: somebody else may hold the phone.
func (s *Service) OwnRecord(ctx context.Context) ([]Screening, []Need, error) {
	actor, err := identity.Require(ctx, identity.OwnRecord)
	if err != nil {
		return nil, nil, err
	}
	whose := docstore.Query{Where: []docstore.Cond{docstore.Eq("patient", docstore.String(actor.PatientID))}}
	needs, err := s.needs.Find(ctx, whose)
	if err != nil {
		return nil, nil, err
	}
	whose.Desc = true
	docs, err := s.screenings.Find(ctx, whose)
	if err != nil {
		return nil, nil, err
	}
	for i := range docs.Items {
		s.withoutPrivate(ctx, &docs.Items[i])
	}
	open := slices.DeleteFunc(needs.Items, func(n Need) bool { return n.Private })
	slices.SortStableFunc(open, func(a, b Need) int { return b.Since.Compare(a.Since) })
	return docs.Items, open, nil
}

// withoutPrivate drops from a screening what is about private topics. Where the
// instrument is no longer known, so is what its answers are about: all go.
func (s *Service) withoutPrivate(ctx context.Context, doc *Screening) {
	doc.Derived = Derived{} // scores and findings tell of answers too
	i, err := s.catalog.find(ctx, doc.Instrument)
	answers := Answers{}
	if err == nil {
		for id, a := range doc.Answers {
			q, ok := i.Question(id)
			if info, _ := s.Topic(q.Topic); ok && !info.Private {
				answers[id] = a
			}
		}
	}
	doc.Answers = answers
}
