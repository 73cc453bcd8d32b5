package sealed

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
)

const number = "4f5a2b1c-0d3e-4f6a-8b7c-9d0e1f2a3b4c"

func open(t testing.TB, e docstore.Engine, now clock.Now, key string) *Service {
	t.Helper()
	s, err := New(t.Context(), e, Options{Now: now, Key: []byte(key)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var master = strings.Repeat("m", 32)

func memory(t testing.TB) docstore.Engine {
	t.Helper()
	e, err := sqlite.OpenMemory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// how is a way to seal; what is empty is as it must be.
type how struct {
	alg jose.KeyAlgorithm
	enc jose.ContentEncryption
	zip jose.CompressionAlgorithm
	set map[jose.HeaderKey]any // header entries put in place of the right ones; nil leaves one out
	key any
}

func seal(t testing.TB, s *Service, text string, h how) string {
	t.Helper()
	keys, err := s.PublicKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(b); err != nil {
		t.Fatal(err)
	}
	if h.alg == "" {
		h.alg = jose.RSA_OAEP_256
	}
	if h.enc == "" {
		h.enc = jose.A256GCM
	}
	o := &jose.EncrypterOptions{Compression: h.zip}
	for name, value := range map[jose.HeaderKey]any{"typ": Typ, "sub": "rosa", "org": "clinic", "jti": number} {
		if changed, ok := h.set[name]; ok {
			value = changed
		}
		if value != nil {
			o = o.WithHeader(name, value)
		}
	}
	for name, value := range h.set {
		if name != "typ" && name != "sub" && name != "org" && name != "jti" {
			o = o.WithHeader(name, value)
		}
	}
	to := jose.Recipient{Algorithm: h.alg, Key: &key}
	if h.key != nil {
		to.Key, to.KeyID = h.key, key.KeyID
	}
	enc, err := jose.NewEncrypter(h.enc, to, o)
	if err != nil {
		t.Fatal(err)
	}
	jwe, err := enc.Encrypt([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	compact, err := jwe.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

func TestOpenTakesOneWayOfSealingOnly(t *testing.T) {
	s := open(t, memory(t), clock.NewFake(time.Unix(1e9, 0)).Now, master)
	h, text, err := s.Open(t.Context(), seal(t, s, "hello", how{}))
	if err != nil || string(text) != "hello" || h.Sub != "rosa" || h.Org != "clinic" || h.JTI != number {
		t.Fatalf("Open = %+v, %q, %v, want what was sealed", h, text, err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	good := seal(t, s, "hello", how{})
	parts := strings.Split(good, ".")
	swap := func(n int, part string) string {
		p := append([]string{}, parts...)
		p[n] = part
		return strings.Join(p, ".")
	}
	head := func(from, to string) string {
		b, _ := base64.RawURLEncoding.DecodeString(parts[0])
		return swap(0, base64.RawURLEncoding.EncodeToString(bytes.Replace(b, []byte(from), []byte(to), 1)))
	}
	tests := []struct{ name, compact, reason string }{
		{"RSA-OAEP with SHA-1", seal(t, s, "x", how{alg: jose.RSA_OAEP}), ReasonBroken},
		{"RSA 1.5", seal(t, s, "x", how{alg: jose.RSA1_5}), ReasonBroken},
		{"A128GCM", seal(t, s, "x", how{enc: jose.A128GCM}), ReasonBroken},
		{"A256CBC-HS512", seal(t, s, "x", how{enc: jose.A256CBC_HS512}), ReasonBroken},
		{"compressed", seal(t, s, strings.Repeat("x", 1000), how{zip: jose.DEFLATE}), ReasonBroken},
		{"another type", seal(t, s, "x", how{set: map[jose.HeaderKey]any{"typ": "JWE"}}), ReasonBroken},
		{"no sub", seal(t, s, "x", how{set: map[jose.HeaderKey]any{"sub": nil}}), ReasonBroken},
		{"no org", seal(t, s, "x", how{set: map[jose.HeaderKey]any{"org": nil}}), ReasonBroken},
		{"no number", seal(t, s, "x", how{set: map[jose.HeaderKey]any{"jti": nil}}), ReasonBroken},
		{"a number that is none", seal(t, s, "x", how{set: map[jose.HeaderKey]any{"jti": "1"}}), ReasonBroken},
		{"a number in capitals", seal(t, s, "x", how{set: map[jose.HeaderKey]any{"jti": strings.ToUpper(number)}}), ReasonBroken},
		{"an entry that nobody knows", seal(t, s, "x", how{set: map[jose.HeaderKey]any{"x": "y"}}), ReasonBroken},
		{"another key under our name", seal(t, s, "x", how{key: &other.PublicKey}), ReasonBroken},
		{"a key that is not here", head(`"kid":"`, `"kid":"x`), ReasonUnknownKey},
		{"another sub put into the header", head(`"rosa"`, `"paul"`), ReasonBroken},
		{"a changed text", swap(3, "AAAA"+parts[3][4:]), ReasonBroken},
		{"a changed tag", swap(4, "AAAA"+parts[4][4:]), ReasonBroken},
		{"four parts", strings.Join(parts[:4], "."), ReasonBroken},
		{"an empty part", swap(1, ""), ReasonBroken},
		{"nothing", "", ReasonBroken},
	}
	for _, tt := range tests {
		_, _, err := s.Open(t.Context(), tt.compact)
		f, _ := err.(*fault.Error)
		if f == nil || f.Kind != fault.BusinessRule || f.Extra["reason"] != tt.reason {
			t.Errorf("Open of %s = %v, want a business rule with reason %s", tt.name, err, tt.reason)
		}
	}
	if _, _, err := s.Open(t.Context(), strings.Repeat("a", MaxEnvelope+1)); !fault.Is(err, fault.TooLong) {
		t.Errorf("Open of too much = %v, want too-long", err)
	}
}

func TestKeysAreSharedRotatedAndKept(t *testing.T) {
	e, now := memory(t), clock.NewFake(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	a, b := open(t, e, now.Now, master), open(t, e, now.Now, master)
	var wg sync.WaitGroup
	kids := make([]string, 4)
	for i := range kids {
		wg.Go(func() {
			keys, err := []*Service{a, b}[i%2].PublicKeys(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			kids[i] = keys[0].Kid
		})
	}
	wg.Wait()
	for _, kid := range kids {
		if kid != kids[0] {
			t.Fatalf("processes that start together have the keys %v, want one", kids)
		}
	}
	old := seal(t, a, "old", how{})
	if n, err := a.Rotate(t.Context()); n != 0 || err != nil {
		t.Errorf("Rotate of a new key = %d, %v, want nothing to do", n, err)
	}
	now.Add(RotateAfter)
	if n, err := b.Rotate(t.Context()); n != 1 || err != nil {
		t.Fatalf("Rotate after 90 days = %d, %v, want one new key", n, err)
	}
	fresh := seal(t, b, "fresh", how{})
	now.Add(time.Hour)
	for _, s := range []*Service{a, b, open(t, e, now.Now, master)} {
		for text, compact := range map[string]string{"old": old, "fresh": fresh} {
			if _, got, err := s.Open(t.Context(), compact); err != nil || string(got) != text {
				t.Errorf("Open of what was sealed with the %s key = %q, %v", text, got, err)
			}
		}
	}
	now.Add(365 * 24 * time.Hour)
	if _, err := a.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Open(t.Context(), old); err != nil {
		t.Errorf("Open a year later = %v, want the text", err)
	}
	now.Add(KeptFor)
	if _, err := a.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Open(t.Context(), old); err == nil {
		t.Error("Open long after the key was replaced = the text, want a refusal")
	}
}

func TestKeysOpenUnderTheirMasterKeyOnly(t *testing.T) {
	e, now := memory(t), clock.NewFake(time.Unix(1e9, 0))
	if _, err := open(t, e, now.Now, master).PublicKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, e, now.Now, strings.Repeat("n", 32)).PublicKeys(t.Context()); err == nil {
		t.Error("PublicKeys under another master key = no error, want one that says so")
	}
	if _, err := New(t.Context(), e, Options{Now: now.Now, Key: []byte("short")}); err == nil {
		t.Error("New with a short key = no error")
	}
	for k, err := range open(t, e, now.Now, master).keys.All(t.Context()) {
		if err != nil || bytes.Contains(k.Private, []byte("PRIVATE")) || len(k.Private) < 1000 {
			t.Errorf("stored private key = %d bytes, %v, want it sealed", len(k.Private), err)
		}
	}
}

func TestPublicKeyIsAJSONWebKey(t *testing.T) {
	s := open(t, memory(t), clock.NewFake(time.Unix(1e9, 0)).Now, master)
	keys, err := s.PublicKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(keys[0])
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(b); err != nil {
		t.Fatal(err)
	}
	public, ok := key.Key.(*rsa.PublicKey)
	thumbprint, _ := key.Thumbprint(crypto.SHA256)
	if !ok || public.N.BitLen() != keyBits || key.Use != "enc" || key.Algorithm != "RSA-OAEP-256" || base64.RawURLEncoding.EncodeToString(thumbprint) != key.KeyID {
		t.Errorf("key = %s, want RSA of %d bits to encrypt, named by its thumbprint", b, keyBits)
	}
}

func TestBoxOpensInItsPlaceOnly(t *testing.T) {
	s := open(t, memory(t), clock.NewFake(time.Unix(1e9, 0)).Now, master)
	shut := s.Seal("visits/1", []byte("text"))
	if got, err := s.Box.Open("visits/1", shut); err != nil || string(got) != "text" {
		t.Errorf("Open = %q, %v", got, err)
	}
	for name, try := range map[string]func() ([]byte, error){
		"another place": func() ([]byte, error) { return s.Box.Open("visits/2", shut) },
		"a changed bit": func() ([]byte, error) { c := bytes.Clone(shut); c[20] ^= 1; return s.Box.Open("visits/1", c) },
		"too short":     func() ([]byte, error) { return s.Box.Open("visits/1", shut[:5]) },
		"another box":   func() ([]byte, error) { return s.private.Open("visits/1", shut) },
	} {
		if got, err := try(); err == nil {
			t.Errorf("Open in %s = %q, want an error", name, got)
		}
	}
	if once, again := s.Mark("a"), s.Mark("a"); s.Mark("a", "bc") == s.Mark("ab", "c") || once != again {
		t.Error("Mark mixes up texts, or is not the same for the same")
	}
}

// FuzzOpen feeds the parser of envelopes: it never panics, and opens nothing
// that it did not seal.
func FuzzOpen(f *testing.F) {
	s := open(f, memory(f), clock.NewFake(time.Unix(1e9, 0)).Now, master)
	good := seal(f, s, "hello", how{})
	f.Add(good)
	f.Add(strings.Replace(good, ".", "..", 1))
	f.Add("eyJhbGciOiJSU0EtT0FFUC0yNTYifQ.a.b.c.d")
	f.Add("....")
	f.Fuzz(func(t *testing.T, compact string) {
		_, text, err := s.Open(t.Context(), compact)
		if err == nil && string(text) != "hello" {
			t.Errorf("Open(%q) = %q", compact, text)
		}
		if err != nil && !fault.Is(err, fault.BusinessRule) && !fault.Is(err, fault.TooLong) {
			t.Errorf("Open(%q) = %v, want a fault", compact, err)
		}
	})
}
