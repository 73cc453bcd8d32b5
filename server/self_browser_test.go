package server_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/server/servertest"
)

// TestPatientAnswersAloneInTheBrowser goes the patient's way with scripts, on
// screens of a phone, a tablet and a desk; axe-core looks at every page.
func TestPatientAnswersAloneInTheBrowser(t *testing.T) {
	for _, width := range []int64{360, 768, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			v := visit{t, servertest.Open(t)}
			_, code := v.byPIN("ahc-hrsn-core")
			b := openTab(t, v.House, width)
			b.open("/s#"+code, "Questions about your day")
			if got := value[string](b, `document.querySelector("#code").value + location.hash`); got != code {
				t.Errorf("the field holds %q, want the code from behind the #, and nothing left there", got)
			}
			b.follow("Go on", "Your PIN", "main")
			b.fill("PIN", "1111")
			b.press("Go on", "main")
			b.until(`!!document.querySelector(".problems")`)
			b.check()
			b.fill("PIN", pin)
			b.follow("Go on", "Questions about your day", "main")
			b.follow("Begin", "For whom do you answer?", "main")
			b.press("For myself", "main")
			b.press("Go on", "main")
			for n, a := range answersAlone {
				b.until(fmt.Sprintf(`document.title === "Question %d of 10" && document.readyState === "complete"`, n+1))
				b.check()
				b.do(chromedp.Click(chromedp.CSS(fmt.Sprintf(`input[value=%q] + label`, a))))
				b.press("Save and go on", "main .actions")
			}
			b.arrive("Check your answers")
			if strings.Contains(b.text(), "hurt you") {
				t.Error("the review shows a question about safety")
			}
			b.follow("Send my answers", "Would you like help with this?", "main")
			b.press("Yes", "main")
			b.follow("Go on", "Thank you", "main")
			b.says("What happens next", "Call 911", "Call 1-800-799-7233", "Text START to 88788")
			if small := value[int](b, `[...document.querySelectorAll(".self-lines a, .self-bar button, .self-bar a")].filter((e) => e.getBoundingClientRect().height < 44).length`); small > 0 {
				t.Errorf("%d links of the help lines or the bar are lower than 44 pixels", small)
			}
			b.open("/s/lines", "Help right now")
		})
	}
}

// TestLeavingInAHurry: three presses of Esc, or the button, end the session
// and leave nothing for Back to show.
func TestLeavingInAHurry(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	b := openTab(t, v.House, 360)
	_, code := v.byPIN("essentials")
	answering := func() {
		b.open("/s#"+code, "Questions about your day")
		b.follow("Go on", "Your PIN", "main")
		b.fill("PIN", pin)
		b.follow("Go on", "Questions about your day", "main")
		b.follow("Begin", "For whom do you answer?", "main")
		b.press("For myself", "main")
		b.press("Go on", "main")
		b.until(`document.title.startsWith("Question 1") && document.readyState === "complete"`)
	}
	for what, leave := range map[string]func(){
		"Esc three times": func() {
			for range 3 {
				b.do(chromedp.KeyEvent("\u001b"))
			}
		},
		"the button": func() { b.press("Leave now") },
	} {
		answering()
		value[any](b, `document.body.dataset.exit = "/healthz"`) // another website is out of reach of tests
		leave()
		b.until(`location.pathname === "/healthz"`)
		value[any](b, `history.back()`)
		b.until(`location.pathname !== "/healthz" && document.readyState === "complete"`)
		if text := b.text(); strings.Contains(text, "Question 1") || strings.Contains(text, "For whom") {
			t.Errorf("after %s, Back shows:\n%s", what, text)
		}
		b.open("/s/questions/1", "Questions about your day")
		if !strings.Contains(b.text(), "Your code") {
			t.Errorf("after %s the session goes on:\n%s", what, b.text())
		}
	}
}

// TestKioskAsksWhetherSomebodyIsThere: without a touch the page counts down
// and forgets.
func TestKioskAsksWhetherSomebodyIsThere(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	b := openTab(t, v.House, 768)
	b.signIn("vega")
	b.open("/kiosk", "Use this device in a waiting room")
	b.fill("PIN for staff", "5820") // English, the only language offered, is chosen already
	b.follow("Start on this device", "Questions about your day", "main")
	_, code := v.offered(object{"kind": "kiosk"})
	// A second of the page lasts an eighth of one here.
	b.hurry(8)
	b.fill("Code from the desk", code)
	b.press("Go on", "main")
	b.until(`!!document.querySelector(".self-still:not([hidden])")`)
	b.says("Are you still there? This page closes in", "I am still here")
	if got := value[string](b, `document.activeElement.textContent`); got != "I am still here" {
		t.Errorf("the focus is on %q, want the way to stay", got)
	}
	b.check()
	b.press("I am still here")
	b.until(`!!document.querySelector(".self-still[hidden]")`)
	b.until(`location.pathname === "/s" && document.readyState === "complete"`)
	b.says("Code from the desk")
}

// hurry makes the timers of pages opened from now on run that many times faster.
func (b *tab) hurry(times int) {
	b.t.Helper()
	script := fmt.Sprintf(`{ const every = setInterval; window.setInterval = (f, ms) => every(f, ms / %d) }`, times)
	_, err := chromedp.Run(b.ctx, func(ctx context.Context, t *chromedp.Target) (page.AddScriptToEvaluateOnNewDocumentResult, error) {
		return cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
