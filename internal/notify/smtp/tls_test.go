package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// certificate is one for 127.0.0.1, with the authority that vouches for it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.TLS.Certificates[0], roots
}

// TestSendProtectsTheConversation: the password and the message are said after
// the client has seen a certificate that it trusts, and not otherwise.
func TestSendProtectsTheConversation(t *testing.T) {
	cert, roots := certificate(t)
	tests := []struct {
		name, scheme string
		roots        *x509.CertPool
		ok           bool
	}{
		{"TLS in the conversation", "smtp", roots, true},
		{"TLS from the first byte", "smtps", roots, true},
		{"a certificate of nobody we know", "smtp", x509.NewCertPool(), false},
		{"a certificate of nobody we know, from the first byte", "smtps", x509.NewCertPool(), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := &server{rcpt: "250 ok", auth: "235 welcome", extensions: []string{"AUTH PLAIN LOGIN"}, cert: cert, implicit: tt.scheme == "smtps"}
			u, err := url.Parse(tt.scheme + "://user@" + srv.start(t))
			if err != nil {
				t.Fatal(err)
			}
			s, err := New(Config{URL: u, Password: "canary-password", From: "notices@havenloop.example", Roots: tt.roots})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Send(t.Context(), message)
			if (err == nil) != tt.ok {
				t.Errorf("Send = %v, want done %v", err, tt.ok)
			}
			open, sealed, upgraded := strings.Cut(srv.conversation(), "STARTTLS\r\n")
			if tt.scheme == "smtps" {
				open, sealed = "", srv.conversation()
			}
			if upgraded == (tt.scheme == "smtps") {
				t.Errorf("STARTTLS was said: %v", upgraded)
			}
			for _, secret := range []string{"AUTH", "MAIL FROM", "RCPT TO", message.Body} {
				if strings.Contains(open, secret) || strings.Contains(sealed, secret) != tt.ok {
					t.Errorf("%q was said in the open, or not at all:\n%s", secret, srv.conversation())
				}
			}
		})
	}
}
