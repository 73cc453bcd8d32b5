package ferrettest

import (
	"testing"

	"github.com/havenloop/havenloop/internal/docstore/docstoretest"
)

func TestEngine(t *testing.T) {
	docstoretest.Run(t, opener(t), docstoretest.Options{Serial: true})
}
