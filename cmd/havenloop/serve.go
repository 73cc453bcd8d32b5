package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	lognotify "github.com/havenloop/havenloop/internal/notify/log"
	"github.com/havenloop/havenloop/internal/notify/sms"
	"github.com/havenloop/havenloop/internal/notify/smtp"
	"github.com/havenloop/havenloop/server"
)

// serveCmd runs the server: empty and safe the first time.
type serveCmd struct {
	storeSettings
	serverSettings
}

// Run opens the store, listens and serves until the process is asked to stop.
func (c *serveCmd) Run(con *console) error {
	var p problems
	c.storeSettings.validate(&p)
	c.serverSettings.validate(&p)
	if err := p.err(); err != nil {
		return err
	}
	log := newLog(c.serverSettings, con.err)
	senders, err := newSenders(c.serverSettings, log)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	base := baseURL(c.serverSettings, l.Addr())
	h, err := openHouse(con.ctx, c.storeSettings, ways{base, senders, con.outside}, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	fmt.Fprintf(con.out, "Havenloop is ready at %s\n", base)
	err = offerSetup(con, h, base)
	if err == nil {
		err = serve(con.ctx, h, c.storeSettings, c.serverSettings, l, log)
		h.saveIndex(con.ctx, log)
	}
	return errors.Join(err, h.close())
}

// offerSetup prints the one-time link for the first network admin of an empty store.
func offerSetup(con *console, h *house, base string) error {
	token, err := h.Accounts.SetupToken(con.ctx)
	if err != nil {
		return fmt.Errorf("set-up link: %w", err)
	}
	if token != "" {
		fmt.Fprintf(con.out, "Nobody can sign in yet. Open this link once, within 24 hours, to make the first account:\n  %s/setup#%s\n", base, token)
	}
	return nil
}

// serve runs the web server on l until ctx ends.
func serve(ctx context.Context, h *house, store storeSettings, s serverSettings, l net.Listener, log *slog.Logger) error {
	tokenKey, err := server.Derive(h.options.Key, "access tokens")
	if err != nil {
		return err
	}
	token, err := announce(store.Data, l.Addr())
	if err != nil {
		return fmt.Errorf("control file: %w", err)
	}
	defer os.Remove(controlPath(store.Data))
	proxies, err := s.proxies()
	if err != nil {
		return err
	}
	srv, err := server.New(h.Rooms, server.Options{
		Proxies: proxies, BaseURL: baseURL(s, l.Addr()), Key: tokenKey, MetricsToken: string(s.MetricsToken),
		Control: server.Control{Token: token, Run: func(ctx context.Context, args []string, in io.Reader, out io.Writer) int {
			return runWith(&console{ctx: ctx, in: in, out: out, err: out, house: h}, args)
		}},
		Exit: s.ExitURL, Now: clock.System, Log: log,
	})
	if err != nil {
		return err
	}
	return srv.Serve(ctx, l)
}

func newLog(s serverSettings, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // validate has checked it
	o := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// newSenders makes the ways out for notices: those that are set up, else the
// log. Text messages carry codes, so that without a way they are not sent at all.
func newSenders(s serverSettings, log *slog.Logger) (senders map[notify.Channel]notify.Sender, err error) {
	senders = map[notify.Channel]notify.Sender{notify.Email: lognotify.New(log)}
	if s.SMTP != "" {
		u, err := url.Parse(s.SMTP)
		if err != nil {
			return nil, fmt.Errorf("mail server: %w", err)
		}
		if senders[notify.Email], err = smtp.New(smtp.Config{URL: u, Password: s.SMTPPassword, From: s.MailFrom}); err != nil {
			return nil, err
		}
	}
	if s.SMS != "" {
		senders[notify.SMS], err = sms.New(sms.Config{
			URL: s.SMS, Token: s.SMSToken, From: s.SMSFrom, Client: &http.Client{Timeout: smsTimeout}, Now: time.Now,
		})
	}
	return senders, err
}

// smsTimeout bounds how long a text message may take to be taken: a person waits for it.
const smsTimeout = 10 * time.Second

// baseURL is the address people use: the one set, else the one listened on;
// where that is every address of the machine, the machine's own name for itself.
func baseURL(s serverSettings, addr net.Addr) string {
	if s.BaseURL != "" {
		return strings.TrimRight(s.BaseURL, "/")
	}
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	return "http://" + addr.String()
}

// healthCmd asks a running server whether it is ready; for container checks.
type healthCmd struct {
	Addr string `help:"Address of the server." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
}

// Run fails unless the server answers that it is ready.
func (c *healthCmd) Run(con *console) error {
	ctx, cancel := context.WithTimeout(con.ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Addr+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the server does not answer: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server is not ready: %s", res.Status)
	}
	fmt.Fprintln(con.out, "ready")
	return nil
}

// reindexCmd builds the search index anew.
type reindexCmd struct{ storeSettings }

// Run rebuilds the index, through the running server when there is one.
func (c *reindexCmd) Run(con *console) error {
	return con.withHouse(c.storeSettings, []string{"reindex"}, func(ctx context.Context, h *house) error {
		n, err := h.Directory.Reindex(identity.With(ctx, identity.SystemActor("command:reindex")))
		if err != nil {
			return err
		}
		fmt.Fprintf(con.out, "%d services are in the index.\n", n)
		return nil
	})
}

// withHouse runs fn on the store: the one of the server this command runs in,
// else the one the settings name, else through the server that has it open.
func (con *console) withHouse(s storeSettings, args []string, fn func(context.Context, *house) error) error {
	if con.house != nil {
		return fn(con.ctx, con.house)
	}
	var p problems
	s.validate(&p)
	if err := p.err(); err != nil {
		return err
	}
	if _, err := os.Stat(s.Data); strings.HasPrefix(s.Storage, "sqlite:") && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no data folder %s; name the one that the server runs with (--data)", s.Data)
	}
	h, err := openHouse(con.ctx, s, ways{}, slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if errors.Is(err, sqlite.ErrInUse) {
		return forward(con, s.Data, args)
	}
	if err != nil {
		return err
	}
	err = fn(con.ctx, h)
	if err == nil {
		err = h.Relay.Drain(con.ctx)
	}
	return errors.Join(err, h.close())
}
