package links

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/alexedwards/argon2id"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/secret"
)

// Bounds of a PIN, in digits. Five tries at four digits are guessed once in
// 2000; the weakest are refused.
const (
	minPIN = 4
	maxPIN = 8
)

// CheckPIN tells in wrong why pin may not be used. known are digits that
// people around the patient know, such as those of the phone number; birthDate
// is a date such as "1987-04-30", or empty.
func CheckPIN(pin, birthDate string, known []string, wrong *fault.Fields) {
	switch {
	case len(pin) < minPIN || len(pin) > maxPIN || strings.Trim(pin, "0123456789") != "":
		wrong.Add("pin", "Choose a PIN of %d to %d digits.", minPIN, maxPIN)
	case simple(pin):
		wrong.Add("pin", "This PIN is easy to guess. Choose another one.")
	case slices.Contains(datesOf(birthDate), pin):
		wrong.Add("pin", "A birth date is easy to guess. Choose another PIN.")
	case slices.ContainsFunc(known, func(k string) bool { return strings.Contains(onlyDigits(k), pin) }):
		wrong.Add("pin", "A part of the phone number or the ZIP code is easy to guess. Choose another PIN.")
	}
}

// simple tells whether a PIN repeats one or two digits or counts up or down.
func simple(pin string) bool {
	up, down := true, true
	for i := 1; i < len(pin); i++ {
		up = up && pin[i] == '0'+(pin[i-1]-'0'+1)%10
		down = down && pin[i-1] == '0'+(pin[i]-'0'+1)%10
	}
	repeats := true
	for i := 2; i < len(pin); i++ {
		repeats = repeats && pin[i] == pin[i-2]
	}
	doubles := len(pin) == 4 && pin[0] == pin[1] && pin[2] == pin[3]
	return up || down || repeats || doubles
}

// datesOf lists how people write a date with digits alone.
func datesOf(date string) []string {
	y, rest, ok := strings.Cut(date, "-")
	m, d, ok2 := strings.Cut(rest, "-")
	if !ok || !ok2 || len(y) != 4 {
		return nil
	}
	short := y[2:]
	return []string{
		y, m + d, d + m, m + y, y + m,
		m + d + short, d + m + short, short + m + d, m + short, short + m,
		m + d + y, d + m + y, y + m + d,
	}
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// hash computes the stored form of a PIN.
func (s *Service) hash(ctx context.Context, pin secret.Text) (string, error) {
	done, err := s.startHashing(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	h, err := argon2id.CreateHash(string(pin), &s.cost)
	if err != nil {
		return "", fmt.Errorf("hash PIN: %w", err)
	}
	return h, nil
}

// matches tells whether pin is that of the hash.
func (s *Service) matches(ctx context.Context, pin secret.Text, hash string) (bool, error) {
	done, err := s.startHashing(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	ok, err := argon2id.ComparePasswordAndHash(onlyDigits(string(pin)), hash)
	if err != nil {
		return false, fmt.Errorf("check PIN: %w", err)
	}
	return ok, nil
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
