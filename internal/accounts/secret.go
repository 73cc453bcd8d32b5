package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

// Secret is a password or token. However it is printed, logged or marshalled,
// it reads "[secret]"; string(s) is the only way to its text.
type Secret string

const hidden = "[secret]"

// String hides the text.
func (Secret) String() string { return hidden }

// Format hides the text from every verb of package fmt.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue hides the text from package slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the text from JSON and others.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// tokenBytes is how many random bytes a token has: 256 bits, twice what ASVS
// 7.2.3 asks for.
const tokenBytes = 32

// newToken makes a random token of URL-safe characters.
func newToken() string {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // never fails; see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

// fingerprint is what is stored of a token.
func fingerprint(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
