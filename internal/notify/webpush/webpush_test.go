package webpush

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

func decode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEncryptAsTheStandardDoes takes the example of RFC 8291, section 5 and
// appendix A.
func TestEncryptAsTheStandardDoes(t *testing.T) {
	own, err := ecdh.P256().NewPrivateKey(decode(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	peer, err := peerKey("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
	if err != nil {
		t.Fatal(err)
	}
	got, err := encrypt([]byte("When I grow up, I want to be a watermelon"), peer, decode(t, "BTBZMqHH6r4Tts7J_aSIgg"), own, decode(t, "DGv6ra1nlYgDCS1FRnbzlw"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	if s := base64.RawURLEncoding.EncodeToString(got); s != want {
		t.Errorf("encrypt = %s, want %s", s, want)
	}
}

// browser is one that can be told.
type browser struct {
	key  *ecdh.PrivateKey
	auth []byte
}

func newBrowser(t *testing.T) browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return browser{key, []byte("0123456789abcdef")}
}

func (b browser) p256dh() string {
	return base64.RawURLEncoding.EncodeToString(b.key.PublicKey().Bytes())
}

func (b browser) secret() string { return base64.RawURLEncoding.EncodeToString(b.auth) }

// read decrypts a body as a browser does.
func (b browser) read(t *testing.T, body []byte) string {
	t.Helper()
	salt, point, record := body[:16], body[21:21+65], body[21+65:]
	peer, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		t.Fatal(err)
	}
	shared, _ := b.key.ECDH(peer)
	ikm, _ := hkdf.Key(sha256.New, shared, b.auth, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(point), 32)
	cek, _ := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, _ := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	block, _ := aes.NewCipher(cek)
	gcm, _ := cipher.NewGCM(block)
	text, err := gcm.Open(nil, nonce, record, nil)
	if err != nil || text[len(text)-1] != 2 {
		t.Fatalf("the browser cannot read the message: %v", err)
	}
	return string(text[:len(text)-1])
}

func TestSend(t *testing.T) {
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	b, status := newBrowser(t), http.StatusCreated
	var got *http.Request
	var body []byte
	push := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(status)
	}))
	defer push.Close()
	s, err := New(t.Context(), engine, Options{
		Now: clock.System, Key: []byte(strings.Repeat("k", 32)), Contact: "https://havenloop.example", Client: push.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ana := identity.With(t.Context(), identity.Actor{ID: "ana", Role: identity.CHW})
	m := notify.Message{ID: "n1", To: "ana", Subject: "A referral has news", Link: "https://havenloop.example/referrals/r1"}
	if err := s.Send(t.Context(), m); !errors.Is(err, notify.ErrUnwanted) {
		t.Errorf("Send to nobody's browser = %v, want unwanted", err)
	}
	for range 2 { // the same browser asks again
		if err := s.Subscribe(ana, push.URL+"/to/1", b.p256dh(), b.secret()); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Count(ana); n != 1 || err != nil {
		t.Errorf("Count = %d, %v, want one browser", n, err)
	}
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if text := b.read(t, body); text != `{"id":"n1","title":"A referral has news","url":"https://havenloop.example/referrals/r1"}` {
		t.Errorf("the browser reads %s", text)
	}
	if got.Header.Get("TTL") == "" || got.Header.Get("Content-Encoding") != "aes128gcm" {
		t.Errorf("headers = %v", got.Header)
	}
	token, key, _ := strings.Cut(strings.TrimPrefix(got.Header.Get("Authorization"), "vapid t="), ", k=")
	claims := jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return &s.key.PublicKey, nil }, jwt.WithAudience(push.URL), jwt.WithExpirationRequired())
	if err != nil || key != s.PublicKey() || claims["sub"] != "https://havenloop.example" {
		t.Errorf("token %v with claims %v, key %s", err, claims, key)
	}
	status = http.StatusServiceUnavailable
	if err := s.Send(t.Context(), m); err == nil || errors.Is(err, notify.ErrRefused) || strings.Contains(err.Error(), "/to/1") {
		t.Errorf("Send while the service is away = %v, want an error that is not final and names no address", err)
	}
	status = http.StatusGone
	if err := s.Send(t.Context(), m); !errors.Is(err, notify.ErrUnwanted) {
		t.Errorf("Send to a browser that is gone = %v, want unwanted", err)
	}
	if n, _ := s.Count(ana); n != 0 {
		t.Errorf("Count = %d, want the browser forgotten", n)
	}
}

func TestSubscribeRefuses(t *testing.T) {
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	fake := clock.NewFake(time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC))
	s, err := New(t.Context(), engine, Options{Now: fake.Now, Key: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	b, ana := newBrowser(t), identity.With(t.Context(), identity.Actor{ID: "ana", Role: identity.CHW})
	for name, in := range map[string][3]string{
		"no https":  {"http://push.example/1", b.p256dh(), b.secret()},
		"no key":    {"https://push.example/1", "AAAA", b.secret()},
		"no secret": {"https://push.example/1", b.p256dh(), "AAAA"},
	} {
		if err := s.Subscribe(ana, in[0], in[1], in[2]); !fault.Is(err, fault.Invalid) {
			t.Errorf("Subscribe with %s = %v, want invalid", name, err)
		}
	}
	if err := s.Subscribe(t.Context(), "https://push.example/1", b.p256dh(), b.secret()); !fault.Is(err, fault.Login) {
		t.Errorf("Subscribe by nobody = %v, want login", err)
	}
	for i := range maxSubscriptions + 2 {
		fake.Add(time.Second)
		if err := s.Subscribe(ana, "https://push.example/"+strings.Repeat("x", i+1), b.p256dh(), b.secret()); err != nil {
			t.Fatal(err)
		}
	}
	if n, _ := s.Count(ana); n != maxSubscriptions {
		t.Errorf("Count = %d, want at most %d", n, maxSubscriptions)
	}
	if err := s.Unsubscribe(ana); err != nil {
		t.Fatal(err)
	}
	if n, _ := s.Count(ana); n != 0 {
		t.Errorf("Count after Unsubscribe = %d", n)
	}
}
