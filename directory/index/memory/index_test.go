package memory

import (
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/indextest"
)

func TestIndex(t *testing.T) {
	indextest.Run(t, func(*testing.T) directory.Index { return New() })
}
