package docstore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/havenloop/havenloop/internal/identity"
)

// events completes the noted events of a document whose version is already the new one.
func (c *Collection[T]) events(ctx context.Context, m *Meta) []Event {
	out := slices.Clone(m.events)
	for i := range out {
		out[i].ID = fmt.Sprintf("%s/%s/%d/%d/%d", c.spec.Name, m.ID, m.Version, i, out[i].At.UnixMilli())
		out[i].Collection, out[i].DocumentID, out[i].Version = c.spec.Name, m.ID, m.Version
		out[i].ActorID = identity.From(ctx).ID
	}
	return out
}

func (c *Collection[T]) decode(r Record) (T, error) {
	var t T
	if r.Schema != c.spec.Schema && c.spec.Upgrade != nil {
		b, err := c.spec.Upgrade(r.Schema, r.Body)
		if err != nil {
			return t, fmt.Errorf("upgrade %s/%s from schema %d: %w", c.spec.Name, r.ID, r.Schema, err)
		}
		r.Body = b
	}
	if err := json.Unmarshal(r.Body, &t); err != nil {
		return t, fmt.Errorf("decode %s/%s: %w", c.spec.Name, r.ID, err)
	}
	m := c.spec.Meta(&t)
	m.ID, m.Version = r.ID, r.Version
	if bytes.HasPrefix(r.Body, appliedField) {
		var side struct {
			Applied []Applied `json:"$applied"`
		}
		if err := json.Unmarshal(r.Body, &side); err != nil {
			return t, fmt.Errorf("decode %s/%s: %w", c.spec.Name, r.ID, err)
		}
		m.Applied = side.Applied
	}
	return t, nil
}

// appliedField is how a stored body with applied requests begins.
var appliedField = []byte(`{"$applied":`)

// encode writes a document's JSON, which is an object with an id at least, and
// puts the applied requests in front of its fields.
func encode(t any, applied []Applied) ([]byte, error) {
	body, err := json.Marshal(t)
	if err != nil || len(applied) == 0 {
		return body, err
	}
	side, err := json.Marshal(applied)
	return slices.Concat(appliedField, side, []byte{','}, body[1:]), err
}

func (c *Collection[T]) keys(t T) [][]Value {
	out := make([][]Value, len(c.schema.Keys))
	for i := range out {
		if one := c.single[i]; one != nil {
			out[i] = []Value{one(t)}
			continue
		}
		vs := c.many[i](t)
		slices.SortFunc(vs, Value.Compare)
		out[i] = slices.Compact(vs)
	}
	return out
}
