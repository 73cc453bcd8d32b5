package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// Box seals texts at rest with AES-256-GCM. Nonces are random, 96 bits, as
// NIST SP 800-38D (8.2.2) allows for up to 2^32 texts under one key.
type Box struct {
	aead cipher.AEAD
	mark []byte
}

func newBox(key []byte, purpose string) (Box, error) {
	k, err := derive(key, purpose)
	if err != nil {
		return Box{}, fmt.Errorf("sealed: derive key: %w", err)
	}
	mark, err := derive(key, purpose+" marks")
	if err != nil {
		return Box{}, fmt.Errorf("sealed: derive key: %w", err)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return Box{}, fmt.Errorf("sealed: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return Box{}, fmt.Errorf("sealed: %w", err)
	}
	return Box{aead: aead, mark: mark}, nil
}

// errShut says that a sealed text was changed, or sealed under another key or place.
var errShut = errors.New("sealed: the text cannot be opened; it was changed, or the master key is another one")

// Seal seals a text. place names where it is kept, such as a document's id: it
// opens there and nowhere else.
func (b Box) Seal(place string, text []byte) []byte {
	nonce := make([]byte, b.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	return b.aead.Seal(nonce, nonce, text, []byte(place))
}

// Open opens what Seal sealed for the place.
func (b Box) Open(place string, shut []byte) ([]byte, error) {
	n := b.aead.NonceSize()
	if len(shut) < n {
		return nil, errShut
	}
	text, err := b.aead.Open(nil, shut[:n], shut[n:], []byte(place))
	if err != nil {
		return nil, errShut
	}
	return text, nil
}

// Mark is a keyed hash of texts, by which the same is known again without
// telling what it says (HMAC, RFC 2104).
func (b Box) Mark(texts ...string) string {
	mac := hmac.New(sha256.New, b.mark)
	for _, t := range texts {
		fmt.Fprintf(mac, "%d:%s", len(t), t)
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
