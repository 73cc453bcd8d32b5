package server_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/screening/self"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// ownLink gives a patient a link to their own pages and answers id and code.
func (v visit) ownLink(patient string) (id, code string) {
	v.t.Helper()
	l := v.do("vega", http.MethodPost, "/api/v1/patients/"+patient+"/links", object{"kind": "own-pages", "proof": "pin", "pin": pin, "language": "en"}, http.StatusCreated)
	if got := l["url"].(string); got != servertest.BaseURL+"/p#"+l["code"].(string) {
		v.t.Errorf("the link = %s", got)
	}
	return l["id"].(string), l["code"].(string)
}

// ownPages opens the patient's own pages on a new phone.
func ownPages(t *testing.T, web *httptest.Server, code string) *phone {
	t.Helper()
	p := newPhone(t, web)
	p.open("/p").at("/p", "Your page", "Your code", "Leave now")
	p.post("/p", "code", code).at("/p/pin", "Your PIN")
	p.post("/p/pin", "pin", pin).at("/p/home", "Your page")
	return p
}

// done has the food bank complete the referral.
func (v visit) done(referral string) {
	v.t.Helper()
	v.move("harris", referral, object{"to": "accepted"}, http.StatusOK)
	v.move("harris", referral, object{"to": "completed", "outcome": "received-service"}, http.StatusOK)
	v.delivered()
}

// TestPatientAnswersOnTheirOwnPages goes from the agency's word over the message
// to the answer and the task that it makes, without JavaScript.
func TestPatientAnswersOnTheirOwnPages(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	patient, referral := v.sent()
	_, code := v.ownLink(patient)
	p := ownPages(t, web, code)
	p.at("/p/home", "Valley Food Bank", "Sent, no answer yet", "What happens next", "has until", "tel:", "See more")
	if p.header.Get("Cache-Control") != "no-store" || p.shows("Mornings") {
		t.Errorf("Cache-Control %q; the note is on the first page: %v", p.header.Get("Cache-Control"), p.shows("Mornings"))
	}
	page := "/p/referrals/" + referral
	p.open(page).at(page, "What your worker wrote to them", "Mornings are best.", "I do not want this any more")
	p.post(page+"/answer", "answer", "got").statusIs(http.StatusConflict, "There is no question about this now.")

	v.done(referral)
	v.delivered() // nothing is said twice
	mine := slices.DeleteFunc(v.Texts.All(), func(m notify.Message) bool { return m.To != "+12095550177" })
	if len(mine) != 1 || !strings.HasSuffix(mine[0].Body, "/p#"+code) {
		t.Fatalf("the patient got %+v, want one message with the link", mine)
	} else if m := mine[0].Body; !strings.Contains(m, "Hay una pregunta") || regexp.MustCompile("(?i)pilar|quiroga|food|comida|valley").MatchString(m) {
		t.Errorf("the message = %q, want one in Spanish that says nothing of whom or what", m)
	}
	p.open("/p/home").at("/p/home", "Did you get help?", "Yes, I got help", "I got part of it", "No, I did not get help")
	p.post(page+"/answer").statusIs(http.StatusBadRequest, "Choose one of the answers.", "Error:")
	p.post(page+"/answer", "answer", "none").at("/p/home", "Thank you. Your worker sees your answer.", "Finished", "Done")
	p.post(page+"/answer", "answer", "got", "_once", "x").statusIs(http.StatusConflict, "settled already")
	p.open(page+"/answer").at(page, "I did not get help.")
	v.delivered()
	tasks := v.do("vega", http.MethodGet, "/api/v1/tasks", nil, http.StatusOK)["items"].([]any)
	if !slices.ContainsFunc(tasks, func(x any) bool { return x.(object)["kind"] == "disagreement" && x.(object)["referralId"] == referral }) {
		t.Errorf("tasks = %v, want the disagreement", tasks)
	}
	got := v.do("vega", http.MethodGet, "/api/v1/referrals/"+referral, nil, http.StatusOK)["confirmation"].(object)
	if got["received"] != "no" || got["by"] != "patient" {
		t.Errorf("confirmation = %v", got)
	}
	told, err := v.Notify.InApp(identity.With(t.Context(), servertest.Account(t, "vega").Actor()))
	if err != nil || !slices.ContainsFunc(told, func(n notify.Notice) bool {
		return n.Template == "patient.answered" && n.Data["path"] == "/referrals/"+referral
	}) {
		t.Errorf("the worker was told %+v, %v", told, err)
	}
	for _, secret := range []string{code, strings.ReplaceAll(code, "-", ""), pin, "Quiroga"} {
		if strings.Contains(v.Log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestPatientWithdrawsOnTwoDevices(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	patient, referral := v.sent()
	_, code := v.ownLink(patient)
	first, second := ownPages(t, web, code), ownPages(t, web, code)
	page := "/p/referrals/" + referral + "/withdraw"
	second.open(page).at(page, "Yes, take it back", "No, leave it as it is")
	v.move("harris", referral, object{"to": "acknowledged"}, http.StatusOK)
	second.post(page).statusIs(http.StatusConflict, "Something changed while you looked.", "They have read it")
	first.open(page).post(page).at("/p/home", "It was taken back. Your worker was told.", "Taken back", "Your worker does the next step by")
	second.open(page).at("/p/referrals/"+referral, "Taken back")
	second.post(page, "version", "2").statusIs(http.StatusConflict)
	v.delivered()
	if r := v.do("harris", http.MethodGet, "/api/v1/referrals/"+referral, nil, http.StatusOK); r["status"] != "cancelled" || r["reason"] != "withdrawn" {
		t.Errorf("the agency sees %v, want it cancelled", r["status"])
	}
}

func TestOwnPagesAreRefusedToOthers(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	_, referral := v.sent()
	id, code := v.ownLink(seed.ID("patient/rosa-delgado"))
	p := ownPages(t, web, code)
	for _, path := range []string{"/p/referrals/" + referral, "/p/referrals/" + referral + "/withdraw", "/p/referrals/" + nobody, "/p/consents/" + nobody, "/p/consents/" + nobody + "/end"} {
		p.open(path).statusIs(http.StatusNotFound, "Leave now")
	}
	p.open("/p/home")
	for _, path := range []string{"/p/referrals/" + referral + "/withdraw", "/p/referrals/" + referral + "/answer", "/p/consents/" + nobody + "/end"} {
		p.post(path, "version", "1", "answer", "got").statusIs(http.StatusNotFound)
		p.open("/p/home")
	}
	p.open("/s/start").at("/s", "Your code") // a link opens what it is for
	p.open("/patients/" + seed.ID("patient/rosa-delgado"))
	if !strings.HasPrefix(p.path, "/signin") {
		t.Errorf("the worker's page leads to %s", p.path)
	}
	if p.open("/api/v1/me"); p.status != http.StatusUnauthorized {
		t.Errorf("the API with a patient's session = %d", p.status)
	}
	p.open("/p/home")
	v.do("vega", http.MethodPost, "/api/v1/links/"+id+"/withdraw", nil, http.StatusOK)
	p.post("/p/letters", "text", "hello").at("/p?over", "Your time was up")
	p.open("/p").post("/p", "code", code).statusIs(http.StatusNotFound, "This link does not work any more.")

	_, code = v.ownLink(seed.ID("patient/rosa-delgado"))
	p.open("/p").post("/p", "code", code).at("/p/pin")
	for range 4 {
		p.post("/p/pin", "pin", "1111").statusIs(http.StatusBadRequest, "This PIN is not right.")
	}
	p.post("/p/pin", "pin", "1111").statusIs(http.StatusNotFound, "This link does not work any more.")

	_, code = v.ownLink(seed.ID("patient/rosa-delgado"))
	p = ownPages(t, web, code)
	p.post("/p/leave")
	p.open("/p/home").at("/p", "Your code")
	p = ownPages(t, web, code)
	v.Clock.Add(21 * time.Minute)
	p.open("/p/home").at("/p", "Your code")
	v.Clock.Add(91 * 24 * time.Hour)
	p.post("/p", "code", code).statusIs(http.StatusNotFound, "This link does not work any more.")
	for p.open("/p"); p.status != http.StatusTooManyRequests; {
		p.post("/p", "code", "0000-0000-0000")
		if p.status != http.StatusNotFound && p.status != http.StatusTooManyRequests {
			t.Fatalf("a wrong code = %d", p.status)
		}
	}
}

func TestPatientReadsConsentsAndWritesLetters(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	patient, referral := v.sent()
	_, code := v.ownLink(patient)
	v.do("harris", http.MethodGet, "/api/v1/referrals/"+referral, nil, http.StatusOK)
	p := ownPages(t, web, code)
	p.open("/p/consents").at("/p/consents", "Valley Food Bank")
	consent := regexp.MustCompile(`/p/consents/[0-9a-f-]{36}`).FindString(p.body)
	p.open(consent).at(consent, "In short", "What was told to whom", "I do not agree any more")
	p.open("/p/access").at("/p/access", "Food Bank")
	p.post("/language", "language", "es", "back", "/p/access").at("/p/access", "Quién vio su expediente", `lang="es"`)
	p.post("/language", "language", "en", "back", "/p/letters").at("/p/letters", "No messages yet.")
	p.post("/p/letters", "text", " ").statusIs(http.StatusBadRequest, "Write a message.")
	p.post("/p/letters", "text", "When do they call me?").at("/p/letters", "Your message was sent.", "When do they call me?", "Not read yet")
	v.delivered()
	worker := newPhone(t, web)
	worker.open("/signin").post("/signin", "email", servertest.Account(t, "vega").Email, "password", servertest.Password)
	worker.at("/", "A message from the person", "/patients/"+patient+"/letters")
	letters := "/patients/" + patient + "/letters"
	worker.open(letters).at(letters, "When do they call me?", "No answer is needed")
	worker.post(letters, "do", "", "text", "").statusIs(http.StatusBadRequest, "Write a message.")
	worker.post(letters, "do", "", "text", "On Friday.").at(letters, "The message was sent.", "On Friday.")
	if worker.open("/"); worker.shows("A message from the person") {
		t.Error("the answered message still waits")
	}
	v.delivered()
	p.open("/p/home").at("/p/home", "1 new")
	p.open("/p/letters").at("/p/letters", "On Friday.", "Read Today")
	agency := newPhone(t, web)
	agency.open("/signin").post("/signin", "email", servertest.Account(t, "harris").Email, "password", servertest.Password)
	if agency.open("/referrals/" + referral); agency.shows("When do they call me", "On Friday") {
		t.Error("the agency reads the letters")
	}
	agency.open(letters).statusIs(http.StatusForbidden)

	p.open("/p/copy").at("/p/copy", "Pilar Quiroga", "Valley Food Bank", "Mornings are best.", "When do they call me?", "Your answers")
	p.open("/p/copy/file").statusIs(http.StatusOK, "Pilar Quiroga", "Valley Food Bank")
	if p.header.Get("Content-Disposition") != `attachment; filename="copy.html"` || p.shows("/static/", "<script") {
		t.Errorf("the file is %q and loads something: %v", p.header.Get("Content-Disposition"), p.shows("/static/"))
	}
	p.open(consent+"/end").at(consent+"/end", "Yes, stop it", "These stop helping you")
	p.post(consent+"/end").at(consent, "You have stopped it.")
	p.open(consent + "/end").at(consent) // Back
	v.delivered()
	p.open("/p/home").at("/p/home", "It was stopped")
	if r := v.do("harris", http.MethodGet, "/api/v1/referrals/"+referral, nil, http.StatusOK); r["status"] != "withdrawn" || r["patient"] != nil {
		t.Errorf("the agency sees %v", r)
	}
}

// ownPaths are all pages that a link to a patient's own pages opens.
var ownPaths = []string{"/p/home", "/p/consents", "/p/access", "/p/letters", "/p/copy", "/p/copy/file", "/p/lines"}

// TestViolenceIsOnNoOwnPage looks through every page of people of the seed who
// were referred because of violence.
func TestViolenceIsOnNoOwnPage(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	looked := 0
	for r, err := range v.Referrals.All(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		if !r.Need.Private || looked == 2 {
			continue
		}
		looked++
		worker := identity.With(t.Context(), identity.Actor{ID: r.Worker.ID, Name: r.Worker.Name, Role: identity.CHW, OrganizationID: r.Sender.ID})
		l, err := v.Self.Offer(worker, self.Offer{PatientID: r.PatientID, Kind: links.OwnPages, Proof: links.ByPIN, PIN: pin})
		if err != nil {
			t.Fatal(err)
		}
		p := ownPages(t, web, v.Links.Code(l))
		for _, path := range append([]string{"/p/referrals/" + r.ID, "/p/consents/" + r.ConsentID}, ownPaths...) {
			p.open(path)
			for _, secret := range []string{r.Agency.Name, r.Agency.ID, r.Service.Name, r.ID, r.ConsentID, r.Need.ID, "violence", "Feeling safe", "hurt you", "scream", "threaten you with harm"} {
				if strings.Contains(p.body, secret) && path != "/p/lines" && !strings.Contains(path, secret) {
					t.Errorf("%s shows %q", path, secret)
				}
			}
		}
		p.open("/p/referrals/" + r.ID).statusIs(http.StatusNotFound)
		p.open("/p/consents/" + r.ConsentID).statusIs(http.StatusNotFound)
	}
	if looked == 0 {
		t.Error("nobody of the seed was referred because of violence")
	}
}

// TestOwnPagesAreLight adds up what a phone loads for the first page.
func TestOwnPagesAreLight(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, _ := v.sent()
	_, code := v.ownLink(patient)
	p := ownPages(t, onTheWeb(t, v.House), code)
	packed := func(body string) int {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, body)
		_ = w.Close()
		return b.Len()
	}
	sum := packed(p.body)
	for _, m := range regexp.MustCompile(`="(/static/[^"]+)"`).FindAllStringSubmatch(p.body, -1) {
		p.open(m[1])
		sum += packed(p.body)
	}
	t.Logf("the first page weighs %d bytes", sum)
	if sum > selfBudget {
		t.Errorf("the first page weighs %d bytes, want at most %d", sum, selfBudget)
	}
}

// TestWorkerGivesALinkToTheOwnPages makes, shows and takes back a link as a worker does.
func TestWorkerGivesALinkToTheOwnPages(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	p := newPhone(t, onTheWeb(t, v.House))
	patient := "/patients/" + seed.ID("patient/rosa-delgado")
	p.open("/signin").post("/signin", "email", servertest.Account(t, "vega").Email, "password", servertest.Password)
	p.open(patient).at(patient, patient+"/letters")
	p.open(patient+"/letters").at(patient+"/letters", patient+"/links/own")
	form := patient + "/links/own"
	p.open(form).at(form, "A PIN that you choose together")
	fields := []string{"language", "en", "proof", "pin"}
	p.post(form, append(fields, "pin", "1234")...).statusIs(http.StatusBadRequest, "easy to guess")
	p.post(form, append(fields, "pin", pin)...)
	link := p.path
	p.at(link, "Your page", "<svg class=\"qr\"", "127.0.0.1:8080/p", "Not opened yet", "Send it by text message")
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(p.body)
	p.post(link+"/text").at(link, "The link was sent.")
	if text := v.Texts.Last(); !strings.HasSuffix(text.Body, "/p#"+code) {
		t.Errorf("the text = %q", text.Body)
	}
	p.post(link+"/withdraw").at(link, "Taken back")
	p.open(patient+"/letters").at(patient+"/letters", "Their own page", "Taken back")
	p.open("/patients/" + nobody + "/links/own").statusIs(http.StatusNotFound)
	p.open("/patients/" + nobody + "/letters").statusIs(http.StatusNotFound)
}
