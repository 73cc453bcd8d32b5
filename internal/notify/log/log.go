// Package log is the sender for installations without a mail server: it notes
// in the log that a message was due, and sends nothing.
package log

import (
	"context"
	"log/slog"

	"github.com/havenloop/havenloop/internal/notify"
)

// Sender writes messages to a log.
type Sender struct {
	// Log takes a line for each message, without its address.
	Log *slog.Logger
	// Channel is named in the line.
	Channel notify.Channel
}

// Send logs that m was due.
func (s Sender) Send(ctx context.Context, m notify.Message) error {
	s.Log.InfoContext(ctx, "notice", "channel", s.Channel, "id", m.ID, "subject", m.Subject)
	return nil
}
