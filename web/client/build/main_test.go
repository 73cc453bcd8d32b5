package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

// budgets is the most that a file may weigh on the way, in bytes after gzip.
var budgets = map[string]int{"app.js": 3 << 10, "app.css": 10 << 10, "offline.js": 12 << 10, "sw.js": 1 << 10}

func TestStaticFilesAreCurrentAndSmall(t *testing.T) {
	files, err := build("../..")
	if err != nil {
		t.Fatal(err)
	}
	for name, budget := range budgets {
		committed, err := os.ReadFile(filepath.Join("../../static", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(files[name], committed) {
			t.Errorf("static/%s is not what the sources give; run go generate ./web", name)
		}
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		w.Write(committed)
		w.Close()
		if packed.Len() > budget {
			t.Errorf("static/%s = %d bytes gzipped, want at most %d", name, packed.Len(), budget)
		}
		t.Logf("%s: %d bytes, %d gzipped", name, len(committed), packed.Len())
	}
}
