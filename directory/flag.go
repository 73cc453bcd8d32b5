package directory

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Why a listing is to be looked at.
const (
	FlagReported = "reported"          // somebody said that something is wrong
	FlagContact  = "contact-failed"    // somebody was referred and nobody could be reached
	FlagRejected = "referral-rejected" // the agency said that the listing led to it in error
	FlagStale    = "stale"             // nobody made sure of it for too long
)

// flagWeights is how many days of waiting each kind of flag counts as, so that
// the queue is in order of age, complaints and use at once. Our own decision: a
// failed contact weighs most, since a person stood before a closed door; age
// alone is the measure.
var flagWeights = map[string]int{FlagContact: 14, FlagReported: 10, FlagRejected: 7, FlagStale: 0}

// mistakes are what can be wrong with a listing, for those who report it.
var mistakes = []string{"phone", "address", "hours", "closed", "not-offered", "rules", "cost", "other"}

// Mistakes lists the codes of what somebody can report as wrong.
func Mistakes() []string { return slices.Clone(mistakes) }

// Flag is one reason to look at a listing.
type Flag struct {
	Reason string `json:"reason"` // FlagReported, …
	// What is a code of [Mistakes], or the reason of a rejection.
	What string `json:"what,omitempty"`
	// Text is what a person wrote. It stays with the flag: out of events, logs
	// and notices.
	Text string    `json:"text,omitempty"`
	By   string    `json:"by,omitempty"` // a user id; "" for somebody who is not signed in
	At   time.Time `json:"at"`
	// Key names what happened, so that the same is flagged once.
	Key string `json:"key,omitempty"`
}

// Upkeep is what is to be done, and was done, to keep the listing of one
// service true. It has the service's id.
type Upkeep struct {
	docstore.Meta
	OrganizationID string `json:"organizationId"`
	// Flags are open, oldest first.
	Flags []Flag `json:"flags,omitempty"`
	// Opened and Referred count since somebody last made sure of the listing
	// how often it was opened and how often somebody was referred.
	Opened   int `json:"opened,omitempty"`
	Referred int `json:"referred,omitempty"`
	// Taken are the keys of what was flagged or counted lately.
	Taken   []string  `json:"taken,omitempty"`
	History []Settled `json:"history,omitempty"` // newest first
	// StaleAgain is when a dismissed listing may be called stale again.
	StaleAgain time.Time `json:"staleAgain,omitzero"`
}

// Bounds of an Upkeep: what is beyond is dropped, the oldest first; of flags
// the newest are not taken.
const (
	maxFlags   = 50
	maxTaken   = 200
	maxHistory = 50
	maxReport  = 500 // characters
)

var upkeepSpec = docstore.Spec[Upkeep]{
	Name: "upkeep", Schema: 1,
	Meta: func(u *Upkeep) *docstore.Meta { return &u.Meta },
	Keys: docstore.Keys[Upkeep]{
		"open":         func(u Upkeep) docstore.Value { return docstore.Bool(len(u.Flags) > 0) },
		"organization": func(u Upkeep) docstore.Value { return docstore.String(u.OrganizationID) },
		"rank":         func(u Upkeep) docstore.Value { return docstore.Time(u.rank()) },
	},
	Kinds:   map[string]docstore.Kind{"open": docstore.IntKind, "rank": docstore.IntKind},
	Indexes: []docstore.Index{{"open", "rank"}, {"organization", "open", "rank"}},
}

// Use counts in rank as days of waiting: each referral as one and ten looks as
// one, together at most so many.
const (
	looksPerDay = 10
	maxUseDays  = 60
)

// rank orders the queue, the earliest first: when the oldest flag came, earlier
// by what complaints and use count. It does not depend on the present time.
func (u Upkeep) rank() time.Time {
	if len(u.Flags) == 0 {
		return time.UnixMilli(0).UTC()
	}
	days := min(u.Referred+u.Opened/looksPerDay, maxUseDays)
	for _, f := range u.Flags {
		days += flagWeights[f.Reason]
	}
	return u.Flags[0].At.AddDate(0, 0, -days)
}

// add takes a flag unless it was taken before.
func (u *Upkeep) add(f Flag) bool {
	known := slices.ContainsFunc(u.Flags, func(o Flag) bool { return f.Reason == FlagStale && o.Reason == FlagStale })
	if known || len(u.Flags) >= maxFlags || !u.take(f.Key) {
		return false
	}
	u.Flags = append(u.Flags, f)
	return true
}

// take notes the key of something that happened; false when it was noted before.
func (u *Upkeep) take(key string) bool {
	if key == "" {
		return true
	}
	if slices.Contains(u.Taken, key) {
		return false
	}
	u.Taken = append(u.Taken, key)
	u.Taken = u.Taken[max(0, len(u.Taken)-maxTaken):]
	return true
}

// Flag notes a reason to look at the listing of a service. The same key is
// noted once. It is for other rooms and checks nobody's role; a service that
// does not exist is docstore.ErrNotFound.
func (d *Directory) Flag(ctx context.Context, serviceID string, f Flag) error {
	if _, ok := flagWeights[f.Reason]; !ok {
		return fault.New(fault.Invalid, "There is no such reason to flag a listing.")
	}
	f.At = d.now()
	return d.upkeepOf(ctx, serviceID, func(u *Upkeep) bool { return u.add(f) })
}

// Unflag takes a flag back that was noted under the key; the same key is not
// noted again. It is for other rooms and checks nothing.
func (d *Directory) Unflag(ctx context.Context, serviceID, key string) error {
	return d.upkeepOf(ctx, serviceID, func(u *Upkeep) bool {
		fresh, before := u.take(key), len(u.Flags)
		u.Flags = slices.DeleteFunc(u.Flags, func(f Flag) bool { return f.Key == key })
		return fresh || len(u.Flags) < before
	})
}

// Referred counts that somebody was referred to a service; key names the
// referral, which counts once. It is for other rooms and checks nothing.
func (d *Directory) Referred(ctx context.Context, serviceID, key string) error {
	return d.upkeepOf(ctx, serviceID, func(u *Upkeep) bool {
		ok := u.take("used/" + key)
		u.Referred++
		return ok
	})
}

// Report is what somebody says is wrong with a listing.
type Report struct {
	What string `json:"what"` // a code of [Mistakes]
	Text string `json:"text,omitempty"`
}

// ReportMistake takes a report from anybody, signed in or not, about a service
// that anybody may see, or who may read the directory. What is written goes to
// those who keep the listing and nowhere else.
func (d *Directory) ReportMistake(ctx context.Context, serviceID string, in Report) error {
	actor := identity.From(ctx)
	in.Text = strings.TrimSpace(in.Text)
	if _, err := d.PublishedService(ctx, serviceID); err != nil && !actor.May(identity.DirectoryRead) {
		return err
	}
	var f fault.Fields
	f.Check(slices.Contains(mistakes, in.What), "what", "Choose what is wrong.")
	f.Check(in.What != "other" || in.Text != "", "text", "Write in a few words what is wrong.")
	f.Check(utf8.RuneCountInString(in.Text) <= maxReport, "text", "Use at most %d characters.", maxReport)
	if err := f.Err(); err != nil {
		return err
	}
	flag := Flag{Reason: FlagReported, What: in.What, Text: in.Text, At: d.now()}
	if actor.May(identity.DirectoryRead) { // of patients and visitors nothing is kept
		flag.By = actor.ID
	}
	return d.upkeepOf(ctx, serviceID, func(u *Upkeep) bool { return u.add(flag) })
}

// upkeepOf changes the upkeep of a service, which is made when there is none;
// change answers whether there is something to store.
func (d *Directory) upkeepOf(ctx context.Context, serviceID string, change func(*Upkeep) bool) error {
	_, err := d.upkeep.Update(ctx, serviceID, func(u *Upkeep) error {
		if !change(u) {
			return errUntouched
		}
		return nil
	})
	switch {
	case errors.Is(err, errUntouched):
		return nil
	case !errors.Is(err, docstore.ErrNotFound):
		return err
	}
	s, err := d.services.Get(ctx, serviceID)
	if err != nil {
		return err
	}
	u := Upkeep{Meta: docstore.Meta{ID: serviceID}, OrganizationID: s.Service.OrganizationID}
	if !change(&u) {
		return nil
	}
	err = d.upkeep.Insert(ctx, &u)
	if _, taken := errors.AsType[*docstore.DuplicateError](err); taken { // somebody was faster
		return d.upkeepOf(ctx, serviceID, change)
	}
	return err
}

// CountUse stores how often listings were opened since the last time and
// answers how many were. What was counted in a process that ended suddenly is
// lost: it is a measure, not a record. It needs NetworkManage.
func (d *Directory) CountUse(ctx context.Context) (int, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return 0, err
	}
	d.lookMu.Lock()
	counts := d.looks
	d.looks = map[string]int{}
	d.lookMu.Unlock()
	var errs []error
	for id, n := range counts {
		err := d.upkeepOf(ctx, id, func(u *Upkeep) bool { u.Opened += n; return true })
		if err != nil && !errors.Is(err, docstore.ErrNotFound) {
			errs = append(errs, err)
		}
	}
	return len(counts), errors.Join(errs...)
}

// looked counts that somebody who cares for people opened the listing.
func (d *Directory) looked(ctx context.Context, serviceID string) {
	if !identity.From(ctx).Care() {
		return
	}
	d.lookMu.Lock()
	defer d.lookMu.Unlock()
	d.looks[serviceID]++
}
