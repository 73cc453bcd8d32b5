package mongo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/docstoretest"
	"github.com/havenloop/havenloop/internal/fault"
)

// TestEngine runs the suite on the MongoDB at HAVENLOOP_TEST_MONGODB, in
// databases of its own that it drops afterwards. A URI with a user needs authSource.
func TestEngine(t *testing.T) {
	uri := os.Getenv("HAVENLOOP_TEST_MONGODB")
	if uri == "" {
		t.Skip("HAVENLOOP_TEST_MONGODB holds no address of a MongoDB; over the wire the engine is tested in ferrettest")
	}
	n := 0
	docstoretest.Run(t, func(t *testing.T) docstore.Engine {
		t.Helper()
		n++
		e, err := Open(t.Context(), withDatabase(uri, fmt.Sprintf("havenloop_test_%d_%d", time.Now().UnixNano(), n)))
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		drop, err := Open(t.Context(), withDatabase(uri, e.db.Name())) // a test may close e
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		t.Cleanup(func() {
			if err := e.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			if err := drop.db.Drop(context.Background()); err != nil {
				t.Errorf("drop the test's database: %v", err)
			}
			if err := drop.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
		return e
	}, docstoretest.Options{})
}

// withDatabase answers the URI with another database; hosts may be several.
func withDatabase(uri, database string) string {
	base, query, _ := strings.Cut(uri, "?")
	scheme, rest, _ := strings.Cut(base, "://")
	hosts, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + hosts + "/" + database + "?" + query
}

func TestOpenNeedsAnAddressThatCanBeRead(t *testing.T) {
	if _, err := Open(t.Context(), "localhost:27017"); err == nil {
		t.Error(`Open("localhost:27017") = nil, want an error that says so`)
	}
}

func TestNoServerIsTransient(t *testing.T) {
	_, err := Open(t.Context(), "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100")
	if !fault.Is(err, fault.Transient) {
		t.Errorf("Open where nobody listens = %v, want a %s", err, fault.Transient)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, "mongodb://127.0.0.1:1/"); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with an ended context = %v, want %v", err, context.Canceled)
	}
}

func TestEventTextKeepsTheEvent(t *testing.T) {
	at := time.Date(2026, 3, 2, 12, 0, 0, 5e6, time.UTC)
	for name, data := range map[string][]byte{"none": nil, "object": []byte(`{"a": "<b>"}`), "several lines": []byte("{\n\"a\": 1\n}")} {
		want := docstore.Event{ID: "c/d/1/0/5", Type: "t", Collection: "c", DocumentID: "d", Version: 1, At: at, ActorID: "u", Data: data}
		text, err := eventText(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := eventFrom(text)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		got.At = got.At.In(time.FixedZone("", 3600))
		if again, err := eventText(got); again != text || err != nil {
			t.Errorf("%s: text of the event read back = %q, %v, want %q", name, again, err, text)
		}
	}
}

func TestNamedKey(t *testing.T) {
	for message, want := range map[string]string{
		"E11000 duplicate key error collection: havenloop.users index: u_email dup key: { u.email: \"a\" }": "email",
		"E11000 duplicate key error collection: havenloop.users index: _id_ dup key: { _id: \"1\" }":        "id",
		"E11000 duplicate key error collection: havenloop.users":                                            "",
	} {
		if got := namedKey(mongo.WriteError{Code: 11000, Message: message}); got != want {
			t.Errorf("namedKey(%q) = %q, want %q", message, got, want)
		}
	}
}
