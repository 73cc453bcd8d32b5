package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestEveryLanguageInTheBrowser walks once over the main pages and shows each
// of them in every language, to axe-core and to the eye.
func TestEveryLanguageInTheBrowser(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, referral := v.sent()
	need, screening := "", ""
	for _, n := range v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/needs", nil, http.StatusOK)["items"].([]any) {
		if n := n.(object); n["topic"] == "utilities" {
			need, screening = n["id"].(string), n["screeningId"].(string)
		}
	}
	b := openTab(t, v.House, 360)
	b.inEveryLanguage("signin", "/signin")
	b.inEveryLanguage("setup", "/setup")

	b.signIn("vega")
	record := "/patients/" + patient
	for name, path := range map[string]string{
		"home": "/", "patients": "/patients", "register": "/patients/new", "patient": record, "begin": record + "/screenings/new",
		"result": "/screenings/" + screening, "directory": "/directory?need=food-insecurity&zip=95351", "service": "/directory/services/" + seed.ID("valley-food-bank/pantry"),
		"matches": record + "/needs/" + need + "/matches", "refer": record + "/needs/" + need + "/refer?service=" + seed.ID("community-action/shutoff"),
		"referrals": "/referrals", "referral": "/referrals/" + referral, "error": "/nowhere", "need": record + "/needs/" + need,
		"due": "/screenings/due", "visits": "/visits", "kiosk": "/kiosk", "offline": "/offline",
	} {
		b.inEveryLanguage(name, path)
	}
	b.open(record+"/screenings/new", "")
	value[any](b, `document.querySelector("main form").requestSubmit()`)
	b.until(`location.pathname.endsWith("/questions/1")`)
	question := value[string](b, `location.pathname`)
	b.inEveryLanguage("question", question)
	b.inEveryLanguage("review", strings.TrimSuffix(question, "questions/1")+"review")

	for name, pages := range map[string]map[string]string{
		"harris":    {"agency-home": "/", "inbox": "/referrals", "agency-referral": "/referrals/" + referral},
		"moreno":    {"listing": "/listing", "service-add": "/listing/new"},
		"lindqvist": {"escalations": "/escalations"},
		"park":      {"network-home": "/", "organizations": "/admin/organizations", "users": "/admin/users", "mapping": "/admin/services", "network": "/admin/network", "instruments": "/admin/instruments"},
	} {
		b.leave()
		b.signIn(name)
		for name, path := range pages {
			b.inEveryLanguage(name, path)
		}
	}
}

// TestPatientsInEveryLanguage shows the pages on which a patient answers alone
// in every language, once the network has switched the translations on.
func TestPatientsInEveryLanguage(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	v.switchOn("essentials", "es", "vi", "zh-Hans", "ar")
	_, code := v.byPIN("essentials")
	b := openTab(t, v.House, 360)
	b.open("/s#"+code, "Questions about your day")
	b.follow("Go on", "Your PIN", "main")
	b.fill("PIN", pin)
	b.follow("Go on", "Questions about your day", "main")
	b.follow("English", "For whom do you answer?", "main")
	b.inEveryLanguage("self-who", "/s/who")
	b.press("For myself", "main")
	b.press("Go on", "main")
	b.until(`document.title === "Question 1 of 4" && document.readyState === "complete"`)
	b.inEveryLanguage("self-question", "/s/questions/1")
	b.inEveryLanguage("self-review", "/s/review")
	b.inEveryLanguage("self-lines", "/s/lines")
}

// inEveryLanguage opens a page and goes through its languages, English last.
func (b *tab) inEveryLanguage(name, path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
	b.until(`document.readyState === "complete" && !!document.querySelector("h1")`)
	for _, tag := range []string{"es", "vi", "zh-Hans", "ar", "en"} {
		value[any](b, `document.querySelector(".language-list [lang=`+tag+`]").click()`)
		dir := map[bool]string{true: "rtl", false: "ltr"}[tag == "ar"]
		b.until(fmt.Sprintf(`document.documentElement.lang === %q && document.documentElement.dir === %q && !document.querySelector("[data-busy]")`, tag, dir))
		if tag != "en" {
			b.check()
		}
		for _, width := range []int64{360, 768, 1280} {
			if b.shots != "" {
				b.do(chromedp.EmulateViewport(width, 900))
				b.photo(fmt.Sprintf("%s-%s-%d", name, tag, width))
			}
		}
		b.do(chromedp.EmulateViewport(360, 740))
	}
}

// leave signs out, whatever the language.
func (b *tab) leave() {
	b.t.Helper()
	value[any](b, `document.querySelector("form[action='/signout']").requestSubmit()`)
	b.until(`location.pathname === "/signin" && document.readyState === "complete"`)
}
