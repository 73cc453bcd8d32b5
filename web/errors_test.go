package web

import (
	"net/http"
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

func TestErrorPageSaysWhyItIsForbidden(t *testing.T) {
	p := samplePage(t, identity.AgencyStaff, "/", "error.403.title")
	_, byRole := identity.Require(identity.With(t.Context(), identity.Actor{ID: "u", Role: identity.AgencyStaff}), identity.UsersManage)
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"a role without the permission", byRole, p.T("error.403.text")},
		{"another reason", fault.New(fault.Forbidden, "This form is too old."), "This form is too old."},
	}
	for _, tt := range tests {
		if got := errorView(p, http.StatusForbidden, "error.403", tt.err.(*fault.Error)).Text; got != tt.want {
			t.Errorf("%s: text = %q, want %q", tt.name, got, tt.want)
		}
	}
}
