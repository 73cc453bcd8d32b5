package memory

import (
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory/indextest"
)

// TestRelevance holds the answers to what people ask above a floor.
func TestRelevance(t *testing.T) {
	r := indextest.Measure(t, New())
	t.Logf("%d cases, mean nDCG@10 %.3f, %d lost:\n%s", r.Cases, r.NDCG, len(r.Lost), strings.Join(r.Lost, "\n"))
}
