package server_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// harbor is a table with things to mend, keep and refuse.
const harbor = "id,name,description,website,colour\n" +
	"o1,Quiet Harbor Pantry,Food &amp; more,quietharbor.example.org,blue\n" +
	"o2,,No name,,\n" +
	"o3,\"A Very Long Name of an Organization That Helps People Who Live Along the River and in the Hills\",NA,not a website at all,green\n"

// give puts a file into the field as a person does who chooses one.
func (b *tab) give(field, name, content string) {
	b.t.Helper()
	value[any](b, fmt.Sprintf(`(() => {
		const d = new DataTransfer();
		d.items.add(new File([%s], %s));
		document.getElementById(%s).files = d.files;
	})()`, quote(content), quote(name), quote(field)))
}

// wide looks at the page once more on a large screen.
func (b *tab) wide() {
	b.t.Helper()
	if b.shots == "" {
		return // only for the eye: the rules are those of the phone
	}
	b.do(chromedp.EmulateViewport(1280, 900))
	b.check()
	b.do(chromedp.EmulateViewport(360, 740))
}

// see opens a page on a phone and on a large screen.
func (b *tab) see(path, heading string) {
	b.t.Helper()
	b.open(path, heading)
	b.wide()
}

// TestImportInTheBrowser tries a file, watches the import go on by itself on
// the open page, reads the report and imports for good.
func TestImportInTheBrowser(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	b := openTab(t, h, 360)
	b.signIn("park")
	b.see("/admin/imports", "Imports")
	b.press("More", ".nav")
	b.check()
	b.press("More", ".nav")
	b.press("Start the import", "main")
	b.until(`document.querySelector(".problems") !== null && document.readyState === "complete"`)
	b.check()
	b.fill("Name of the feed", "harbor")
	b.give("file", "organizations.csv", harbor)
	b.follow("Start the import", "Import of harbor", "main")
	b.says("Waits to begin")
	b.wide()
	value[any](b, `window.kept = true`)
	work := func(did string) {
		t.Helper()
		if _, err := h.Imports.Work(ctx); err != nil {
			t.Fatal(err)
		}
		b.until(`document.querySelector("main").innerText.includes("` + did + `")`)
	}
	work("What it would do")
	if !value[bool](b, `window.kept === true`) {
		t.Error("the page of an import was loaded anew, want its parts renewed")
	}
	b.check()
	b.wide()
	b.press("Now import for real", "main")
	b.until(`document.querySelector("main").innerText.includes("Waits to begin")`)
	work("What it did")
	b.see("/admin/imports", "Imports")
	b.says("harbor")
}

// TestDuplicatesInTheBrowser merges two records and takes them apart again.
func TestDuplicatesInTheBrowser(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	b := openTab(t, h, 360)
	b.signIn("park")
	b.see("/admin/duplicates", "")
	doc, err := h.Directory.ServiceByID(ctx, seed.ID("valley-food-bank/pantry"))
	if err != nil {
		t.Fatal(err)
	}
	doc.ID, doc.Version, doc.Service.ID, doc.Service.Description = "", 0, "", "The same, said in other words."
	for i := range doc.Service.ServiceAtLocations {
		doc.Service.ServiceAtLocations[i].ID = ""
	}
	if doc, err = h.Directory.PutService(ctx, doc); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Directory.FindDuplicates(ctx); err != nil {
		t.Fatal(err)
	}
	b.see("/admin/duplicates?kind="+directory.KindService, "")
	value[any](b, `document.querySelector('main a[href^="/admin/duplicates/"]:not([href*="?"])').click()`)
	b.until(`/duplicates\/.+/.test(location.pathname) && !document.querySelector("[data-busy]")`)
	b.check()
	b.wide()
	b.press("Merge", "main form")
	b.until(`document.querySelector(".notice") !== null && !document.querySelector("[data-busy]")`)
	b.says("The two records are one now.")
	b.check()
	b.wide()
	b.press("Undo the merge", "main")
	b.until(`document.querySelector(".notice")?.innerText.includes("The merge is undone.")`)
	b.check()
}

// TestWordsAndQueuesInTheBrowser looks at what a network's admin keeps in
// order: needs of services, words, vain searches, listings to check.
func TestWordsAndQueuesInTheBrowser(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	reviewed(t, h)
	b := openTab(t, h, 360)
	pantry := seed.ID("valley-food-bank/pantry")
	b.see("/report/"+pantry, "Report a mistake")
	b.press("Send", "main")
	b.until(`document.querySelector(".problems") !== null`)
	b.check()
	value[any](b, `document.querySelector('[name=what][value=phone]').click()`)
	b.fill("", "It rings at a school.")
	b.follow("Send", "Thank you", "main")

	b.signIn("vega")
	for _, q := range []string{"snowboard", "xylophone lessons", "lawyer for goats"} {
		b.open("/directory?zip=95351&q="+q, "Services")
	}
	b.wide()
	if _, err := h.Directory.FindDuplicates(ctx); err != nil {
		t.Fatal(err)
	}
	b.leave()
	b.signIn("moreno")
	b.open("/listing/"+pantry+"/about", "")
	b.fill("Name", "Pantry of the valley")
	b.press("Save", "main form")
	b.until(`location.pathname === "/listing/` + pantry + `"`)
	b.check()
	b.leave()

	b.signIn("park")
	for _, path := range []string{
		"/admin/services", "/admin/services/map?kind=term&text=Quilting", "/admin/words", "/admin/words?q=zzz", "/admin/searches", "/admin/verify", "/admin/verify/" + pantry,
		"/admin/proposals", "/admin/proposals/service-" + pantry,
	} {
		b.see(path, "")
	}
}

// TestListingInTheBrowser opens every section of a listing and sends it empty.
func TestListingInTheBrowser(t *testing.T) {
	h := servertest.Open(t)
	b := openTab(t, h, 360)
	b.signIn("moreno")
	pantry, place := seed.ID("valley-food-bank/pantry"), seed.ID("valley-food-bank/place/0")
	b.see("/listing", "")
	b.see("/listing/new", "")
	b.see("/listing/"+pantry, "")
	for _, section := range []string{"status", "about", "phones", "hours", "who", "rules", "area", "take", "places", "hours-at-" + place, "room"} {
		b.see("/listing/"+pantry+"/"+section, "")
	}
	b.see("/listing/places/new", "")
	b.see("/listing/places/"+place, "")
	b.see("/listing/places/"+place+"/hours", "")
	b.see("/listing/organizations/"+seed.ID("valley-food-bank"), "")
}
