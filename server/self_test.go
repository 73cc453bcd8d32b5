package server_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server"
	"github.com/havenloop/havenloop/server/servertest"
)

// pin is what worker and patient chose.
const pin = "2749"

// offered makes a link for the patient and answers its code.
func (v visit) offered(body object) (id, code string) {
	v.t.Helper()
	l := v.do("vega", http.MethodPost, "/api/v1/patients/"+seed.ID("patient/rosa-delgado")+"/links", body, http.StatusCreated)
	return l["id"].(string), l["code"].(string)
}

func (v visit) byPIN(instrument string) (id, code string) {
	return v.offered(object{"instrument": instrument, "proof": "pin", "pin": pin})
}

// state is how far the link is.
func (v visit) state(id string) string {
	v.t.Helper()
	for _, l := range v.do("vega", http.MethodGet, "/api/v1/patients/"+seed.ID("patient/rosa-delgado")+"/links", nil, http.StatusOK)["items"].([]any) {
		if l.(object)["id"] == id {
			return l.(object)["state"].(string)
		}
	}
	return ""
}

// switchOn lets people answer alone in translations that nobody has reviewed.
func (v visit) switchOn(instrument string, languages ...string) {
	v.t.Helper()
	ctx := identity.With(v.t.Context(), servertest.Account(v.t, "park").Actor())
	s, err := v.Network.Settings(ctx)
	if err == nil {
		s.SelfLanguages = nil
		for _, l := range languages {
			s.SelfLanguages = append(s.SelfLanguages, network.SelfLanguage{Instrument: instrument, Language: l})
		}
		_, err = v.Network.Save(ctx, s)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

// TestPatientAnswersAloneWithoutJavaScript goes the whole way from the code to
// the thanks, as a patient whose phone runs no scripts.
func TestPatientAnswersAloneWithoutJavaScript(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	id, code := v.byPIN("ahc-hrsn-core")
	p := newPhone(t, web)
	for range 3 { // a mail scanner looks first
		newPhone(t, web).open("/s").at("/s", "Your code")
	}
	if got := v.state(id); got != "not-opened" {
		t.Errorf("state after the page was looked at = %s, want not-opened", got)
	}
	q := newPhone(t, web)
	q.begin(code)
	q.post("/s/questions/1", "language", "es").statusIs(http.StatusBadRequest) // nobody has checked it
	v.switchOn("ahc-hrsn-core", "es")
	p.begin(strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	p.at("/s/questions/1", "Question 1 of 10", "living situation", "Prefer not to answer", "Leave now", "Help right now")
	if got := v.state(id); got != "answering" {
		t.Errorf("state = %s, want answering", got)
	}
	p.post("/s/questions/1").statusIs(http.StatusBadRequest, "Error:")
	p.open("/s/questions/1").post("/s/questions/1", "answer", "LA31993-1", "language", "es").statusIs(http.StatusOK, `lang="es"`, `value="LA31993-1" checked`)
	p.post("/s/language", "language", "en", "back", "/s/questions/1").at("/s/questions/1", `lang="en"`)
	p.answer()
	if seen := regexp.MustCompile(`(?s)<details>.*?</details>`).ReplaceAllString(p.body, ""); strings.Count(p.body, "Hidden to keep you safe") != 4 ||
		regexp.MustCompile(`hurt you|scream|Frequently|insult`).MatchString(seen) {
		t.Errorf("the review does not hide the answers about safety:\n%s", seen)
	}
	p.open("/s/questions/2?from=review").post("/s/questions/2", "answer", "LA9-3", "from", "review").at("/s/review")

	page := *p
	p.post("/s/review").at("/s/help", "Would you like help with this?", "Food", "Housing", "One more. Hidden to keep you safe.")
	again := page
	again.post("/s/review").at("/s/help") // pressed twice
	wanted := regexp.MustCompile(`name="(wanted-[^"]+)"`).FindAllStringSubmatch(p.body, -1)
	yes := []string{}
	for i, m := range wanted {
		if i%2 == 0 { // yes and no have one name
			yes = append(yes, m[1], "yes")
		}
	}
	p.post("/s/help", yes...).at("/s/thanks", "Thank you", "What happens next", "Help right now", "tel:911", "tel:988", "tel:18007997233", "sms:88788")
	p.open("/s/questions/1").at("/s/thanks") // Back
	p.open("/s/thanks")

	patient := seed.ID("patient/rosa-delgado")
	if got := v.state(id); got != "done" {
		t.Errorf("state = %s, want done", got)
	}
	newPhone(t, web).open("/s").post("/s", "code", code).statusIs(http.StatusNotFound, "This link does not work any more. Ask your worker for a new one.")
	list := v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/links", nil, http.StatusOK)["items"].([]any)
	screening := v.do("vega", http.MethodGet, "/api/v1/screenings/"+list[0].(object)["screeningId"].(string), nil, http.StatusOK)
	if screening["mode"] != "self" || screening["by"] != patient || screening["respondent"].(object)["relationship"] != "self" {
		t.Errorf("the screening = %v, want one by the patient alone", screening)
	}
	for _, n := range v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/needs", nil, http.StatusOK)["items"].([]any) {
		if need := n.(object); need["screeningId"] == screening["id"] && need["status"] != "wanted" && need["status"] != "in-progress" {
			t.Errorf("the need about %v is %v, want wanted", need["topic"], need["status"])
		}
	}
	if err := v.Relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	vega := identity.With(t.Context(), servertest.Account(t, "vega").Actor())
	told, err := v.Notify.InApp(vega)
	if err != nil || len(told) == 0 || told[0].Template != "screening.arrived" || told[0].Data["path"] != "/screenings/"+screening["id"].(string) {
		t.Errorf("the worker was told %+v, %v, want that the answers came in", told, err)
	}

	p.post("/s/leave")
	if p.status != http.StatusSeeOther || p.header.Get("Location") != server.DefaultExit || p.header.Get("Clear-Site-Data") != `"cache"` {
		t.Errorf("leaving = %d to %q, Clear-Site-Data %q", p.status, p.header.Get("Location"), p.header.Get("Clear-Site-Data"))
	}
	p.open("/s/thanks").at("/s", "Your code") // Back shows nothing
	for _, secret := range []string{strings.ReplaceAll(code, "-", ""), code, pin, "rosa-delgado", "LA31995-6"} {
		if strings.Contains(v.Log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestSecondPhoneGoesOnAfterThePIN(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	_, code := v.byPIN("ahc-hrsn-core")
	first, second := newPhone(t, web), newPhone(t, web)
	first.begin(code)
	first.post("/s/questions/1", "answer", "LA31995-6").at("/s/questions/2")
	second.open("/s").post("/s", "code", code).at("/s/pin")
	second.open("/s/questions/1").at("/s") // not without the PIN
	second.begin(code)
	second.at("/s/questions/2") // goes on where the first stopped
	for n, a := range answersAlone[1:] {
		second.at(fmt.Sprint("/s/questions/", n+2))
		second.post(second.path, "answer", a)
	}
	second.post("/s/review").at("/s/help")
	first.post("/s/questions/2", "answer", "LA9-3").at("/s/thanks", "Thank you")
	all := v.do("vega", http.MethodGet, "/api/v1/patients/"+seed.ID("patient/rosa-delgado")+"/links", nil, http.StatusOK)["items"].([]any)
	all = slices.DeleteFunc(all, func(l any) bool { return l.(object)["kind"] == "own-pages" }) // of the seed: the patient was asked
	if n := len(all); n != 1 {
		t.Errorf("%d links, want 1", n)
	}
}

func TestPatientSessionIsRefusedElsewhere(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	id, code := v.byPIN("essentials")
	p := newPhone(t, web)
	p.open("/s").post("/s", "code", "0000-0000-0000").statusIs(http.StatusNotFound, "This link does not work any more.")
	p.open("/s").post("/s", "code", code).at("/s/pin")
	p.post("/s/pin", "pin", "1111").statusIs(http.StatusBadRequest, "This PIN is not right.")
	p.begin(code)
	for path, want := range map[string]int{
		"/api/v1/me": 401, "/api/v1/patients/" + seed.ID("patient/rosa-delgado"): 401, "/fhir/Questionnaire": 401, "/kiosk": 200,
	} {
		if p.open(path); p.status != want || want == 200 && !strings.HasPrefix(p.path, "/signin") {
			t.Errorf("GET %s with a patient's session = %d at %s, want %d", path, p.status, p.path, want)
		}
	}
	for _, path := range []string{"/", "/patients", "/patients/" + seed.ID("patient/rosa-delgado"), "/screenings/" + nobody} {
		if p.open(path); !strings.HasPrefix(p.path, "/signin") {
			t.Errorf("GET %s with a patient's session leads to %s, want /signin", path, p.path)
		}
	}
	if p.open("/s/questions/99"); p.status != http.StatusNotFound || !p.shows("Leave now") {
		t.Errorf("a question that does not exist = %d, want 404 in the patients' frame", p.status)
	}
	p.open("/s/questions/1")
	v.do("vega", http.MethodPost, "/api/v1/links/"+id+"/withdraw", nil, http.StatusOK)
	p.post("/s/questions/1", "answer", "LA31993-1").at("/s?over", "Your time was up")
	p.post("/s", "code", code).statusIs(http.StatusNotFound, "This link does not work any more.")

	_, code = v.byPIN("essentials")
	p.open("/s").post("/s", "code", code)
	for range 4 {
		p.post("/s/pin", "pin", "1111").statusIs(http.StatusBadRequest)
	}
	p.post("/s/pin", "pin", "1111").statusIs(http.StatusNotFound, "This link does not work any more.")
	p.open("/s").post("/s", "code", code).statusIs(http.StatusNotFound, "This link does not work any more.")

	_, code = v.byPIN("essentials")
	p.begin(code)
	forged := newPhone(t, web)
	forged.client.Jar = p.client.Jar
	forged.body = ""
	if forged.post("/s/questions/1", "question", "/71802-3", "answer", "LA31993-1"); forged.status != http.StatusForbidden {
		t.Errorf("a form without its token, from a browser that says nothing = %d, want 403", forged.status)
	}
	v.Clock.Add(21 * time.Minute)
	p.open("/s/questions/1").at("/s")
}

func TestTextedCodeOpensTheLink(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	web := onTheWeb(t, v.House)
	patient := v.do("vega", http.MethodPost, "/api/v1/patients", object{
		"givenName": "Pilar", "familyName": "Quiroga", "birthDate": "1990-05-14", "phone": "209 555 0177", "contact": object{"safeToText": true},
	}, http.StatusCreated)
	path := "/api/v1/patients/" + patient["id"].(string)
	unsafe := v.do("vega", http.MethodPost, "/api/v1/patients", object{
		"givenName": "Ada", "familyName": "Lindgren", "birthDate": "1971-02-03", "phone": "209 555 0144",
	}, http.StatusCreated)
	v.do("vega", http.MethodPost, "/api/v1/patients/"+unsafe["id"].(string)+"/links", object{"instrument": "essentials", "proof": "text"}, http.StatusBadRequest)
	l := v.do("vega", http.MethodPost, path+"/links", object{"instrument": "essentials", "proof": "text"}, http.StatusCreated)
	p := newPhone(t, web)
	p.open("/s").post("/s", "code", l["code"].(string)).at("/s/pin", "A code for you", "Send me a code")
	p.post("/s/text").at("/s/pin", "Code from the text message")
	text := v.Texts.Last()
	code := regexp.MustCompile(`\b\d{6}\b`).FindString(text.Body)
	if text.To != "+12095550177" || text.Body != "Your code is "+code+". It works for 10 minutes." {
		t.Errorf("the text = %+v", text)
	}
	p.post("/s/text").statusIs(http.StatusTooManyRequests, "A code was just sent.")
	p.post("/s/pin", "pin", "000000").statusIs(http.StatusBadRequest, "not right or too old")
	p.post("/s/pin", "pin", code).at("/s/start")
	if strings.Contains(v.Log.String(), code) {
		t.Error("the log holds the texted code")
	}
}

// TestWorkerOffersOnPages makes, shows and takes back a link as a worker does.
func TestWorkerOffersOnPages(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	p := newPhone(t, onTheWeb(t, v.House))
	patient := "/patients/" + seed.ID("patient/rosa-delgado")
	p.open("/signin").post("/signin", "email", servertest.Account(t, "vega").Email, "password", servertest.Password)
	p.open(patient).at(patient, "Let the patient answer alone", patient+"/links/new")
	form := patient + "/links/new"
	p.open(form).at(form, "Get a code for the desk", "A PIN that you choose together", "A code by text message to", "14 days")
	fields := []string{"kind", "self-screening", "instrument", "essentials", "language", "en", "proof", "pin", "days", "14"}
	p.post(form, append(fields, "pin", "1234")...).statusIs(http.StatusBadRequest, "easy to guess")
	once := p.body
	p.post(form, append(fields, "pin", pin)...)
	link := p.path
	p.at(link, "Questions about your day", "<svg class=\"qr\"", "127.0.0.1:8080/s", "Not opened yet", "Send it by text message")
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(p.body)
	if sheet := regexp.MustCompile(`(?s)<section class="card sheet">.*?</section>`).FindString(p.body); strings.Contains(sheet, "Delgado") || strings.Contains(sheet, pin) {
		t.Errorf("the paper names the patient or the PIN:\n%s", sheet)
	}
	p.body = once
	if p.post(form, append(fields, "pin", pin)...); p.path != link {
		t.Errorf("the form sent twice leads to %s, want %s", p.path, link)
	}
	p.post(link+"/text").at(link, "The link was sent.")
	if text := v.Texts.Last(); text.Body != "Here is the page you were told about: "+servertest.BaseURL+"/s#"+code {
		t.Errorf("the text = %q", text.Body)
	}
	p.post(link+"/withdraw").at(link, "Taken back", "This link does not work any more.")
	p.open(link + "/withdraw").at(link)
	p.open(patient + "x/links" + link[strings.LastIndex(link, "/"):]).statusIs(http.StatusNotFound)
	p.open(form).post(form, "kind", "kiosk")
	if !p.shows("Tell the person this code.") || !regexp.MustCompile(`>[0-9A-Z]{4}-[0-9A-Z]{4}<`).MatchString(p.body) {
		t.Errorf("no code for the desk:\n%.1500s", p.body)
	}
}

// selfBudget is what a question page may weigh on the way, with all that it
// loads, in bytes after gzip.
const selfBudget = 30 << 10

// TestQuestionPageIsLight adds up what a phone loads for one question.
func TestQuestionPageIsLight(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, code := v.byPIN("ahc-hrsn-core")
	p := newPhone(t, onTheWeb(t, v.House))
	p.begin(code)
	packed := func(body string) int {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, body)
		_ = w.Close()
		return b.Len()
	}
	for n := range answersAlone {
		p.open(fmt.Sprint("/s/questions/", n+1))
		if n == 0 {
			for _, a := range answersAlone {
				p.post(p.path, "answer", a)
			}
			p.open("/s/questions/1")
		}
		sum, page := packed(p.body), p.body
		for _, m := range regexp.MustCompile(`="(/static/[^"]+)"`).FindAllStringSubmatch(page, -1) {
			p.open(m[1])
			sum += packed(p.body)
			if regexp.MustCompile(`(?:from|import\()\s*"\.`).MatchString(p.body) {
				t.Errorf("%s loads further files", m[1])
			}
		}
		if n == 0 {
			t.Logf("a question page weighs %d bytes", sum)
		}
		if sum > selfBudget {
			t.Errorf("question %d weighs %d bytes, want at most %d", n+1, sum, selfBudget)
		}
	}
}
