package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// budgets is the most that a file, with the chunks it cannot begin without, may
// weigh on the way, in bytes after gzip.
var budgets = map[string]int{"app.js": 3 << 10, "self.js": 1200, "speak.js": 1 << 10, "suggest.js": 1200, "push.js": 700, "live.js": 1200, "inbox.js": 500, "app.css": 10 << 10, "card.js": 5 << 10, "offline.js": 12 << 10, "sw.js": 1400}

// modulesBudget is for all modules together, in bytes after gzip. No page loads
// all of them.
const modulesBudget = 32 << 10

// imported finds the chunks that a module begins with.
var imported = regexp.MustCompile(`(?:from|import)"\./(chunk-[^"]+)"`)

func TestStaticFilesAreCurrentAndSmall(t *testing.T) {
	files, err := build("../..")
	if err != nil {
		t.Fatal(err)
	}
	modules := 0
	for name, body := range files {
		committed, err := os.ReadFile(filepath.Join("../../static", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(body, committed) {
			t.Errorf("static/%s is not what the sources give; run go generate ./web", name)
		}
		if strings.HasSuffix(name, ".js") {
			modules += packed(t, body)
		}
	}
	for name, budget := range budgets {
		seen := map[string]bool{}
		weight := withChunks(t, files, name, seen)
		if weight > budget {
			t.Errorf("static/%s with %d chunks = %d bytes gzipped, want at most %d", name, len(seen)-1, weight, budget)
		}
		t.Logf("%s: %d bytes gzipped, with %d chunks", name, weight, len(seen)-1)
	}
	if modules > modulesBudget {
		t.Errorf("all modules = %d bytes gzipped, want at most %d", modules, modulesBudget)
	}
	t.Logf("all modules: %d bytes gzipped", modules)
}

// withChunks is what a file and all that it begins with weigh; seen grows by them.
func withChunks(t *testing.T, files map[string][]byte, name string, seen map[string]bool) int {
	t.Helper()
	if seen[name] {
		return 0
	}
	seen[name] = true
	weight := packed(t, files[name])
	for _, m := range imported.FindAllSubmatch(files[name], -1) {
		weight += withChunks(t, files, string(m[1]), seen)
	}
	return weight
}

func packed(t *testing.T, body []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}
