package directory

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
)

// agingDoc says up to when listings have grown older, and under which rules.
// There is one.
type agingDoc struct {
	docstore.Meta
	At    time.Time        `json:"at"`
	Rules network.Listings `json:"rules"`
}

const (
	agingID    = "aging"
	agingEvent = "listings.aged"
)

var agingSpec = docstore.Spec[agingDoc]{
	Name: "directory_aging", Schema: 1,
	Meta: func(d *agingDoc) *docstore.Meta { return &d.Meta },
}

// window is a span of the instants that a key of services holds: at least From
// and before To.
type window struct {
	Key  string    `json:"key"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Keys of services that grow old: checkedAt, and when room was last told.
const (
	checkedKey  = "checked"
	capacityKey = "capacity_at"
)

// Age lets time pass for the listings: those that took a step of [Freshness]
// since the last run, became hidden, or whose room is no longer believed, are
// taken into every index anew, and only those. It answers how many steps there
// are to look at. It needs NetworkManage; safe to repeat and for several at once.
func (d *Directory) Age(ctx context.Context) (int, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return 0, err
	}
	rules, err := d.listingRules(ctx)
	if err != nil {
		return 0, err
	}
	now := d.now()
	stored, err := d.aging.Get(ctx, agingID)
	if errors.Is(err, docstore.ErrNotFound) { // every index was filled at its time
		err := d.aging.Insert(ctx, &agingDoc{Meta: docstore.Meta{ID: agingID}, At: now, Rules: rules})
		if _, taken := errors.AsType[*docstore.DuplicateError](err); taken {
			err = nil // another run was faster
		}
		return 0, err
	}
	if err != nil {
		return 0, err
	}
	windows := crossed(stored, rules, now)
	if len(windows) == 0 {
		return 0, nil
	}
	_, err = d.aging.Update(ctx, agingID, func(a *agingDoc) error {
		if a.Version != stored.Version {
			return errUntouched // another run was faster
		}
		a.At, a.Rules = now, rules
		a.Emit(now, agingEvent, windows)
		return nil
	})
	if errors.Is(err, errUntouched) {
		return 0, nil
	}
	return len(windows), err
}

// agingPause is how long times of listings are let be: they count in days.
const agingPause = time.Hour

// crossed are the spans of services that changed by time alone, or by the
// network's rules, since the last run.
func crossed(last agingDoc, rules network.Listings, now time.Time) []window {
	var out []window
	if now.Sub(last.At) >= agingPause {
		edge := func(key string, after time.Duration) {
			out = append(out, window{key, last.At.Add(-after), now.Add(-after).Add(time.Millisecond)})
		}
		for _, s := range freshSteps {
			edge(checkedKey, s.within)
		}
		for key, days := range map[string][]int{checkedKey: {rules.StaleAfterDays, rules.HideAfterDays}, capacityKey: {rules.CapacityDays}} {
			for _, n := range days {
				if n > 0 {
					edge(key, time.Duration(n)*day)
				}
			}
		}
	}
	changed := func(key string, before, after int) {
		if before == after {
			return
		}
		from, to := agedBy(last.At, before), agedBy(now, after)
		if to.Before(from) {
			from, to = to, from
		}
		if before == 0 || after == 0 { // for ever
			from, to = time.Time{}, agedBy(now, max(before, after))
		}
		out = append(out, window{key, from, to.Add(time.Millisecond)})
	}
	changed(checkedKey, last.Rules.StaleAfterDays, rules.StaleAfterDays)
	changed(checkedKey, last.Rules.HideAfterDays, rules.HideAfterDays)
	changed(capacityKey, last.Rules.CapacityDays, rules.CapacityDays)
	return out
}

func agedBy(now time.Time, days int) time.Time { return now.Add(-time.Duration(days) * day) }

// followAging takes the services that grew older into the index.
func (d *Directory) followAging(ctx context.Context, e docstore.Event) error {
	var windows []window
	if err := json.Unmarshal(e.Data, &windows); err != nil {
		return err
	}
	for _, w := range windows {
		err := d.eachIn(ctx, w, func(services []ServiceDoc) error {
			ids := make([]string, len(services))
			for i, s := range services {
				ids[i] = s.ID
			}
			return d.bring(ctx, ids)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachIn reads the services of a window, some hundred at a time.
func (d *Directory) eachIn(ctx context.Context, w window, do func([]ServiceDoc) error) error {
	from := docstore.None
	if !w.From.IsZero() {
		from = docstore.Time(w.From)
	}
	q := docstore.Query{Where: []docstore.Cond{docstore.Range(w.Key, from, docstore.Time(w.To))}, Limit: reindexBatch}
	for {
		page, err := d.services.Find(ctx, q)
		if err != nil {
			return err
		}
		if len(page.Items) > 0 {
			if err := do(page.Items); err != nil {
				return err
			}
		}
		if q.After = page.Next; page.Next == "" {
			return nil
		}
	}
}
