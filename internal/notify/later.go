package notify

import (
	"errors"
	"time"
)

// longest is how long a gateway may put off the next try: the longest step of
// our own, so that a slip of theirs does not keep a notice for ever.
const longest = 24 * time.Hour

// later is a failure whose other side said when to come again.
type later struct {
	error
	after time.Duration
}

func (l later) Unwrap() error { return l.error }

// Later notes with a failure how long the other side asks to be left alone; it
// is for senders. The next try comes no sooner, and a day later at most.
func Later(err error, after time.Duration) error {
	if err == nil || after <= 0 {
		return err
	}
	return later{err, after}
}

// pause is how long to wait after the failure: our own step, or what was asked for.
func pause(own time.Duration, failure error) time.Duration {
	if l, ok := errors.AsType[later](failure); ok {
		return max(own, min(l.after, longest))
	}
	return own
}
