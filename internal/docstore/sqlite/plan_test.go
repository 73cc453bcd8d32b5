package sqlite

import (
	"database/sql/driver"
	"path/filepath"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
)

func TestWriterSynchronizesFully(t *testing.T) {
	e, err := Open(t.Context(), filepath.Join(t.TempDir(), "pragma.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	err = e.alone(t.Context(), func(c *conn) error {
		for pragma, want := range map[string]driver.Value{"synchronous": int64(2), "journal_mode": "wal", "busy_timeout": int64(10000)} { // 2 is FULL
			if row, err := c.first("PRAGMA " + pragma); err != nil || row[0] != want {
				t.Errorf("pragma %s = %v, %v; want %v", pragma, row, err, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPlans asks SQLite how it would read: only along indexes, from the cursor
// on, and sorting at most the winners of merged walks.
func TestPlans(t *testing.T) {
	e, err := OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	str := docstore.String
	schema := docstore.Schema{
		Name: "notes", Fingerprint: "1",
		Keys:    []docstore.Key{{Name: "agency"}, {Name: "due"}, {Name: "status"}, {Name: "tag", Many: true}},
		Indexes: []docstore.Index{{"agency", "status", "due"}, {"agency", "tag", "due"}},
	}
	if _, err := e.Prepare(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	if err := e.Finish(t.Context(), "notes"); err != nil {
		t.Fatal(err)
	}
	one := [][]docstore.Value{{str("p")}, {str("new")}}
	two := [][]docstore.Value{{str("p")}, {str("new"), str("open")}}
	plain, side := schema.Indexes[0], schema.Indexes[1]
	at, lo, hi := docstore.Int(5), docstore.Int(1), docstore.Int(9)
	tests := []struct {
		name  string
		scan  docstore.IndexScan
		want  string // how each walk along the index begins
		walks int
		sort  bool // whether winners may be sorted
	}{
		{"equality", docstore.IndexScan{Index: plain, Prefix: one, Limit: 50}, "(k_agency=? AND k_status=?)", 1, false},
		{"descending", docstore.IndexScan{Index: plain, Prefix: one, Limit: 50, Desc: true}, "(k_agency=? AND k_status=?)", 1, false},
		{"cursor", docstore.IndexScan{Index: plain, Prefix: one, After: []docstore.Value{at}, AfterID: "x", Limit: 50}, "(k_agency=? AND k_status=? AND (k_due,id)>(?,?))", 1, false},
		{"cursor behind a low bound", docstore.IndexScan{Index: plain, Prefix: one, Lo: lo, Hi: hi, After: []docstore.Value{at}, AfterID: "x"}, "(k_agency=? AND k_status=? AND (k_due,id)>(?,?) AND k_due<?)", 1, false},
		{"cursor below a high bound", docstore.IndexScan{Index: plain, Prefix: one, Lo: lo, Hi: hi, After: []docstore.Value{at}, AfterID: "x", Desc: true}, "(k_agency=? AND k_status=? AND k_due>? AND (k_due,id)<(?,?))", 1, false},
		{"cursor before the range", docstore.IndexScan{Index: plain, Prefix: one, Lo: at, Hi: hi, After: []docstore.Value{lo}, AfterID: "x"}, "(k_agency=? AND k_status=? AND k_due>? AND k_due<?)", 1, false},
		{"cursor behind the range, descending", docstore.IndexScan{Index: plain, Prefix: one, Lo: lo, Hi: at, After: []docstore.Value{hi}, AfterID: "x", Desc: true}, "(k_agency=? AND k_status=? AND k_due>? AND k_due<?)", 1, false},
		{"range", docstore.IndexScan{Index: plain, Prefix: one, Lo: lo, Hi: hi}, "(k_agency=? AND k_status=? AND k_due>? AND k_due<?)", 1, false},
		{"merged", docstore.IndexScan{Index: plain, Prefix: two, Limit: 50, Desc: true}, "(k_agency=? AND k_status=?)", 2, true},
		{"merged, with cursor", docstore.IndexScan{Index: plain, Prefix: two, After: []docstore.Value{docstore.None}, AfterID: "x", Limit: 50}, "(k_agency=? AND k_status=? AND (k_due,id)>(?,?))", 2, true},
		{"many-valued", docstore.IndexScan{Index: side, Prefix: one, Limit: 50}, "(k_agency=? AND k_tag=?)", 1, true},
		{"by id", docstore.IndexScan{AfterID: "x", Limit: 50}, "(id>?)", 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := e.layout("notes")
			if err != nil {
				t.Fatal(err)
			}
			sql, args, err := l.scanSQL(&tt.scan)
			if err != nil {
				t.Fatal(err)
			}
			var plan []string
			err = e.reading(t.Context(), func(c *conn) error {
				return c.query(t.Context(), "EXPLAIN QUERY PLAN "+sql, args, func(row []driver.Value) error {
					plan = append(plan, row[3].(string))
					return nil
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			walks := 0
			for _, step := range plan {
				switch {
				case strings.HasPrefix(step, "SEARCH t USING INTEGER PRIMARY KEY"), strings.HasPrefix(step, "SCAN w"), strings.HasPrefix(step, "SCAN (subquery"):
				case strings.HasPrefix(step, "SEARCH"):
					walks++
					if !strings.HasSuffix(step, tt.want) {
						t.Errorf("step %q, want a walk of %s", step, tt.want)
					}
				case strings.HasPrefix(step, "SCAN"), strings.Contains(step, "TEMP B-TREE") && !tt.sort:
					t.Errorf("step %q, want none such", step)
				}
			}
			if walks != tt.walks {
				t.Errorf("%d walks, want %d:\n%s", walks, tt.walks, strings.Join(plan, "\n"))
			}
		})
	}
}
