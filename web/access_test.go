package web

import (
	"testing"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// TestAccessClaimsNoMoreThanIsKnown holds the reasons that the trail gives to
// what its entries say of who it was.
func TestAccessClaimsNoMoreThanIsKnown(t *testing.T) {
	l := samplePage(t, identity.CHW, "/patients/p1/access", "access.title").Locale
	orgs := map[string]accounts.Organization{
		"clinic": {Meta: docstore.Meta{ID: "clinic"}, Name: "Clinic", Kind: accounts.Care},
		"bank":   {Meta: docstore.Meta{ID: "bank"}, Name: "Bank", Kind: accounts.Agency},
	}
	tests := []struct {
		name string
		e    audit.Entry
		want string
	}{
		{"a read by an agency", audit.Entry{ActorID: "u", OrganizationIDs: []string{"bank"}}, "access-why.agency"},
		{"a read by the care team", audit.Entry{ActorID: "u", OrganizationIDs: []string{"clinic"}}, "access-why.care"},
		{"a move, by either side", audit.Entry{ActorID: "u", EventID: "e", OrganizationIDs: []string{"bank", "clinic"}}, "access-why.either"},
		{"a job", audit.Entry{EventID: "e", OrganizationIDs: []string{"clinic"}}, "access-why.system"},
		{"a step that follows", audit.Entry{ActorID: "referrals", EventID: "e", OrganizationIDs: []string{"clinic"}}, "access-why.system"},
		{"the patient", audit.Entry{ActorID: "p1", PatientID: "p1"}, "access-why.self"},
	}
	for _, tt := range tests {
		if _, why := accessWho(l, tt.e, orgs); why != l.T(tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, why, l.T(tt.want))
		}
	}
}
