package server_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/server/servertest"
)

// TestOwnPagesInTheBrowser goes through a patient's own pages on a phone and at
// a desk; axe-core looks at every page.
func TestOwnPagesInTheBrowser(t *testing.T) {
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			v := visit{t, servertest.Open(t)}
			patient, referral := v.sent()
			_, code := v.ownLink(patient)
			b := openTab(t, v.House, width)
			b.open("/p#"+code, "Your page")
			if got := value[string](b, `document.querySelector("#code").value + location.hash`); got != code {
				t.Errorf("the field holds %q, want the code from behind the #, and nothing left there", got)
			}
			b.follow("Go on", "Your PIN", "main")
			b.fill("PIN", pin)
			b.press("Go on", "main")
			b.until(`location.pathname === "/p/home" && document.readyState === "complete"`)
			b.check()
			b.says("Alder Valley Food Bank", "Sent, no answer yet", "What happens next")
			b.follow("See more", "Alder Valley Food Bank", "main")
			b.follow("I do not want this any more", "I do not want this any more", "main")
			b.follow("No, leave it as it is", "Alder Valley Food Bank", "main")
			v.done(referral)
			b.open("/p/home", "Your page")
			b.says("Did you get help?")
			b.press("No, I did not get help", "main")
			b.press("Send my answer", "main")
			b.until(`document.body.innerText.includes("Thank you. Your worker sees your answer.")`)
			b.check()
			b.follow("Messages with your worker", "Messages with your worker", "main")
			b.fill("Write to your worker", "When do they call me?")
			b.press("Send", "main")
			b.until(`document.body.innerText.includes("Your message was sent.")`)
			b.check()
			b.follow("Your page", "Your page", "main")
			b.follow("What you agreed to", "What you agreed to", "main")
			b.follow("Alder Valley Food Bank", "Alder Valley Food Bank", "main")
			b.follow("I do not agree any more", "I do not agree any more", "main")
			b.follow("No, leave it as it is", "Alder Valley Food Bank", "main")
			b.open("/p/access", "Who looked at your record")
			b.open("/p/copy", "A copy of everything")
			if small := value[int](b, `[...document.querySelectorAll(".self-bar button, .self-bar a, .own-more a, .actions .button")].filter((e) => e.getBoundingClientRect().height < 44).length`); small > 0 {
				t.Errorf("%d buttons are lower than 44 pixels", small)
			}
			b.open("/p/home", "Your page")
			b.press("العربية")
			b.until(`document.documentElement.dir === "rtl" && document.readyState === "complete"`)
			b.check()
			if got := value[string](b, `location.pathname`); got != "/p/home" {
				t.Errorf("another language leads to %s", got)
			}
			value[any](b, `document.body.dataset.exit = "/healthz"`) // another website is out of reach of tests
			for range 3 {
				b.do(chromedp.KeyEvent("\u001b"))
			}
			b.until(`location.pathname === "/healthz"`)
			b.do(chromedp.Navigate(b.url + "/p/home"))
			b.until(`location.pathname === "/p" && document.readyState === "complete"`)
			if text := b.text(); strings.Contains(text, "Alder Valley") {
				t.Errorf("after leaving the page shows:\n%s", text)
			}
			b.press("English")
			b.until(`document.documentElement.lang === "en" && document.readyState === "complete"`)
			b.signIn("vega")
			b.open("/patients/"+patient+"/letters", "Messages with the person")
			b.says("When do they call me?")
			b.follow("Give a link to their page", "A page for the person", "main")
		})
	}
}

// TestOwnPagesWithoutScripts answers the question on a phone that runs none.
func TestOwnPagesWithoutScripts(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, referral := v.sent()
	_, code := v.ownLink(patient)
	v.done(referral)
	b := openTab(t, v.House, 360)
	_, err := chromedp.Run(b.ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
		return cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	send := chromedp.CSS(`main button[type="submit"]`)
	b.do(chromedp.Navigate(b.url + "/p#" + code))
	b.do(chromedp.SendKeys(chromedp.CSS("#code"), code), chromedp.Click(send))
	b.do(chromedp.WaitVisible(chromedp.CSS("#pin")), chromedp.SendKeys(chromedp.CSS("#pin"), pin), chromedp.Click(send))
	b.do(chromedp.WaitVisible(chromedp.CSS(".own-ask")))
	b.do(chromedp.Click(chromedp.CSS(`input[value="got"] + label`)), chromedp.Click(send))
	b.do(chromedp.WaitVisible(chromedp.CSS("main .notice")))
	if b.shots != "" {
		b.photo("own-without-scripts")
	}
	if c := v.do("vega", http.MethodGet, "/api/v1/referrals/"+referral, nil, http.StatusOK)["confirmation"]; c == nil || c.(object)["by"] != "patient" {
		t.Errorf("confirmation = %v, want the patient's", c)
	}
}
