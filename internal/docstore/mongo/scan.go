package mongo

import (
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/havenloop/havenloop/internal/docstore"
)

// serves refuses a scan along an index that is not declared.
func (e *Engine) serves(collection string, scan docstore.IndexScan) error {
	s, err := e.schema(collection)
	if err != nil || scan.Index == nil {
		return err
	}
	declared := slices.ContainsFunc(s.Indexes, func(ix docstore.Index) bool { return slices.Equal(ix, scan.Index) })
	if !declared && !(len(scan.Index) == 1 && slices.Contains(s.Unique, scan.Index[0])) {
		return fmt.Errorf("collection %s declares no index %v", collection, scan.Index)
	}
	return nil
}

// scanHint names the index of a scan, so that the server uses no other.
func scanHint(s docstore.IndexScan) string {
	if s.Index == nil {
		return "_id_"
	}
	return indexName(s.Index)
}

// scanSort is the order of a scan: the keys after the prefix, then the id.
func scanSort(s docstore.IndexScan) bson.D {
	dir := 1
	if s.Desc {
		dir = -1
	}
	var sort bson.D
	for _, f := range orderFields(s) {
		sort = append(sort, bson.E{Key: f, Value: dir})
	}
	return sort
}

func orderFields(s docstore.IndexScan) []string {
	var out []string
	if s.Index != nil {
		for _, k := range s.Index[len(s.Prefix):] {
			out = append(out, "k."+k)
		}
	}
	return append(out, "_id")
}

// scanFilter is what the documents of a scan fulfil, with the cursor or without.
func scanFilter(s docstore.IndexScan, cursor bool) bson.D {
	var all bson.A
	tombstones := true // whether they may fulfil the conditions; their keys count as null
	for i, vs := range s.Prefix {
		in := bson.A{}
		for _, v := range vs {
			in = append(in, v.Any())
		}
		field := "k." + s.Index[i]
		if len(in) == 1 {
			all = append(all, condition(field, "$eq", in[0]))
		} else {
			all = append(all, condition(field, "$in", in))
		}
		tombstones = tombstones && slices.Contains(vs, docstore.None)
	}
	if len(s.Prefix) < len(s.Index) {
		field := "k." + s.Index[len(s.Prefix)]
		if s.Lo != docstore.None {
			all, tombstones = append(all, condition(field, "$gte", s.Lo.Any())), false
		}
		if s.Hi != docstore.None {
			all, tombstones = append(all, condition(field, "$lt", s.Hi.Any())), false
		}
	}
	if tombstones {
		all = append(all, bson.D{alive})
	}
	if cursor && s.AfterID != "" {
		all = append(all, behind(s)...)
	}
	return bson.D{{Key: "$and", Value: all}}
}

func condition(field, op string, v any) bson.D {
	return bson.D{{Key: field, Value: bson.D{{Key: op, Value: v}}}}
}

// behind asks for what follows the cursor: an earlier key that differs, or all
// keys equal and a later id.
func behind(s docstore.IndexScan) bson.A {
	after := append(slices.Clone(s.After), docstore.String(s.AfterID))
	var ways, equal bson.A
	for i, field := range orderFields(s) {
		if next := following(field, after[i], s.Desc); next != nil {
			ways = append(ways, bson.D{{Key: "$and", Value: append(slices.Clone(equal), next)}})
		}
		equal = append(equal, condition(field, "$eq", after[i].Any()))
	}
	out := bson.A{bson.D{{Key: "$or", Value: ways}}}
	// The first key alone is a bound, from which the server starts in the index.
	first, v := orderFields(s)[0], after[0]
	switch {
	case v == docstore.None && s.Desc:
		out = append(out, condition(first, "$eq", nil))
	case v == docstore.None:
	case s.Desc: // none comes last, and $lte would leave it out
		out = append(out, condition(first, "$not", bson.D{{Key: "$gt", Value: v.Any()}}))
	default:
		out = append(out, condition(first, "$gte", v.Any()))
	}
	return out
}

// following asks for values of one field that come after v; nil when none does.
func following(field string, v docstore.Value, desc bool) bson.D {
	switch {
	case v == docstore.None && desc:
		return nil
	case v == docstore.None:
		return condition(field, "$ne", nil)
	case desc && field == "_id":
		return condition(field, "$lt", v.Any())
	case desc: // none comes last
		return bson.D{{Key: "$or", Value: bson.A{condition(field, "$lt", v.Any()), condition(field, "$eq", nil)}}}
	default:
		return condition(field, "$gt", v.Any())
	}
}
