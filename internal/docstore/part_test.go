package docstore_test

import (
	"context"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
)

func TestPart(t *testing.T) {
	ctx := docstore.WithRequest(t.Context(), "key", "hash")
	id := func(ctx context.Context) string { return docstore.NewID(ctx, "rosa") }
	if a, b := id(docstore.Part(ctx, "consent")), id(docstore.Part(ctx, "consent")); a != b {
		t.Errorf("the same part has the ids %s and %s, want one", a, b)
	}
	if id(docstore.Part(ctx, "consent")) == id(docstore.Part(ctx, "referral")) || id(docstore.Part(ctx, "consent")) == id(ctx) {
		t.Error("parts of a request must have ids of their own")
	}
	if plain := docstore.Part(t.Context(), "consent"); plain != t.Context() {
		t.Errorf("Part without a request = %v, want the context itself", plain)
	}
}
