package server_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestAgencyAdminLooksAfterTheAgency walks an admin of the food bank through
// people, roles and the address for notices, and tries what is not theirs.
func TestAgencyAdminLooksAfterTheAgency(t *testing.T) {
	h := servertest.Open(t)
	site := onTheWeb(t, h)
	p := newPhone(t, site)
	p.signIn("moreno")
	bank, clinic, harris := seed.ID("valley-food-bank"), seed.ID("alder-health"), seed.ID("user/harris")
	p.open("/agency").statusIs(http.StatusOK, "Alder Valley Food Bank", "Services, hours and room", "Where we write to", "Other systems")
	for _, path := range []string{"/listing", "/listing/organizations/" + bank, "/admin/users", "/admin/organizations/" + bank, "/referrals/file", "/admin/webhooks"} {
		if !p.open("/agency").shows(`href="` + path + `"`) {
			t.Errorf("Our agency does not lead to %s", path)
		}
		p.open(path).statusIs(http.StatusOK)
	}

	role := "/admin/users/" + harris + "/role"
	users := p.open("/admin/users").statusIs(http.StatusOK, "Tom Harris", "Agency staff")
	version := func() string {
		u, err := h.Accounts.OpenUser(t.Context(), harris)
		if err != nil {
			t.Fatal(err)
		}
		return strconv.FormatInt(u.Version, 10)
	}
	users.post(role, "organization", bank, "version", version(), "role-"+harris, "network-admin").statusIs(http.StatusBadRequest, "Choose a role")
	p.open("/admin/users").post(role, "organization", bank, "version", "", "role-"+harris, "agency-admin").statusIs(http.StatusConflict)
	p.open("/admin/users").post(role, "organization", bank, "version", version(), "role-"+harris, "agency-admin").at("/admin/users?organization="+bank, "Saved.")
	if u, _ := h.Accounts.OpenUser(t.Context(), harris); u.Memberships[0].Role != identity.AgencyAdmin {
		t.Errorf("role = %s, want the admin's", u.Memberships[0].Role)
	}
	p.post("/admin/users/"+seed.ID("user/vega")+"/role", "organization", clinic, "version", "1", "role-"+seed.ID("user/vega"), "chw").statusIs(http.StatusNotFound)

	mine := "/admin/organizations/" + bank
	p.open(mine).statusIs(http.StatusOK, "E-mail for notices").post(mine, "email", "nobody", "name", "").statusIs(http.StatusBadRequest, "Write the email address", `value="nobody"`)
	p.open(mine).post(mine, "version", "x", "name", "Ours", "timeZone", "America/Los_Angeles").statusIs(http.StatusConflict)
	p.open(mine).post(mine, "name", "Alder Valley Food Bank", "timeZone", "America/Los_Angeles", "email", "desk@valley-food-bank.example.org", "phone", "209 555 0142").at("/agency", "desk@valley-food-bank.example.org")
	stored, err := h.Accounts.Organization(t.Context(), bank)
	if err != nil || stored.Email != "desk@valley-food-bank.example.org" || len(stored.OpeningHours) == 0 {
		t.Errorf("stored = %+v, %v, want the address, and the hours as they were", stored, err)
	}
	p.open("/admin/organizations/" + clinic).statusIs(http.StatusNotFound)
	p.open(mine).post("/admin/organizations/"+clinic, "name", "Ours").statusIs(http.StatusNotFound)

	staff := newPhone(t, site)
	staff.signIn("patel")
	staff.open("/agency").statusIs(map[bool]int{true: http.StatusOK, false: http.StatusForbidden}[servertest.Account(t, "patel").Role == identity.AgencyAdmin])
	worker := newPhone(t, site)
	worker.signIn("vega")
	worker.open("/agency").statusIs(http.StatusForbidden)
	worker.open(mine).statusIs(http.StatusForbidden)
	supervisor := newPhone(t, site)
	supervisor.signIn("lindqvist")
	supervisor.open("/agency").statusIs(http.StatusNotFound)
	network := newPhone(t, site)
	network.signIn("park")
	network.open("/admin/organizations").statusIs(http.StatusOK, "desk@valley-food-bank.example.org")
	network.open(mine).post(mine, "name", "Alder Valley Food Bank", "timeZone", "America/Los_Angeles", "email", "", "phone", "").at("/admin/organizations")
}

// TestAgencyByLinkWritesToTheSender sends words from the page of a link.
func TestAgencyByLinkWritesToTheSender(t *testing.T) {
	v, id, code := deserted(t)
	p := v.unlocked(newPhone(t, onTheWeb(t, v.House)), code)
	p.at("/a/referral", "Write to the sender")
	p.post("/a/messages", "text", " ").statusIs(http.StatusBadRequest, "Write a message.")
	p.open("/a/referral").post("/a/messages", "text", "Can she come on Friday?").at("/a/referral", "Can she come on Friday?")
	found := v.do("vega", http.MethodGet, "/api/v1/referrals/"+id+"/messages", nil, http.StatusOK)["items"].([]any)
	if len(found) != 1 || found[0].(object)["text"] != "Can she come on Friday?" || found[0].(object)["by"] != "Staff, by link" {
		t.Errorf("the sender reads %v", found)
	}
}
