package servertest

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
)

// Elsewhere stands for the systems of others, which the server calls: those
// that are told of events, and the push services of browsers.
type Elsewhere struct {
	mu     sync.Mutex
	answer http.HandlerFunc
}

// Answer has calls answered by the function from now on.
func (e *Elsewhere) Answer(f http.HandlerFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = f
}

// RoundTrip answers a call of the server.
func (e *Elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.answer == nil {
		return nil, errors.New("nobody answers")
	}
	w := httptest.NewRecorder()
	e.answer(w, r)
	return w.Result(), nil
}
