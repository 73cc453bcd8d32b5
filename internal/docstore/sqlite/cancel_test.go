package sqlite

import (
	"context"
	"errors"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
)

// A write that still waits when its context ends never happens.
func TestCancelledWhileWaiting(t *testing.T) {
	e, err := OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if _, err := e.Prepare(t.Context(), docstore.Schema{Name: "notes", Fingerprint: "1"}); err != nil {
		t.Fatal(err)
	}
	if err := e.Finish(t.Context(), "notes"); err != nil {
		t.Fatal(err)
	}
	busy, release := make(chan struct{}), make(chan struct{})
	held := make(chan error)
	go func() {
		held <- e.alone(t.Context(), func(*conn) error {
			close(busy)
			<-release
			return nil
		})
	}()
	<-busy
	ctx, cancel := context.WithCancel(t.Context())
	written := make(chan []error)
	go func() {
		written <- e.Write(ctx, "notes", docstore.Write{Op: docstore.Insert, Record: docstore.Record{ID: "a", Version: 1}})
	}()
	for len(e.jobs) == 0 { // until it waits
		select {
		case errs := <-written:
			t.Fatalf("Write = %v before the writer was free", errs)
		default:
		}
	}
	cancel()
	if errs := <-written; !errors.Is(errs[0], context.Canceled) {
		t.Errorf("Write error = %v, want context.Canceled", errs[0])
	}
	close(release)
	if err := <-held; err != nil {
		t.Fatal(err)
	}
	if errs := e.Write(t.Context(), "notes", docstore.Write{Op: docstore.Insert, Record: docstore.Record{ID: "b", Version: 1}}); errs[0] != nil {
		t.Fatal(errs[0])
	}
	if _, err := e.Get(t.Context(), "notes", "a"); !errors.Is(err, docstore.ErrNotFound) {
		t.Errorf("Get of a cancelled insert: error = %v, want ErrNotFound", err)
	}
}
