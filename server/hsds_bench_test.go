package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/server/servertest"
)

// BenchmarkHSDS measures whole requests, many at once: a page, everything as
// ndjson, one record, and a page that the client has.
func BenchmarkHSDS(b *testing.B) {
	engine, err := sqlite.OpenMemory(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = engine.Close() })
	h := servertest.OpenOn(b, engine, slog.LevelError)
	first := h.Send(b, http.MethodGet, "/hsds/services", "", nil)
	for name, path := range map[string]string{
		"page": "/hsds/services", "full": "/hsds/services?full=true", "search": "/hsds/services?search=food", "stream": "/hsds/services?format=ndjson&full=true",
		"near": "/hsds/service_at_locations?postcode=95351&proximity=5000", "unchanged": "/hsds/services",
	} {
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := httptest.NewRequest(http.MethodGet, servertest.BaseURL+path, nil)
					r.RemoteAddr = "127.0.0.1:5000"
					if name == "unchanged" {
						r.Header.Set("If-None-Match", first.Header.Get("ETag"))
					}
					h.Handler.ServeHTTP(httptest.NewRecorder(), r)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}
