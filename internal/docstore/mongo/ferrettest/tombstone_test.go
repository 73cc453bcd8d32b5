package ferrettest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/mongo"
)

type card struct {
	docstore.Meta
	Owner string `json:"owner"`
	Email string `json:"email"`
}

var cardSpec = docstore.Spec[card]{
	Name: "cards", Schema: 1,
	Meta: func(c *card) *docstore.Meta { return &c.Meta },
	Keys: docstore.Keys[card]{
		"owner": func(c card) docstore.Value {
			if c.Owner == "" {
				return docstore.None
			}
			return docstore.String(c.Owner)
		},
		"email": func(c card) docstore.Value { return docstore.String(c.Email) },
	},
	Indexes: []docstore.Index{{"owner"}},
	Unique:  []string{"email"},
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func types(events []docstore.Event) []string {
	var out []string
	for _, e := range events {
		out = append(out, e.Type)
	}
	return out
}

// A deleted document whose events wait leaves a tombstone, which only Pending sees.
func TestADeletedDocumentKeepsItsEvents(t *testing.T) {
	ctx, e := t.Context(), opener(t)(t)
	cards, err := docstore.Open(ctx, e, cardSpec)
	if err != nil {
		t.Fatal(err)
	}
	pending := func(what string, want ...string) []docstore.Event {
		t.Helper()
		got, err := e.Pending(ctx, 100)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, types(got)); d != "" {
			t.Errorf("%s: pending (-want +got):\n%s", what, d)
		}
		return got
	}
	unseen := func(what, id string) {
		t.Helper()
		_, getErr := cards.Get(ctx, id)
		many, manyErr := cards.GetMany(ctx, []string{id})
		ghost := card{Meta: docstore.Meta{ID: id, Version: 1}}
		if !errors.Is(getErr, docstore.ErrNotFound) || len(many) != 0 || manyErr != nil {
			t.Errorf("%s: Get = %v, GetMany = %v, %v; want nothing", what, getErr, many, manyErr)
		}
		if err := cards.Replace(ctx, &ghost); !errors.Is(err, docstore.ErrNotFound) {
			t.Errorf("%s: Replace = %v, want ErrNotFound", what, err)
		}
		ghost.Version = 1
		if err := cards.Delete(ctx, &ghost); !errors.Is(err, docstore.ErrNotFound) {
			t.Errorf("%s: Delete = %v, want ErrNotFound", what, err)
		}
		for name, q := range map[string]docstore.Query{
			"without owner": {Where: []docstore.Cond{docstore.Eq("owner", docstore.None)}},
			"by owner":      {OrderBy: []string{"owner"}},
			"by email":      {OrderBy: []string{"email"}, Desc: true},
		} {
			p, err := cards.Find(ctx, q)
			n, countErr := cards.Count(ctx, q)
			if len(p.Items) != 0 || n != 0 || err != nil || countErr != nil {
				t.Errorf("%s, cards %s: %v, %v, count %d, %v; want none", what, name, p.Items, err, n, countErr)
			}
		}
		for c, err := range cards.All(ctx) {
			t.Errorf("%s: All found %v, %v", what, c, err)
		}
		if n, err := cards.GroupCount(ctx, docstore.Query{}, "owner"); len(n) != 0 || err != nil {
			t.Errorf("%s: GroupCount = %v, %v, want none", what, n, err)
		}
	}

	one, two := card{Meta: docstore.Meta{ID: "one"}, Email: "a"}, card{Meta: docstore.Meta{ID: "two"}, Email: "b"}
	one.Emit(noon, "made one", nil)
	if err := cards.Insert(ctx, &one); err != nil {
		t.Fatal(err)
	}
	if err := cards.Delete(ctx, &one); err != nil { // with the event of the insert, none of its own
		t.Fatal(err)
	}
	if err := cards.Insert(ctx, &two); err != nil {
		t.Fatal(err)
	}
	two.Emit(noon.Add(time.Second), "deleted two", map[string]string{"a": "b"})
	if err := cards.Delete(ctx, &two); err != nil { // with an event of its own
		t.Fatal(err)
	}
	unseen("deleted", "one")
	unseen("deleted", "two")
	events := pending("after both deletions", "made one", "deleted two")

	again := card{Meta: docstore.Meta{ID: "one"}, Email: "b"} // the e-mail is free again, too
	again.Emit(noon.Add(2*time.Second), "made one again", nil)
	if err := cards.Insert(ctx, &again); err != nil {
		t.Fatalf("Insert over a tombstone: %v", err)
	}
	if got, err := cards.Get(ctx, "one"); got.Version != 1 || got.Email != "b" || err != nil {
		t.Errorf("Get after a second Insert = %+v, %v, want version 1 of the new one", got, err)
	}
	if err := e.Ack(ctx, events); err != nil {
		t.Fatal(err)
	}
	events = pending("after Ack", "made one again")
	if err := cards.Delete(ctx, &again); err != nil {
		t.Fatal(err)
	}
	if err := e.Ack(ctx, events); err != nil {
		t.Fatal(err)
	}
	pending("after the last Ack")
	unseen("swept", "one")
}

// An Ack that broke off between its steps leaves an empty list of events; it
// does not stand in the way of others.
func TestAnAckThatBrokeOffIsFinished(t *testing.T) {
	ctx, uri := t.Context(), serve(t)+"broken?maxPoolSize=1"
	e, err := mongo.Open(ctx, uri)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	cards, err := docstore.Open(ctx, e, cardSpec)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"alive", "dead", "other"} {
		c := card{Meta: docstore.Meta{ID: id}, Email: id}
		c.Emit(noon, "made "+id, nil)
		if err := cards.Insert(ctx, &c); err != nil {
			t.Fatal(err)
		}
		if id != "dead" {
			continue
		}
		if err := cards.Delete(ctx, &c); err != nil {
			t.Fatal(err)
		}
	}
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect(ctx)
	raw := client.Database("broken").Collection("cards")
	if _, err := raw.UpdateMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: "other"}}}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "e", Value: bson.A{}}}}}); err != nil {
		t.Fatal(err)
	}
	got, err := e.Pending(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"made other"}, types(got)); d != "" {
		t.Errorf("pending (-want +got):\n%s", d)
	}
	if n, err := raw.CountDocuments(ctx, bson.D{}); n != 2 || err != nil {
		t.Errorf("%d documents left, %v; want 2, without the tombstone", n, err)
	}
	if c, err := cards.Get(ctx, "alive"); c.Version != 1 || err != nil {
		t.Errorf("Get(alive) = version %d, %v, want 1", c.Version, err)
	}
}
