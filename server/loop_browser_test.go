package server_test

import (
	"testing"

	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestTheLoopInTheBrowser has a worker on a phone sort out what waits, an
// agency note tries, a supervisor hand work over, and the network set the rules.
func TestTheLoopInTheBrowser(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, id := v.sent()
	service, other := v.elsewhere(id)
	talk := v.raised(referrals.TaskTalk, id, patient, "")
	next := v.raised(referrals.TaskNextBest, id, patient, service)

	b := openTab(t, v.House, 360)
	b.signIn("harris")
	b.open("/referrals/"+id, "Pilar Quiroga")
	b.press("Note a try", "#tries")
	b.check()
	b.press("Phone call", "#tries")
	b.press("Not reached", "#tries")
	b.until(`document.querySelector("#tries")?.innerText.includes("2 more tries")`)
	b.check()
	b.follow("Send on to another agency", "Send on to another agency", "main")
	b.signOut()

	b.signIn("vega")
	b.says("The person wants to talk")
	b.open("/tasks", "To sort out")
	b.open("/tasks/"+talk, "The person wants to talk")
	b.open("/tasks/"+next, "Another agency could help")
	b.says(other)
	b.follow("Choose another agency", "services that fit", "main")
	b.open("/tasks/"+next, "Another agency could help")
	b.follow("Ask the person for consent", "Refer to "+other, "main")
	b.press("Only "+other, "main")
	b.press("By word", "main")
	b.press("The person", "main")
	b.fill("Name of the person who agreed", "Pilar Quiroga")
	b.follow("Check before sending", "Check before you send", "main")
	b.press("Send the referral", "main")
	b.arrive("Pilar Quiroga")
	b.says("Turn of "+other, "Mornings are best.")
	b.open("/tasks/"+next, "Another agency could help")
	b.says("Another agency was asked", "Open the new referral")
	b.open("/referrals/"+id, "Pilar Quiroga")
	b.says("Sent on", other)

	need := v.do("vega", "GET", "/api/v1/referrals/"+id, nil, 200)["need"].(object)["id"].(string)
	b.open("/patients/"+patient+"/needs/"+need+"/matches", "services that fit")
	b.follow("I only gave the number", "Note that you gave the number", "main")
	b.press("Save", "main")
	b.arrive("Pilar Quiroga")
	b.says("Only the number was given", "It is your turn")
	b.signOut()

	desk := openTab(t, v.House, 1280)
	desk.signIn("lindqvist")
	desk.open("/escalations", "Escalations")
	desk.follow("Hand over work", "Hand over work", "main")
	desk.fill("From", seed.ID("user/vega"))
	desk.fill("To", seed.ID("user/bell"))
	desk.press("See how much it is", "main")
	desk.until(`document.querySelector("main").innerText.includes("From Inés Vega to Monica Bell")`)
	desk.check()
	desk.follow("Hand it all over", "Escalations", "main")
	desk.says("The work is handed over")
	desk.signOut()

	for _, screen := range []*tab{b, desk} {
		screen.signIn("park")
		screen.open("/admin/network/ladder", "When nobody acts")
		screen.says("1 business day before it is due")
		screen.follow("Add a rule", "Add a rule", "main")
		screen.fill("Need", "food-insecurity")
		screen.press("Show it in words", "main")
		screen.until(`!!document.querySelector("#preview")`)
		screen.check()
	}
	desk.press("Save the rule", "main")
	desk.arrive("When nobody acts")
	desk.says("Food")
}
