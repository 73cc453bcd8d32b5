// Package server is the one web server: Echo, the table of all routes with
// their permissions, the place where errors are written, and the timetable of
// jobs. It holds no rule of the work; handlers in server/api, server/hsds,
// server/fhir and web call one service method each.
package server

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/server/auth"
	"github.com/havenloop/havenloop/web"
)

// Options are the settings of a Server.
type Options struct {
	// BaseURL is the address under which people reach the server, without a
	// slash at the end, for example "https://havenloop.example.org".
	BaseURL string
	// Key signs access tokens; at least 32 bytes.
	Key []byte
	// MetricsToken opens /metrics to others than this machine; "" for nobody.
	MetricsToken string
	Control      Control
	// Proxies are the networks of proxies in front of the server; what they say
	// in X-Forwarded-For of who asks is believed, of others it is not.
	Proxies []*net.IPNet
	// Exit is where patients go who leave in a hurry; "" for DefaultExit.
	Exit string
	Now  clock.Now
	Log  *slog.Logger
}

// DefaultExit is a page that anybody may look at at any time.
const DefaultExit = "https://www.weather.gov"

// Server answers HTTP and runs the jobs.
type Server struct {
	rooms   Rooms
	opts    Options
	echo    *echo.Echo
	http    *http.Server
	auth    *auth.Auth
	web     *web.Handlers
	metrics *metrics
}

// Limits of the HTTP server. Source of the time-outs: net/http's advice for
// servers on the open internet; a body limit of 1 MiB is far above any visit.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 60 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 64 << 10
	maxBodyBytes      = 1 << 20
)

// New makes a server from the rooms; it serves once Serve is called.
func New(rooms Rooms, opts Options) (*Server, error) {
	s := &Server{rooms: rooms, opts: opts, echo: echo.New(), metrics: newMetrics()}
	var err error
	s.auth, err = auth.New(rooms.Accounts, auth.Options{Key: opts.Key, Now: opts.Now, Links: rooms.Links, BaseURL: opts.BaseURL})
	if err != nil {
		return nil, err
	}
	s.web, err = web.New(web.Services{
		Accounts: rooms.Accounts, Patients: rooms.Patients, Screening: rooms.Screening, Self: rooms.Self, Links: rooms.Links, Guests: rooms.Guests, Joining: rooms.Joining,
		Directory: rooms.Directory, Imports: rooms.Imports, Referrals: rooms.Referrals, Figures: rooms.Figures, Visits: rooms.Visits, Notify: rooms.Notify, Webhooks: rooms.Webhooks, WebPush: rooms.WebPush, Network: rooms.Network,
		Audit: rooms.Audit,
	}, web.Options{Now: opts.Now, Sessions: s.auth, Log: opts.Log, Exit: cmp.Or(opts.Exit, DefaultExit)})
	if err != nil {
		return nil, err
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.handleError
	s.echo.IPExtractor = whoAsks(opts.Proxies)
	s.echo.Pre(s.observe)
	s.echo.Use(recoverPanic, s.secureHeaders, limitBody)
	if err := CheckRoutes(s.Routes()); err != nil {
		return nil, err
	}
	for _, r := range s.Routes() {
		if r.Permission == identity.OwnToken {
			s.echo.Add(r.Method, r.Path, r.Handler)
			continue
		}
		s.echo.Add(r.Method, r.Path, r.Handler, s.auth.Authenticate, s.permit(r), idempotent)
	}
	s.http = &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(opts.Log.Handler(), slog.LevelWarn),
	}
	return s, nil
}

// whoAsks finds the network address of a client behind the proxies.
func whoAsks(proxies []*net.IPNet) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(p))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// Registered lists what the router answers as "METHOD /path", for tests.
func (s *Server) Registered() []string {
	var out []string
	for _, r := range s.echo.Routes() {
		out = append(out, r.Method+" "+r.Path)
	}
	return out
}

// Handler is the whole server as an http.Handler. HEAD is answered as GET,
// whose body net/http leaves out.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			asGet := *r // w keeps r, and knows by it that no body goes out
			asGet.Method = http.MethodGet
			r = &asGet
		}
		s.echo.ServeHTTP(w, r)
	})
}

// shutdownGrace is how long requests under way may take to finish.
const shutdownGrace = 20 * time.Second

// Serve answers on l and runs relay and jobs until ctx ends. Then it takes no
// new requests, finishes those under way, delivers waiting events and returns.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	scheduler, err := s.startJobs(ctx)
	if err != nil {
		return err
	}
	relayCtx, stopRelay := context.WithCancel(context.WithoutCancel(ctx))
	relayDone := make(chan error, 1)
	go func() { relayDone <- s.rooms.Relay.Run(relayCtx) }()

	served := make(chan error, 1)
	go func() { served <- s.http.Serve(l) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		s.opts.Log.Info("stopping: requests under way are finished first")
		s.rooms.Live.close()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		err = s.http.Shutdown(grace)
		cancel()
	}
	err = errors.Join(err, scheduler.Shutdown())
	stopRelay()
	if relayErr := <-relayDone; !errors.Is(relayErr, context.Canceled) {
		err = errors.Join(err, relayErr)
	}
	return err
}
