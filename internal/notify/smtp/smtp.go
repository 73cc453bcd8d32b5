// Package smtp sends notices by email.
package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
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
	// URL is the server and who signs in, for example
	// "smtp://user@mail.example.org:587". The scheme is how the connection is
	// protected, one of securities; the port may be left out, and the user of a
	// server that asks for none.
	URL      *url.URL
	Password secret.Text
	// From is the sender's address, with or without a name.
	From string
	// Roots are the authorities whose certificates are taken; nil for those of
	// the machine.
	Roots *x509.CertPool
}

// securities are the ways to protect the connection, by scheme.
var securities = map[string]struct {
	port   int
	option gomail.Option
}{
	// TLS is asked for in the conversation, and must be had (RFC 3207).
	"smtp": {587, gomail.WithTLSPolicy(gomail.TLSMandatory)},
	// TLS from the first byte (RFC 8314).
	"smtps": {465, gomail.WithSSL()},
	// No protection; for a server on the same machine.
	"smtp+plain": {25, gomail.WithTLSPolicy(gomail.NoTLS)},
}

// Sender sends email. It is safe for concurrent use.
type Sender struct {
	host    string
	from    string
	options []gomail.Option
}

// New makes a sender; it does not connect yet.
func New(c Config) (*Sender, error) {
	security, ok := securities[c.URL.Scheme]
	if !ok {
		return nil, errors.New("mail server: begin the address with smtp://, smtps:// or smtp+plain://")
	}
	if _, err := mail.ParseAddress(c.From); err != nil {
		return nil, errors.New("mail sender: not an email address")
	}
	port := security.port
	if p := c.URL.Port(); p != "" {
		var err error
		if port, err = strconv.Atoi(p); err != nil {
			return nil, errors.New("mail server: the port is not a number")
		}
	}
	s := &Sender{host: c.URL.Hostname(), from: c.From, options: []gomail.Option{gomail.WithPort(port), security.option}}
	if c.Roots != nil {
		s.options = append(s.options, gomail.WithTLSConfig(&tls.Config{ServerName: s.host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}))
	}
	if user := c.URL.User.Username(); user != "" {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(user), gomail.WithPassword(string(c.Password)))
	}
	if _, err := gomail.NewClient(s.host, s.options...); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return s, nil
}

// Send hands m to the mail server. An answer of 5xx is final.
func (s *Sender) Send(ctx context.Context, m notify.Message) error {
	msg := gomail.NewMsg()
	if err := msg.From(s.from); err != nil {
		return fmt.Errorf("smtp: sender address: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return fmt.Errorf("%w: not an email address", notify.ErrRefused)
	}
	msg.Subject(m.Subject)
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	msg.SetMessageIDWithValue(m.ID + "@havenloop") // the same at each try, so that a mailbox can drop a second
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	client, err := gomail.NewClient(s.host, s.options...)
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
