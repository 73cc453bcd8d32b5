package joining

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Wish is an agency that workers want in the network. Its id is the one of the
// organization in the directory. It says nothing of whom the agency is to help.
type Wish struct {
	docstore.Meta
	Name string   `json:"name"` // of the organization
	By   []Wisher `json:"by"`
	// CreatedAt and LastAt are when it was wished for first and last.
	CreatedAt time.Time `json:"createdAt"`
	LastAt    time.Time `json:"lastAt"`
	State     State     `json:"state"`
}

// Wisher is a worker who wants the agency.
type Wisher struct {
	UserID         string    `json:"userId"`
	OrganizationID string    `json:"organizationId"`
	At             time.Time `json:"at"`
}

// State is what became of a wish.
type State string

// The states.
const (
	Open   State = "open"
	Aside  State = "aside"  // the network looked at it and does not take the agency in now
	Joined State = "joined" // the agency is in the network
)

// Has tells whether the worker is among those who want the agency.
func (w Wish) Has(userID string) bool {
	return slices.ContainsFunc(w.By, func(b Wisher) bool { return b.UserID == userID })
}

var wishSpec = docstore.Spec[Wish]{
	Name: "agency_wishes", Schema: 1,
	Meta: func(w *Wish) *docstore.Meta { return &w.Meta },
	Keys: docstore.Keys[Wish]{
		"state": func(w Wish) docstore.Value { return docstore.String(string(w.State)) },
		"last":  func(w Wish) docstore.Value { return docstore.Time(w.LastAt) },
	},
	Kinds:   map[string]docstore.Kind{"last": docstore.IntKind},
	Indexes: []docstore.Index{{"state", "last"}},
}

// errUnchanged ends an update that has nothing to do.
var errUnchanged = errors.New("unchanged")

// errIn refuses what only makes sense for an agency outside of the network.
var errIn = fault.New(fault.Conflict, "This organization is in the network already.")

// Outside tells whether the organization is not in the network.
func (s *Service) Outside(ctx context.Context, organizationID string) (bool, error) {
	_, err := s.opt.Accounts.Organization(ctx, organizationID)
	if errors.Is(err, docstore.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// outside reads an organization of the directory that is not in the network.
func (s *Service) outside(ctx context.Context, organizationID string) (directory.OrganizationDoc, error) {
	o, err := s.opt.Directory.OrganizationByID(ctx, organizationID)
	if err != nil {
		return o, err
	}
	switch outside, err := s.Outside(ctx, o.ID); {
	case err != nil:
		return o, err
	case !outside:
		return o, errIn
	}
	return o, nil
}

// Wish notes that a worker wants the agency of a service in the network. Asked
// again by the same worker, it changes nothing; one that was set aside is open
// again.
func (s *Service) Wish(ctx context.Context, serviceID string) (Wish, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return Wish{}, err
	}
	service, err := s.opt.Directory.ServiceByID(ctx, serviceID)
	if err != nil {
		return Wish{}, err
	}
	if service.Service.Status != directory.Active {
		return Wish{}, fault.New(fault.BusinessRule, "This service is not offered at the moment. Choose another one.")
	}
	o, err := s.outside(ctx, service.Service.OrganizationID)
	if err != nil {
		return Wish{}, err
	}
	by := Wisher{UserID: actor.ID, OrganizationID: actor.OrganizationID, At: s.opt.Now()}
	w, err := s.add(ctx, o, by)
	if errors.Is(err, docstore.ErrNotFound) {
		w = Wish{Meta: docstore.Meta{ID: o.ID}, Name: o.Organization.Name, By: []Wisher{by}, CreatedAt: by.At, LastAt: by.At, State: Open}
		err = s.wishes.Insert(ctx, &w)
		if _, there := errors.AsType[*docstore.DuplicateError](err); there { // somebody else wished at the same moment
			w, err = s.add(ctx, o, by)
		}
	}
	if err != nil {
		return Wish{}, fmt.Errorf("wish for organization %s: %w", o.ID, err)
	}
	return w, nil
}

// add adds a worker to a wish that there is.
func (s *Service) add(ctx context.Context, o directory.OrganizationDoc, by Wisher) (Wish, error) {
	return s.update(ctx, o.ID, func(w *Wish) error {
		if w.State == Open && w.Has(by.UserID) {
			return errUnchanged
		}
		w.By = append(slices.DeleteFunc(w.By, func(b Wisher) bool { return b.UserID == by.UserID }), by)
		w.Name, w.LastAt, w.State = o.Organization.Name, by.At, Open
		return nil
	})
}

func (s *Service) update(ctx context.Context, id string, fn func(*Wish) error) (Wish, error) {
	var same Wish
	w, err := s.wishes.Update(ctx, id, func(w *Wish) error {
		same = *w
		return fn(w)
	})
	if errors.Is(err, errUnchanged) {
		return same, nil
	}
	return w, err
}

// Wished tells a worker whether the agency was wished for by them or by others.
func (s *Service) Wished(ctx context.Context, organizationID string) (Wish, bool, error) {
	if _, err := identity.Require(ctx, identity.ReferralsSend); err != nil {
		return Wish{}, false, err
	}
	w, err := s.wishes.Get(ctx, organizationID)
	if errors.Is(err, docstore.ErrNotFound) {
		return Wish{}, false, nil
	}
	return w, err == nil && w.State == Open, err
}

// Wishes lists the agencies that are wished for, those of most workers first.
func (s *Service) Wishes(ctx context.Context) ([]Wish, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return nil, err
	}
	p, err := s.wishes.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("state", docstore.String(string(Open)))}, OrderBy: []string{"last"},
	})
	slices.SortStableFunc(p.Items, func(a, b Wish) int {
		return cmp.Or(cmp.Compare(len(b.By), len(a.By)), strings.Compare(a.Name, b.Name))
	})
	return append([]Wish{}, p.Items...), err
}

// SetAside takes a wish off the list without taking the agency in; wished for
// again, it is there again. One that is not open stays as it is.
func (s *Service) SetAside(ctx context.Context, organizationID string) (Wish, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return Wish{}, err
	}
	return s.update(ctx, organizationID, func(w *Wish) error {
		if w.State != Open {
			return errUnchanged
		}
		w.State = Aside
		return nil
	})
}

// kindOf is the kind of an organization of the network; empty for none.
func (s *Service) kindOf(ctx context.Context, id string) (accounts.Kind, error) {
	o, err := s.opt.Accounts.Organization(ctx, id)
	if errors.Is(err, docstore.ErrNotFound) {
		return "", nil
	}
	return o.Kind, err
}
