package server

import (
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// metrics are the figures at /metrics. Labels are routes, statuses and job
// names, never people or ids.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	jobs     *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "havenloop_http_request_seconds", Help: "Time to answer a request, in seconds, by method, route and status.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route", "status"}),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "havenloop_job_items_total", Help: "Items that jobs worked on, by job and result.",
		}, []string{"job", "result"}),
	}
	m.registry.MustRegister(m.requests, m.jobs, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// observe times every request and writes one line about it into the log:
// the route's pattern, never the address itself, the query or the body.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		route := c.Path()
		if route == "" {
			route = "none"
		}
		took, status := time.Since(start), c.Response().Status
		s.metrics.requests.WithLabelValues(methodLabel(c.Request().Method), route, strconv.Itoa(status)).Observe(took.Seconds())
		s.opts.Log.DebugContext(c.Request().Context(), "request",
			"method", c.Request().Method, "route", route, "status", status, "took", took)
		return nil
	}
}

// methodLabel is the method, or "other" for one that no route has: clients may
// invent methods without end, and each value of a label is kept for ever.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// showMetrics answers GET /metrics to this machine, and to others that carry the token.
func (s *Server) showMetrics(c echo.Context) error {
	if !local(c.Request()) && !bearer(c.Request(), s.opts.MetricsToken) {
		return docstore.ErrNotFound
	}
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(c.Response(), c.Request())
	return nil
}

// healthz answers GET /healthz: the process is alive.
func (s *Server) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readyz answers GET /readyz: 200 when storage and search can serve, else 503.
func (s *Server) readyz(c echo.Context) error {
	ctx := c.Request().Context()
	if err := errors.Join(s.rooms.Engine.Ping(ctx), s.rooms.Index.Ping(ctx)); err != nil {
		s.opts.Log.WarnContext(ctx, "not ready", "error", err.Error())
		f := fault.New(fault.Transient, "Storage or search is away.")
		f.RetryAfter = 5 * time.Second
		return f
	}
	return c.String(http.StatusOK, "ready\n")
}

// local tells whether the request came from this machine itself, over its
// loopback or the address that the server listens on, and was not passed on
// by a proxy.
func local(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return false
	}
	from := net.ParseIP(host)
	here, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return from.IsLoopback() || ok && here.IP.Equal(from)
}

// bearer tells whether the request carries the token, which must not be empty.
func bearer(r *http.Request, token string) bool {
	got, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && token != "" && subtle.ConstantTimeCompare([]byte(got), []byte(token)) == 1
}
