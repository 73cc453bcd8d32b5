package joining

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

// house is the room with its neighbours played: a directory of one kitchen, and
// accounts of a network.
type house struct {
	*Service
	mu   sync.Mutex
	orgs map[string]accounts.Organization
	told []string
}

func (h *house) ServiceByID(_ context.Context, id string) (directory.ServiceDoc, error) {
	status := map[string]directory.Status{"meals": directory.Active, "closed": directory.Defunct}[id]
	if status == "" {
		return directory.ServiceDoc{}, docstore.ErrNotFound
	}
	return directory.ServiceDoc{Service: directory.Service{ID: id, OrganizationID: "kitchen", Status: status}}, nil
}

func (h *house) OrganizationByID(_ context.Context, id string) (directory.OrganizationDoc, error) {
	if id != "kitchen" {
		return directory.OrganizationDoc{}, docstore.ErrNotFound
	}
	return directory.OrganizationDoc{Meta: docstore.Meta{ID: id}, Organization: directory.Organization{Name: "The kitchen", Email: "hello@kitchen.example.org"}}, nil
}

func (h *house) Organization(_ context.Context, id string) (accounts.Organization, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	o, ok := h.orgs[id]
	if !ok {
		return o, docstore.ErrNotFound
	}
	return o, nil
}

func (h *house) AddOrganization(_ context.Context, o accounts.Organization) (accounts.Organization, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, there := h.orgs[o.ID]; there {
		return o, errIn
	}
	h.orgs[o.ID] = o
	return o, nil
}

func (h *house) Tell(_ context.Context, n notify.News) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = append(h.told, n.To.UserID+" "+n.Template)
	return nil
}

func newHouse(t *testing.T) *house {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	h := &house{orgs: map[string]accounts.Organization{"network": {Kind: accounts.Network, TimeZone: "America/Chicago"}}}
	fake := clock.NewFake(time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC))
	if h.Service, err = New(t.Context(), e, Options{Now: fake.Now, Directory: h, Accounts: h, Notices: h}); err != nil {
		t.Fatal(err)
	}
	return h
}

func as(id string, role identity.Role) context.Context {
	return identity.With(context.Background(), identity.Actor{ID: id, Role: role, OrganizationID: map[identity.Role]string{identity.NetworkAdmin: "network"}[role]})
}

var (
	rosa  = as("rosa", identity.CHW)
	admin = as("nia", identity.NetworkAdmin)
)

func TestWish(t *testing.T) {
	h := newHouse(t)
	for what, err := range map[string]error{
		"closed": last(h.Wish(rosa, "closed")), "unknown": last(h.Wish(rosa, "nope")),
	} {
		if want := map[string]fault.Kind{"closed": fault.BusinessRule, "unknown": fault.NotFound}[what]; !fault.Is(err, want) {
			t.Errorf("Wish for a service that is %s = %v, want %s", what, err, want)
		}
	}
	var wg sync.WaitGroup
	for _, id := range []string{"rosa", "rosa", "otto", "ana"} { // at the same moment
		wg.Go(func() {
			if _, err := h.Wish(as(id, identity.CHW), "meals"); err != nil {
				t.Errorf("Wish = %v", err)
			}
		})
	}
	wg.Wait()
	list, err := h.Wishes(admin)
	if err != nil || len(list) != 1 || len(list[0].By) != 3 || list[0].Name != "The kitchen" {
		t.Fatalf("Wishes = %+v, %v, want one of three workers", list, err)
	}
	if w, wished, err := h.Wished(rosa, "kitchen"); err != nil || !wished || !w.Has("rosa") || w.Has("kim") {
		t.Errorf("Wished = %+v, %v, %v", w, wished, err)
	}
	if _, wished, err := h.Wished(rosa, "pantry"); err != nil || wished {
		t.Errorf("Wished for another = %v, %v, want no", wished, err)
	}
}

// TestJoinedInAnyWay: a wish ends also when the organization came in otherwise,
// but not for one that sends referrals; each worker is told once.
func TestJoinedInAnyWay(t *testing.T) {
	h := newHouse(t)
	if _, err := h.Wish(rosa, "meals"); err != nil {
		t.Fatal(err)
	}
	changed := []docstore.Event{{Type: "organization.changed", DocumentID: "kitchen"}, {Type: "organization.changed", DocumentID: "other"}}
	follow := h.Consumer().Handle
	for kind, told := range map[accounts.Kind]int{"": 0, accounts.Care: 0} {
		if kind != "" {
			h.orgs["kitchen"] = accounts.Organization{Kind: kind}
		}
		if err := follow(t.Context(), changed); err != nil || len(h.told) != told {
			t.Fatalf("told %v, %v, want nobody while it takes no referrals", h.told, err)
		}
		delete(h.orgs, "kitchen")
	}
	h.orgs["kitchen"] = accounts.Organization{Kind: accounts.Agency}
	for range 2 {
		if err := follow(t.Context(), changed); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.told) != 1 || h.told[0] != "rosa agency.joined" {
		t.Errorf("told %v, want Rosa once", h.told)
	}
	if list, err := h.Wishes(admin); err != nil || len(list) != 0 {
		t.Errorf("Wishes = %v, %v, want none", list, err)
	}
}

func TestTakeTakesWhatTheDirectoryKnows(t *testing.T) {
	h := newHouse(t)
	p, err := h.Propose(admin, "kitchen")
	if err != nil || p.Email != "hello@kitchen.example.org" || p.TimeZone != "America/Chicago" {
		t.Errorf("Propose = %+v, %v, want the public address and the network's zone", p, err)
	}
	if _, err := h.Propose(rosa, "kitchen"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Propose to a worker = %v, want it forbidden", err)
	}
	o, err := h.Take(admin, TakeInput{OrganizationID: "kitchen", Email: " hello@kitchen.example.org ", Confirmed: true})
	if err != nil || o.ID != "kitchen" || o.Kind != accounts.Agency || o.TimeZone != "America/Chicago" || o.Email != "hello@kitchen.example.org" {
		t.Errorf("Take = %+v, %v", o, err)
	}
	if _, err := h.Propose(admin, "kitchen"); !fault.Is(err, fault.Conflict) {
		t.Errorf("Propose of who is in = %v, want a conflict", err)
	}
}

func last[T any](_ T, err error) error { return err }
