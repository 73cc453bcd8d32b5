package server

import (
	"cmp"
	"context"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/notify"
)

// userBook looks users up for rooms that know only their ids.
type userBook struct{ accounts *accounts.Service }

// names answers the names of users; unknown ones are missing.
func (b userBook) names(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range ids {
		u, err := b.accounts.OpenUser(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[id] = u.Name
	}
	return out, nil
}

// addressBook tells how people are reached. The rooms that it asks may open
// after it.
type addressBook struct{ rooms *Rooms }

// User answers how a user is reached: by email, unless the account is disabled.
func (b addressBook) User(ctx context.Context, id string) (notify.Contact, error) {
	u, err := b.rooms.Accounts.OpenUser(ctx, id)
	if fault.Is(err, fault.NotFound) || u.Disabled {
		return notify.Contact{}, nil
	}
	if err != nil || len(u.Memberships) == 0 {
		return notify.Contact{Email: u.Email, Language: u.Language}, err
	}
	zone, err := b.rooms.zone(ctx, u.Memberships[0].OrganizationID)
	return notify.Contact{Email: u.Email, Language: u.Language, Zone: zone}, err
}

// Patient answers how a patient is reached: by text message, where and when
// they said that this is safe.
func (b addressBook) Patient(ctx context.Context, id string) (notify.Contact, error) {
	p, err := b.rooms.Patients.Open(ctx, id)
	if fault.Is(err, fault.NotFound) || err == nil && !p.Contact.MayText() {
		return notify.Contact{}, nil
	}
	if err != nil {
		return notify.Contact{}, err
	}
	zone, err := b.rooms.zone(ctx, p.OrganizationID)
	return notify.Contact{
		Phone: p.Phone, Language: cmp.Or(p.Languages.Written, p.Languages.Spoken), Zone: zone, Safe: p.Contact.SafeAt,
	}, err
}

// Organization answers the shared mailbox and phone of an organization.
func (b addressBook) Organization(ctx context.Context, id string) (notify.Contact, error) {
	o, err := b.rooms.Accounts.Organization(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return notify.Contact{}, nil
	}
	return notify.Contact{Email: o.Email, Phone: o.Phone}, err
}
