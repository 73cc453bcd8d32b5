package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// command runs one command line and answers what it wrote and its exit code.
func command(t *testing.T, stdin string, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(stdin), &out, &out)
	return out.String(), code
}

// printed hands over what is written to it.
type printed chan string

func (p printed) Write(b []byte) (int, error) { p <- string(b); return len(b), nil }

// serving runs serve on a new data folder until the test ends, and answers
// the folder, the address and the one-time link.
func serving(t *testing.T) (data, base, link string) {
	t.Helper()
	data = t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	out, done := make(printed, 16), make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--data", data, "--addr", "127.0.0.1:0", "--log-level", "error"}, strings.NewReader(""), out, out)
	}()
	t.Cleanup(func() {
		stop()
		if code := <-done; code != exitDone {
			t.Errorf("serve ended with %d, want %d", code, exitDone)
		}
		if _, err := os.Stat(controlPath(data)); err == nil {
			t.Error("the control file is left behind")
		}
	})
	for base == "" || link == "" {
		select {
		case line := <-out:
			if m := regexp.MustCompile(`ready at (http://\S+)`).FindStringSubmatch(line); m != nil {
				base = m[1]
			}
			if m := regexp.MustCompile(`http://\S+/setup#\S+`).FindString(line); m != "" {
				link = m
			}
		case code := <-done:
			done <- code
			t.Fatalf("serve ended with %d before it was ready", code)
		}
	}
	return data, base, link
}

// TestCommandsThroughTheServer gives commands to the folder of a server that runs.
func TestCommandsThroughTheServer(t *testing.T) {
	data, base, link := serving(t)
	if !strings.HasPrefix(link, base+"/setup#") {
		t.Errorf("the one-time link is %s, want one of %s", link, base)
	}
	person := []string{"user", "add", "--data", data, "--email", "ana@clinic.example", "--name", "Ana", "--role", "chw", "--organization", "gone"}
	tests := []struct {
		name, in string
		args     []string
		code     int
		want     string // in what is written
	}{
		{"ready", "", []string{"health", "--addr", strings.TrimPrefix(base, "http://")}, exitDone, "ready"},
		{"index", "", []string{"reindex", "--data", data}, exitDone, "0 services are in the index."},
		{"import with a refused row", "", []string{"import", "--data", data, feedFolder(t)}, exitPartly, "no-organization"},
		{"import of nothing", "", []string{"import", "--data", data, t.TempDir()}, exitFailed, "could not do it"},
		{"list", "", []string{"user", "list", "--data", data}, exitDone, ""},
		{"refused", "", person, exitFailed, "Choose an organization of the network."},
		{"nobody to disable", "", []string{"user", "disable", "--data", data, "gone"}, exitFailed, "does not exist"},
	}
	for _, tt := range tests {
		out, code := command(t, tt.in, tt.args...)
		if code != tt.code || !strings.Contains(strings.ToLower(out), strings.ToLower(tt.want)) {
			t.Errorf("%s: %v ended with %d and wrote %q, want %d and %q", tt.name, tt.args, code, out, tt.code, tt.want)
		}
	}
}

// TestCommandsOnAFolder gives commands to a folder that no server has open.
func TestCommandsOnAFolder(t *testing.T) {
	data := t.TempDir()
	if out, code := command(t, "", "reindex", "--data", data); code != exitDone || !strings.Contains(out, "0 services") {
		t.Errorf("reindex ended with %d and wrote %q, want 0", code, out)
	}
	report := filepath.Join(data, "report.csv")
	if out, code := command(t, "", "import", "--data", data, "--dry-run", "--report", report, feedFolder(t)); code != exitPartly || !strings.Contains(out, "nothing was written") {
		t.Errorf("import ended with %d and wrote %q, want %d", code, out, exitPartly)
	}
	if b, err := os.ReadFile(report); err != nil || !strings.Contains(string(b), "no-organization,error,dropped") {
		t.Errorf("the report is %q, %v", b, err)
	}
	for _, format := range []string{"hsds-json", "ndjson", "hsds-csv"} {
		out := filepath.Join(data, "export."+format)
		if text, code := command(t, "", "export", "--data", data, "--format", format, "--out", out); code != exitDone {
			t.Errorf("export as %s ended with %d and wrote %q", format, code, text)
		}
		if info, err := os.Stat(out); err != nil || info.Size() == 0 {
			t.Errorf("export as %s: %v", format, err)
		}
	}
	mistyped := filepath.Join(data, "mistyped")
	if out, code := command(t, "", "user", "list", "--data", mistyped); code != exitFailed || !strings.Contains(out, "no data folder") {
		t.Errorf("user list in no folder ended with %d and wrote %q, want 1", code, out)
	}
	if _, err := os.Stat(mistyped); err == nil {
		t.Error("a command made the folder that was mistyped")
	}
	if out, code := command(t, "", "health", "--addr", "127.0.0.1:1"); code != exitFailed || !strings.Contains(out, "does not answer") {
		t.Errorf("health of no server ended with %d and wrote %q, want 1", code, out)
	}
}

// feedFolder has a small directory of services; one names an organization that
// is not there.
func feedFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"organizations.csv": "id,name,description\no1,Pantry,\n",
		"services.csv":      "id,organization_id,name,status\ns1,o1,Bags of food,active\ns2,o2,Meals,active\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWrongUse(t *testing.T) {
	tests := map[string][]string{
		"expected one of":                       {},
		"unexpected argument":                   {"serf"},
		"must begin with sqlite: or mongodb://": {"serve", "--storage", "files", "--addr", "nowhere"},
		"must end in .csv or .json":             {"import", "--report", "report.txt", "x"},
		"say which folder":                      {"import"},
		"There is no ready mapping":             {"import", "--mapping", "unheard-of", "x"},
		"no such file":                          {"import", "--mapping", "./missing.json", "x"},
		"must be one of":                        {"export", "--format", "pdf", "--out", "x"},
		"must be HOST:PORT":                     {"serve", "--storage", "files", "--addr", "nowhere"}, // all mistakes at once
	}
	for want, args := range tests {
		if out, code := command(t, "", args...); code != exitUsage || !strings.Contains(out, want) {
			t.Errorf("%v ended with %d and wrote %q, want %d and %q", args, code, out, exitUsage, want)
		}
	}
	if out, code := command(t, "", "--help"); code != exitDone || !strings.Contains(out, "serve") {
		t.Errorf("--help ended with %d and wrote %q, want the commands", code, out)
	}
}

func TestBaseURL(t *testing.T) {
	tests := []struct{ set, listening, want string }{
		{"https://havenloop.example.org/", "0.0.0.0:8080", "https://havenloop.example.org"},
		{"", "127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"", "0.0.0.0:8080", "http://localhost:8080"},
		{"", "[::]:8080", "http://localhost:8080"},
	}
	for _, tt := range tests {
		addr, err := net.ResolveTCPAddr("tcp", tt.listening)
		if err != nil {
			t.Fatal(err)
		}
		if got := baseURL(serverSettings{BaseURL: tt.set}, addr); got != tt.want {
			t.Errorf("baseURL(%q, %s) = %s, want %s", tt.set, tt.listening, got, tt.want)
		}
	}
}
