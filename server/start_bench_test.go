package server_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/server"
	"github.com/havenloop/havenloop/server/servertest"
)

// services is how many the started server holds.
const services = 20_000

// manyServices is how many it holds for a large state.
const manyServices = 200_000

// BenchmarkStart measures from opening the database file to being ready, with
// 20,000 services made of the county's by other names and ids: once with the
// index that the last process kept, once when it has to be built anew.
func BenchmarkStart(b *testing.B) { benchmarkStart(b, services, multiply) }

// BenchmarkStart200k is the same for the directory of a large state, in which
// every service has places of its own: at most 8 s with the kept index.
func BenchmarkStart200k(b *testing.B) { benchmarkStart(b, manyServices, importCounties) }

func benchmarkStart(b *testing.B, services int, fill func(*testing.B, *servertest.House)) {
	file := filepath.Join(b.TempDir(), "start.db")
	engine, err := sqlite.Open(b.Context(), file)
	if err != nil {
		b.Fatal(err)
	}
	h := servertest.OpenOn(b, engine, slog.LevelError)
	fill(b, h)
	if err := errors.Join(h.Relay.Drain(b.Context()), engine.Close()); err != nil {
		b.Fatal(err)
	}
	benchmarkOpen(b, file, services)
}

// benchmarkOpen starts on a database again and again, an hour after it was filled.
func benchmarkOpen(b *testing.B, file string, services int) {
	now := clock.NewFake(time.Now().Add(time.Hour))
	open := func(b *testing.B, index string) (server.Rooms, docstore.Engine) {
		engine, err := sqlite.Open(b.Context(), file)
		if err != nil {
			b.Fatal(err)
		}
		rooms, err := server.OpenRooms(b.Context(), server.RoomOptions{
			Engine: engine, Index: memory.New(), IndexInProcess: true, IndexFile: index, Holder: "test",
			Key: []byte(strings.Repeat("k", 32)), Now: now.Now, Log: slog.Default(),
		})
		if err != nil {
			b.Fatal(err)
		}
		found, err := rooms.Directory.Search(identity.With(b.Context(), identity.Actor{ID: "x", Role: identity.CHW}), directory.Search{})
		if err != nil || found.Total < services {
			b.Fatalf("%d services found after the start, want %d: %v", found.Total, services, err)
		}
		return rooms, engine
	}
	run := func(name, index string) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, engine := open(b, index)
				if err := engine.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/start")
		})
	}
	run("built", "")
	index := filepath.Join(b.TempDir(), "start.index")
	rooms, engine := open(b, index)
	began := time.Now()
	if n, err := rooms.SaveIndex(b.Context()); n != 1 || err != nil {
		b.Fatalf("the index is not kept: %v", err)
	}
	b.Logf("kept in %v", time.Since(began))
	if err := engine.Close(); err != nil {
		b.Fatal(err)
	}
	run("kept", index)
}

// multiply puts variations of the county's services until there are enough.
func multiply(b *testing.B, h *servertest.House) {
	b.Helper()
	ctx := identity.With(context.Background(), identity.SystemActor("bench"))
	page, err := h.Directory.Search(ctx, directory.Search{PerPage: 100})
	if err != nil {
		b.Fatal(err)
	}
	docs := make([]directory.ServiceDoc, len(page.Items))
	for i, s := range page.Items {
		if docs[i], err = h.Directory.ServiceByID(ctx, s.ID); err != nil {
			b.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for w := range clients {
		wg.Go(func() {
			for i := w; i < services; i += clients {
				doc := docs[i%len(docs)]
				doc.Meta = docstore.Meta{ID: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, "bench", i)).String()}
				doc.Service.ID = doc.Meta.ID
				doc.Service.Name = fmt.Sprintf("%s %d", doc.Service.Name, i)
				doc.Service.ServiceAtLocations = nil
				for n, at := range docs[i%len(docs)].Service.ServiceAtLocations {
					at.ID, at.ServiceID = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, "bench-at", i, n)).String(), doc.Meta.ID
					doc.Service.ServiceAtLocations = append(doc.Service.ServiceAtLocations, at)
				}
				if _, err := h.Directory.PutService(ctx, doc); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if err := h.Relay.Drain(ctx); err != nil {
		b.Fatal(err)
	}
}
