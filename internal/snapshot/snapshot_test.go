package snapshot

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func read(t *testing.T, path string) (label, body string) {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer f.Close()
	b, err := io.ReadAll(f.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(f.Label), string(b)
}

func TestWriteThenOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if _, err := Open(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	for _, body := range []string{"", "one", strings.Repeat("many ", 1<<19)} {
		if err := Write(path, []byte("label"), text(body)); err != nil {
			t.Fatalf("Write: %v", err)
		}
		if label, got := read(t, path); label != "label" || got != body {
			t.Errorf("read label %q and %d bytes, want %d", label, len(got), len(body))
		}
	}
}

// TestFailedWriteKeepsTheOldFile covers errors, and a crash that left a part.
func TestFailedWriteKeepsTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := Write(path, nil, text("old")); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space")
	if err := Write(path, nil, func(w io.Writer) error { return errors.Join(text("ne")(w), full) }); !errors.Is(err, full) {
		t.Errorf("Write: %v, want %v", err, full)
	}
	if err := Write(path, make([]byte, maxLabel+1), text("new")); err == nil {
		t.Error("a label of any length is written")
	}
	if err := os.WriteFile(path+".new", []byte("a part"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, body := read(t, path); body != "old" {
		t.Errorf("after that the file says %q", body)
	}
	if err := Write(path, nil, text("new")); err != nil {
		t.Fatal(err)
	}
	if _, body := read(t, path); body != "new" {
		t.Errorf("after the next write it says %q", body)
	}
}

// TestDamage changes each byte, cuts the file anywhere, and adds to it.
func TestDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := Write(path, []byte("label"), text("body")); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, b []byte) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if f, err := Open(path); !errors.Is(err, ErrDamaged) {
			t.Errorf("a file %s: %v, %v", what, f, err)
		}
	}
	for i := range whole {
		b := slices.Clone(whole)
		b[i] ^= 0x20
		try("with another byte", b)
		try("that ends early", whole[:i])
	}
	try("that goes on", append(slices.Clone(whole), 0))
}
