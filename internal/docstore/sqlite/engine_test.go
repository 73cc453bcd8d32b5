package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/docstoretest"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
)

func TestSuiteInMemory(t *testing.T) {
	docstoretest.Run(t, func(t *testing.T) docstore.Engine {
		return closed(t)(sqlite.OpenMemory(t.Context()))
	}, docstoretest.Options{})
}

func TestSuiteInFile(t *testing.T) {
	docstoretest.Run(t, func(t *testing.T) docstore.Engine {
		return closed(t)(sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "havenloop.db")))
	}, docstoretest.Options{})
}

// closed lets the test close the engine that was opened.
func closed(t *testing.T) func(*sqlite.Engine, error) *sqlite.Engine {
	return func(e *sqlite.Engine, err error) *sqlite.Engine {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := e.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
		return e
	}
}
