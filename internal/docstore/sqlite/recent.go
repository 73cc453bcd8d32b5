package sqlite

import "database/sql/driver"

// recentHalf is the size of one half of recent; a whole one of documents with
// ten keys takes about 4 MB.
const recentHalf = 4096

// recent remembers the rows written last, so that a change of one of them need
// not read it first. The writer alone uses it. What it remembers is checked by
// the statement that changes the row, and forgotten after a rollback. When the
// newer half is full, the older one is dropped.
type recent struct{ newer, older map[string]known }

// known is what the writer knows of a row.
type known struct {
	rid, version int64
	keys         []driver.Value // as the columns have them
}

func (r *recent) get(id string) (known, bool) {
	if k, ok := r.newer[id]; ok {
		return k, true
	}
	k, ok := r.older[id]
	return k, ok
}

func (r *recent) put(id string, k known) {
	if r.newer == nil || len(r.newer) >= recentHalf {
		r.newer, r.older = make(map[string]known), r.newer
	}
	r.newer[id] = k
}

func (r *recent) drop(id string) {
	delete(r.newer, id)
	delete(r.older, id)
}

func (r *recent) clear() { *r = recent{} }
