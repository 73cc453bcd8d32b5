package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/havenloop/havenloop/internal/secret"
)

// storeSettings say where data is kept and how it is searched.
type storeSettings struct {
	Data           string      `help:"Folder for the embedded database, keys and lock; made when missing." default:"data" placeholder:"DIR"`
	Storage        string      `help:"Where documents are kept: sqlite:FILE (relative to the data folder) or mongodb://…" default:"sqlite:havenloop.db" placeholder:"URL"`
	Search         string      `help:"Search engine: memory, or the http(s) address of Meilisearch." default:"memory" placeholder:"memory|URL"`
	SearchKey      secret.Text `help:"Meilisearch API key; @FILE reads it from a file." placeholder:"KEY"`
	SearchFallback bool        `help:"When Meilisearch is away, answer simple searches from the store instead of 503."`
	Key            secret.Text `help:"Master key of at least 32 characters for tokens and look-ups; @FILE reads it from a file. Made and kept in the data folder when not given, which only fits one machine." placeholder:"KEY"`
}

// serverSettings say how the server is reached and what it sends.
type serverSettings struct {
	Addr         string      `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	BaseURL      string      `name:"base-url" help:"Address under which people reach the server; https except on this machine." placeholder:"URL"`
	Proxies      []string    `help:"Networks of the proxies in front, such as 10.0.0.0/8, whose word on who asks is believed." placeholder:"CIDR"`
	SMTP         string      `name:"smtp" help:"Mail server for notices: smtp://USER@HOST:PORT, smtps://… or smtp+plain://… on this machine; without one they go to the log." placeholder:"URL"`
	SMTPPassword secret.Text `name:"smtp-password" help:"Password for the mail server; @FILE reads it from a file." placeholder:"PASSWORD"`
	MailFrom     string      `help:"Sender of notices." placeholder:"ADDRESS"`
	SMS          string      `name:"sms" help:"Takes text messages: https://…/Accounts/ACCOUNT/Messages.json, as Twilio has it; without one no codes are texted." placeholder:"URL"`
	SMSToken     secret.Text `name:"sms-token" help:"Token of that account; @FILE reads it from a file." placeholder:"TOKEN"`
	SMSFrom      string      `name:"sms-from" help:"Number that text messages come from, such as +12095550100." placeholder:"NUMBER"`
	ExitURL      string      `name:"exit-url" help:"Page of another website where a patient goes who has to leave in a hurry." default:"https://www.weather.gov" placeholder:"URL"`
	MetricsToken secret.Text `help:"Opens /metrics to other machines as a bearer token; @FILE reads it from a file." placeholder:"TOKEN"`
	LogLevel     string      `help:"Least important log lines to write: debug, info, warn or error." default:"info" placeholder:"LEVEL"`
	LogFormat    string      `help:"Form of log lines: text or json." default:"text" placeholder:"FORMAT"`
}

// settingsError says which settings are wrong; the command stops with exit code 2.
type settingsError struct{ error }

// problems collects mistakes, so that all are told at once.
type problems struct{ errs []error }

func (p *problems) check(ok bool, format string, args ...any) {
	if !ok {
		p.errs = append(p.errs, fmt.Errorf(format, args...))
	}
}

func (p *problems) err() error {
	if len(p.errs) == 0 {
		return nil
	}
	return &settingsError{fmt.Errorf("these settings need to be changed:\n%w", errors.Join(p.errs...))}
}

// minKeyLength is the least length of the master key, in bytes: 256 bits, as
// HMAC-SHA-256 asks for (RFC 7518, section 3.2).
const minKeyLength = 32

func (s *storeSettings) validate(p *problems) {
	scheme, rest, _ := strings.Cut(s.Storage, ":")
	switch scheme {
	case "sqlite":
		p.check(rest != "", "--storage (HAVENLOOP_STORAGE): name a file after sqlite:, for example sqlite:havenloop.db")
	case "mongodb", "mongodb+srv":
		p.check(s.Key != "", "--key (HAVENLOOP_KEY): with MongoDB every server needs the same key; give one")
	default:
		p.check(false, "--storage (HAVENLOOP_STORAGE): must begin with sqlite: or mongodb://")
	}
	if s.Search != "memory" {
		u, err := url.Parse(s.Search)
		p.check(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "", "--search (HAVENLOOP_SEARCH): must be memory or an http(s) address")
	}
	p.check(s.Key == "" || len(s.Key) >= minKeyLength, "--key (HAVENLOOP_KEY): needs at least %d characters", minKeyLength)
	p.check(s.Data != "", "--data (HAVENLOOP_DATA): name a folder")
}

func (s *serverSettings) validate(p *problems) {
	_, _, err := net.SplitHostPort(s.Addr)
	p.check(err == nil, "--addr (HAVENLOOP_ADDR): must be HOST:PORT, for example 127.0.0.1:8080")
	if s.BaseURL != "" {
		u, err := url.Parse(s.BaseURL)
		ok := err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && local(u.Hostname()))
		p.check(ok && strings.Trim(u.Path, "/") == "", "--base-url (HAVENLOOP_BASE_URL): must be an https address without a path (http only for this machine)")
	}
	_, err = s.proxies()
	p.check(err == nil, "--proxies (HAVENLOOP_PROXIES): must be networks such as 10.0.0.0/8, with commas between")
	if s.SMTP != "" {
		u, err := url.Parse(s.SMTP)
		ok := err == nil && u.Host != "" && (u.Scheme == "smtp" || u.Scheme == "smtps" || u.Scheme == "smtp+plain" && local(u.Hostname()))
		p.check(ok, "--smtp (HAVENLOOP_SMTP): must be smtp://HOST:PORT or smtps://HOST:PORT (smtp+plain:// only for this machine)")
		_, err = mail.ParseAddress(s.MailFrom)
		p.check(err == nil, "--mail-from (HAVENLOOP_MAIL_FROM): needs the address that notices come from")
	}
	if s.SMS != "" {
		u, err := url.Parse(s.SMS)
		ok := err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && local(u.Hostname())) && strings.Contains(u.Path, "/Accounts/")
		p.check(ok, "--sms (HAVENLOOP_SMS): must be https://HOST/…/Accounts/ACCOUNT/Messages.json (http only for this machine)")
		p.check(s.SMSToken != "", "--sms-token (HAVENLOOP_SMS_TOKEN): give the token of the account")
		p.check(phoneNumber.MatchString(s.SMSFrom), "--sms-from (HAVENLOOP_SMS_FROM): needs the number that messages come from, such as +12095550100")
	}
	if s.ExitURL != "" { // the demo takes the usual one
		u, err := url.Parse(s.ExitURL)
		p.check(err == nil && u.Scheme == "https" && u.Host != "" && !strings.ContainsAny(s.ExitURL, " ;,"), "--exit-url (HAVENLOOP_EXIT_URL): must be an https address")
	}
	var level slog.Level
	p.check(level.UnmarshalText([]byte(s.LogLevel)) == nil, "--log-level (HAVENLOOP_LOG_LEVEL): must be debug, info, warn or error")
	p.check(s.LogFormat == "text" || s.LogFormat == "json", "--log-format (HAVENLOOP_LOG_FORMAT): must be text or json")
}

// phoneNumber is a number in the international form (E.164).
var phoneNumber = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// proxies reads the networks of the proxies.
func (s *serverSettings) proxies() ([]*net.IPNet, error) {
	var out []*net.IPNet
	for _, p := range s.Proxies {
		_, n, err := net.ParseCIDR(p)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// local tells whether a host name is this machine itself.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// version is the module version this binary was built from.
func version() string {
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "(devel)"
}
