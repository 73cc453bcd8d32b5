package accounts

import (
	"slices"
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// TestRolesOf holds the choice of roles against what CreateUser accepts.
func TestRolesOf(t *testing.T) {
	h := newHouse(t)
	system := identity.With(t.Context(), identity.SystemActor("test"))
	every := slices.Concat(RolesOf(Care), RolesOf(Agency), RolesOf(Network))
	for _, kind := range []Kind{Care, Agency, Network} {
		o, err := h.PutOrganization(system, Organization{Name: string(kind), Kind: kind, TimeZone: "America/Denver"})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range every {
			_, err := h.CreateUser(system, NewUser{Name: "Kit", Email: string(r) + "@" + string(kind) + ".example", OrganizationID: o.ID, Role: r})
			want := fault.Invalid
			if slices.Contains(RolesOf(kind), r) {
				want = ""
			}
			wantKind(t, string(kind)+" with "+string(r), err, want)
		}
	}
	if got := RolesOf("bakery"); len(got) != 0 {
		t.Errorf("RolesOf(bakery) = %v, want none", got)
	}
}
