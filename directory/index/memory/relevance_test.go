package memory

import (
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory/indextest"
)

// The floor under the answers to what people ask: mean nDCG@10, and cases lost.
const (
	leastNDCG = 0.91
	mostLost  = 27
)

func TestRelevance(t *testing.T) {
	r := indextest.Measure(t, New())
	t.Logf("%d cases, mean nDCG@10 %.3f, %d lost:\n%s", r.Cases, r.NDCG, len(r.Lost), strings.Join(r.Lost, "\n"))
	if r.NDCG < leastNDCG || len(r.Lost) > mostLost {
		t.Errorf("mean nDCG@10 %.3f, %d lost, want at least %.2f, at most %d", r.NDCG, len(r.Lost), leastNDCG, mostLost)
	}
}
