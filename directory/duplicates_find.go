package directory

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

const (
	// findingLease keeps two searches for duplicates apart, for at most findingTime.
	findingLease = "find-duplicates"
	findingTime  = time.Hour
	// crowd is the most records that share a thing for them to be compared with
	// each other: what more have says nothing of any two. It keeps the work in
	// proportion to the number of records.
	crowd = 40
)

// FindDuplicates proposes the records that may be the same, and takes back open
// proposals that no longer hold. What a person decided stays. It answers how
// many proposals came, changed or went, and needs NetworkManage. The same
// records again change nothing. While another call is under way it does nothing.
func (d *Directory) FindDuplicates(ctx context.Context) (int, error) {
	n, _, err := d.findDuplicates(ctx)
	return n, err
}

func (d *Directory) findDuplicates(ctx context.Context) (n int, done bool, err error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return 0, false, err
	}
	release, held, err := d.hold(ctx, findingLease, findingTime)
	if err != nil || !held {
		return 0, false, err
	}
	defer release()
	found, err := d.allDuplicates(ctx)
	if err != nil {
		return 0, false, fmt.Errorf("look for duplicates: %w", err)
	}
	n, err = d.propose(ctx, found)
	return n, err == nil, err
}

// hold takes a lease of this call's own; release gives it back.
func (d *Directory) hold(ctx context.Context, name string, atMost time.Duration) (release func(), held bool, err error) {
	leases, err := docstore.NewLeases(ctx, d.engine, d.now, "")
	if err != nil {
		return nil, false, err
	}
	held, err = leases.TryHold(ctx, name, atMost)
	return func() {
		if err := leases.Release(context.WithoutCancel(ctx), name); err != nil {
			d.log.ErrorContext(ctx, "lease not released", "lease", name, "error", err.Error())
		}
	}, held, err
}

// allDuplicates compares all records: organizations with each other, services
// and locations with those of the same organization.
func (d *Directory) allDuplicates(ctx context.Context) ([]Duplicate, error) {
	var found []Duplicate
	var organizations []*subject
	feeds := map[string]string{}
	for o, err := range d.organizations.All(ctx) {
		if err != nil {
			return nil, err
		}
		s, beneath, err := d.compareBeneath(ctx, o)
		if err != nil {
			return nil, err
		}
		organizations, feeds[o.ID] = append(organizations, s), o.Sources[""].Feed
		found = append(found, beneath...)
	}
	return append(found, pairs(organizations, feeds)...), nil
}

// compareBeneath compares the services, and the locations, of an organization,
// and answers what is compared of itself.
func (d *Directory) compareBeneath(ctx context.Context, o OrganizationDoc) (*subject, []Duplicate, error) {
	own := docstore.Query{Where: []docstore.Cond{docstore.Eq("organization", docstore.String(o.ID))}}
	places, err := d.locations.Find(ctx, own)
	if err != nil {
		return nil, nil, err
	}
	services, err := d.services.Find(ctx, own)
	if err != nil {
		return nil, nil, err
	}
	feeds := map[string]string{}
	byID := map[string]Location{}
	var all []Location
	var spots, offers []*subject
	for _, l := range places.Items {
		feeds[l.ID], byID[l.ID] = l.Sources[""].Feed, l.Location
		all = append(all, l.Location)
		spots = append(spots, subjectOfLocation(l.Location))
	}
	for _, s := range services.Items {
		if s.Service.Status == Defunct {
			continue
		}
		feeds[s.ID] = s.Sources[""].Feed
		var at []Location
		for _, l := range s.Service.ServiceAtLocations {
			if place, ok := byID[l.LocationID]; ok {
				at = append(at, place)
			}
		}
		offers = append(offers, subjectOfService(s.Service, at))
	}
	return subjectOf(o.Organization, all), append(pairs(spots, feeds), pairs(offers, feeds)...), nil
}

// pairs compares those subjects with each other that have something in common,
// and proposes the likely ones.
func pairs(list []*subject, feeds map[string]string) []Duplicate {
	if len(list) < 2 {
		return nil
	}
	c := newCommon()
	blocks := map[string][]int{}
	for i, s := range list {
		c.add(s)
		for _, key := range s.keys() {
			blocks[key] = append(blocks[key], i)
		}
	}
	seen := map[[2]int]bool{}
	var out []Duplicate
	for _, block := range blocks {
		if len(block) > crowd {
			continue
		}
		for n, i := range block {
			for _, j := range block[n+1:] {
				if i == j || seen[[2]int{i, j}] {
					continue
				}
				seen[[2]int{i, j}] = true
				if score, why := like(list[i], list[j], c); score >= ProposeFrom {
					out = append(out, list[i].proposal(list[j], score, why, feeds))
				}
			}
		}
	}
	return out
}

// keys are what two records must share one of to be compared.
func (s *subject) keys() []string {
	var out []string
	add := func(kind string, list []string) {
		for _, x := range list {
			out = append(out, kind+x)
		}
	}
	add("phone ", s.phones)
	add("email ", s.emails)
	add("host ", s.hosts)
	add("page ", s.pages)
	add("street ", s.streets)
	for scheme, id := range s.identifiers {
		out = append(out, "identifier "+scheme+" "+id)
	}
	for _, n := range s.names {
		out = append(out, "name "+strings.Join(n, " "))
	}
	for _, n := range s.whole {
		if len(n) > 0 {
			out = append(out, "name "+strings.Join(n, " "))
		}
	}
	return out
}

func (s *subject) proposal(other *subject, score float64, why []Because, feeds map[string]string) Duplicate {
	a, b := s, other
	if b.id < a.id {
		a, b = b, a
	}
	side := func(x *subject) DuplicateSide {
		return DuplicateSide{ID: x.id, Name: x.title, Feed: feeds[x.id], Owner: x.owner}
	}
	return Duplicate{
		Meta: docstore.Meta{ID: duplicateID(s.kind, a.id, b.id)}, Kind: s.kind, Records: [2]DuplicateSide{side(a), side(b)},
		Score: score, Because: why, Status: DuplicateOpen,
	}
}

// propose stores what was found.
func (d *Directory) propose(ctx context.Context, found []Duplicate) (n int, err error) {
	stored := map[string]Duplicate{}
	for p, err := range d.duplicates.All(ctx) {
		if err != nil {
			return 0, err
		}
		stored[p.ID] = p
	}
	var inserts, replaces, gone []*Duplicate
	for _, p := range found {
		old, known := stored[p.ID]
		delete(stored, p.ID)
		switch {
		case !known:
			p.FoundAt = d.now()
			inserts = append(inserts, &p)
		case old.Status == DuplicateOpen && !old.says(p):
			old.Score, old.Because, old.Records = p.Score, p.Because, p.Records
			replaces = append(replaces, &old)
		}
	}
	for _, p := range stored {
		if p.Status == DuplicateOpen {
			gone = append(gone, &p)
		}
	}
	errs := append(d.duplicates.InsertAll(ctx, inserts), d.duplicates.ReplaceAll(ctx, replaces)...)
	for _, p := range gone {
		errs = append(errs, d.duplicates.Delete(ctx, p))
	}
	for i, e := range errs {
		if errors.Is(e, docstore.ErrConflict) { // a person decided meanwhile
			errs[i] = nil
		}
		if e == nil {
			n++
		}
	}
	return n, errors.Join(errs...)
}

// says tells whether the proposal is as it was.
func (p Duplicate) says(other Duplicate) bool {
	return p.Score == other.Score && p.Records == other.Records && reflect.DeepEqual(p.Because, other.Because)
}
