package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportWithAMapping: a table of one's own comes in, and every mistake of a
// mapping is told before anything is read.
func TestImportWithAMapping(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		full := filepath.Join(dir, name)
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return full
	}
	data := t.TempDir()
	if out, code := command(t, "", "reindex", "--data", data); code != exitDone {
		t.Fatalf("reindex ended with %d and wrote %q", code, out)
	}
	table := write("table.csv", "Agency;Program\nFood Bank;Pantry\n")
	good := write("good.json", `{"tables": [{"rows": [{"set": [{"to": "organization.name", "from": "Agency"}, {"to": "service.name", "from": "Program"}]}]}]}`)
	out, code := command(t, "", "import", "--data", data, "--mapping", good, table)
	if code != exitDone || !strings.Contains(out, "service                 1") {
		t.Errorf("import ended with %d and wrote %q", code, out)
	}
	bad := write("bad.json", `{"tables": [{"rows": [{"set": [{"to": "organisation.name", "from": "Agency"}, {"to": "service.nam", "from": "Program"}]}]}]}`)
	out, code = command(t, "", "import", "--data", data, "--mapping", bad, table)
	if code != exitUsage || !strings.Contains(out, "tables[0].rows[0].set[0].to") || !strings.Contains(out, `no "nam" in service`) {
		t.Errorf("import with a wrong mapping ended with %d and wrote %q", code, out)
	}
	if out, code := command(t, "", "import", "--mapping", "list"); code != exitDone || !strings.Contains(out, "icarol") {
		t.Errorf("--mapping list ended with %d and wrote %q", code, out)
	}
}
