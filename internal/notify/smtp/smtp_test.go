package smtp

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/secret"
)

// server is a mail server for one message: it answers each command as RFC 5321
// asks, but RCPT with rcpt and AUTH with auth.
type server struct {
	rcpt, auth string
	extensions []string
	// cert is what the server shows where TLS is asked for, or, implicit, from
	// the first byte; without one it offers none.
	cert     tls.Certificate
	implicit bool

	mu   sync.Mutex
	said strings.Builder // by the client, so far
}

func (s *server) heard(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said.WriteString(line)
}

func (s *server) conversation() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

// start serves one connection and answers the address.
func (s *server) start(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if s.implicit {
			conn = s.sealed(conn)
		}
		s.talk(conn)
	}()
	return l.Addr().String()
}

func (s *server) sealed(conn net.Conn) net.Conn {
	return tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{s.cert}, MinVersion: tls.VersionTLS12})
}

func (s *server) talk(conn net.Conn) {
	in := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	_, open := conn.(*net.TCPConn)
	say("220 mail.example ready")
	for {
		line, err := in.ReadString('\n')
		s.heard(line)
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
		case "EHLO":
			say("250-mail.example")
			if open && len(s.cert.Certificate) > 0 {
				say("250-STARTTLS")
			}
			for _, e := range s.extensions {
				say("250-" + e)
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			conn, open = s.sealed(conn), false
			in = bufio.NewReader(conn)
		case "AUTH":
			say(s.auth)
		case "RCPT":
			say(s.rcpt)
		case "DATA":
			say("354 go on")
			for {
				line, err := in.ReadString('\n')
				s.heard(line)
				if err != nil || line == ".\r\n" {
					break
				}
			}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func newSender(t *testing.T, address string, password secret.Text) *Sender {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{URL: u, Password: password, From: "Havenloop <notices@havenloop.example>"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var message = notify.Message{ID: "n1", To: "canary@example.org", Subject: "A referral has news", Body: "Sign in to read it."}

func TestSend(t *testing.T) {
	srv := &server{rcpt: "250 ok"}
	if err := newSender(t, "smtp+plain://"+srv.start(t), "").Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	said := srv.conversation()
	for _, want := range []string{"MAIL FROM:<notices@havenloop.example>", "RCPT TO:<canary@example.org>"} {
		if !strings.Contains(said, want) {
			t.Errorf("the client did not say %q in:\n%s", want, said)
		}
	}
	_, data, _ := strings.Cut(said, "DATA\r\n")
	m, err := mail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"Subject": message.Subject, "To": "<canary@example.org>", "Message-Id": "<n1@havenloop>", "Auto-Submitted": "auto-generated",
		"From": `"Havenloop" <notices@havenloop.example>`,
	} {
		if got := m.Header.Get(header); got != want {
			t.Errorf("header %s = %q, want %q", header, got, want)
		}
	}
	if body, _ := io.ReadAll(m.Body); !strings.Contains(string(body), message.Body) {
		t.Errorf("body = %q, want %q", body, message.Body)
	}
}

func TestSendFails(t *testing.T) {
	tests := []struct {
		name    string
		srv     *server
		scheme  string
		refused bool
	}{
		{"no such mailbox", &server{rcpt: "550 canary@example.org: no such mailbox"}, "smtp+plain", true},
		{"mailbox busy", &server{rcpt: "450 canary@example.org: try later"}, "smtp+plain", false},
		{"no TLS to be had", &server{rcpt: "250 ok"}, "smtp", false},
		{"a wrong password", &server{rcpt: "250 ok", extensions: []string{"AUTH PLAIN LOGIN"}, auth: "535 wrong"}, "smtp+plain", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			user := ""
			if tt.srv.auth != "" {
				user = "user@"
			}
			err := newSender(t, tt.scheme+"://"+user+tt.srv.start(t), "canary-password").Send(t.Context(), message)
			if err == nil || errors.Is(err, notify.ErrRefused) != tt.refused || strings.Contains(err.Error(), "canary") {
				t.Errorf("Send = %v, want refused %v and neither address nor password", err, tt.refused)
			}
			if tt.scheme == "smtp" {
				if said := tt.srv.conversation(); strings.Contains(said, "MAIL FROM") {
					t.Errorf("the message was sent without TLS:\n%s", said)
				}
			}
		})
	}
}

func TestSendRefusesWhatIsNoAddress(t *testing.T) {
	m := message
	m.To = "not an address"
	if err := newSender(t, "smtp+plain://192.0.2.1", "").Send(t.Context(), m); !errors.Is(err, notify.ErrRefused) {
		t.Errorf("Send = %v, want refused", err)
	}
}

func TestSendObeysItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := newSender(t, "smtp+plain://192.0.2.1", "").Send(ctx, message); err == nil || errors.Is(err, notify.ErrRefused) {
		t.Errorf("Send = %v, want an error that is not final", err)
	}
}

func TestNewRefusesBadSettings(t *testing.T) {
	for _, tt := range []struct{ url, from string }{
		{"http://mail.example", "a@b.example"}, {"smtp://", "a@b.example"}, {"smtp://mail.example:99999", "a@b.example"}, {"smtp://mail.example", "nobody"},
	} {
		u, err := url.Parse(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(Config{URL: u, From: tt.from, Password: "canary"}); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("New(%s, %s) = %v, want an error without the password", tt.url, tt.from, err)
		}
	}
}
