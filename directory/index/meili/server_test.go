package meili

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/indextest"
)

// TestServer runs the whole suite on a real server.
func TestServer(t *testing.T) {
	n := 0
	indextest.Run(t, func(t *testing.T) directory.Index {
		n++
		return openServer(t, fmt.Sprint(n))
	})
}

// openServer opens an index of its own on a real server, which is deleted
// afterwards. Without a server the test is skipped.
func openServer(t *testing.T, name string) *Index {
	t.Helper()
	address := os.Getenv("HAVENLOOP_TEST_MEILI")
	if address == "" {
		t.Skip("No Meilisearch server to test with: set HAVENLOOP_TEST_MEILI to its address, and HAVENLOOP_TEST_MEILI_KEY to its key.")
	}
	x, err := Open(t.Context(), Config{URL: address, Key: os.Getenv("HAVENLOOP_TEST_MEILI_KEY"), Prefix: fmt.Sprintf("havenloop_test_%d_%s", os.Getpid(), name), Now: sunday})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		for _, uid := range []string{x.uid, x.next} {
			if err := x.drop(context.Background(), uid); err != nil {
				t.Errorf("clean up: %v", err)
			}
		}
	})
	return x
}
