// Package joining brings agencies into the network that only the directory
// knows. Workers say whom they want there; an admin takes an agency in, under
// the id of its organization in the directory, with the address to which its
// notices go. From then on it can be sent referrals, which it answers by link
// until it has accounts.
package joining

import (
	"context"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/notify"
)

// Directory knows services and who offers them; *directory.Directory does.
type Directory interface {
	ServiceByID(ctx context.Context, id string) (directory.ServiceDoc, error)
	OrganizationByID(ctx context.Context, id string) (directory.OrganizationDoc, error)
}

// Accounts knows the organizations of the network; *accounts.Service does.
type Accounts interface {
	Organization(ctx context.Context, id string) (accounts.Organization, error)
	AddOrganization(ctx context.Context, o accounts.Organization) (accounts.Organization, error)
}

// Notices tells people that something waits for them; *notify.Service does.
type Notices interface {
	Tell(ctx context.Context, n notify.News) error
}

// Options are the parts a Service works with.
type Options struct {
	Now       clock.Now
	Directory Directory
	Accounts  Accounts
	Notices   Notices
}

// Service is the room.
type Service struct {
	opt    Options
	wishes *docstore.Collection[Wish]
}

// New opens the room's collection.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	wishes, err := docstore.Open(ctx, e, wishSpec)
	return &Service{opt: o, wishes: wishes}, err
}
