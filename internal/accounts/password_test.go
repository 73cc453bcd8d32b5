package accounts

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestCheckPassword(t *testing.T) {
	tests := []struct {
		name, password string
		ok             bool
	}{
		{"15 characters", "abcdefghijklmnz", true},
		{"14 characters", "abcdefghijklmz", false},
		{"15 characters, some of two bytes", "contraseña más!", true},
		{"14 characters of 28 bytes", strings.Repeat("é", 7) + strings.Repeat("ü", 7), false},
		{"no composition rules", "all lower case words", true},
		{"64 characters", strings.Repeat("word and ", 7) + "x", true},
		{"256 characters", strings.Repeat("0123456789abcde-", 16), true},
		{"257 characters", strings.Repeat("0123456789abcde-", 16) + "x", false},
		{"a common one", "passwordpassword", false},
		{"a common one in capitals", "CorrectHorseBatteryStaple", false},
		{"one character over and over", "xxxxxxxxxxxxxxxxxxxx", false},
		{"four characters over and over", "abcdabcdabcdabcdab", false},
		{"five characters over and over", "abcdeabcdeabcdeabcde", true},
		{"spaces count", "a b c d e f g h", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var wrong fault.Fields
			checkPassword(&wrong, Secret(tt.password))
			if got := wrong.Err() == nil; got != tt.ok {
				t.Errorf("checkPassword = %v, want %v", wrong.Err(), tt.ok)
			}
			if err := wrong.Err(); err != nil && strings.Contains(err.Error(), tt.password) {
				t.Error("the error repeats the password")
			}
		})
	}
}

func TestCommonPasswordsAreLongAndLowerCase(t *testing.T) {
	for p := range common() {
		if utf8.RuneCountInString(p) < minPassword || p != strings.ToLower(p) {
			t.Errorf("common.txt has %q, want at least %d characters in lower case", p, minPassword)
		}
	}
}

func TestPasswordsMatchHoweverTheyAreTyped(t *testing.T) {
	h := newHouse(t)
	hash, err := h.hash(t.Context(), "contrase\u00f1a del pueblo")
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, err := h.matches(t.Context(), "contrasen\u0303a del pueblo", hash); !ok || err != nil {
		t.Errorf("matches = %v, %v, want true for the same text in parts", ok, err)
	}
}
