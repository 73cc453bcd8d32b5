package outward

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC)
	for said, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "Mon, 16 Nov 2026 17:30:00 GMT": 30 * time.Minute,
		"-5": 0, "soon": 0, "1.5": 0, "Mon, 16 Nov 2026 16:00:00 GMT": 0, "99999999999999999999": 0,
	} {
		if got := RetryAfter(http.Header{"Retry-After": {said}}, now); got != want {
			t.Errorf("RetryAfter(%q) = %v, want %v", said, got, want)
		}
	}
}
