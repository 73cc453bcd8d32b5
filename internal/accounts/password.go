package accounts

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"github.com/havenloop/havenloop/internal/fault"
)

// Bounds of a password, in characters. Sources: NIST SP 800-63B-4, 3.1.1.2 (15
// where it is the only factor; at least 64 to be allowed); the upper one only
// keeps the work of hashing bounded.
const (
	minPassword = 15
	maxPassword = 256
)

// commonText lists passwords of 15 and more characters that people often
// choose, one a line, in lower case.
//
//go:embed common.txt
var commonText string

var common = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(commonText) {
		m[strings.TrimSpace(line)] = true
	}
	return m
})

// normalize gives a password the form that is hashed, so that it is the same
// from every keyboard (NIST SP 800-63B-4, 3.1.1.2: NFKC).
func normalize(p Secret) string { return norm.NFKC.String(string(p)) }

// checkPassword notes in wrong why p may not be a password.
func checkPassword(wrong *fault.Fields, p Secret) {
	text := normalize(p)
	n := utf8.RuneCountInString(text)
	switch {
	case n < minPassword:
		wrong.Add("password", "Use at least %d characters for the password, for example four words.", minPassword)
	case n > maxPassword:
		wrong.Add("password", "Use at most %d characters for the password.", maxPassword)
	case common()[strings.ToLower(text)] || isRepeated(text):
		wrong.Add("password", "Many people use this password. Choose another one.")
	}
}

// isRepeated tells whether text is one part of up to four characters over and
// over, such as "abcabcabcabcabc".
func isRepeated(text string) bool {
	for n := 1; n <= 4; n++ {
		if strings.HasPrefix(text, strings.Repeat(text[:n], len(text)/n)) && strings.HasPrefix(text[:n], text[len(text)/n*n:]) {
			return true
		}
	}
	return false
}

// hash computes the stored form of a password.
func (s *Service) hash(ctx context.Context, p Secret) (string, error) {
	done, err := s.startHashing(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	h, err := argon2id.CreateHash(normalize(p), &s.params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return h, nil
}

// matches tells whether p is the password of the hash, and whether the hash
// was made with other costs than are due now.
func (s *Service) matches(ctx context.Context, p Secret, hash string) (ok, stale bool, err error) {
	done, err := s.startHashing(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	ok, params, err := argon2id.CheckHash(normalize(p), hash)
	if err != nil {
		return false, false, fmt.Errorf("check password: %w", err)
	}
	return ok, *params != s.params, nil
}

// startHashing waits for a free place among the hashes under way.
func (s *Service) startHashing(ctx context.Context) (done func(), err error) {
	select {
	case s.hashing <- struct{}{}:
		return func() { <-s.hashing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
