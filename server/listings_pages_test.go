package server_test

import (
	"net/http"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestAnEditWaitsForTheNetwork goes with an agency admin and a network admin
// through an edit that is reviewed, and through a report of a mistake.
func TestAnEditWaitsForTheNetwork(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), identity.Actor{ID: "park", Name: "Nia Park", Role: identity.NetworkAdmin})
	s, err := h.Network.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s.Listings.ReviewEdits = true
	if _, err := h.Network.Save(ctx, s); err != nil {
		t.Fatal(err)
	}
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
