package memory

import (
	"bytes"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/directory/indextest"
)

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func saved(t fataler, x *Index) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := x.Save(&b); err != nil {
		t.Fatalf("Save: %v", err)
	}
	return b.Bytes()
}

func loaded(t fataler, b []byte) *Index {
	t.Helper()
	x := New()
	if err := x.Load(bytes.NewReader(b)); err != nil {
		t.Fatalf("Load: %v", err)
	}
	return x
}

// TestSaveForgetsNothing holds all that is in an index against what it is
// after it was saved and loaded, so that nothing new is left out.
func TestSaveForgetsNothing(t *testing.T) {
	x := filled(t, append(indextest.Generate(3, 400), indextest.Entries(t)...))
	opts := cmp.Options{
		cmp.Exporter(func(reflect.Type) bool { return true }), cmpopts.EquateEmpty(),
		cmp.Comparer(func(a, b *roaring.Bitmap) bool { return a.Equals(b) }),
		cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
		cmpopts.IgnoreTypes(atomic.Pointer[[]directory.FacetCount]{}),
		cmpopts.IgnoreFields(core{}, "found", "refs"), // of no use from one entry to the next
	}
	got := loaded(t, saved(t, x))
	if diff := cmp.Diff(x.core, got.core, opts); diff != "" {
		t.Fatalf("an index that was saved and loaded (-want +got):\n%.4000s", diff)
	}
	if !bytes.Equal(saved(t, x), saved(t, got)) {
		t.Error("what is loaded is not saved as it was")
	}
}

// TestLoadKeepsWords makes sure that the synonyms in force stay so.
func TestLoadKeepsWords(t *testing.T) {
	b := saved(t, filled(t, indextest.Entries(t)))
	x := New()
	set := words.Compose([]words.Group{{Words: []string{"zyzzyva", "rides"}}})
	if err := x.SetWords(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	if err := x.Load(bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	r, err := x.Search(t.Context(), directory.Query{Text: "zyzzyva"})
	if err != nil || r.Total == 0 {
		t.Errorf("%d found by a synonym after loading, %v", r.Total, err)
	}
}

// TestLoadRefusesParts loads every beginning of what was saved, after which the
// index is as it was.
func TestLoadRefusesParts(t *testing.T) {
	b := saved(t, filled(t, indextest.Generate(3, 3)))
	x := filled(t, indextest.Entries(t))
	before := x.core
	for end := 0; end < len(b); end += 1 + end/50 {
		if err := x.Load(bytes.NewReader(b[:end])); err == nil {
			t.Fatalf("the first %d of %d bytes are loaded", end, len(b))
		}
	}
	if x.core != before {
		t.Error("a load that failed changed the index")
	}
}

// TestSaveWhileSearching saves while others search and change.
func TestSaveWhileSearching(t *testing.T) {
	entries := indextest.Generate(3, 50)
	x := filled(t, entries)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			e := entries[i%len(entries)]
			e.Name = "Changed"
			if err := x.Apply(t.Context(), []directory.Change{{ServiceID: e.ServiceID, Entries: []directory.Entry{e}}}); err != nil {
				t.Errorf("Apply: %v", err)
			}
		}
	}()
	for range 20 {
		y := loaded(t, saved(t, x))
		if _, err := y.Search(t.Context(), directory.Query{Text: "changed"}); err != nil {
			t.Fatal(err)
		}
	}
	<-done
}
