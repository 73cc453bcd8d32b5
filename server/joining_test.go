package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// listedOnly puts an agency with a food service into the directory that is not
// in the network.
func (v visit) listedOnly() (organization, service string) {
	v.t.Helper()
	ctx := identity.With(v.t.Context(), identity.SystemActor("test"))
	organization, service = seed.ID("riverside"), seed.ID("riverside/meals")
	_, err := v.Directory.PutOrganization(ctx, directory.OrganizationDoc{Meta: docstore.Meta{ID: organization}, Organization: directory.Organization{
		ID: organization, Name: "Riverside Kitchen", Description: "Cooks for the neighbourhood.", Email: "hello@riverside.example.org",
	}})
	var pantry directory.ServiceDoc
	if err == nil {
		pantry, err = v.Directory.ServiceByID(ctx, seed.ID("valley-food-bank/pantry"))
	}
	if err == nil {
		_, err = v.Directory.PutService(ctx, directory.ServiceDoc{
			Meta: docstore.Meta{ID: service}, Needs: pantry.Needs,
			Service: directory.Service{ID: service, OrganizationID: organization, Name: "Warm meals", Status: directory.Active, URL: "https://riverside.example.org"},
		})
	}
	if err == nil {
		err = v.Relay.Drain(ctx)
	}
	if err != nil {
		v.t.Fatal(err)
	}
	return organization, service
}

// TestAnAgencyJoinsFromTheDirectory: workers wish for it, the network takes it
// in, and it answers a referral by link.
func TestAnAgencyJoinsFromTheDirectory(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	organization, service := v.listedOnly()
	wish, take := "/api/v1/services/"+service+"/wish", "/api/v1/network/agencies"
	gone := seed.ID("gone")
	good := func(change object) object {
		in := object{"organizationId": organization, "phone": "(209) 555-0142", "confirmed": true}
		for k, x := range change {
			in[k] = x
		}
		return in
	}
	for _, tt := range []struct {
		name, as, path string
		body           object
		status         int
	}{
		{"a wish of an agency", "harris", wish, nil, 403},
		{"a wish of the network", "park", wish, nil, 403},
		{"a wish for no service", "vega", "/api/v1/services/" + gone + "/wish", nil, 404},
		{"a wish for who is in the network", "vega", "/api/v1/services/" + seed.ID("valley-food-bank/pantry") + "/wish", nil, 409},
		{"a worker takes nobody in", "vega", take, good(nil), 403},
		{"a supervisor neither", "lindqvist", take, good(nil), 403},
		{"without the agency's word", "park", take, good(object{"confirmed": false}), 400},
		{"without an address", "park", take, good(object{"phone": ""}), 400},
		{"with a number that is none", "park", take, good(object{"phone": "12"}), 400},
		{"with an email that is none", "park", take, good(object{"email": "nobody"}), 400},
		{"in no time zone", "park", take, good(object{"timeZone": "Mars"}), 400},
		{"nobody", "park", take, good(object{"organizationId": ""}), 400},
		{"who is not in the directory", "park", take, good(object{"organizationId": gone}), 404},
		{"who is in the network", "park", take, good(object{"organizationId": seed.ID("valley-food-bank")}), 409},
		{"a worker sets nothing aside", "vega", "/api/v1/network/wishes/" + organization + "/aside", nil, 403},
		{"no wish to set aside", "park", "/api/v1/network/wishes/" + organization + "/aside", nil, 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			visit{t, v.House}.do(tt.as, http.MethodPost, tt.path, tt.body, tt.status)
		})
	}

	v.do("vega", http.MethodPost, wish, nil, http.StatusOK)
	v.do("vega", http.MethodPost, wish, nil, http.StatusOK) // changes nothing
	v.do("park", http.MethodPost, "/api/v1/network/wishes/"+organization+"/aside", nil, http.StatusOK)
	if list := v.do("park", http.MethodGet, "/api/v1/network/wishes", nil, http.StatusOK)["items"].([]any); len(list) != 0 {
		t.Errorf("wishes = %v, want none: it was set aside", list)
	}
	v.do("chan", http.MethodPost, wish, nil, http.StatusOK)
	list := v.do("park", http.MethodGet, "/api/v1/network/wishes", nil, http.StatusOK)["items"].([]any)
	if len(list) != 1 || list[0].(object)["name"] != "Riverside Kitchen" || len(list[0].(object)["by"].([]any)) != 2 {
		t.Fatalf("wishes = %v, want the kitchen's, by two workers", list)
	}
	v.do("vega", http.MethodGet, "/api/v1/network/wishes", nil, http.StatusForbidden)

	patient, needs := v.screened()
	v.do("vega", http.MethodPost, "/api/v1/consents", object{
		"patientId": patient, "recipients": object{"organizationIds": []string{organization}}, "needs": []any{needs["food"]["domain"]},
		"fields": []string{"contact"}, "method": "verbal", "signer": object{"name": "Pilar Quiroga", "relationship": "self"}, "language": "es",
	}, http.StatusBadRequest) // nobody can permit what cannot be
	in := v.do("park", http.MethodPost, take, good(nil), http.StatusCreated)
	if in["id"] != organization || in["name"] != "Riverside Kitchen" || in["kind"] != "agency" || in["phone"] != bankPhone {
		t.Errorf("taken in: %v, want the directory's id and name, and the phone", in)
	}
	v.do("park", http.MethodPost, take, good(nil), http.StatusConflict)
	v.do("vega", http.MethodPost, wish, nil, http.StatusConflict)
	if list := v.do("park", http.MethodGet, "/api/v1/network/wishes", nil, http.StatusOK)["items"].([]any); len(list) != 0 {
		t.Errorf("wishes = %v, want none", list)
	}

	consent := v.consented(patient, needs["food"], organization)
	id := v.do("vega", http.MethodPost, "/api/v1/referrals", object{
		"patientId": patient, "needId": needs["food"]["id"], "serviceId": service, "consentId": consent,
	}, http.StatusCreated)["id"].(string)
	v.delivered()
	m := v.Texts.LastTo(bankPhone)
	link := guestLink.FindStringSubmatch(m.Body + m.Link)
	if link == nil {
		t.Fatalf("the kitchen got %+v, want a link", m)
	}
	v.Clock.Add(time.Minute)
	site := onTheWeb(t, v.House)
	guest := v.unlocked(newPhone(t, site), link[1])
	guest.at("/a/referral", "Pilar Quiroga", "Accept")
	guest.post("/a/moves", "to", "accepted").at("/a/referral", "Accepted")
	if got := v.do("vega", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK); got["status"] != "accepted" {
		t.Errorf("status = %v, want accepted", got["status"])
	}
	worker := v.staff(site, "vega")
	if worker.open("/"); !worker.shows("An agency that you asked for is in the network") {
		t.Error("the worker who wished for it is not told")
	}
}

// TestWishesOnPages: a worker finds the way from a match and from the form that
// cannot be sent; the admin sees the wish as work, and takes the agency in.
func TestWishesOnPages(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	organization, service := v.listedOnly()
	patient, needs := v.screened()
	need := needs["food"]["id"].(string)
	v.do("vega", http.MethodPatch, "/api/v1/needs/"+need, object{"wanted": true, "version": needs["food"]["version"]}, http.StatusOK)
	site := onTheWeb(t, v.House)
	worker, admin := v.staff(site, "vega"), v.staff(site, "park")

	refer := "/patients/" + patient + "/needs/" + need + "/refer"
	worker.open(refer+"?service="+service).statusIs(http.StatusOK, "not in the network yet", "Ask the network to add this agency", "I only gave the number")
	if worker.shows("Read once more", `name="priority"`) {
		t.Error("a form is shown that cannot be sent")
	}
	worker.post(refer, "service", service, "consent", "new", "step", "review").statusIs(http.StatusUnprocessableEntity, "takes no referrals here")
	back := "/patients/" + patient + "/needs/" + need + "/matches"
	at := "/directory/services/" + service
	worker.open(at).statusIs(http.StatusOK, "not in the network yet")
	worker.open(at+"/wish?back="+back).statusIs(http.StatusOK, "Riverside Kitchen is not in the network yet")
	worker.post(at+"/wish", "back", back).at(back, "The network was asked to add this agency.")
	worker.open(at+"/wish").statusIs(http.StatusOK, "You have asked for it")
	worker.post(at+"/wish", "back", "https://elsewhere.example.org").at("/")
	worker.open("/directory/services/"+seed.ID("valley-food-bank/pantry")+"/wish").post("/directory/services/"+seed.ID("valley-food-bank/pantry")+"/wish").statusIs(http.StatusConflict, "in the network already")
	worker.open(at + "/wish").post("/admin/organizations/" + organization + "/take").statusIs(http.StatusForbidden)

	take := "/admin/organizations/" + organization + "/take"
	admin.open("/admin/organizations").statusIs(http.StatusOK, "Agencies that workers ask for (1)", "Riverside Kitchen", "1 worker asks for it")
	admin.post("/admin/organizations/"+organization+"/aside").at("/admin/organizations", "The wish is off the list")
	if admin.shows("Agencies that workers ask for") {
		t.Error("a wish that was set aside is still on the list")
	}
	admin.open(at).statusIs(http.StatusOK, take)
	admin.open(take).statusIs(http.StatusOK, "hello@riverside.example.org", "public one")
	admin.post(take, "email", "hello@riverside.example.org", "timeZone", "America/Los_Angeles").statusIs(http.StatusBadRequest, "Ask the agency first")
	admin.post(take, "confirmed", "yes", "timeZone", "America/Los_Angeles").statusIs(http.StatusBadRequest, "Give an email address or a mobile phone")
	admin.post(take, "email", "hello@riverside.example.org", "confirmed", "yes", "timeZone", "America/Los_Angeles").at("/admin/organizations", "The agency is in the network")
	admin.open(take).statusIs(http.StatusConflict, "in the network already")
	admin.open("/admin/organizations/" + seed.ID("gone") + "/take").statusIs(http.StatusNotFound)
	worker.open(refer+"?service="+service).statusIs(http.StatusOK, `name="priority"`)
	if !strings.Contains(worker.body, "Riverside Kitchen") || worker.shows("not in the network yet") {
		t.Error("the agency cannot be asked after it was taken in")
	}
}
