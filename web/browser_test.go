package web

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"
)

// contentPolicy is the strictest the pages must work under.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// browser is a tab on the site, of the size of a phone.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string
}

// openBrowser starts Chromium, or skips the test where there is none; never in CI.
func openBrowser(t *testing.T, s *site) *browser {
	t.Helper()
	path, err := exec.LookPath(cmp.Or(os.Getenv("HAVENLOOP_TEST_CHROMIUM"), "chromium"))
	if err != nil && os.Getenv("HAVENLOOP_CI") != "" {
		t.Fatal("chromium is missing; CI must have it")
	}
	if err != nil {
		t.Skip("no chromium to test pages in; set HAVENLOOP_TEST_CHROMIUM to one")
	}
	s.echo.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Response().Header().Set(echo.HeaderContentSecurityPolicy, contentPolicy)
			return next(c)
		}
	})
	server := httptest.NewServer(s.echo)
	t.Cleanup(server.Close)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true))...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)
	b := &browser{t: t, ctx: ctx, url: server.URL}
	b.do(chromedp.EmulateViewport(360, 740))
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// open loads a page anew and marks the window, so that a later load is noticed.
func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
	value[bool](b, `window.kept = true`)
}

// value is that of a JavaScript expression in the page.
func value[T any](b *browser, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits until the expression is true, also across the load of a page,
// which ends what was asked of the page before.
func (b *browser) until(expression string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 10*time.Second)
	defer stop()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			b.t.Fatalf("never came true: %s: %v\n%s", expression, err, value[string](b, `document.body?.innerText ?? ""`))
		}
	}
}

// click presses the element and waits for a page with the heading.
func (b *browser) click(selector, heading string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
	b.until(`document.querySelector("h1")?.textContent.includes("` + heading + `") && !document.querySelector("[data-busy]")`)
}

func TestClientModule(t *testing.T) {
	s := newSite(t)
	var signedOut atomic.Bool
	s.echo.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if signedOut.Load() {
				return c.NoContent(http.StatusUnauthorized)
			}
			return next(c)
		}
	})
	b := openBrowser(t, s)
	b.open("/signin")
	b.do(chromedp.SendKeys(chromedp.ID("email"), "rosa@example.org"), chromedp.SendKeys(chromedp.ID("password"), password))
	b.click("main button", "Good morning")

	b.open("/")
	b.click(".nav a[href='/patients']", "Patients")
	b.click("a[href='/patients/new']", "Add a patient")
	if got := value[string](b, `document.activeElement.tagName + " " + document.title + " " + document.querySelector(".nav [aria-current]").textContent.trim()`); got != "H1 Add a patient · Havenloop Patients" {
		t.Errorf("after a link: focus, title and place = %q, want the heading, its title, Patients", got)
	}
	value[any](b, `history.back()`)
	b.until(`document.title.startsWith("Patients") && location.pathname === "/patients"`)
	value[any](b, `history.forward()`)
	b.until(`document.title.startsWith("Add a patient") && !!document.querySelector("#givenName")`)

	b.do(chromedp.SendKeys(chromedp.ID("givenName"), "Maria"))
	b.do(chromedp.Click(chromedp.CSS("main button")))
	b.until(`!!document.querySelector(".problems")`)
	if got := value[string](b, `document.activeElement.className + "|" + document.title + "|" + document.querySelector("#givenName").value`); got != "problems|Error: Add a patient · Havenloop|Maria" {
		t.Errorf("after a refused form: focus, title and entry = %q", got)
	}
	b.do(chromedp.Click(chromedp.CSS(".problems a[href='#familyName']")))
	if got := value[string](b, `document.activeElement.id`); got != "familyName" {
		t.Errorf("the error summary leads to %q, want the field", got)
	}
	b.do(chromedp.SendKeys(chromedp.ID("familyName"), "Santos"), chromedp.SendKeys(chromedp.ID("birthDate"), "4"),
		chromedp.SendKeys(chromedp.ID("birthDate-day"), "30"), chromedp.SendKeys(chromedp.ID("birthDate-year"), "1987"))
	if got := value[string](b, `document.querySelector("#givenName").value`); got != "Maria" {
		t.Errorf("after a link within the page the entry = %q, want it kept", got)
	}
	signedOut.Store(true)
	b.do(chromedp.Click(chromedp.CSS("main button")))
	b.until(`document.querySelector(".toast")?.textContent.includes("you are signed out")`)
	if got := value[string](b, `document.querySelector("#givenName").value`); got != "Maria" {
		t.Errorf("after a form sent without a session the entry = %q, want it kept", got)
	}
	signedOut.Store(false)
	value[any](b, `(() => { const form = document.querySelector("main form"); form.requestSubmit(); form.requestSubmit() })()`) // pressed twice
	b.until(`document.querySelector("h1").textContent === "Maria Santos"`)

	b.click("a.button-primary", "Start a screening")
	b.click("main button", "living situation")
	for n := range 10 {
		b.until(`document.title.startsWith("Question ` + string(rune('1'+n%9)) + `") || document.title.startsWith("Question 10")`)
		title := value[string](b, `document.title`)
		b.do(chromedp.Click(chromedp.CSS("label[for=answer]")), chromedp.Click(chromedp.CSS("main button")))
		b.until(`document.title !== "` + title + `"`)
	}
	b.until(`document.title.startsWith("Check the answers")`)
	b.click("main form button", "need")
	if !value[bool](b, `window.kept === true`) {
		t.Error("the page was loaded anew on the way, want the main block swapped only")
	}
	if wide := value[int](b, `document.documentElement.scrollWidth`); wide > 360 {
		t.Errorf("the result is %d pixels wide on a screen of 360", wide)
	}
	value[any](b, `document.querySelector(".account").open = true`)
	b.click(".account [action='/signout'] button", "Sign in")
	if !strings.Contains(value[string](b, `document.body.innerText`), "You are signed out.") {
		t.Error("the page after signing out does not say so")
	}
}

func TestLanguageSwitchKeepsWhatWasEntered(t *testing.T) {
	s := newSite(t)
	s.signIn()
	b := openBrowser(t, s)
	b.open("/patients/new")
	b.do(chromedp.SendKeys(chromedp.ID("givenName"), "Amal"))
	value[any](b, `(() => {
		document.getElementById("contact.safeToText").checked = true;
		scrollTo(0, 400);
		document.querySelector(".account").open = true;
		document.querySelector(".account [lang=ar]").click();
	})()`)
	b.until(`document.documentElement.dir === "rtl" && !document.querySelector("[data-busy]")`)
	for name, expression := range map[string]string{
		"the language":  `document.documentElement.lang === "ar" && document.querySelector("[aria-current=true]").lang === "ar"`,
		"the entry":     `document.getElementById("givenName").value === "Amal"`,
		"the choice":    `document.getElementById("contact.safeToText").checked`,
		"the place":     `scrollY > 300 && location.pathname === "/patients/new"`,
		"the same page": `window.kept`,
		"the focus":     `document.activeElement.tagName === "H1"`,
	} {
		if !value[bool](b, expression) {
			t.Errorf("after the switch %s is not as it was or should be: %s", name, expression)
		}
	}
	b.click(".nav a[href='/patients']", value[string](b, `document.querySelector(".nav a[href='/patients']").innerText.trim()`))
}
