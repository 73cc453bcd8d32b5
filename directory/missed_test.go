package directory_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// miss searches for a text and counts it.
func (w *world) miss(texts ...string) {
	w.Helper()
	for _, t := range texts {
		w.search(directory.Search{Q: t})
	}
	if _, err := w.dir.CountMissed(w.network()); err != nil {
		w.Fatal(err)
	}
}

// shown lists the texts that are work, with their counts.
func (w *world) shown(aside bool) map[string]int {
	w.Helper()
	p, err := w.dir.MissedSearches(w.network(), aside, "", 100)
	if err != nil {
		w.Fatal(err)
	}
	out := map[string]int{}
	for _, m := range p.Items {
		out[m.Text] = m.Count
	}
	return out
}

func (w *world) wantMissed(aside bool, want map[string]int) {
	w.Helper()
	if d := cmp.Diff(want, w.shown(aside)); d != "" {
		w.Errorf("missed searches, aside = %t (-want +got):\n%s", aside, d)
	}
}

func TestMissedSearchesAreShownOnceTheyComeOften(t *testing.T) {
	w := pantryWorld(t)
	w.miss("Zwieback  Ñandú", "zwieback nandu", "zwieback nandu", "gribble")
	w.wantMissed(false, map[string]int{}) // three times, on one day
	w.clock.Add(24 * time.Hour)
	w.miss("zwieback ñandú", "gribble", "gribbl")
	w.wantMissed(false, map[string]int{"zwieback nandu": 4}) // the other came twice on two days
	w.clock.Add(24 * time.Hour)
	w.miss("gribble", "gribble", "gribble", "gribble")
	w.wantMissed(false, map[string]int{"zwieback nandu": 4, "gribble": 6})
	p, err := w.dir.MissedSearches(w.network(), false, "", 1)
	if err != nil || len(p.Items) != 1 || p.Items[0].Text != "gribble" || p.Items[0].Days != 3 || p.Items[0].LastDay != "2026-11-25" || p.Next == "" {
		t.Errorf("the first page = %+v, %v, want the most frequent", p, err)
	}

	if err := w.dir.SetMissedAside(w.network(), p.Items[0].ID, true); err != nil {
		t.Fatal(err)
	}
	w.wantMissed(false, map[string]int{"zwieback nandu": 4})
	w.wantMissed(true, map[string]int{"gribble": 6})
	if err := w.dir.SetMissedAside(w.network(), p.Items[0].ID, false); err != nil {
		t.Fatal(err)
	}
	w.wantMissed(true, map[string]int{})
}

// TestWhatIsNotCounted tries what may name a person, and what is no missing word.
func TestWhatIsNotCounted(t *testing.T) {
	w := pantryWorld(t)
	odd := []string{
		"", " ", "?", "q", "gribble 415-555-0100", "gribble 4 1 5", "(415) gribble 0100", "gribble@example.org", "gribble.org/help",
		"born 12 gribble", "gribble 94109", strings.Repeat("gribble", 10), "one gribble told me that you might help",
		"food pantry", // finds something
	}
	for range 3 {
		w.miss(odd...)
		w.search(directory.Search{Q: "food pantry", Languages: []string{"vi"}}) // known words, but nothing in the language
		w.search(directory.Search{Q: "zwieback", Page: 2})                      // counted with the first page
		w.miss("zwieback gribble 8")                                            // one digit may be part of a name
		w.clock.Add(24 * time.Hour)
	}
	w.wantMissed(false, map[string]int{"zwieback gribble 8": 3})
}

func TestMissedSearchesAreBounded(t *testing.T) {
	w := pantryWorld(t)
	for i := range 600 {
		w.search(directory.Search{Q: fmt.Sprintf("zwie%c%c%c", 'a'+i%26, 'a'+i/26%26, 'q')})
	}
	if n, err := w.dir.CountMissed(w.network()); err != nil || n != 500 {
		t.Errorf("CountMissed = %d, %v, want no more than wait", n, err)
	}
	if n, err := w.dir.CountMissed(w.network()); err != nil || n != 0 {
		t.Errorf("CountMissed again = %d, %v, want nothing", n, err)
	}
	w.clock.Add(24 * time.Hour)
	if n, err := w.dir.PurgeMissed(w.network()); err != nil || n != 0 {
		t.Errorf("PurgeMissed on the next day = %d, %v, want nothing", n, err)
	}
	w.miss("gribble", "gribble")
	w.clock.Add(24 * time.Hour)
	w.miss("gribble")
	w.clock.Add(31 * 24 * time.Hour)
	if n, err := w.dir.PurgeMissed(w.network()); err != nil || n != 500 {
		t.Errorf("PurgeMissed after a month = %d, %v, want what came once", n, err)
	}
	w.wantMissed(false, map[string]int{"gribble": 3})
	w.clock.Add(181 * 24 * time.Hour)
	if n, err := w.dir.PurgeMissed(w.network()); err != nil || n != 1 {
		t.Errorf("PurgeMissed after half a year = %d, %v, want all", n, err)
	}
}

func TestMissedSearchesRefused(t *testing.T) {
	w := pantryWorld(t)
	w.miss("gribble")
	if err := w.dir.SetMissedAside(w.network(), "nothing", true); !fault.Is(err, fault.NotFound) {
		t.Errorf("SetMissedAside of none: error = %v, want %s", err, fault.NotFound)
	}
	for _, ctx := range []struct{ role identity.Role }{{identity.CHW}, {identity.AgencyAdmin}} {
		who := w.as(ctx.role, "clinic")
		_, list := w.dir.MissedSearches(who, false, "", 10)
		_, counted := w.dir.CountMissed(who)
		_, purged := w.dir.PurgeMissed(who)
		for name, err := range map[string]error{"list": list, "count": counted, "purge": purged, "aside": w.dir.SetMissedAside(who, "x", true)} {
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s by a %s: error = %v, want %s", name, ctx.role, err, fault.Forbidden)
			}
		}
	}
}
