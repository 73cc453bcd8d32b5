package screening

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

func TestSplitNeed(t *testing.T) {
	b := newBench(t)
	b.submit(t, "ana", hungry)
	n := b.food(t)
	yes := true
	n, err := b.PatchNeed(b.rosa, n.ID, NeedPatch{Wanted: &yes, Version: n.Version})
	if err != nil {
		t.Fatal(err)
	}
	if n, err = b.SetNeedStatus(b.rosa, n.ID, NeedInProgress, "test"); err != nil {
		t.Fatal(err)
	}
	in := NeedSplit{Part: " meals at school ", Rest: "food for the week", Version: n.Version}
	part, err := b.SplitNeed(b.rosa, n.ID, in)
	if err != nil || part.Part != "meals at school" || part.PartOf != n.ID || part.Status != NeedWanted || part.Topic != "food" || part.Domain != n.Domain {
		t.Fatalf("SplitNeed = %+v, %v; want a wanted part of its own", part, err)
	}
	if first := b.food(t); first.Part != "food for the week" || first.Status != NeedInProgress || first.History[len(first.History)-1].Why != BySplit {
		t.Errorf("the first = %+v, want it as it stood, with a line about the split", first)
	}
	if again, err := b.SplitNeed(b.rosa, n.ID, in); err != nil || again.ID != part.ID {
		t.Errorf("the same again = %s, %v; want %s", again.ID, err, part.ID)
	}
	if all, err := b.Needs(b.rosa, "ana"); err != nil || len(all) != 2 {
		t.Errorf("Needs = %d, %v; want two", len(all), err)
	}

	b.clock.Add(time.Hour)
	b.submit(t, "ana", fed)
	if first, still := b.food(t), must(b.Need(b.rosa, part.ID))(t); first.ProposedToClose == nil || still.ProposedToClose != nil {
		t.Errorf("proposed to close: first %v, part %v; a screening speaks of the first alone", first.ProposedToClose, still.ProposedToClose)
	}
	if met := must(b.SetNeedStatus(b.rosa, part.ID, NeedMet, "test"))(t); met.Status != NeedMet || b.food(t).Status != NeedInProgress {
		t.Errorf("part %s, first %s; want each to end by itself", met.Status, b.food(t).Status)
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestSplitNeedIsRefused(t *testing.T) {
	b := newBench(t)
	b.submit(t, "ana", hungry)
	n := b.food(t)
	split := func(id, part, rest string, version int64) error {
		_, err := b.SplitNeed(b.rosa, id, NeedSplit{Part: part, Rest: rest, Version: version})
		return err
	}
	wantKind(t, "no name", split(n.ID, " ", "", n.Version), fault.Invalid)
	wantKind(t, "a long name", split(n.ID, strings.Repeat("é", maxPart+1), "", n.Version), fault.Invalid)
	wantKind(t, "a long rest", split(n.ID, "a", strings.Repeat("é", maxPart+1), n.Version), fault.Invalid)
	wantKind(t, "the same name twice", split(n.ID, "School", "school", n.Version), fault.Invalid)
	wantKind(t, "no version", split(n.ID, "a", "", 0), fault.Invalid)
	if err := split(n.ID, "a", "", n.Version+1); !errors.Is(err, docstore.ErrConflict) {
		t.Errorf("an old page: %v, want a conflict", err)
	}
	_, err := b.SplitNeed(b.other, n.ID, NeedSplit{Part: "a", Version: n.Version})
	wantKind(t, "another clinic", err, fault.NotFound)
	for i, name := range []string{"one", "two", "three", "four", strings.Repeat("é", maxPart)} {
		if err := split(n.ID, name, "", b.food(t).Version); err != nil {
			t.Fatalf("part %d: %v", i, err)
		}
	}
	wantKind(t, "a name that is there", split(n.ID, "ONE", "", b.food(t).Version), fault.Conflict)
	wantKind(t, "one too many", split(n.ID, "six", "", b.food(t).Version), fault.BusinessRule)
	all := must(b.Needs(b.rosa, "ana"))(t)
	for _, p := range all {
		if p.PartOf != "" {
			wantKind(t, "a part of a part", split(p.ID, "more", "", p.Version), fault.BusinessRule)
			break
		}
	}
	must(b.SetNeedStatus(b.rosa, n.ID, NeedMet, "test"))(t)
	wantKind(t, "a closed need", split(n.ID, "late", "", b.food(t).Version), fault.BusinessRule)
}
