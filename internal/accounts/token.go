package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"github.com/havenloop/havenloop/internal/secret"
)

// Secret is a password; however it is printed, it reads "[secret]".
type Secret = secret.Text

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
