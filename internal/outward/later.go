package outward

import (
	"net/http"
	"strconv"
	"time"
)

// RetryAfter is how long the other side asks to be left alone; zero where it
// does not say, or says what cannot be read. Source: RFC 9110, section 10.2.3:
// seconds, or a date.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	said := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(said, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(said); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}
