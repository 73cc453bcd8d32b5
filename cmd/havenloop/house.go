package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/meili"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/mongo"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/server"
)

// house is the opened store with all rooms on it.
type house struct {
	server.Rooms
	options server.RoomOptions
	search  func(context.Context) (directory.Index, error) // makes an index
}

// ways are how notices leave, and the address that stands in them.
type ways struct {
	baseURL string
	senders map[notify.Channel]notify.Sender
	outside *http.Client // see console
}

// openHouse opens the store that the settings name, and every room on it. An
// index in memory is filled before it returns.
func openHouse(ctx context.Context, s storeSettings, w ways, log *slog.Logger) (*house, error) {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	engine, err := openEngine(ctx, s)
	if err != nil {
		return nil, err
	}
	h := &house{options: server.RoomOptions{
		Engine: engine, IndexInProcess: s.Search == "memory", SearchFallback: s.SearchFallback,
		BaseURL: w.baseURL, Senders: w.senders, Outside: w.outside, Log: log, Uploads: filepath.Join(s.Data, "imports"),
	}}
	if file, ok := s.databaseFile(); ok {
		h.options.Holder = "the only process" // the lock on the database sees to that
		h.options.IndexFile = file + ".index"
	}
	h.search = func(ctx context.Context) (directory.Index, error) {
		if h.options.IndexInProcess {
			return memory.New(), nil
		}
		return meili.Open(ctx, meili.Config{URL: s.Search, Key: string(s.SearchKey)})
	}
	if h.options.Key, err = masterKey(s); err == nil {
		err = h.furnish(ctx, clock.System)
	}
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return h, nil
}

// furnish makes the rooms, all with that clock, in place of those there are.
func (h *house) furnish(ctx context.Context, now clock.Now) (err error) {
	if h.options.Index, err = h.search(ctx); err != nil {
		return err
	}
	h.options.Now = now
	h.Rooms, err = server.OpenRooms(ctx, h.options)
	return err
}

// openEngine opens the storage engine that the settings name.
func openEngine(ctx context.Context, s storeSettings) (docstore.Engine, error) {
	if file, ok := s.databaseFile(); ok {
		return sqlite.Open(ctx, file)
	}
	return mongo.Open(ctx, s.Storage)
}

// databaseFile is the file of an embedded store, if the settings name one.
func (s storeSettings) databaseFile() (file string, ok bool) {
	file, ok = strings.CutPrefix(s.Storage, "sqlite:")
	if ok && !filepath.IsAbs(file) {
		file = filepath.Join(s.Data, file)
	}
	return file, ok
}

// saveIndex keeps the index for the next start, which does without if it has to.
func (h *house) saveIndex(ctx context.Context, log *slog.Logger) {
	if _, err := h.SaveIndex(context.WithoutCancel(ctx)); err != nil {
		log.Warn("the search index is not kept for the next start", "error", err)
	}
}

// close closes the store.
func (h *house) close() error { return h.Engine.Close() }
