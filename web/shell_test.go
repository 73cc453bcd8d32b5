package web

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sampleOffline is the app's page.
func sampleOffline(p Page) OfflineView {
	return OfflineView{Page: p, Words: offlineWords(p.Locale), Languages: offlineLanguages(), Consent: offlineConsent(sampleTheirs(p))}
}

// TestShell holds the service worker to what it needs, and to files that exist.
func TestShell(t *testing.T) {
	s := newSite(t)
	worker := s.get("/sw.js")
	if got := worker.header.Get("Cache-Control"); worker.status != http.StatusOK || got != "no-cache" {
		t.Errorf("GET /sw.js = %d, Cache-Control %q, want 200, no-cache", worker.status, got)
	}
	head, _, _ := strings.Cut(strings.TrimPrefix(worker.body, "self.shell="), ";\n")
	var kept struct {
		Version string
		Files   []string
	}
	if err := json.Unmarshal([]byte(head), &kept); err != nil {
		t.Fatalf("the service worker begins with %.200s: %v", worker.body, err)
	}
	for _, file := range kept.Files {
		if a := s.get(file); a.status != http.StatusOK {
			t.Errorf("the service worker keeps %s, which answers %d", file, a.status)
		}
	}
	page := s.get("/offline")
	if got := page.header.Get("X-Shell"); got == "" || got != kept.Version {
		t.Errorf("GET /offline is of version %q, the service worker of %q, want the same", got, kept.Version)
	}
	for _, part := range regexp.MustCompile(`(?:src|href|data-module)="(/static/[^"]+\.(?:js|css|svg))"`).FindAllStringSubmatch(page.body, -1) {
		if !strings.Contains(head, part[1]) {
			t.Errorf("the page needs %s, which the service worker does not keep", part[1])
		}
	}
}

// TestOfflinePageIsTheSameForAll keeps what is kept on the device free of whoever was signed in.
func TestOfflinePageIsTheSameForAll(t *testing.T) {
	s := newSite(t)
	before := s.get("/offline").body
	s.signIn()
	if after := s.get("/offline").body; after != before {
		t.Error("GET /offline differs for a person signed in, want the same page for all")
	}
}

func TestManifest(t *testing.T) {
	s := newSite(t)
	a := s.get("/manifest.webmanifest")
	var m struct {
		Start   string `json:"start_url"`
		Display string
		Icons   []struct{ Src, Type string }
	}
	if err := json.Unmarshal([]byte(a.body), &m); err != nil || m.Start != "/offline" || m.Display != "standalone" || len(m.Icons) < 3 {
		t.Fatalf("manifest = %s, %v", a.body, err)
	}
	if got := a.header.Get("Content-Type"); got != "application/manifest+json" {
		t.Errorf("Content-Type = %q", got)
	}
	for _, icon := range m.Icons {
		if got := s.get(icon.Src); got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), icon.Type) {
			t.Errorf("icon %s = %d %s, want %s", icon.Src, got.status, got.header.Get("Content-Type"), icon.Type)
		}
	}
}

var (
	// tells finds t("key" in the modules, and whether more is added to the key.
	tells = regexp.MustCompile("\\bt\\((?:\"([^\"]+)\"|`([^`$]+)\\$)(\\s*\\+)?")
	// mentions finds strings that are keys of the app.
	mentions = regexp.MustCompile("[\"`](offline\\.[a-z.-]+)")
)

// TestAppHasItsWords holds the words sent along to those that the modules ask for.
func TestAppHasItsWords(t *testing.T) {
	var words, card map[string]any
	l := samplePage(t, "", "/offline", "offline.title").Locale
	for text, into := range map[string]*map[string]any{offlineWords(l): &words, takeTodayWords(l): &card} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob("client/offline/*.ts")
	if err != nil || len(files) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	said := map[string]bool{}
	for _, file := range append(files, "offline.templ") {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range tells.FindAllStringSubmatch(string(b), -1) {
			if m[1] != "" && m[3] == "" && words[m[1]] == nil {
				t.Errorf("%s asks for %q, which is not sent along", file, m[1])
			}
		}
		for _, m := range mentions.FindAllStringSubmatch(string(b), -1) {
			said[m[1]] = true
		}
	}
	for key := range words {
		if strings.HasPrefix(key, "offline.") && !said[key] && !family(key, said) && !strings.HasPrefix(key, "offline.wrong.") {
			t.Errorf("nothing asks for %q", key)
		}
	}
	for text := range card {
		if words[text] == nil {
			t.Errorf("the card asks for %q, which has no words", text)
		}
	}
	for key, text := range words {
		if s, _ := json.Marshal(text); strings.Contains(string(s), "{{") || strings.Contains(string(s), "no value") {
			t.Errorf("%q = %s: a value has no name for the device", key, s)
		}
	}
	if one := words["offline.patients-shown"].(map[string]any)["one"]; one != "{count} person" {
		t.Errorf(`"offline.patients-shown" for one = %q`, one)
	}
}
