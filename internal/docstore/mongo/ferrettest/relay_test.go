package ferrettest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
)

// The relay takes from many documents at a time and leaves nothing pending.
func TestRelay(t *testing.T) {
	const documents = 30
	ctx, e, now := t.Context(), opener(t)(t), clock.NewFake(noon)
	cards, err := docstore.Open(ctx, e, cardSpec)
	if err != nil {
		t.Fatal(err)
	}
	heard := map[string]int{}
	relay, err := docstore.NewRelay(ctx, e, docstore.RelayOptions{Now: now.Now, Consumers: []docstore.Consumer{{
		Name: "hear",
		Handle: func(_ context.Context, events []docstore.Event) error {
			for _, ev := range events {
				heard[ev.DocumentID]++
			}
			return nil
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	all := make([]*card, documents)
	for i := range all {
		id := fmt.Sprintf("c%04d", i)
		all[i] = &card{Meta: docstore.Meta{ID: id}, Email: id}
		all[i].Emit(now.Now(), "made", nil)
	}
	if err := errors.Join(cards.InsertAll(ctx, all)...); err != nil {
		t.Fatal(err)
	}
	if err := relay.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	for id, n := range heard {
		if n != 1 {
			t.Errorf("the event of %s was heard %d times, want once", id, n)
		}
	}
	if len(heard) != documents {
		t.Errorf("heard of %d documents, want %d", len(heard), documents)
	}
	if left, err := e.Pending(ctx, 10); len(left) != 0 || err != nil {
		t.Errorf("Pending after Drain = %d events, %v, want none", len(left), err)
	}
	if c, err := cards.Get(ctx, "c0000"); c.Version != 1 || err != nil {
		t.Errorf("version after delivery = %d, %v, want 1", c.Version, err)
	}
}
