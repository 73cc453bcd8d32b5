// Package ferrettest runs the MongoDB engine over the wire against FerretDB 1,
// a server of MongoDB's protocol that keeps its data in SQLite and runs inside
// the test. It is a module of its own so that FerretDB's many parts stay out of
// ours; run it with "go test ./..." in this folder.
//
// FerretDB loses updates that come at once, so there is one connection and the
// tests of concurrency are left out.
package ferrettest

import (
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/mongo"
)

// serve starts a FerretDB and answers its address without a database.
func serve(t *testing.T) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s.sock")
	f, err := ferretdb.New(&ferretdb.Config{
		Handler:   "sqlite",
		SQLiteURL: "file:" + t.TempDir() + "/",
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Logger:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatalf("start FerretDB: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("FerretDB: %v", err)
		}
	})
	return "mongodb://" + url.PathEscape(socket) + "/"
}

// opener answers a function that opens an empty engine, a database each.
func opener(t *testing.T) func(*testing.T) docstore.Engine {
	t.Helper()
	server := serve(t)
	n := 0
	return func(t *testing.T) docstore.Engine {
		t.Helper()
		n++
		e, err := mongo.Open(t.Context(), server+"db"+strconv.Itoa(n)+"?maxPoolSize=1")
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		t.Cleanup(func() {
			if err := e.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
		return e
	}
}
