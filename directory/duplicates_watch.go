package directory

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// findingMark notes up to which change duplicates were looked for.
type findingMark struct {
	docstore.Meta
	Until time.Time `json:"until"`
	Count int       `json:"count"` // of services and organizations
}

var findingSpec = docstore.Spec[findingMark]{
	Name: "duplicates_found", Schema: 1,
	Meta: func(m *findingMark) *docstore.Meta { return &m.Meta },
}

// WatchDuplicates looks for duplicates when an organization or a service
// changed since the last time; it is a job's.
func (d *Directory) WatchDuplicates(ctx context.Context) (int, error) {
	marks, err := docstore.Open(ctx, d.engine, findingSpec)
	if err != nil {
		return 0, err
	}
	now, err := d.lastChange(ctx)
	if err != nil {
		return 0, err
	}
	mark, err := marks.Get(ctx, findingLease)
	if errors.Is(err, docstore.ErrNotFound) {
		mark.ID = findingLease
		err = marks.Insert(ctx, &mark)
	}
	if err != nil || mark.Until.Equal(now.Until) && mark.Count == now.Count {
		return 0, err
	}
	n, done, err := d.findDuplicates(ctx)
	if err != nil || !done {
		return n, err
	}
	mark.Until, mark.Count = now.Until, now.Count
	return n, marks.Replace(ctx, &mark)
}

// lastChange is when an organization or service last changed, and how many there are.
func (d *Directory) lastChange(ctx context.Context) (out findingMark, err error) {
	q := docstore.Query{OrderBy: []string{"updated"}, Desc: true, Limit: 1}
	orgs, err := d.organizations.Find(ctx, q)
	if err != nil {
		return out, err
	}
	services, err := d.services.Find(ctx, q)
	if err != nil {
		return out, err
	}
	for _, o := range orgs.Items {
		out.Until = o.UpdatedAt
	}
	for _, s := range services.Items {
		if s.UpdatedAt.After(out.Until) {
			out.Until = s.UpdatedAt
		}
	}
	q.Limit = 0
	for _, count := range []func(context.Context, docstore.Query) (int64, error){d.organizations.Count, d.services.Count} {
		n, err := count(ctx, q)
		if err != nil {
			return out, err
		}
		out.Count += int(n)
	}
	return out, nil
}
