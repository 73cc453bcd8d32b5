package docstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/clock"
)

// Leases let one instance at a time do a piece of work, by a document in the
// store. A holder that dies is replaced when its time is over; the instances'
// clocks must agree to well within that time.
type Leases struct {
	docs   *Collection[lease]
	now    clock.Now
	holder string
}

// lease says who may do the work that its id names, and until when.
type lease struct {
	Meta
	Holder string    `json:"holder"`
	Until  time.Time `json:"until"`
}

var leaseSpec = Spec[lease]{
	Name: "leases", Schema: 1,
	Meta: func(l *lease) *Meta { return &l.Meta },
}

// NewLeases opens the leases for the instance called holder; empty makes a new
// name. No two instances may have one name, or both of them hold.
func NewLeases(ctx context.Context, e Engine, now clock.Now, holder string) (*Leases, error) {
	docs, err := Open(ctx, e, leaseSpec)
	if err != nil {
		return nil, err
	}
	return &Leases{docs: docs, now: now, holder: cmp.Or(holder, uuid.NewString())}, nil
}

// TryHold takes or prolongs the lease called name for ttl from now. It answers
// false, without waiting, while another instance holds it.
func (l *Leases) TryHold(ctx context.Context, name string, ttl time.Duration) (bool, error) {
	now := l.now()
	cur, err := l.docs.Get(ctx, name)
	switch {
	case errors.Is(err, ErrNotFound):
		err = l.docs.Insert(ctx, &lease{Meta: Meta{ID: name}, Holder: l.holder, Until: now.Add(ttl)})
		if _, taken := errors.AsType[*DuplicateError](err); taken {
			return false, nil
		}
	case err == nil && cur.Holder != l.holder && now.Before(cur.Until):
		return false, nil
	case err == nil:
		cur.Holder, cur.Until = l.holder, now.Add(ttl)
		err = l.docs.Replace(ctx, &cur)
		if errors.Is(err, ErrConflict) {
			return false, nil
		}
	}
	if err != nil {
		return false, fmt.Errorf("hold lease %s: %w", name, err)
	}
	return true, nil
}

// Release gives the lease up, so that another instance need not wait for its
// end. A lease that is not held is left alone.
func (l *Leases) Release(ctx context.Context, name string) error {
	cur, err := l.docs.Get(ctx, name)
	if errors.Is(err, ErrNotFound) || err == nil && cur.Holder != l.holder {
		return nil
	}
	if err == nil {
		err = l.docs.Delete(ctx, &cur)
	}
	if err != nil && !errors.Is(err, ErrConflict) {
		return fmt.Errorf("release lease %s: %w", name, err)
	}
	return nil
}
