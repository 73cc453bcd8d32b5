// Package sealed opens what a device sealed for the server while it had no
// connection, and seals what the server keeps for itself.
//
// A device seals with the public half of an RSA-3072 key pair: a compact JWE
// (RFC 7516) with exactly RSA-OAEP-256 and A256GCM, which WebCrypto in every
// browser can make. The private halves lie in the store, sealed themselves
// with AES-256-GCM under a key derived from the master key, so that several
// server processes share them and a copy of the store opens nothing.
package sealed

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
)

// Options are what a Service needs besides its engine.
type Options struct {
	Now clock.Now
	// Key is the key from which those of this package are derived; at least 32
	// bytes, the same for every server process.
	Key []byte
}

// Service holds the key pairs. It is safe for concurrent use.
type Service struct {
	now  clock.Now
	keys *docstore.Collection[keyPair]
	// Box seals what other rooms keep of what was opened.
	Box
	private Box // seals the private halves

	mu     sync.Mutex
	opened map[string]opened // by kid
	read   time.Time         // when the store was last read
}

// minKey is the least length of Options.Key, in bytes: that of the keys which
// are derived from it.
const minKey = 32

// New opens the collection of key pairs. The first pair is made when it is
// first asked for, since that takes a second.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	if len(o.Key) < minKey {
		return nil, fmt.Errorf("sealed: the key needs at least %d bytes", minKey)
	}
	s := &Service{now: o.Now, opened: map[string]opened{}}
	var err error
	if s.private, err = newBox(o.Key, "private keys"); err != nil {
		return nil, err
	}
	if s.Box, err = newBox(o.Key, "documents"); err != nil {
		return nil, err
	}
	s.keys, err = docstore.Open(ctx, e, keySpec)
	return s, err
}

// derive makes the key for one purpose (HKDF, RFC 5869).
func derive(key []byte, purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, key, nil, "havenloop sealed "+purpose, sha256.Size)
}
