package mongo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/havenloop/havenloop/internal/docstore"
)

// stored is what is read of a document; see the package comment.
type stored struct {
	ID      string   `bson:"_id"`
	Version int64    `bson:"v"`
	Schema  int      `bson:"s"`
	Body    string   `bson:"body"`
	Events  []string `bson:"e"`
}

func (d stored) record() docstore.Record {
	return docstore.Record{ID: d.ID, Version: d.Version, Schema: d.Schema, Body: []byte(d.Body)}
}

// fields are what a write sets: all but _id and the events.
func fields(s docstore.Schema, r docstore.Record) bson.D {
	k, u := keyFields(s, r.Keys)
	return bson.D{
		{Key: "v", Value: r.Version}, {Key: "s", Value: r.Schema}, {Key: "f", Value: s.Fingerprint},
		{Key: "k", Value: k}, {Key: "u", Value: u}, {Key: "body", Value: string(r.Body)},
	}
}

// keyFields are the fields k and u.
func keyFields(s docstore.Schema, keys [][]docstore.Value) (k, u bson.D) {
	k, u = bson.D{}, bson.D{}
	for i, key := range s.Keys {
		if key.Many {
			vs := bson.A{}
			for _, v := range keys[i] {
				vs = append(vs, v.Any())
			}
			k = append(k, bson.E{Key: key.Name, Value: vs})
			continue
		}
		v := keys[i][0]
		k = append(k, bson.E{Key: key.Name, Value: v.Any()})
		if v != docstore.None && slices.Contains(s.Unique, key.Name) {
			u = append(u, bson.E{Key: key.Name, Value: v.Any()})
		}
	}
	return k, u
}

// value reads a key's value back.
func value(raw bson.RawValue) (docstore.Value, error) {
	if s, ok := raw.StringValueOK(); ok {
		return docstore.String(s), nil
	}
	if i, ok := raw.AsInt64OK(); ok {
		return docstore.Int(i), nil
	}
	if raw.Type == bson.TypeNull {
		return docstore.None, nil
	}
	return docstore.None, fmt.Errorf("a key of type %s", raw.Type)
}

// eventText writes an event as one string: its JSON without the data, and
// behind a line break the data as they are. The same event gives the same
// text, which is how it is found again to be acknowledged.
func eventText(e docstore.Event) (string, error) {
	data := e.Data
	e.Data, e.At = nil, e.At.UTC()
	head, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("event %s: %w", e.ID, err)
	}
	if data == nil {
		return string(head), nil
	}
	return string(head) + "\n" + string(data), nil
}

func eventFrom(text string) (docstore.Event, error) {
	var e docstore.Event
	head, data, some := bytes.Cut([]byte(text), []byte("\n"))
	if err := json.Unmarshal(head, &e); err != nil {
		return e, fmt.Errorf("pending event: %w", err)
	}
	if some {
		e.Data = data
	}
	return e, nil
}

// document is what an insert stores.
func (w writer) document(one docstore.Write) (bson.D, error) {
	doc := append(bson.D{{Key: "_id", Value: one.Record.ID}}, fields(w.schema, one.Record)...)
	if len(one.Events) == 0 {
		return doc, nil
	}
	texts, oldest, err := eventFields(one.Events)
	return append(doc, bson.E{Key: "e", Value: texts}, bson.E{Key: "p", Value: oldest}), err
}

// update sets all fields and adds the events.
func (w writer) update(one docstore.Write) (bson.D, error) {
	return withEvents(bson.D{{Key: "$set", Value: fields(w.schema, one.Record)}}, one.Events)
}

func withEvents(update bson.D, events []docstore.Event) (bson.D, error) {
	if len(events) == 0 {
		return update, nil
	}
	texts, oldest, err := eventFields(events)
	return append(update,
		bson.E{Key: "$push", Value: bson.D{{Key: "e", Value: bson.D{{Key: "$each", Value: texts}}}}},
		bson.E{Key: "$min", Value: bson.D{{Key: "p", Value: oldest}}},
	), err
}

func eventFields(events []docstore.Event) (texts bson.A, oldest int64, err error) {
	oldest = events[0].At.UnixMilli()
	for _, ev := range events {
		text, err := eventText(ev)
		if err != nil {
			return nil, 0, err
		}
		texts, oldest = append(texts, text), min(oldest, ev.At.UnixMilli())
	}
	return texts, oldest, nil
}
