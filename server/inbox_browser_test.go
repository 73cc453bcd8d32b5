package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/server/servertest"
)

// TestSeveralInTheBrowser moves several referrals of an inbox at once, then
// takes the inbox out as a file and brings answers back in, of which one is wrong.
func TestSeveralInTheBrowser(t *testing.T) {
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			v := visit{t, servertest.Open(t)}
			_, id := v.sent()
			under := v.do("harris", http.MethodGet, "/api/v1/referrals?status=in-progress", nil, http.StatusOK)["items"].([]any)[0].(object)["id"].(string)
			b := openTab(t, v.House, width)
			b.signIn("harris")
			b.open("/referrals?tab=all", "Referrals")
			if n := value[int](b, `[...document.querySelectorAll("main tbody tr")].filter((r) => r.innerText.includes("Settled") && r.querySelector("[name=chosen]")).length`); n > 0 {
				t.Errorf("%d settled referrals can be ticked", n)
			}
			for _, one := range []string{id, under} {
				b.do(chromedp.Click(chromedp.CSS(`[id="chosen-` + one + `"]`)))
			}
			b.follow("Do it", "What was done", "main")
			b.says("Choose one of the known statuses.")
			b.follow("Back to the list", "Referrals", "main")
			for _, one := range []string{id, under} {
				b.do(chromedp.Click(chromedp.CSS(`[id="chosen-` + one + `"]`)))
			}
			b.fill("With those you ticked", "acknowledged")
			b.follow("Do it", "What was done", "main")
			b.says("1 was saved", "1 was not saved", "It cannot become “Seen by the agency”.")
			b.follow("Back to the list", "Referrals", "main")

			b.follow("Work with a file", "Work with a file", "main")
			b.press("What may stand in the columns", "main")
			b.says("no-capacity", "received-service", "in-progress")
			b.check()
			file := value[string](b, `fetch("/referrals/export.csv?tab=all").then((a) => a.text())`)
			if !strings.Contains(file, id+",2,") {
				t.Fatalf("the file does not hold the referral as it stands:\n%.500s", file)
			}
			answers := "id,version,new_status,reason\r\n" + id + ",2,rejected,no-capacity\r\n" + under + ",1,on-hold,\r\n"
			value[any](b, `(() => {
				const d = new DataTransfer();
				d.items.add(new File([`+quote(answers)+`], "answers.csv", { type: "text/csv" }));
				document.getElementById("file").files = d.files;
			})()`)
			b.press("Check the file", "main")
			b.until(`document.readyState === "complete" && document.body.innerText.includes("Nothing is saved yet")`)
			b.check()
			b.says("1 row is ready", "1 row needs a change", "Line 3")
			b.press("Save 1 row", "main")
			b.until(`document.readyState === "complete" && document.body.innerText.includes("1 row was saved")`)
			b.check()
			if r := v.do("harris", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK); r["status"] != "rejected" {
				t.Errorf("after the file the referral is %v", r["status"])
			}
		})
	}
}

// TestLivePartsInTheBrowser has others act while an agency is in its inbox and
// a worker in their day: what they are in stays, the rest renews.
func TestLivePartsInTheBrowser(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	under := v.do("harris", http.MethodGet, "/api/v1/referrals?status=in-progress", nil, http.StatusOK)["items"].([]any)[0].(object)["id"].(string)
	go func() { _ = v.Relay.Run(t.Context()) }()
	worker, agency := openTab(t, v.House, 360), openTab(t, v.House, 1280)
	worker.signIn("vega")
	agency.signIn("harris")

	agency.open("/referrals?tab=all", "Referrals")
	row := fmt.Sprintf(`document.querySelector('main tbody a[href="/referrals/%s"]').closest("tr").innerText`, under)
	hold := func(text string) string {
		return fmt.Sprintf(`document.getElementById("list-tabs").innerText.replace(/\s+/g, " ").includes(%s)`, quote(text))
	}
	agency.do(chromedp.Click(chromedp.CSS(`[id="chosen-` + id + `"]`)))
	agency.until(hold("On hold 1"))
	v.move("moreno", under, object{"to": "on-hold", "reason": "no-capacity"}, http.StatusOK)
	agency.until(hold("On hold 2"))
	if !value[bool](agency, `document.getElementById("chosen-`+id+`").checked && `+row+`.includes("In progress")`) {
		t.Error("the list in which a row is ticked was renewed")
	}
	agency.do(chromedp.Click(chromedp.CSS(`[id="chosen-` + id + `"]`)))
	value[any](agency, `document.activeElement.blur()`)
	agency.until(row + `.includes("On hold")`)
	agency.check()

	worker.open("/", "Good morning")
	worker.fill("Name", "Pil")
	due := `document.getElementById("home-work").innerText.includes("Pilar Quiroga")`
	if value[bool](worker, due) {
		t.Fatal("the worker's day asks for Pilar Quiroga before anything happened")
	}
	v.move("harris", id, object{"to": "rejected", "reason": "no-capacity"}, http.StatusOK)
	worker.until(due)
	if got := value[string](worker, `document.activeElement.id + ": " + document.activeElement.value`); got != "name: Pil" {
		t.Errorf("after the day renewed the worker is in %q", got)
	}
	worker.check()
}
