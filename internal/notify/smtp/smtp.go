// Package smtp sends notices by email.
package smtp

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"

	gomail "github.com/wneessen/go-mail"

	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/secret"
)

// Config says which mail server takes the messages.
type Config struct {
	Host     string
	Port     int
	Username string // empty: no sign-in
	Password secret.Text
	// From is the sender's address, with or without a name.
	From string
	// Security is how the connection is protected.
	Security Security
}

// Security is how the connection to the mail server is protected.
type Security string

// The protections.
const (
	STARTTLS Security = "smtp"       // TLS is asked for in the conversation, and must be had (RFC 3207)
	TLS      Security = "smtps"      // TLS from the first byte (RFC 8314)
	Plain    Security = "smtp+plain" // none; for a server on the same machine
)

var ports = map[Security]int{STARTTLS: 587, TLS: 465, Plain: 25}

// ParseURL reads a setting such as "smtp://user:password@mail.example.org:587";
// the scheme is a Security, and the port may be left out. Its errors do not
// repeat what was given.
func ParseURL(setting secret.Text, from string) (Config, error) {
	u, err := url.Parse(string(setting))
	if err != nil {
		return Config{}, errors.New("mail server: not an address such as smtp://user:password@mail.example.org:587")
	}
	c := Config{Host: u.Hostname(), From: from, Security: Security(u.Scheme), Port: ports[Security(u.Scheme)]}
	if c.Port == 0 {
		return Config{}, errors.New("mail server: begin the address with smtp://, smtps:// or smtp+plain://")
	}
	if c.Host == "" {
		return Config{}, errors.New("mail server: no host in the address")
	}
	if p := u.Port(); p != "" {
		if c.Port, err = strconv.Atoi(p); err != nil || c.Port < 1 || c.Port > 65535 {
			return Config{}, errors.New("mail server: the port is no number from 1 to 65535")
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		c.Username, c.Password = u.User.Username(), secret.Text(password)
	}
	if _, err := mail.ParseAddress(from); err != nil {
		return Config{}, errors.New("mail sender: not an email address")
	}
	return c, nil
}

// Sender sends email. It is safe for concurrent use.
type Sender struct {
	config  Config
	options []gomail.Option
}

// New makes a sender; it does not connect yet.
func New(c Config) (*Sender, error) {
	s := &Sender{config: c, options: []gomail.Option{gomail.WithPort(c.Port)}}
	switch c.Security {
	case STARTTLS:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLS:
		s.options = append(s.options, gomail.WithSSL())
	case Plain:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("smtp: no protection called %q", c.Security)
	}
	if c.Username != "" {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(c.Username), gomail.WithPassword(string(c.Password)))
	}
	_, err := gomail.NewClient(c.Host, s.options...)
	return s, err
}

// Send hands m to the mail server. An answer of 5xx is final.
func (s *Sender) Send(ctx context.Context, m notify.Message) error {
	msg := gomail.NewMsg()
	if err := msg.From(s.config.From); err != nil {
		return fmt.Errorf("smtp: sender address: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return fmt.Errorf("%w: not an email address", notify.ErrRefused)
	}
	msg.Subject(m.Subject)
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	msg.SetMessageIDWithValue(m.ID + "@havenloop") // the same at each try, so that a mailbox can drop a second
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	client, err := gomail.NewClient(s.config.Host, s.options...)
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if refused, ok := errors.AsType[*gomail.SendError](err); ok && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		// The server's words may repeat the address, so they stay out.
		return fmt.Errorf("%w: the mail server answered %d", notify.ErrRefused, refused.ErrorCode())
	}
	if sendErr, ok := errors.AsType[*gomail.SendError](err); ok {
		return fmt.Errorf("smtp: the mail server did not take the message, answer %d", sendErr.ErrorCode())
	}
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	return nil
}
