package server_test

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

// lighthouseLeast is the score that a page for patients must reach, of 1.
const lighthouseLeast = 0.95

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
	server := httptest.NewServer(servertest.Open(t).Handler)
	t.Cleanup(server.Close)
	for _, path := range []string{"/signin"} {
		report := filepath.Join(t.TempDir(), "report.json")
		run := exec.CommandContext(t.Context(), node, script, server.URL+path, "--quiet", "--output=json", "--output-path="+report,
			"--only-categories=performance,accessibility", "--throttling-method=simulate", "--form-factor=mobile",
			"--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking")
		run.Env = append(os.Environ(), "CHROME_PATH="+browser)
		if out, err := run.CombinedOutput(); err != nil {
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
