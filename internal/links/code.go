package links

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// alphabet are the 32 signs of a code, without those that are easily taken for
// others. Source: Douglas Crockford, Base 32 (crockford.com/base32.html).
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Lengths of codes: 60 bits where anybody may try, 40 where only a device of
// the organization takes it, for half an hour.
const (
	codeLength  = 12
	kioskLength = 8
	// groupLength is how many signs stand together when a code is shown.
	groupLength = 4
)

// Code is the link's code in groups, for example "7F3K-QX2M-9ZRT". It is made
// of the seed under the service's key, so that the store alone does not know it.
func (s *Service) Code(l Link) string {
	n := codeLength
	if l.Kind == AtKiosk {
		n = kioskLength
	}
	sum := s.mac("code", l.Seed)
	signs := make([]byte, n)
	for i := range signs {
		signs[i] = alphabet[sum[i]%byte(len(alphabet))] // 32 divides 256: no sign is likelier
	}
	return grouped(string(signs))
}

// grouped sets a code in groups.
func grouped(code string) string {
	var parts []string
	for ; len(code) > groupLength; code = code[groupLength:] {
		parts = append(parts, code[:groupLength])
	}
	return strings.Join(append(parts, code), "-")
}

// fold gives a typed code the form it was made in: capitals, without spaces
// and hyphens, and with the digits that the letters O, I and L look like.
func fold(code string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\u00a0', '\u2010', '\u2011', '\u2013', '\t', '\r', '\n':
			return -1
		case 'O', 'o':
			return '0'
		case 'I', 'i', 'L', 'l':
			return '1'
		}
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, code)
}

// lookup is what the code of a link is found by.
func (s *Service) lookup(code string) string { return hex.EncodeToString(s.mac("look-up", fold(code))) }

// mac is a keyed hash for one purpose.
func (s *Service) mac(purpose, text string) []byte {
	m := hmac.New(sha256.New, s.key)
	fmt.Fprintf(m, "%s\x00%s", purpose, text)
	return m.Sum(nil)
}

// textedLength is how many digits a texted code has (ASVS 6.5.4 asks for 20 bits).
const textedLength = 6

// digits makes a random number of n digits.
func digits(n int) string {
	out := make([]byte, 0, n)
	for buf := make([]byte, 1); len(out) < n; {
		_, _ = rand.Read(buf) // never fails; see crypto/rand
		if buf[0] < 250 {     // so that no digit is likelier
			out = append(out, '0'+buf[0]%10)
		}
	}
	return string(out)
}

// newToken makes a random token of 256 bits, of URL-safe characters.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails; see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

// fingerprint is what is stored of a token.
func fingerprint(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
