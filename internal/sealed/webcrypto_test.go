package sealed

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
)

// TestOpensWhatABrowserSealed opens testdata/webcrypto.json, which Chromium
// made with testdata/webcrypto.js: nothing but WebCrypto, as on a device.
func TestOpensWhatABrowserSealed(t *testing.T) {
	b, err := os.ReadFile("testdata/webcrypto.json")
	if err != nil {
		t.Fatal(err)
	}
	var made struct {
		Private             []byte
		Kid, Text, Envelope string
	}
	if err := json.Unmarshal(b, &made); err != nil {
		t.Fatal(err)
	}
	s := open(t, memory(t), clock.NewFake(time.Unix(1e9, 0)).Now, master)
	k := keyPair{Meta: docstore.Meta{ID: "000001"}, Kid: made.Kid, MadeAt: s.now()}
	k.Private = s.private.Seal(k.ID, made.Private)
	if err := s.keys.Insert(t.Context(), &k); err != nil {
		t.Fatal(err)
	}
	h, text, err := s.Open(t.Context(), made.Envelope)
	if err != nil || string(text) != made.Text || h.JTI != number || h.Sub != "rosa" {
		t.Errorf("Open = %+v, %q, %v, want %q", h, text, err, made.Text)
	}
}
