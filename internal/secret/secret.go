// Package secret holds texts that must not be seen: passwords, keys, tokens.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

// Text is a secret. However it is printed, logged or marshalled, it reads
// "[secret]"; string(t) is the only way to what it says. From JSON and
// settings it is read as any string.
type Text string

const hidden = "[secret]"

// String hides the text.
func (Text) String() string { return hidden }

// Format hides the text from every verb of package fmt.
func (Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue hides the text from package slog.
func (Text) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON hides the text from JSON.
func (Text) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }
