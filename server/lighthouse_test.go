package server_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

// lighthouseLeast is the score that a page for patients must reach, of 1.
const lighthouseLeast = 0.95

// unrecorded is what Lighthouse says when it missed the beginning of a page load
// and rated nothing; it asks to be run again. Source: its lh-error.js.
const unrecorded = "NO_NAVSTART"

// TestLighthouse rates pages that patients open, as a slow phone on a slow
// network would load them (Lighthouse's simulated throttling).
func TestLighthouse(t *testing.T) {
	browser := chromium(t)
	script, err := filepath.Abs(filepath.Join("..", ".ci", "node_modules", "lighthouse", "cli", "index.js"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		missing(t, "lighthouse (npm ci --prefix .ci)")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "node")
	}
	v := visit{t, servertest.Open(t)}
	server := onTheWeb(t, v.House)
	p := newPhone(t, server)
	_, code := v.byPIN("ahc-hrsn-core")
	p.begin(code)
	for _, path := range []string{"/s", p.path} { // the first page, and a question
		report := filepath.Join(t.TempDir(), "report.json")
		rate := func() ([]byte, error) {
			run := exec.CommandContext(t.Context(), node, script, server.URL+path, "--quiet", "--output=json", "--output-path="+report,
				"--only-categories=performance,accessibility", "--throttling-method=simulate", "--form-factor=mobile", "--extra-headers="+p.cookies(),
				"--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking --ignore-certificate-errors")
			run.Env = append(os.Environ(), "CHROME_PATH="+browser)
			return run.CombinedOutput()
		}
		out, err := rate()
		for again := 0; err != nil && again < 2 && bytes.Contains(out, []byte(unrecorded)); again++ {
			t.Logf("%s was not rated: %s", path, out)
			out, err = rate()
		}
		if err != nil {
			t.Fatalf("lighthouse on %s: %v\n%s", path, err, out)
		}
		b, err := os.ReadFile(report)
		if err != nil {
			t.Fatal(err)
		}
		var said struct {
			Categories map[string]struct{ Score float64 }
		}
		if err := json.Unmarshal(b, &said); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"performance", "accessibility"} {
			score := said.Categories[name].Score
			t.Logf("%s: %s %.2f", path, name, score)
			if score < lighthouseLeast {
				t.Errorf("%s: %s scores %.2f, want at least %.2f", path, name, score, lighthouseLeast)
			}
		}
	}
}

// cookies are those of the phone, as a JSON object of headers.
func (p *phone) cookies() string {
	p.t.Helper()
	address, err := url.Parse(p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	var list []string
	for _, c := range p.client.Jar.Cookies(address) {
		list = append(list, c.Name+"="+c.Value)
	}
	b, err := json.Marshal(map[string]string{"Cookie": strings.Join(list, "; ")})
	if err != nil {
		p.t.Fatal(err)
	}
	return string(b)
}
