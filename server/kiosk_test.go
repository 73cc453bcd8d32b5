package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

// TestKioskForgetsBetweenTwoPeople makes a device one for a waiting room and
// lets two people answer there, one after the other.
func TestKioskForgetsBetweenTwoPeople(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	_, early := v.offered(object{"kind": "kiosk"})
	tablet := newPhone(t, web)
	tablet.open("/s").post("/s", "code", early).statusIs(http.StatusNotFound, "This link does not work any more.") // no kiosk yet

	tablet.open("/signin").post("/signin", "email", servertest.Account(t, "vega").Email, "password", servertest.Password).at("/")
	tablet.open("/kiosk").at("/kiosk", "Use this device in a waiting room", "You will be signed out")
	tablet.post("/kiosk", "instrument", "ahc-hrsn-core", "pin", "5820").statusIs(http.StatusBadRequest, "Choose one language or more.")
	tablet.open("/kiosk").post("/kiosk", "instrument", "ahc-hrsn-core", "languages", "en", "pin", "1234").statusIs(http.StatusBadRequest, "easy to guess")
	tablet.open("/kiosk").post("/kiosk", "instrument", "ahc-hrsn-core", "languages", "en", "pin", "5820").at("/s", "Code from the desk")
	if tablet.open("/patients"); !strings.HasPrefix(tablet.path, "/signin") {
		t.Errorf("the kiosk still opens %s as staff", tablet.path)
	}

	first, firstCode := v.offered(object{"kind": "kiosk"})
	tablet.open("/s").post("/s", "code", firstCode).at("/s/start", `content="90;url=/s/forget"`, `data-forget="90"`, "I am still here")
	tablet.post("/s/start", "language", "en").at("/s/who")
	tablet.post("/s/who", "respondent", "self")
	tablet.answer()
	tablet.post("/s/review").at("/s/help", "Food")
	if tablet.shows("Safety", "Hidden to keep you safe") {
		t.Error("a shared device asks about what others must not see")
	}
	tablet.post("/s/help").at("/s/thanks", "tel:911", "tel:211")
	tablet.post("/s/leave").at("/s", "Code from the desk")
	if got := v.state(first); got != "done" {
		t.Errorf("state = %s, want done", got)
	}
	for _, path := range []string{"/s/thanks", "/s/help", "/s/review", "/s/questions/3", "/s/start", "/s/pin"} {
		if tablet.open(path).at("/s", "Code from the desk"); tablet.shows("Food", "Thank you", "living situation") {
			t.Errorf("%s shows the second person something of the first", path)
		}
	}
	tablet.post("/s", "code", firstCode).statusIs(http.StatusNotFound, "This link does not work any more.")

	second, secondCode := v.offered(object{"kind": "kiosk"})
	tablet.open("/s").post("/s", "code", secondCode).at("/s/start")
	tablet.post("/s/start", "language", "en").at("/s/who")
	tablet.post("/s/who", "respondent", "parent").at("/s/questions/1")
	if strings.Contains(tablet.body, "checked") {
		t.Error("the second person's first question has an answer already")
	}
	tablet.post("/s/questions/1", "answer", "LA31993-1").at("/s/questions/2")
	tablet.open("/s/forget").at("/s") // 90 seconds without a touch
	if got := v.state(second); got != "answering" {
		t.Errorf("state of who went away = %s, want answering", got)
	}
	tablet.open("/s/questions/2").at("/s")
	tablet.post("/s", "code", secondCode).at("/s/start") // came back in time
	tablet.post("/s/start", "language", "en").post("/s/who", "respondent", "parent").at("/s/questions/2")

	tablet.open("/s/forget").open("/kiosk/end").at("/kiosk/end")
	tablet.post("/kiosk/end", "pin", "1111").statusIs(http.StatusBadRequest, "This PIN is not right.")
	tablet.post("/kiosk/end", "pin", "5820").at("/signin")
	tablet.open("/s").at("/s", "Your code")
}

// TestSigningInEndsTheKiosk: who signs in on the device uses it for work again.
func TestSigningInEndsTheKiosk(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	tablet := newPhone(t, onTheWeb(t, v.House))
	signIn := func() {
		tablet.open("/signin").post("/signin", "email", servertest.Account(t, "vega").Email, "password", servertest.Password).at("/")
	}
	signIn()
	tablet.open("/kiosk").post("/kiosk", "instrument", "essentials", "languages", "en", "pin", "5820").at("/s", "Code from the desk")
	signIn()
	tablet.open("/s").at("/s", "Your code")
}
