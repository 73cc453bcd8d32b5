package feed

import (
	"bytes"
	"iter"
	"slices"
	"strconv"

	"github.com/google/uuid"
)

// each goes through the objects of a kind in the order of their ids: stored in
// that order, they lie together in the store's indexes, which are written so
// much the faster.
func each[T any](r *Reading, kind string) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, o := range r.b.inOrder(kind) {
			if r.b.tables[o.at.table].used.has(o.at.row) {
				continue
			}
			v := r.b.object(o.at, "")
			if r.b.spool.err != nil || !yield(v.Interface().(T)) {
				return
			}
		}
	}
}

// pathOf says where an object stands that is no part of another.
func pathOf(t *table, r row) string {
	if id := t.get(r, "id"); id != "" && isRoot(t.entity.name) {
		return t.entity.name + "/" + id
	}
	return t.entity.name + "/" + t.file + "/" + strconv.Itoa(r.line)
}

// identified is a row and the id of the object that begins with it.
type identified struct {
	id uuid.UUID
	at ref
}

// inOrder are the rows of a kind of root by the ids of their objects.
func (b *builder) inOrder(kind string) []identified {
	var out []identified
	for n, t := range b.tables {
		if t.entity.name != kind {
			continue
		}
		for i := range t.rows {
			at := ref{int32(n), int32(i)}
			r := b.row(at)
			out = append(out, identified{uuid.MustParse(b.idOf(kind, t.get(r, "id"), pathOf(t, r))), at})
		}
	}
	slices.SortStableFunc(out, func(x, y identified) int { return bytes.Compare(x.id[:], y.id[:]) })
	return out
}
