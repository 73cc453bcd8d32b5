package directory

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

// Notices tells people that something waits for them; *notify.Service does.
type Notices interface {
	Tell(ctx context.Context, n notify.News) error
}

// Agencies knows who works for an agency; *accounts.Service does.
type Agencies interface {
	UsersWithRole(ctx context.Context, organizationID string, roles ...identity.Role) ([]accounts.User, error)
}

// askAhead is how long before a listing is stale its agency is asked to check it.
const askAhead = 30 * day

// CheckListings puts listings that nobody made sure of for too long into the
// queue, takes those out that are no longer to be checked, and asks agencies
// to look at theirs before that, once a month. It answers how many listings it
// put in or took out, and how many agencies it asked. It needs NetworkManage; safe to repeat.
func (d *Directory) CheckListings(ctx context.Context) (int, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return 0, err
	}
	rules, err := d.listingRules(ctx)
	if err != nil {
		return 0, err
	}
	now := d.now()
	old := agedBy(now, rules.StaleAfterDays).Add(time.Millisecond)
	cleared, err := d.clearQueue(ctx)
	n := cleared
	err = errors.Join(err, d.eachIn(ctx, window{Key: checkedKey, To: old}, func(services []ServiceDoc) error {
		flagged, err := d.flagStale(ctx, services, now)
		n += flagged
		return err
	}))
	ask := map[string]bool{}
	err = errors.Join(err, d.eachIn(ctx, window{checkedKey, old, old.Add(askAhead)}, func(services []ServiceDoc) error {
		for _, s := range services {
			if s.offered() {
				ask[s.Service.OrganizationID] = true
			}
		}
		return nil
	}))
	asked, tellErr := d.askAgencies(ctx, slices.Sorted(maps.Keys(ask)), now)
	return n + asked, errors.Join(err, tellErr)
}

// offered tells whether the service is one that people may be sent to, now or later.
func (s ServiceDoc) offered() bool {
	return s.Service.Status == Active || s.Service.Status == TemporarilyClosed
}

// flagStale flags those of the services that are not flagged as stale yet.
func (d *Directory) flagStale(ctx context.Context, services []ServiceDoc, now time.Time) (n int, err error) {
	ids := make([]string, len(services))
	for i, s := range services {
		ids[i] = s.ID
	}
	known, err := d.upkeep.GetMany(ctx, ids)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, s := range services {
		u := known[s.ID]
		if !s.offered() || u.isStale() || now.Before(u.StaleAgain) {
			continue
		}
		errs = append(errs, d.upkeepOf(ctx, s.ID, func(u *Upkeep) bool { return u.add(Flag{Reason: FlagStale, At: now}) }))
		n++
	}
	return n, errors.Join(errs...)
}

func (u Upkeep) isStale() bool {
	return slices.ContainsFunc(u.Flags, func(f Flag) bool { return f.Reason == FlagStale })
}

// clearQueue takes out flags of services that are no longer offered, and the
// stale ones of listings that somebody has made sure of.
func (d *Directory) clearQueue(ctx context.Context) (n int, err error) {
	q := docstore.Query{Where: []docstore.Cond{docstore.Eq("open", docstore.Bool(true))}, OrderBy: []string{"rank"}, Limit: reindexBatch}
	var errs []error
	for {
		page, err := d.upkeep.Find(ctx, q)
		if err != nil {
			return n, errors.Join(append(errs, err)...)
		}
		ids := make([]string, len(page.Items))
		for i, u := range page.Items {
			ids[i] = u.ID
		}
		listings, err := d.listings(ctx, ids)
		if err != nil {
			return n, errors.Join(append(errs, err)...)
		}
		byID := map[string]listing{}
		for _, l := range listings {
			byID[l.doc.ID] = l
		}
		for _, u := range page.Items {
			l, there := byID[u.ID]
			gone := !there || !l.doc.offered()
			if gone || u.isStale() && !l.stale() {
				n++
				errs = append(errs, d.dropFlags(ctx, u.ID, gone))
			}
		}
		if q.After = page.Next; page.Next == "" {
			return n, errors.Join(errs...)
		}
	}
}

// dropFlags takes out all flags, or only the stale ones.
func (d *Directory) dropFlags(ctx context.Context, serviceID string, all bool) error {
	_, err := d.upkeep.Update(ctx, serviceID, func(u *Upkeep) error {
		u.Flags = slices.DeleteFunc(u.Flags, func(f Flag) bool { return all || f.Reason == FlagStale })
		return nil
	})
	if errors.Is(err, docstore.ErrNotFound) {
		return nil
	}
	return err
}

// askAgencies asks the admins of agencies to look at their listing; each once a
// month, whoever asks how often.
func (d *Directory) askAgencies(ctx context.Context, organizations []string, now time.Time) (n int, err error) {
	if d.notices == nil || d.agencies == nil {
		return 0, nil
	}
	var errs []error
	for _, id := range organizations {
		users, err := d.agencies.UsersWithRole(ctx, id, identity.AgencyAdmin)
		if err != nil && !fault.Is(err, fault.NotFound) {
			errs = append(errs, err)
		}
		for _, u := range users {
			if u.Disabled {
				continue
			}
			errs = append(errs, d.notices.Tell(ctx, notify.News{
				To: notify.ToUser(u.ID), Template: "listing.verify", Path: "/listing", Key: id + "/" + now.Format("2006-01"),
			}))
		}
		n += min(len(users), 1)
	}
	return n, errors.Join(errs...)
}
