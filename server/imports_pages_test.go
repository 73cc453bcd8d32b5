package server_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// sendFile posts a form with a file, as a browser does.
func (p *phone) sendFile(path, field, name, content string, fields ...string) *phone {
	p.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if m := tokenField.FindStringSubmatch(p.body); m != nil {
		fields = append(fields, "_token", m[1])
	}
	for i := 0; i+1 < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			p.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		p.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+path, &body)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	p.send(r)
	return p
}

// networkAdmin is a phone on which the network's admin is signed in.
func networkAdmin(t *testing.T, h *servertest.House) *phone {
	t.Helper()
	p := newPhone(t, onTheWeb(t, h))
	p.open("/signin").post("/signin", "email", servertest.Account(t, "park").Email, "password", servertest.Password).at("/")
	return p
}

// TestImportOnThePage goes from a file through a dry run, its progress and its
// report to the import itself.
func TestImportOnThePage(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	admin := networkAdmin(t, h)
	work := func() {
		t.Helper()
		if _, err := h.Imports.Work(ctx); err != nil {
			t.Fatal(err)
		}
	}
	const file = "id,name,description\no1,Quiet Harbor Pantry,Food &amp; more\no2,,No name\n"
	admin.open("/admin/imports").sendFile("/admin/imports", "file", "organizations.exe", file, "feed", "harbor", "dry", "yes").
		statusIs(http.StatusBadRequest, "Choose a file that ends in")
	admin.open("/admin/imports").sendFile("/admin/imports", "file", "organizations.csv", file, "feed", "harbor", "dry", "yes").
		statusIs(http.StatusOK, "Waits to begin", "You can close this page")
	run := admin.path
	const again = `<noscript><meta http-equiv="refresh"`
	if !strings.Contains(admin.body, again) {
		t.Error("the page of an import that waits does not move on by itself")
	}
	work()
	admin.open(run).statusIs(http.StatusOK, "Done", "Dry run", "Now import for real", "Download as CSV")
	if strings.Contains(admin.body, again) {
		t.Error("the page of an import that is over goes on asking")
	}
	if found := admin.open("/directory?q=quiet+harbor").body; strings.Contains(found, "Quiet Harbor Pantry") {
		t.Error("a dry run stored something")
	}
	all := admin.open(run + "/report?form=csv").statusIs(http.StatusOK).body
	if rows := strings.Count(all, "\n"); rows < 3 || !strings.Contains(admin.header.Get("Content-Type"), "text/csv") {
		t.Errorf("the report as %s has %d rows:\n%s", admin.header.Get("Content-Type"), rows, all)
	}
	few := admin.open(run + "/report?form=csv&done=dropped").statusIs(http.StatusOK).body
	if strings.Count(few, "\n") >= strings.Count(all, "\n") || strings.Contains(few, "repaired") {
		t.Errorf("what was dropped alone:\n%s\nall:\n%s", few, all)
	}
	lines := admin.open(run + "/report?form=json").statusIs(http.StatusOK).body
	if !json.Valid([]byte(lines)) || !strings.Contains(admin.header.Get("Content-Type"), "json") {
		t.Errorf("the report as JSON (%s) is none: %.200s", admin.header.Get("Content-Type"), lines)
	}
	admin.open(run+"?done=repaired").statusIs(http.StatusOK, "Repaired")
	admin.open(run).post(run, "dry", "no").statusIs(http.StatusOK, "Waits to begin")
	work()
	admin.open(admin.path).statusIs(http.StatusOK, "Done")
	admin.open("/admin/imports").statusIs(http.StatusOK, "harbor", "1 record")
	admin.open("/admin/imports/none").statusIs(http.StatusNotFound)
}

// TestDuplicatesOnThePage goes from a proposal through both records side by side
// to a merge, and back.
func TestDuplicatesOnThePage(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	old := seed.ID("valley-food-bank/pantry")
	doc, err := h.Directory.ServiceByID(ctx, old)
	if err != nil {
		t.Fatal(err)
	}
	twin := doc
	twin.ID, twin.Version, twin.Service.ID, twin.Service.Description = "", 0, "", "The same, said in other words."
	for i := range twin.Service.ServiceAtLocations {
		twin.Service.ServiceAtLocations[i].ID = ""
	}
	if twin, err = h.Directory.PutService(ctx, twin); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Directory.FindDuplicates(ctx); err != nil {
		t.Fatal(err)
	}
	admin := networkAdmin(t, h)
	pair := ""
	for _, m := range regexp.MustCompile(`href="(/admin/duplicates/[^"?]+)"`).FindAllStringSubmatch(admin.open("/admin/duplicates?kind="+directory.KindService).body, -1) {
		if body := admin.open(m[1]).body; strings.Contains(body, old) && strings.Contains(body, twin.ID) {
			pair = m[1]
		}
	}
	if pair == "" {
		t.Fatal("the copy of a service is not among the proposals")
	}
	admin.open(pair).statusIs(http.StatusOK, "The same, said in other words.", "Merge")
	admin.post(pair, "do", "eat").statusIs(http.StatusBadRequest)
	admin.open(pair).post(pair, "do", "merge", "keep", old, "field.description", twin.ID).at(pair, "The two records are one now.", "Undo the merge")
	if s, err := h.Directory.ServiceByID(ctx, old); err != nil || s.Service.Description != twin.Service.Description {
		t.Errorf("the one that stayed = %q, %v, want the other's description", s.Service.Description, err)
	}
	admin.post(pair, "do", "undo").at(pair, "The merge is undone.")
	if s, err := h.Directory.ServiceByID(ctx, old); err != nil || s.Service.Description != doc.Service.Description {
		t.Errorf("taken apart = %q, %v, want what was there before", s.Service.Description, err)
	}
	admin.post(pair, "do", "undo").statusIs(http.StatusConflict, "These two records are not merged.")
}
