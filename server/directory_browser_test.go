package server_test

import (
	"testing"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestSearchInTheBrowser types in the search box, looks at the map and the
// list to take along in every language, and shows them to axe-core.
func TestSearchInTheBrowser(t *testing.T) {
	b := openTab(t, servertest.Open(t), 360)
	b.signIn("vega")
	b.open("/directory?zip=95351&q=", "Services")
	b.fill("What are you looking for?", "foo")
	b.until(`document.querySelector("[role=option]") !== null`)
	b.check()
	for _, key := range []string{"ArrowDown", "Enter"} {
		value[any](b, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "`+key+`", bubbles: true, cancelable: true}))`)
	}
	b.until(`new URLSearchParams(location.search).get("q").length > 3 && !document.querySelector("[data-busy]")`)

	b.inEveryLanguage("directory-map", "/directory?need=food-insecurity&zip=95351&view=map")
	b.inEveryLanguage("directory-open", "/directory?zip=95351&open=sat&part=morning")
	b.inEveryLanguage("directory-nothing", "/directory?need=food-insecurity&zip=95351&language=de")
	for _, id := range []string{"valley-food-bank/pantry", "community-action/shutoff", "harbor-house/shelter"} {
		b.open("/directory?zip=95351&view=map&sort=name", "Services")
		value[any](b, `(() => { const form = document.querySelector("form[action='/shortlist']"), i = document.createElement("input");
			i.type = "hidden"; i.name = "service"; i.value = "`+seed.ID(id)+`"; form.append(i); form.requestSubmit() })()`)
		b.until(`document.querySelector(".notice") !== null`)
	}
	b.open("/shortlist", "List to take along")
	value[any](b, `document.querySelector(".take-language [value=ar]").click(), document.querySelector(".take-language").requestSubmit()`)
	b.until(`document.querySelector(".take").lang === "ar"`)
	b.inEveryLanguage("shortlist", "/shortlist")
}
