package sqlite

import (
	"database/sql/driver"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
)

// moveSides brings the side tables in line with a changed record.
func (l *layout) moveSides(c *conn, r *docstore.Record, row known, changed uint64) error {
	old, err := l.loadKeys(row.keys)
	for i := range l.side {
		if s := &l.side[i]; err == nil && s.keys&changed != 0 {
			err = s.move(c, old, r.Keys, r.ID, row.rid, changed)
		}
	}
	return err
}

// move replaces the rows that a document had by those that it has now. Where
// nothing but values of the many-valued key changed, the others stay.
func (s *sideTable) move(c *conn, from, to [][]docstore.Value, id string, rid int64, changed uint64) error {
	var kept, had []docstore.Value
	if m := s.pos[s.many]; s.keys&changed == 1<<m {
		kept, had = to[m], from[m]
	}
	if err := s.remove(c, from, id, kept); err != nil {
		return err
	}
	return s.add(c, to, id, rid, had)
}

// add writes the rows of a document, but for the values in stay.
func (s *sideTable) add(c *conn, keys [][]docstore.Value, id string, rid int64, stay []docstore.Value) error {
	return s.each(keys, stay, func(args []driver.Value) error {
		_, err := c.exec(s.insertSQL, append(args, id, rid)...)
		return err
	})
}

// remove deletes the rows of a document, but for the values in stay.
func (s *sideTable) remove(c *conn, keys [][]docstore.Value, id string, stay []docstore.Value) error {
	return s.each(keys, stay, func(args []driver.Value) error {
		_, err := c.exec(s.deleteSQL, append(args, id)...)
		return err
	})
}

// each calls fn with the index values of every row of a document.
func (s *sideTable) each(keys [][]docstore.Value, stay []docstore.Value, fn func(args []driver.Value) error) error {
	args := make([]driver.Value, len(s.pos), len(s.pos)+2)
	for i, p := range s.pos {
		if i != s.many {
			args[i] = store(keys[p][0])
		}
	}
	for _, v := range keys[s.pos[s.many]] {
		if slices.Contains(stay, v) {
			continue
		}
		args[s.many] = store(v)
		if err := fn(args); err != nil {
			return err
		}
	}
	return nil
}
