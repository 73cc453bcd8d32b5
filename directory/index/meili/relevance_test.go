package meili

import (
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory/indextest"
)

// leastServerNDCG is the floor for a real server. It is low because servers of
// several versions rank differently; what one scores is in the log.
const leastServerNDCG = 0.6

// TestServerRelevance asks a real server what people ask.
func TestServerRelevance(t *testing.T) {
	r := indextest.Measure(t, openServer(t, "relevance"))
	t.Logf("Meilisearch: %d cases, mean nDCG@10 %.3f, %d lost:\n%s", r.Cases, r.NDCG, len(r.Lost), strings.Join(r.Lost, "\n"))
	if r.NDCG < leastServerNDCG {
		t.Errorf("mean nDCG@10 %.3f, want at least %.2f", r.NDCG, leastServerNDCG)
	}
}

// leastFakeNDCG is the floor for the stand-in. It neither weighs fields nor
// splits meanings, so this says that the cases pass through the adapter, and
// nothing about how Meilisearch ranks.
const leastFakeNDCG = 0.3

// TestFakeRelevance runs the cases through the adapter.
func TestFakeRelevance(t *testing.T) {
	r := indextest.Measure(t, open(t, newFake(t)))
	t.Logf("stand-in, which does not rank: %d cases, mean nDCG@10 %.3f, %d lost", r.Cases, r.NDCG, len(r.Lost))
	if r.NDCG < leastFakeNDCG {
		t.Errorf("mean nDCG@10 %.3f, want at least %.2f", r.NDCG, leastFakeNDCG)
	}
}

// TestClockChange asks for opening hours over two weeks in which clocks change.
func TestClockChange(t *testing.T) {
	x := open(t, newFake(t))
	x.now = indextest.BeforeClockChange
	indextest.RunClockChange(t, x)
}
