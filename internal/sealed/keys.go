package sealed

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/havenloop/havenloop/internal/docstore"
)

// keyBits is the length of the modulus: 128 bits of security, enough beyond
// 2030 (NIST SP 800-57 part 1, revision 5, table 2).
const keyBits = 3072

// RotateAfter is how long a pair is the newest; KeptFor how long one opens
// envelopes after a newer one took its place, so that a device that was away
// for a year loses nothing.
const (
	RotateAfter = 90 * 24 * time.Hour
	KeptFor     = 400 * 24 * time.Hour
)

// keyPair is a key pair as stored. Its id is its number, so that of two
// processes that make the next pair at once only one succeeds.
type keyPair struct {
	docstore.Meta
	Kid     string    `json:"kid"` // JWK thumbprint (RFC 7638)
	Public  []byte    `json:"public"`
	Private []byte    `json:"private"` // PKCS #8, sealed
	MadeAt  time.Time `json:"madeAt"`
	// ReplacedAt is when a newer pair was made; zero for the newest.
	ReplacedAt time.Time `json:"replacedAt,omitzero"`
}

var keySpec = docstore.Spec[keyPair]{
	Name: "envelope_keys", Schema: 1,
	Meta: func(k *keyPair) *docstore.Meta { return &k.Meta },
}

// opened is a pair ready to be used.
type opened struct {
	keyPair
	private *rsa.PrivateKey
}

// PublicKey is the public half of a pair, as a JSON Web Key (RFC 7517).
type PublicKey struct {
	Kty string `json:"kty"`
	N   string `json:"n"`
	E   string `json:"e"`
	Kid string `json:"kid"`
	Alg string `json:"alg"`
	Use string `json:"use"`
}

// PublicKeys answers the keys to seal with, the best one first. It makes the
// first pair when there is none yet.
func (s *Service) PublicKeys(ctx context.Context) ([]PublicKey, error) {
	newest, err := s.newest(ctx)
	if err == nil && newest.Kid == "" {
		newest, err = s.make(ctx, newest)
	}
	if err != nil {
		return nil, err
	}
	e := newest.private.PublicKey
	return []PublicKey{{
		Kty: "RSA", N: base64.RawURLEncoding.EncodeToString(e.N.Bytes()), E: base64.RawURLEncoding.EncodeToString(exponent(e.E)),
		Kid: newest.Kid, Alg: string(jose.RSA_OAEP_256), Use: "enc",
	}}, nil
}

// exponent is the number in as few bytes as it takes (RFC 7518, 6.3.1.2).
func exponent(e int) []byte {
	b := []byte{byte(e >> 24), byte(e >> 16), byte(e >> 8), byte(e)}
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	return b
}

// Rotate is a job: it makes a new pair when the newest is RotateAfter old, and
// forgets those that were replaced KeptFor ago. It answers how many pairs it
// made or forgot.
func (s *Service) Rotate(ctx context.Context) (int, error) {
	newest, err := s.newest(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	if newest.Kid == "" || s.now().Sub(newest.MadeAt) >= RotateAfter {
		if _, err := s.make(ctx, newest); err != nil {
			return 0, err
		}
		n++
	}
	all, err := s.load(ctx)
	if err != nil {
		return n, err
	}
	for i, k := range all[:len(all)-1] {
		if k.ReplacedAt.IsZero() {
			k.ReplacedAt = all[i+1].MadeAt
		}
		if s.now().Sub(k.ReplacedAt) < KeptFor {
			continue
		}
		if err := s.keys.Delete(ctx, &k.keyPair); err != nil && !errors.Is(err, docstore.ErrConflict) && !errors.Is(err, docstore.ErrNotFound) {
			return n, fmt.Errorf("forget key %s: %w", k.ID, err)
		}
		s.mu.Lock()
		delete(s.opened, k.Kid)
		s.mu.Unlock()
		n++
	}
	return n, nil
}

// newest answers the newest pair; one without a kid when there is none.
func (s *Service) newest(ctx context.Context) (opened, error) {
	all, err := s.load(ctx)
	if err != nil || len(all) == 0 {
		return opened{}, err
	}
	return all[len(all)-1], nil
}

// make makes the pair that follows the newest. When another process was
// faster, it answers theirs.
func (s *Service) make(ctx context.Context, newest opened) (opened, error) {
	number := 1
	if newest.ID != "" {
		if _, err := fmt.Sscanf(newest.ID, "%d", &number); err != nil {
			return opened{}, fmt.Errorf("number of key %q: %w", newest.ID, err)
		}
		number++
	}
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return opened{}, fmt.Errorf("make a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return opened{}, fmt.Errorf("make a key: %w", err)
	}
	thumbprint, err := (&jose.JSONWebKey{Key: &private.PublicKey}).Thumbprint(crypto.SHA256)
	if err != nil {
		return opened{}, fmt.Errorf("make a key: %w", err)
	}
	k := keyPair{
		Meta: docstore.Meta{ID: fmt.Sprintf("%06d", number)}, MadeAt: s.now(),
		Kid: base64.RawURLEncoding.EncodeToString(thumbprint), Public: x509.MarshalPKCS1PublicKey(&private.PublicKey),
	}
	k.Private = s.private.Seal(k.ID, der)
	err = s.keys.Insert(ctx, &k)
	if _, taken := errors.AsType[*docstore.DuplicateError](err); taken {
		return s.newest(ctx)
	}
	if err != nil {
		return opened{}, fmt.Errorf("store a key: %w", err)
	}
	o := opened{k, private}
	s.mu.Lock()
	s.opened[k.Kid] = o
	s.mu.Unlock()
	return o, nil
}

// load reads all pairs, the oldest first.
func (s *Service) load(ctx context.Context) ([]opened, error) {
	now := s.now()
	fresh := map[string]opened{}
	for k, err := range s.keys.All(ctx) {
		if err != nil {
			return nil, fmt.Errorf("read the keys: %w", err)
		}
		s.mu.Lock()
		o, known := s.opened[k.Kid]
		s.mu.Unlock()
		if o.keyPair = k; !known {
			if o.private, err = s.unseal(k); err != nil {
				return nil, fmt.Errorf("key %s: %w", k.ID, err)
			}
		}
		fresh[k.Kid] = o
	}
	s.mu.Lock()
	s.opened, s.read = fresh, now
	s.mu.Unlock()
	return slices.SortedFunc(maps.Values(fresh), func(a, b opened) int { return cmpID(a.ID, b.ID) }), nil
}

func cmpID(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (s *Service) unseal(k keyPair) (*rsa.PrivateKey, error) {
	der, err := s.private.Open(k.ID, k.Private)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("not an RSA key")
	}
	return private, nil
}

// rereadAfter is how often at most the store is asked for a kid that is not
// known here; another process may have made it.
const rereadAfter = time.Second

// private finds the private half for a kid; nil when there is none.
func (s *Service) find(ctx context.Context, kid string) (*rsa.PrivateKey, error) {
	s.mu.Lock()
	o, ok := s.opened[kid]
	read := s.read
	s.mu.Unlock()
	if age := s.now().Sub(read); ok || !read.IsZero() && age >= 0 && age < rereadAfter {
		return o.private, nil
	}
	if _, err := s.load(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened[kid].private, nil
}
