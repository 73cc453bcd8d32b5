package server_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestAgencyInTheBrowser answers the inbox by keys and by taps, on a phone and
// at a desk, and looks at what an agency's admin keeps right.
func TestAgencyInTheBrowser(t *testing.T) {
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			v := visit{t, servertest.Open(t)}
			_, id := v.sent()
			b := openTab(t, v.House, width)
			b.signIn("moreno")
			b.follow("Our agency", "Alder Valley Food Bank")
			b.follow("People", "People", "main")
			b.open("/admin/organizations/"+seed.ID("valley-food-bank"), "About the organization")
			b.open("/listing", "")
			b.open("/admin/webhooks", "")
			b.open("/preferences", "")
			b.open("/referrals/file", "")
			b.open("/referrals?tab=all", "Referrals")
			b.open("/referrals?tab=requested", "Referrals")
			row := fmt.Sprintf(`document.querySelector('main tbody a[href="/referrals/%s"]')`, id)
			value[any](b, row+`.focus()`)
			b.do(chromedp.KeyEvent("a"))
			b.until(row + `.closest("tr").querySelector("details[open]") !== null`)
			b.check()
			b.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
			b.until(`document.querySelector("#status, .toast, main")?.innerText && !` + row)
			b.open("/referrals/"+id, "Pilar Quiroga")
			b.says("Accepted")
		})
	}
}

// TestAgencyByLinkInTheBrowser opens the link of a notice, gets a code, answers
// in two taps and makes the agency's first account.
func TestAgencyByLinkInTheBrowser(t *testing.T) {
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			v, id, code := deserted(t)
			b := openTab(t, v.House, width)
			b.open("/a#"+code, "A referral for your agency")
			b.until(`document.getElementById("code").value === ` + quote(code) + ` && location.hash === ""`)
			b.follow("Go on", "Is this your agency?", "main")
			b.press("Send me the code", "main")
			b.until(`document.getElementById("code") !== null && document.querySelector("h1").innerText.includes("Is this")`)
			b.check()
			b.fill("Code from our message", "000000")
			b.press("Go on", "main")
			b.until(`document.querySelector(".problems") !== null`)
			b.check()
			b.fill("Code from our message", sentCode.FindString(v.Texts.LastTo(bankPhone).Body))
			b.follow("Go on", "Pilar Quiroga", "main")
			b.press("Decline", "main")
			b.check()
			b.press("Accept", "main")
			b.press("Yes, accept", "main")
			b.until(`document.querySelector("main").innerText.includes("Accepted") && !document.querySelector("[data-busy]")`)
			b.fill("Write to the sender", "Can she come on Friday?")
			b.press("Send the message", "main")
			b.until(`document.querySelector(".message-text")?.innerText.includes("Friday")`)
			b.check()
			b.follow("Make an account", "Make an account for your agency", "main")
			b.fill("Your name", "Dana Fox")
			b.fill("Email", "dana@valley-food-bank.example.org")
			b.fill("Password", "harbor lantern seven meadows")
			b.follow("Make an account", "Pilar Quiroga", "main form")
			if path := value[string](b, `location.pathname`); path != "/referrals/"+id {
				t.Errorf("after joining the agency is at %s", path)
			}
			users, err := v.Accounts.UsersWithRole(t.Context(), seed.ID("valley-food-bank"), identity.AgencyAdmin)
			if err != nil || len(users) != 1 {
				t.Errorf("admins = %v, %v, want the first one", users, err)
			}
		})
	}
}
