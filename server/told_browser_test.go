package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestOtherSystemsInTheBrowser tells another system of events: one that fails,
// then asks for no more, is turned on again and gets what it missed.
func TestOtherSystemsInTheBrowser(t *testing.T) {
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			v := visit{t, servertest.Open(t)}
			answer := func(status int) {
				v.Elsewhere.Answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
				_, _ = v.Notify.SendOn(notify.Webhook)(t.Context()) // an error is what some answers are
			}
			b := openTab(t, v.House, width)
			b.signIn("moreno")
			b.open("/preferences", "How you are told")
			b.follow("Manage other systems", "Other systems", "main")
			b.says("No system is told yet")
			b.fill("Web address", "http://case.example.org")
			b.press("Add an address", "main form")
			b.until(`document.querySelector(".problems")?.innerText.includes("begins with https://")`)
			b.check()
			b.fill("Web address", "https://case.example.org/hooks/of/an/agency/with/a/long/address/in/one/word")
			b.follow("Add an address", "A system that is told", "main form")
			page := value[string](b, `location.pathname`)
			b.says("whsec_", "Nothing failed.")

			b.open(page, "A system that is told")
			b.press("Send a test", "main")
			b.until(`document.querySelector(".notice")?.innerText.includes("Done")`)
			answer(http.StatusInternalServerError)
			b.open(page, "A system that is told")
			b.says("the answer was 500", "Next try")
			v.Clock.Add(10 * time.Minute)
			answer(http.StatusGone)
			b.open(page, "A system that is told")
			b.says("the system asked for no more", "the answer was 410", "Try again")
			b.press("Turn on", "main")
			b.until(`[...document.querySelectorAll("main button")].some((e) => e.innerText.includes("Turn off"))`)
			b.press("Try again", "main")
			b.until(`!document.querySelector("main").innerText.includes("Try again")`)
			answer(http.StatusNoContent)
			b.open(page, "A system that is told")
			b.says("Nothing failed.")
			b.open("/admin/webhooks", "Other systems")
			b.says("https://case.example.org")
			b.open(page, "A system that is told")
			b.press("Remove", "main")
			b.says("told nothing more")
			b.check()
			b.follow("Yes, remove it", "Other systems", "main")
			b.says("No system is told yet")
		})
	}
}

// TestPreferencesInTheBrowser changes how a worker is told, with scripts and
// without.
func TestPreferencesInTheBrowser(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	for _, width := range []int64{360, 1280} {
		b := openTab(t, v.House, width)
		b.signIn("vega")
		b.open("/preferences", "How you are told")
		const chosen = `document.querySelectorAll("[name=kind-reminders]:checked").length`
		want := 1 - value[int](b, chosen)
		b.says("No browser of yours shows news yet.")
		b.press("Pop-up in the browser", ".ways fieldset:nth-of-type(2)")
		b.press("Once a day", "main")
		value[any](b, `document.getElementById("quietFrom").value = "21:00"; document.getElementById("quietTo").value = ""`)
		b.press("Save", "main")
		b.until(`document.querySelector(".problems")?.innerText.includes("from when until when")`)
		b.check()
		if got := value[string](b, `document.getElementById("quietFrom").value + document.querySelector("[name=digest]:checked").value`); got != "21:00daily" {
			t.Errorf("after the refusal the form holds %q", got)
		}
		value[any](b, `document.getElementById("quietTo").value = "07:00"`)
		b.press("Save", "main")
		b.until(`document.body.innerText.includes("Your choices were saved.")`)
		b.check()
		b.open("/preferences", "How you are told")
		if got := value[string](b, `document.getElementById("quietTo").value + " " + `+chosen); got != fmt.Sprintf("07:00 %d", want) {
			t.Errorf("the page that was loaded again holds %q", got)
		}
		if width != 1280 {
			continue
		}
		b.without()
		b.do(chromedp.Navigate(b.url+"/preferences"), chromedp.WaitVisible(chromedp.CSS("#quietFrom")))
		b.do(chromedp.Click(chromedp.CSS(`[name="kind-reminders"][value="push"] + label`)), chromedp.Click(chromedp.CSS(`main form[action="/preferences"] button[type="submit"]`)))
		b.do(chromedp.WaitVisible(chromedp.CSS(".notice")))
		if ways := value[int](b, chosen); ways != 1-want {
			t.Errorf("without scripts %d ways were saved for reminders, want %d", ways, 1-want)
		}
		if value[bool](b, `document.querySelector(".push form").checkVisibility()`) {
			t.Error("without scripts the page offers what it cannot do")
		}
	}
}

// without turns scripts of pages off.
func (b *tab) without() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		b.t.Fatal(err)
	}
}

// TestPushInTheBrowser subscribes a browser, sends it a notice and has its
// worker show one. Chromium without an account of its maker has no push
// service, so the subscription is made in the page, and the message is carried
// from the stand-in for the service to the browser's worker by the test.
func TestPushInTheBrowser(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	b := openTab(t, v.House, 360)
	b.signIn("harris")
	b.open("/preferences", "How you are told")
	b.press("Show news in this browser", "main")
	b.until(`document.querySelector(".push [role=status]").textContent.includes("does not allow it")`)
	b.check()

	_, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "notifications"}, Setting: browser.PermissionSettingGranted, Origin: b.url,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.press("Pop-up in the browser", "main") // of referrals
	b.press("Save", "main")
	b.until(`document.body.innerText.includes("Your choices were saved.")`)
	b.open("/preferences", "How you are told")
	value[any](b, `PushManager.prototype.subscribe = async (asked) => {
		const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
		const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
		const keys = { p256dh: text(await crypto.subtle.exportKey("raw", pair.publicKey)), auth: text(crypto.getRandomValues(new Uint8Array(16))) };
		return { toJSON: () => ({ endpoint: "https://push.example.org/" + asked.applicationServerKey.length, keys }) };
	}; null`)
	b.press("Show news in this browser", "main")
	b.until(`document.readyState === "complete" && document.body.innerText.includes("1 browser of yours shows news.")`)
	b.check()

	var got *http.Request
	var body []byte
	v.Elsewhere.Answer(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
	})
	v.sent()
	if err := v.Relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Notify.SendOn(notify.Push)(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got == nil || got.URL.String() != "https://push.example.org/87" || got.Header.Get("Content-Encoding") != "aes128gcm" || !strings.HasPrefix(got.Header.Get("Authorization"), "vapid t=") {
		t.Fatalf("the push service got %v", got)
	}
	if len(body) < 100 || strings.Contains(string(body), "referral") {
		t.Errorf("the push service can read %q", body)
	}

	news, _ := json.Marshal(map[string]string{"id": "n1", "title": "A new referral is waiting", "url": b.url + "/referrals"})
	want := "A new referral is waiting" + b.url + "/referrals"
	shown := ""
	for n := 0; n < 5 && shown != want; n++ { // the browser may drop one while the worker starts; the tag keeps it from showing twice
		b.deliver(string(news))
		shown = value[string](b, `(async () => {
			const worker = await navigator.serviceWorker.ready;
			for (let n = 0; n < 40; n++) {
				const all = await worker.getNotifications();
				if (all.length) return all.map((n) => n.title + n.data).join();
				await new Promise((on) => setTimeout(on, 50));
			}
			return "";
		})()`)
	}
	if shown != want {
		t.Errorf("the browser shows %q, want %q", shown, want)
	}
	b.press("Stop in all browsers", "main")
	b.until(`document.body.innerText.includes("No browser of yours shows news yet.")`)
}

// deliver hands a message to the page's worker, as the push service of the
// browser would.
func (b *tab) deliver(message string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 20*time.Second)
	defer stop()
	updates := chromedp.Events(ctx, serviceworker.WorkerRegistrationUpdated)
	if _, err := chromedp.Call(ctx, serviceworker.Enable, cdp.Empty{}); err != nil {
		b.t.Fatal(err)
	}
	for update, err := range updates {
		if err != nil {
			b.t.Fatal(err)
		}
		for _, r := range update.Registrations {
			if r.IsDeleted || r.ScopeURL != b.url+"/" {
				continue
			}
			_, err := chromedp.Call(ctx, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{Origin: b.url, RegistrationID: r.RegistrationID, Data: message})
			if err != nil {
				b.t.Fatal(err)
			}
			return
		}
	}
}
