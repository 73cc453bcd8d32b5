package accounts

import (
	"testing"

	"github.com/alexedwards/argon2id"
)

// BenchmarkHash is the work of one sign-in at the default costs.
func BenchmarkHash(b *testing.B) {
	p := DefaultParams
	for b.Loop() {
		if _, err := argon2id.CreateHash(password, &p); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSession is what each request of a page pays, from the cache.
func BenchmarkSession(b *testing.B) {
	h := newHouse(b)
	token := h.startSession(b, "ana")
	for b.Loop() {
		if _, err := h.Session(b.Context(), token); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSessionUncached is what it pays once in five seconds.
func BenchmarkSessionUncached(b *testing.B) {
	h := newHouse(b)
	token := h.startSession(b, "ana")
	for b.Loop() {
		h.actors.forget("ana")
		if _, err := h.Session(b.Context(), token); err != nil {
			b.Fatal(err)
		}
	}
}
