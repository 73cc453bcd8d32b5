package guests

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// played are the neighbours: the accounts of one agency, which may fail, and its
// referrals. There are no links, so whoever works with them is found out.
type played struct {
	Accounts
	users int
	fails error
	looks int // at who works there
	reads int // of referrals
}

func (p *played) UsersWithRole(context.Context, string, ...identity.Role) ([]accounts.User, error) {
	p.looks++
	return make([]accounts.User, p.users), p.fails
}

func (p *played) Get(context.Context, string) (referrals.View, error) {
	p.reads++
	return referrals.View{Status: referrals.Requested}, nil // nothing to be told of: it is nobody's turn
}

func happened(kind string, status referrals.Status) docstore.Event {
	data, _ := json.Marshal(map[string]any{"organizationIds": []string{"clinic", "pantry"}, "status": status})
	return docstore.Event{Type: kind, DocumentID: "r1", Data: data}
}

func TestFollow(t *testing.T) {
	created := happened("referral.created", referrals.Requested)
	for name, c := range map[string]struct {
		house        played
		events       []docstore.Event
		looks, reads int
		fails        bool
	}{
		"an agency without an account":     {played{}, []docstore.Event{created, created}, 1, 2, false},
		"one with an account":              {played{users: 1}, []docstore.Event{created, created}, 1, 0, false},
		"nobody knows: nothing is told":    {played{users: 1, fails: errors.New("no store")}, []docstore.Event{created, created}, 2, 0, true},
		"called off, but in hand again":    {played{}, []docstore.Event{happened("referral.moved", referrals.Cancelled)}, 0, 1, false},
		"any other move needs no look":     {played{}, []docstore.Event{happened("referral.moved", referrals.Accepted)}, 0, 0, false},
		"what is no referral's is ignored": {played{}, []docstore.Event{happened("need.changed", "")}, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(Options{Accounts: &c.house, Referrals: &c.house})
			err := s.Consumer().Handle(t.Context(), c.events)
			if (err != nil) != c.fails || c.house.looks != c.looks || c.house.reads != c.reads {
				t.Errorf("err = %v, %d looks, %d reads; want failing %v, %d, %d", err, c.house.looks, c.house.reads, c.fails, c.looks, c.reads)
			}
		})
	}
}
