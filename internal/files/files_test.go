package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// cabinet is a place for files with a clock that stands, and owners who keep
// what is in kept.
type cabinet struct {
	*Service
	t      *testing.T
	ctx    context.Context
	clock  *clock.Fake
	engine *failing
	kept   map[string]bool
}

// failing is an engine whose writes to one collection fail from a count on.
type failing struct {
	docstore.Engine
	collection string
	left       int
}

var errCrash = errors.New("crash")

func (f *failing) Write(ctx context.Context, collection string, ws ...docstore.Write) []error {
	if collection == f.collection {
		if f.left--; f.left < 0 {
			return []error{errCrash}
		}
	}
	return f.Engine.Write(ctx, collection, ws...)
}

func newCabinet(t *testing.T) *cabinet {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	c := &cabinet{
		t: t, clock: clock.NewFake(time.Date(2026, 3, 9, 16, 0, 0, 0, time.UTC)), engine: &failing{Engine: engine}, kept: map[string]bool{},
		ctx: identity.With(t.Context(), identity.Actor{ID: "rosa", Role: identity.CHW}),
	}
	c.Service, err = Open(t.Context(), c.engine, Options{
		Now:  c.clock.Now,
		Kept: func(_ context.Context, f File) (bool, error) { return c.kept[f.ID], nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// pdf is a file of n bytes that begins as a PDF does.
func pdf(n int) []byte {
	b := bytes.Repeat([]byte("0123456789abcdef"), n/16+1)[:n]
	copy(b, "%PDF-1.7\n")
	return b
}

func (c *cabinet) put(content []byte) (File, error) {
	return c.Put(c.ctx, New{OwnerKind: "message", OwnerID: "m1", Name: "letter.pdf", Body: bytes.NewReader(content)})
}

// stored counts the chunks in the store.
func (c *cabinet) stored() int {
	n := 0
	for _, err := range c.chunks.All(c.t.Context()) {
		if err != nil {
			c.t.Fatal(err)
		}
		n++
	}
	return n
}

func TestFileComesBackUnchanged(t *testing.T) {
	for _, size := range []int{9, chunkSize - 1, chunkSize, chunkSize + 1, 3*chunkSize + 7, MaxSize} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			c := newCabinet(t)
			want := pdf(size)
			f, err := c.put(want)
			if err != nil {
				t.Fatal(err)
			}
			if f.Type != PDF || f.Size != int64(size) || f.Name != "letter.pdf" || f.ByID != "rosa" {
				t.Errorf("Put = %+v", f)
			}
			again, body, err := c.Open(c.ctx, f.ID)
			if err != nil || again.Sum != f.Sum {
				t.Fatalf("Open = %+v, %v", again, err)
			}
			got, err := io.ReadAll(iotest.OneByteReader(io.LimitReader(body, 64)))
			if err != nil || !bytes.Equal(got, want[:min(64, size)]) {
				t.Errorf("begins %q, %v", got, err)
			}
			rest, err := io.ReadAll(body)
			if err != nil || !bytes.Equal(append(got, rest...), want) {
				t.Errorf("read %d bytes, %v; want the %d that went in", len(got)+len(rest), err, size)
			}
		})
	}
}

func TestRefusedFilesLeaveNothing(t *testing.T) {
	tests := []struct {
		name    string
		content []byte
		kind    fault.Kind
		says    string
	}{
		{"too large", pdf(MaxSize + 1), fault.TooLong, "at most 10 MB"},
		{"empty", nil, fault.Invalid, "empty"},
		{"a program", []byte("MZ\x90\x00\x03\x00\x00\x00"), fault.Invalid, "Choose a PDF"},
		{"a page", []byte("<!doctype html><script>alert(1)</script>"), fault.Invalid, "Choose a PDF"},
		{"a drawing with scripts", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), fault.Invalid, "Choose a PDF"},
		{"a page before the header", []byte("<html>\n%PDF-1.7\n"), fault.Invalid, "Choose a PDF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCabinet(t)
			_, err := c.put(tt.content)
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != tt.kind || !strings.Contains(f.Detail(), tt.says) || len(f.Fields) != 1 || f.Fields[0].Name != "files" {
				t.Errorf("Put error = %v, want %s that says %q of the input files", err, tt.kind, tt.says)
			}
			if n := c.stored(); n != 0 {
				t.Errorf("%d chunks are stored", n)
			}
		})
	}
	c := newCabinet(t)
	lost := errors.New("connection lost")
	_, err := c.Put(c.ctx, New{Name: "a.pdf", Body: io.MultiReader(bytes.NewReader(pdf(100)), iotest.ErrReader(lost))})
	if !errors.Is(err, lost) || c.stored() != 0 {
		t.Errorf("Put of half a file = %v with %d chunks stored", err, c.stored())
	}
}

// TestCrashInTheMiddle breaks off after each write of a file of three chunks
// and looks for anything of it.
func TestCrashInTheMiddle(t *testing.T) {
	for _, at := range []struct {
		collection string
		after      int
	}{{"files", 0}, {"file_chunks", 0}, {"file_chunks", 1}, {"file_chunks", 2}, {"files", 1}} {
		t.Run(fmt.Sprintf("%s %d", at.collection, at.after), func(t *testing.T) {
			c := newCabinet(t)
			c.engine.collection, c.engine.left = at.collection, at.after
			if _, err := c.put(pdf(2*chunkSize + 1)); !errors.Is(err, errCrash) {
				t.Fatalf("Put = %v, want the crash", err)
			}
			c.engine.collection = ""
			for f, err := range c.files.All(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				c.kept[f.ID] = true // nobody asks for it
				if _, _, err := c.Open(c.ctx, f.ID); !fault.Is(err, fault.NotFound) {
					t.Errorf("Open of half a file = %v, want not found", err)
				}
			}
			c.clock.Add(checkAfter + time.Minute)
			if _, err := c.Purge(c.ctx); err != nil {
				t.Fatal(err)
			}
			for f := range c.files.All(t.Context()) {
				t.Errorf("%+v is still there", f)
			}
			if n := c.stored(); n != 0 {
				t.Errorf("%d chunks are still there", n)
			}
		})
	}
}

func TestPurge(t *testing.T) {
	c := newCabinet(t)
	mine, err := c.put(pdf(chunkSize + 1))
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := c.put(pdf(2*chunkSize + 1))
	if err != nil {
		t.Fatal(err)
	}
	c.kept[mine.ID] = true
	purge := func(want int) {
		t.Helper()
		if n, err := c.Purge(c.ctx); n != want || err != nil {
			t.Errorf("Purge = %d, %v; want %d", n, err, want)
		}
	}
	purge(0) // both may still be waiting for their owners
	c.clock.Add(checkAfter + time.Second)
	c.engine.collection, c.engine.left = "file_chunks", 1 // and once more after a crash
	if n, err := c.Purge(c.ctx); n != 1 || !errors.Is(err, errCrash) {
		t.Errorf("Purge = %d, %v; want 1 and the crash", n, err)
	}
	if _, _, err := c.Open(c.ctx, orphan.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("Open of a file that is being removed = %v, want not found", err)
	}
	c.engine.collection = ""
	purge(1)
	delete(c.kept, mine.ID) // an owner is asked once
	purge(0)
	if _, _, err := c.Open(c.ctx, mine.ID); err != nil {
		t.Errorf("Open of a kept file = %v", err)
	}
	if n := c.stored(); n != 2 {
		t.Errorf("%d chunks, want the 2 of the kept file", n)
	}
}
