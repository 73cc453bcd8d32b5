package server_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/server/servertest"
)

// tab is a browser's tab on the server. Every page it comes to is checked by
// axe-core and, where HAVENLOOP_SCREENSHOTS names a folder, photographed.
type tab struct {
	t      *testing.T
	ctx    context.Context
	url    string
	server *httptest.Server
	axe    string
	shots  string
	n      int
}

// missing skips a test for want of something, except in CI, which must have it.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("HAVENLOOP_CI") != "" {
		t.Fatalf("%s is missing; CI must have it", what)
	}
	t.Skipf("%s is missing: the pages are not tried in a browser", what)
}

// chromium is the path of the browser that tests drive.
func chromium(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath(cmp.Or(os.Getenv("HAVENLOOP_TEST_CHROMIUM"), "chromium"))
	if err != nil {
		missing(t, "chromium")
	}
	return path
}

// openTab starts Chromium with a screen of that width, or skips the test where
// there is none; never in CI.
func openTab(t *testing.T, h *servertest.House, width int64) *tab {
	t.Helper()
	path := chromium(t)
	axe, err := os.ReadFile(filepath.Join("..", ".ci", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core (npm ci --prefix .ci)")
	}

	server := httptest.NewServer(h.Handler)
	t.Cleanup(server.Close)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true))...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	b := &tab{t: t, ctx: ctx, url: server.URL, server: server, axe: string(axe), shots: os.Getenv("HAVENLOOP_SCREENSHOTS")}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 740)); err != nil { // starts it, for as long as ctx lasts
		t.Fatalf("start chromium: %v", err)
	}
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 20*time.Second)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\non %s:\n%.1500s", err, value[string](b, `location.pathname`), b.text())
	}
}

// value is that of a JavaScript expression; a promise is waited for.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.300s: %v", expression, err)
	}
	return v
}

// until waits until the expression is true, also across the load of a page.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 20*time.Second)
	defer stop()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			b.t.Fatalf("never came true: %s\non %s:\n%.1500s", expression, value[string](b, `location.pathname`), b.text())
		}
	}
}

// text is what the page shows.
func (b *tab) text() string { return value[string](b, `document.body?.innerText ?? ""`) }

// open loads an address and waits for a page with the heading.
func (b *tab) open(path, heading string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
	b.arrive(heading)
}

// arrive waits for a page whose heading has the words, and checks it.
func (b *tab) arrive(heading string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`document.readyState === "complete" && document.querySelector("h1")?.textContent.includes(%s) && !document.querySelector("[data-busy]")`, quote(heading)))
	b.check()
}

// press clicks the link, button or choice that says text, the first one shown
// of those inside the element that within selects.
func (b *tab) press(text string, within ...string) {
	b.t.Helper()
	scope := "body"
	if len(within) > 0 {
		scope = within[0]
	}
	found := value[bool](b, fmt.Sprintf(`(() => {
		document.querySelectorAll("[data-pressed]").forEach((e) => e.removeAttribute("data-pressed"));
		const shown = [...document.querySelectorAll(%[2]s + " :is(a, button, summary, label)")].filter((e) => e.checkVisibility());
		const says = (e) => (e.innerText || e.ariaLabel || "").trim().replace(/\s+/g, " ");
		const e = shown.find((e) => says(e) === %[1]s) ?? shown.find((e) => says(e).startsWith(%[1]s)) ?? shown.find((e) => says(e).includes(%[1]s));
		e?.setAttribute("data-pressed", "");
		return !!e;
	})()`, quote(text), quote(scope)))
	if !found {
		b.t.Fatalf("nothing to press says %q on %s:\n%.1500s", text, value[string](b, `location.pathname`), b.text())
	}
	b.do(chromedp.Click(chromedp.CSS("[data-pressed]")))
}

// follow presses and arrives.
func (b *tab) follow(text, heading string, within ...string) {
	b.t.Helper()
	b.press(text, within...)
	b.arrive(heading)
}

// fill types into the field whose label begins with the words.
func (b *tab) fill(label, text string) {
	b.t.Helper()
	id := value[string](b, fmt.Sprintf(`(() => {
		const l = [...document.querySelectorAll("label")].find((l) => l.checkVisibility() && l.innerText.trim().startsWith(%s));
		return l?.control?.id ?? "";
	})()`, quote(label)))
	if id == "" {
		b.t.Fatalf("no field is labelled %q on %s:\n%.1500s", label, value[string](b, `location.pathname`), b.text())
	}
	field := chromedp.CSS(`[id="` + id + `"]`)
	if value[string](b, `document.getElementById(`+quote(id)+`).tagName`) == "SELECT" {
		b.do(chromedp.SetValue(field, text))
		return
	}
	value[any](b, `document.getElementById(`+quote(id)+`).select()`)
	b.do(chromedp.SendKeys(field, text))
}

// check holds the page to axe-core, WCAG 2.2 AA, and to the screen's width.
func (b *tab) check() {
	b.t.Helper()
	b.n++
	if !value[bool](b, `"axe" in window`) {
		value[any](b, b.axe+`; null`)
	}
	report := value[string](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]})
		.then((r) => JSON.stringify(r.violations.map((v) => v.id + ": " + v.help + " " + v.nodes.map((n) => n.html).join(" ").slice(0, 600))))`)
	if report != "[]" {
		b.t.Errorf("axe-core on %s: %s", value[string](b, `location.pathname`), report)
	}
	if over := value[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.t.Errorf("%s is %d pixels wider than the screen", value[string](b, `location.pathname`), over)
	}
	if b.shots != "" {
		b.photo(fmt.Sprintf("%s-%02d", strings.ReplaceAll(b.t.Name(), "/", "-"), b.n))
	}
}

// photo keeps a picture of the page.
func (b *tab) photo(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(b.shots, name+".png"), png, 0o600)
	}
	if err != nil {
		b.t.Errorf("screenshot: %v", err)
	}
}

// signIn signs the person of the county in, after whoever was.
func (b *tab) signIn(name string) {
	b.t.Helper()
	b.open("/signin", "Sign in")
	b.fill("Email", servertest.Account(b.t, name).Email)
	b.fill("Password", servertest.Password)
	b.press("Sign in", "main")
	b.until(`location.pathname === "/" && document.readyState === "complete"`)
	b.check()
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings marshal
	}
	return string(b)
}

// says holds the page to words that it must show.
func (b *tab) says(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("%s does not say %q:\n%.1500s", value[string](b, `location.pathname`), w, text)
		}
	}
}

// signOut ends the session.
func (b *tab) signOut() {
	b.t.Helper()
	value[any](b, `document.querySelector(".account").open = true`)
	b.follow("Sign out", "Sign in", ".account")
}
