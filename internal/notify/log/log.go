// Package log is the sender for installations without a mail server: it notes
// in the log that a message was due, and sends nothing.
package log

import (
	"context"
	"log/slog"

	"github.com/havenloop/havenloop/internal/notify"
)

// Sender writes messages to a log.
type Sender struct{ log *slog.Logger }

// New makes a sender to the log.
func New(log *slog.Logger) Sender { return Sender{log} }

// Send logs that m was due: which notice, but not to whom.
func (s Sender) Send(ctx context.Context, m notify.Message) error {
	s.log.InfoContext(ctx, "notice", "channel", m.Channel, "id", m.ID, "subject", m.Subject)
	return nil
}
