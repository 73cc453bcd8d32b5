package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// clients is how many connections send at once.
const clients = 32

// BenchmarkHTTP measures requests a second over loopback, answered on a
// database file with fsync, with events, audit and consumers running; and, in
// the same run, plain documents in the store and an Echo handler that does
// nothing. Each figure counts the client's work too.
func BenchmarkHTTP(b *testing.B) {
	engine, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = engine.Close() })
	h := servertest.OpenOn(b, engine, slog.LevelError)
	ctx, stop := context.WithCancel(b.Context())
	relayed := make(chan error, 1)
	go func() { relayed <- h.Relay.Run(ctx) }()
	b.Cleanup(func() { stop(); <-relayed })
	addr := listen(b, h.Handler)
	h.Token(b, "vega")
	h.Token(b, "harris")

	var raw, empty float64
	b.Run("empty-echo-handler", func(b *testing.B) { empty = emptyEcho(b) })
	b.Run("raw-docstore-update", func(b *testing.B) { raw = rawUpdates(b, engine) })
	b.Run("moves", func(b *testing.B) {
		report(b, moves(b, h, addr), map[string]float64{"of-raw": raw, "of-empty": empty})
	})
	b.Run("screenings", func(b *testing.B) {
		body, err := json.Marshal(object{"patientId": seed.ID("patient/rosa-delgado"), "instrument": "ahc-hrsn-core", "answers": hungry})
		if err != nil {
			b.Fatal(err)
		}
		patients := manyPatients(b, h, 400)
		rate := race(b, addr, func(worker, n int) []byte {
			p := patients[(worker+n*clients)%len(patients)]
			return request("POST", "/api/v1/screenings", h.Token(b, "vega"), bytes.Replace(body, []byte(seed.ID("patient/rosa-delgado")), []byte(p), 1))
		}, http.StatusCreated)
		report(b, rate, map[string]float64{"of-raw": raw, "of-empty": empty})
	})
	b.Run("services", func(b *testing.B) {
		queries := []string{"q=transpotation", "q=food+pantri&postalCode=95351", "need=food-insecurity&postalCode=95380", "language=vi", "openNow=true&postalCode=95354", "q=rent"}
		rate := race(b, addr, func(worker, n int) []byte {
			return request("GET", "/api/v1/services?"+queries[(worker+n)%len(queries)], h.Token(b, "vega"), nil)
		}, http.StatusOK)
		report(b, rate, map[string]float64{"of-empty": empty})
	})
}

// report gives the rate, and its ratio to others of the same run.
func report(b *testing.B, rate float64, others map[string]float64) {
	b.ReportMetric(rate, "req/s")
	for name, other := range others {
		if other > 0 {
			b.ReportMetric(rate/other, name)
		}
	}
}

func listen(b *testing.B, h http.Handler) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }()
	b.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

func request(method, path, token string, body []byte) []byte {
	return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		method, path, token, len(body), body)
}

// race sends b.N requests over all connections, made by next for each worker's
// n-th, wants the status of each and answers how many a second went through.
func race(b *testing.B, addr string, next func(worker, n int) []byte, status int) float64 {
	b.Helper()
	var wg sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for w := range clients {
		wg.Go(func() {
			if err := sendAll(addr, status, b.N/clients+1, func(n int) []byte { return next(w, n) }); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	return float64(clients*(b.N/clients+1)) / time.Since(start).Seconds()
}

func sendAll(addr string, status, count int, next func(n int) []byte) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for n := range count {
		if _, err := conn.Write(next(n)); err != nil {
			return err
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		if res.StatusCode != status {
			return fmt.Errorf("answer %d: %s", res.StatusCode, body)
		}
	}
	return nil
}

func emptyEcho(b *testing.B) float64 {
	e := echo.New()
	e.POST("/", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	rate := race(b, listen(b, e), func(int, int) []byte { return request("POST", "/", "x", []byte("{}")) }, http.StatusOK)
	b.ReportMetric(rate, "req/s")
	return rate
}

type plain struct {
	docstore.Meta
	Text string `json:"text"`
}

// rawUpdates changes documents of 1.5 KB by compare-and-set, one after the
// other for each of as many workers as there are clients.
func rawUpdates(b *testing.B, e docstore.Engine) float64 {
	docs, err := docstore.Open(b.Context(), e, docstore.Spec[plain]{Name: "plain", Schema: 1, Meta: func(p *plain) *docstore.Meta { return &p.Meta }})
	if err != nil {
		b.Fatal(err)
	}
	text := string(bytes.Repeat([]byte("x"), 1500))
	for w := range clients {
		p := plain{Meta: docstore.Meta{ID: fmt.Sprint(w)}, Text: text}
		if err := docs.Insert(b.Context(), &p); err != nil {
			if _, err := docs.Get(b.Context(), p.ID); err != nil {
				b.Fatal(err)
			}
		}
	}
	var wg sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for w := range clients {
		wg.Go(func() {
			for range b.N/clients + 1 {
				if _, err := docs.Update(b.Context(), fmt.Sprint(w), func(*plain) error { return nil }); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	rate := float64(clients*(b.N/clients+1)) / time.Since(start).Seconds()
	b.ReportMetric(rate, "req/s")
	return rate
}

// steps is the way that moves takes each referral along.
var steps = []referrals.MoveInput{
	{To: referrals.Acknowledged}, {To: referrals.Accepted}, {To: referrals.InProgress},
	{To: referrals.OnHold, Reason: "no-capacity"}, {To: referrals.InProgress},
	{To: referrals.Completed, Outcome: "received-service"},
}

// moves lets the food bank work on referrals of many patients.
func moves(b *testing.B, h *servertest.House, addr string) float64 {
	ids := manyReferrals(b, h, b.N/len(steps)+clients)
	token := h.Token(b, "harris")
	each := len(ids) / clients
	return race(b, addr, func(worker, n int) []byte {
		id, step := ids[worker*each+n/len(steps)], n%len(steps)
		in := steps[step]
		in.Version = int64(step + 1)
		body, _ := json.Marshal(in)
		return request("POST", "/api/v1/referrals/"+id+"/moves", token, body)
	}, http.StatusOK)
}

// manyPatients registers patients.
func manyPatients(b *testing.B, h *servertest.House, count int) []string {
	b.Helper()
	ids := make([]string, count)
	var wg sync.WaitGroup
	for w := range clients {
		wg.Go(func() {
			for i := w; i < count; i += clients {
				a := h.Send(b, "POST", "/api/v1/patients?confirmNew=true", fmt.Sprintf(`{"givenName":"Test %d","familyName":"Bench","birthDate":"1980-01-01","address":{"postalCode":"95351"}}`, i),
					http.Header{"Authorization": {"Bearer " + h.Token(b, "vega")}})
				ids[i], _ = a.JSON(b)["id"].(string)
			}
		})
	}
	wg.Wait()
	return ids
}

// manyReferrals sends the food bank a referral for each of many patients.
func manyReferrals(b *testing.B, h *servertest.House, count int) []string {
	b.Helper()
	out := make([]string, count)
	ctx := identity.With(b.Context(), servertest.Account(b, "vega").Actor())
	patients := manyPatients(b, h, count)
	var wg sync.WaitGroup
	for w := range clients {
		wg.Go(func() {
			for i := w; i < count; i += clients {
				id, err := sendFood(ctx, h, patients[i])
				if err != nil {
					b.Error(err)
					return
				}
				out[i] = id
			}
		})
	}
	wg.Wait()
	return out
}

// sendFood screens the patient and refers the food need to the food bank.
func sendFood(ctx context.Context, h *servertest.House, patient string) (string, error) {
	result, err := h.Screening.Submit(ctx, screening.Submission{PatientID: patient, Instrument: "hunger-vital-sign", Answers: screening.Answers{
		"/88122-7": screening.Codes("LA28397-0"), "/88123-5": screening.Codes("LA28397-0"),
	}})
	if err != nil {
		return "", err
	}
	need, wanted := result.Needs[0], true
	if need, err = h.Screening.PatchNeed(ctx, need.ID, screening.NeedPatch{Wanted: &wanted, Version: need.Version}); err != nil {
		return "", err
	}
	consent, err := h.Referrals.RecordConsent(ctx, referrals.Consent{
		PatientID: patient, Recipients: referrals.Recipients{OrganizationIDs: []string{seed.ID("valley-food-bank")}}, Needs: []string{need.Domain},
		Fields: []referrals.Field{referrals.FieldIdentity, referrals.FieldNeed}, Method: referrals.Verbal,
		Signer: referrals.Signer{Name: "Test", Relationship: "self"}, Language: "en",
	})
	if err != nil {
		return "", err
	}
	sent, err := h.Referrals.Send(ctx, referrals.SendInput{PatientID: patient, NeedID: need.ID, ServiceIDs: []string{seed.ID("valley-food-bank/pantry")}, ConsentID: consent.ID})
	if err != nil {
		return "", err
	}
	return sent.Referral.ID, nil
}
