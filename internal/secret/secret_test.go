package secret

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestTextIsNeverShown(t *testing.T) {
	const canary = "canary-7f3a"
	type config struct {
		Key  Text
		Keys []Text
	}
	c := config{Key: canary, Keys: []Text{canary}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+"\n", c, &c, c.Key)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("start", "key", c.Key, "config", c)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("start", "key", c.Key, "config", c)
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&out, c.Key.String(), fmt.Errorf("wrapped: %v", c.Key))
	if s := out.String(); strings.Contains(s, canary) || strings.Contains(s, fmt.Sprintf("%x", canary)) {
		t.Errorf("output shows the secret:\n%s", s)
	}
}

func TestTextIsReadAsAString(t *testing.T) {
	var c struct{ Key Text }
	if err := json.Unmarshal([]byte(`{"Key":"open sesame"}`), &c); err != nil || string(c.Key) != "open sesame" {
		t.Errorf("Unmarshal = %q, %v, want the text", string(c.Key), err)
	}
}
