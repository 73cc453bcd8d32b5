package log

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/notify"
)

func TestSendNamesTheNoticeButNotThePerson(t *testing.T) {
	var out bytes.Buffer
	s := New(slog.New(slog.NewTextHandler(&out, nil)))
	m := notify.Message{ID: "n1", Channel: notify.Email, To: "canary@example.org", Subject: "A referral has news", Body: "canary body"}
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Contains(got, "canary") || !strings.Contains(got, "id=n1") || !strings.Contains(got, "channel=email") {
		t.Errorf("log = %s, want id and channel, no address and no body", got)
	}
}
