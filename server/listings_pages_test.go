package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestAnEditWaitsForTheNetwork goes with an agency admin and a network admin
// through an edit that is reviewed, and through a report of a mistake.
func TestAnEditWaitsForTheNetwork(t *testing.T) {
	h := servertest.Open(t)
	reviewed(t, h)
	web := onTheWeb(t, h)
	pantry := seed.ID("valley-food-bank/pantry")
	listing, report := "/listing/"+pantry, "/report/"+pantry

	visitor := newPhone(t, web)
	visitor.open(report).at(report, "Report a mistake")
	visitor.post(report, "what", "").statusIs(http.StatusBadRequest, "Choose what is wrong.")
	visitor.post(report, "what", "phone", "text", "It rings at a school.").at(report+"/thanks", "Thank you for the report")

	agency := newPhone(t, web)
	agency.open("/signin").post("/signin", "email", servertest.Account(t, "moreno").Email, "password", servertest.Password).at("/", "Is there room?")
	agency.open("/listing").at("/listing", "Everything is still right", "listing to check")
	agency.open(listing+"/about").at(listing+"/about", "The network looks at changes")
	agency.post(listing+"/about", "name", "Pantry of the valley", "description", "Bags of food, each week, for all who come.").at(listing, "Waits for the network")
	agency.open(listing+"/status").post(listing+"/status", "offered", "temporarily closed").at(listing, "Everybody sees it now")
	agency.open(listing+"/hours").at(listing+"/hours", "Monday", "Opens 2")
	agency.open(listing+"/rules").post(listing+"/rules", "income", "rich").statusIs(http.StatusBadRequest, "Write a number from 1 to 1000")
	agency.open("/listing/" + seed.ID("community-action/shutoff")).statusIs(http.StatusNotFound)
	agency.open(listing + "/nothing").statusIs(http.StatusNotFound)
	agency.open(listing+"/room").post(listing+"/room", "room-0-unit", "boxes", "room-0-free", "4", "room-0-all", "9").at(listing, "4 of 9 boxes free")

	network := newPhone(t, web)
	network.open("/signin").post("/signin", "email", servertest.Account(t, "park").Email, "password", servertest.Password).at("/")
	proposal := "/admin/proposals/service-" + pantry
	network.open(proposal).at(proposal, "Pantry of the valley", "Now", "Wanted")
	network.post(proposal, "decision", "refuse").statusIs(http.StatusBadRequest, "Say why")
	network.post(proposal, "decision", "accept").at("/admin/proposals", "The change is accepted")
	network.open("/admin/verify/"+pantry).at("/admin/verify/"+pantry, "It rings at a school.")
	network.post("/admin/verify/"+pantry, "action", "verified").statusIs(http.StatusBadRequest, "Choose how you made sure.")
	network.post("/admin/verify/"+pantry, "action", "verified", "how", "called").at("/admin/verify", "It is off the list")
	agency.open(listing).at(listing, "Pantry of the valley", "Verified today")
}

// TestTwoPeopleEditAListing: who saves second sees both versions, and saves
// again to keep the own; the same where the network checks a listing.
func TestTwoPeopleEditAListing(t *testing.T) {
	h := servertest.Open(t)
	web := onTheWeb(t, h)
	pantry := seed.ID("valley-food-bank/pantry")
	listing, verify := "/listing/"+pantry, "/admin/verify/"+pantry
	signIn := func(name string) *phone {
		p := newPhone(t, web)
		p.open("/signin").post("/signin", "email", servertest.Account(t, name).Email, "password", servertest.Password).at("/")
		return p
	}
	agency, network := signIn("moreno"), signIn("park")
	agency.open(listing + "/about")
	network.open(listing+"/about").post(listing+"/about", "name", "Pantry of the network", "description", "Food.").at(listing, "Everybody sees it now")
	agency.post(listing+"/about", "name", "Pantry of the agency", "description", "Food.").
		statusIs(http.StatusConflict, "Somebody else changed this in the meantime", "Pantry of the network", "Pantry of the agency")
	agency.post(listing+"/about", "name", "Pantry of the agency", "description", "Food.").at(listing, "Pantry of the agency")

	visitor := newPhone(t, web)
	report := "/report/" + pantry
	visitor.open(report).post(report, "what", "phone").at(report+"/thanks", "Thank you")
	network.open(verify).at(verify, "The phone number")
	visitor.open(report).post(report, "what", "hours", "text", "Closed on Mondays.").at(report+"/thanks", "Thank you")
	network.post(verify, "action", "verified", "how", "called").statusIs(http.StatusConflict, "Something new was said about this listing", "Closed on Mondays.")
	network.post(verify, "action", "verified", "how", "called").at("/admin/verify", "It is off the list")
}

// TestHoursOfAPlaceAreEdited: the hours of a service at one place count before
// those of the service, and can be taken back.
func TestHoursOfAPlaceAreEdited(t *testing.T) {
	h := servertest.Open(t)
	agency := newPhone(t, onTheWeb(t, h))
	agency.open("/signin").post("/signin", "email", servertest.Account(t, "moreno").Email, "password", servertest.Password).at("/")
	pantry, place := seed.ID("valley-food-bank/pantry"), seed.ID("valley-food-bank/place/0")
	listing := "/listing/" + pantry
	agency.open(listing).at(listing, "Hours at", "Who can get it")
	at := listing + "/hours-at-" + place
	agency.open(at).at(at, "These hours count at this place", "Monday")
	agency.post(at, "hours.6.0", "07:15", "hours.6.0-to", "08:45").at(listing, "7:15 AM to 8:45 AM")
	agency.open("/directory/services/"+pantry).at("/directory/services/"+pantry, "7:15")
	agency.open(at).post(at, "hours.6.0", "", "hours.6.0-to", "").at(listing, "Everybody sees it now")
	own := "/listing/places/" + place
	agency.open(own+"/hours").at(own+"/hours", "no hours of their own")
	agency.post(own+"/hours", "hours.0.0", "10:00", "hours.0.0-to", "").statusIs(http.StatusBadRequest, "Enter when it opens")
	agency.open(own + "/nothing").statusIs(http.StatusNotFound)
	rules := listing + "/rules"
	agency.open(rules).post(rules, "ageFrom", "60", "sex", "female", "income", "150").at(listing, "Women", "150")
}

// TestANewServiceWaitsForTheNetwork: where changes are reviewed, nobody finds a
// service that an agency adds before the network accepted it.
func TestANewServiceWaitsForTheNetwork(t *testing.T) {
	h := servertest.Open(t)
	reviewed(t, h)
	web := onTheWeb(t, h)
	agency, network := newPhone(t, web), newPhone(t, web)
	agency.open("/signin").post("/signin", "email", servertest.Account(t, "moreno").Email, "password", servertest.Password).at("/")
	network.open("/signin").post("/signin", "email", servertest.Account(t, "park").Email, "password", servertest.Password).at("/")
	agency.open("/listing/new").post("/listing/new", "name", "Midnight food line", "needs", "food-insecurity", "place", "phone", "area", "unknown", "phone", "209-555-0112").
		statusIs(http.StatusOK, "Midnight food line")
	found := func() bool {
		t.Helper()
		if err := h.Relay.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		return strings.Contains(network.open("/directory?q=midnight+food+line").statusIs(http.StatusOK).body, ">Midnight food line<")
	}
	if found() {
		t.Error("a new service is found before the network looked at it")
	}
	m := regexp.MustCompile(`href="(/admin/proposals/service-[^"]+)"`).FindStringSubmatch(network.open("/admin/proposals").body)
	if m == nil {
		t.Fatalf("the new service is not among the changes to review:\n%.3000s", network.body)
	}
	network.open(m[1]).post(m[1], "decision", "accept").at("/admin/proposals", "The change is accepted")
	if !found() {
		t.Error("an accepted service is not found")
	}
}

// reviewed makes the network look at what agencies change.
func reviewed(t *testing.T, h *servertest.House) {
	t.Helper()
	ctx := identity.With(t.Context(), identity.Actor{ID: "park", Name: "Nia Park", Role: identity.NetworkAdmin})
	s, err := h.Network.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s.Listings.ReviewEdits = true
	if _, err := h.Network.Save(ctx, s); err != nil {
		t.Fatal(err)
	}
}
