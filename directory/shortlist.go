package directory

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Shortlist is the services that a worker puts together for one person, to
// print or to text. It says nothing about that person but the language.
type Shortlist struct {
	docstore.Meta // the id is the worker's
	// Services are ids, in the order in which they were chosen.
	Services []string `json:"services"`
	// Language is the tag of the language in which the person reads; "" when
	// nobody chose one yet.
	Language  string    `json:"language,omitempty"`
	ChangedAt time.Time `json:"changedAt"`
}

// Has tells whether the service is on the list.
func (s Shortlist) Has(serviceID string) bool { return slices.Contains(s.Services, serviceID) }

const (
	// maxShortlist is how many services a list holds: what fits on two pages,
	// and more than anybody calls.
	maxShortlist = 10
	// shortlistKept is how long a list lasts after its last change: a working
	// day, so that the next person does not get the list of the one before.
	shortlistKept = 12 * time.Hour
)

var shortlistSpec = docstore.Spec[Shortlist]{
	Name:   "shortlists",
	Schema: 1,
	Meta:   func(s *Shortlist) *docstore.Meta { return &s.Meta },
}

// Shortlist is the signed-in worker's list; an empty one when there is none,
// or when the last one is from another day. It needs DirectoryRead.
func (d *Directory) Shortlist(ctx context.Context) (Shortlist, error) {
	actor, err := identity.Require(ctx, identity.DirectoryRead)
	if err != nil {
		return Shortlist{}, err
	}
	s, err := d.shortlists.Get(ctx, actor.ID)
	if fault.Is(err, fault.NotFound) {
		return Shortlist{Meta: docstore.Meta{ID: actor.ID}}, nil
	}
	d.outdate(&s)
	return s, err
}

// outdate empties a list that has lasted too long.
func (d *Directory) outdate(s *Shortlist) {
	if d.now().Sub(s.ChangedAt) >= shortlistKept {
		s.Services, s.Language = nil, ""
	}
}

// AddToShortlist puts services on the worker's list, those that are on it
// already excepted. Only services that are offered can be chosen.
func (d *Directory) AddToShortlist(ctx context.Context, serviceIDs ...string) (Shortlist, error) {
	if _, err := identity.Require(ctx, identity.DirectoryRead); err != nil {
		return Shortlist{}, err
	}
	if len(serviceIDs) == 0 {
		var f fault.Fields
		f.Add("service", "Choose at least one service.")
		return Shortlist{}, f.Err()
	}
	docs, err := d.services.GetMany(ctx, serviceIDs)
	if err != nil {
		return Shortlist{}, err
	}
	for _, id := range serviceIDs {
		if s, ok := docs[id]; !ok || s.Service.Status != Active {
			return Shortlist{}, fault.New(fault.NotFound, "This service is not offered any more. Search again.")
		}
	}
	return d.changeShortlist(ctx, func(s *Shortlist) error {
		for _, id := range serviceIDs {
			if !s.Has(id) {
				s.Services = append(s.Services, id)
			}
		}
		if len(s.Services) > maxShortlist {
			return fault.New(fault.BusinessRule, "A list holds at most %d services. Take some off first.", maxShortlist)
		}
		return nil
	})
}

// TakeOffShortlist takes a service off the worker's list; one that is not on
// it changes nothing.
func (d *Directory) TakeOffShortlist(ctx context.Context, serviceID string) (Shortlist, error) {
	return d.changeShortlist(ctx, func(s *Shortlist) error {
		s.Services = slices.DeleteFunc(s.Services, func(id string) bool { return id == serviceID })
		return nil
	})
}

// ClearShortlist begins a new list.
func (d *Directory) ClearShortlist(ctx context.Context) (Shortlist, error) {
	return d.changeShortlist(ctx, func(s *Shortlist) error {
		s.Services, s.Language = nil, ""
		return nil
	})
}

// SetShortlistLanguage notes in which language the person reads, as a BCP 47 tag.
func (d *Directory) SetShortlistLanguage(ctx context.Context, tag string) (Shortlist, error) {
	return d.changeShortlist(ctx, func(s *Shortlist) error {
		s.Language = tag
		return nil
	})
}

func (d *Directory) changeShortlist(ctx context.Context, change func(*Shortlist) error) (Shortlist, error) {
	actor, err := identity.Require(ctx, identity.DirectoryRead)
	if err != nil {
		return Shortlist{}, err
	}
	apply := func(s *Shortlist) error {
		d.outdate(s)
		s.ChangedAt = d.now()
		return change(s)
	}
	s, err := d.shortlists.Update(ctx, actor.ID, apply)
	if !fault.Is(err, fault.NotFound) {
		return s, err
	}
	s = Shortlist{Meta: docstore.Meta{ID: actor.ID}}
	if err := apply(&s); err != nil {
		return Shortlist{}, err
	}
	err = d.shortlists.Insert(ctx, &s)
	if _, raced := errors.AsType[*docstore.DuplicateError](err); raced { // in another window, just now
		return d.shortlists.Update(ctx, actor.ID, apply)
	}
	return s, err
}

// ShortlistServices are the services on the worker's list in their order; those
// that are gone meanwhile are left out.
func (d *Directory) ShortlistServices(ctx context.Context) (Shortlist, []ServiceDetail, error) {
	s, err := d.Shortlist(ctx)
	if err != nil || len(s.Services) == 0 {
		return s, nil, err
	}
	listings, err := d.listings(ctx, s.Services)
	if err != nil {
		return s, nil, err
	}
	var out []ServiceDetail
	for _, id := range s.Services {
		for _, l := range listings {
			if l.doc.ID == id && l.org.ID != "" && l.doc.Service.Status == Active {
				out = append(out, d.detail(l))
			}
		}
	}
	return s, out, nil
}
