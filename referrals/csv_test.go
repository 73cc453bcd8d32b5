package referrals

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/fault"
)

// exported is the file that the pantry downloads, as a table.
func (w *world) exported(in ListInput) [][]string {
	w.t.Helper()
	var b bytes.Buffer
	if err := w.s.ExportCSV(as(paula), in, &b); err != nil {
		w.t.Fatalf("ExportCSV: %v", err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		w.t.Fatalf("the file is no table: %v", err)
	}
	return rows
}

// filledIn is a file with cells set, by line and column.
func filledIn(rows [][]string, cells map[int]map[string]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	for i, row := range rows {
		for j, name := range rows[0] {
			if text, ok := cells[i+1][name]; ok && i > 0 {
				row[j] = text
			}
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.String()
}

func (w *world) imported(file string, dry bool) ImportResult {
	w.t.Helper()
	r, err := w.s.ImportCSV(as(paula), strings.NewReader(file), dry)
	if err != nil {
		w.t.Fatalf("ImportCSV: %v", err)
	}
	return r
}

func states(r ImportResult) string {
	var out []string
	for _, row := range r.Rows {
		s := fmt.Sprintf("%d %s", row.Line, row.State)
		if row.Problem != nil {
			s += " " + string(row.Problem.Kind)
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func TestExportCSV(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	w.plantAs("secret", func(r *Referral) { r.Need.Private = true })
	w.plantAs("violence", func(r *Referral) { r.Need.Domain = "elder-abuse" })
	w.plantAs("tricky", func(r *Referral) { r.Note = "=HYPERLINK(\"http://x\"),\r\n\"quoted\"" })
	rows := w.exported(ListInput{})
	if len(rows) != 3 {
		t.Fatalf("%d lines, want the heading and two referrals: %v", len(rows), rows)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for _, row := range rows[1:] {
		if row[at["family_name"]] != "Lopez" || row[at["phone"]] != "'+14155550100" || row[at["new_status"]] != "" {
			t.Errorf("row = %v, want the person, no formula, and room to answer", row)
		}
		if note := row[at["sender_note"]]; row[0] == "tricky" && !strings.HasPrefix(note, "'=HYPERLINK") {
			t.Errorf("note = %q, want it harmless", note)
		}
	}
	if len(w.saw) != 2 {
		t.Errorf("recorded sights = %v, want one for each person in the file", w.saw)
	}
	if err := w.s.ExportCSV(as(netAdmin), ListInput{}, &bytes.Buffer{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the network's export = %v, want it forbidden", err)
	}
	var nothing bytes.Buffer
	if err := w.s.ExportCSV(as(paula), ListInput{Status: "lost"}, &nothing); !fault.Is(err, fault.Invalid) || nothing.Len() > 0 {
		t.Errorf("an unknown status = %v with %d bytes, want it refused first", err, nothing.Len())
	}
}

func TestImportCSV(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		w.plantAs(id, func(*Referral) {})
	}
	rows := w.exported(ListInput{})
	line := map[string]int{}
	for i, row := range rows {
		line[row[0]] = i + 1
	}
	w.to(paula, "c", Acknowledged) // somebody was faster
	file := filledIn(rows, map[int]map[string]string{
		line["a"]: {"new_status": "accepted", "note": "'-5 kg, \"fresh\""},
		line["b"]: {"new_status": "rejected"},
		line["c"]: {"new_status": "accepted"},
		line["d"]: {"new_status": "rejected", "reason": "no-capacity"},
		line["e"]: {"new_status": "happy"},
	})
	want := map[bool]string{true: "ready", false: "applied"}
	for _, dry := range []bool{true, false} {
		got := w.imported(file, dry)
		same(t, "what became of the rows", got.Counts, map[RowState]int{RowState(want[dry]): 2, RowRefused: 3, RowEmpty: 1})
		for _, r := range got.Rows {
			if r.ID == "b" && (r.Problem == nil || r.Problem.Detail() != "Give a reason." || r.Line != line["b"]) {
				t.Errorf("b = %+v, want the missing reason on line %d", r, line["b"])
			}
		}
		if s := w.stored("a").Status; dry && s != Requested {
			t.Errorf("a dry run made a %s", s)
		}
	}
	if a := w.stored("a"); a.Status != Accepted || a.History[len(a.History)-1].Note != `-5 kg, "fresh"` {
		t.Errorf("a = %s, %+v, want it accepted with the note as typed", a.Status, a.History)
	}
	w.to(paula, "a", InProgress)
	before := w.stored("a").Version
	again := w.imported(file, false)
	same(t, "the same file again", again.Counts, map[RowState]int{RowDone: 2, RowRefused: 3, RowEmpty: 1})
	if w.stored("a").Version != before {
		t.Error("the same file again changed a referral that had gone on")
	}

	for name, body := range map[string]string{
		"nothing": "", "no table": "id,version,new_status\n\"x", "other columns": "name,phone\nx,y\n", "a quote inside": "id,version,new_status\na\"b,1,accepted\n",
	} {
		_, err := w.s.ImportCSV(as(paula), strings.NewReader(body), true)
		refused(t, name, err, fault.Invalid)
	}
	_, err := w.s.ImportCSV(as(paula), strings.NewReader("id,version,new_status\n"+strings.Repeat("a,1,accepted\n", importMost+1)), true)
	refused(t, "too many rows", err, fault.Invalid)
	_, err = w.s.ImportCSV(as(rosa), strings.NewReader(file), true)
	refused(t, "the sender", err, fault.Forbidden)
	got, err := w.s.ImportCSV(as(kim), strings.NewReader(file), false)
	if err != nil || got.Counts[RowRefused] != 5 {
		t.Errorf("another agency's import = %+v, %v, want every row refused", got.Counts, err)
	}
	semicolons := w.imported("\xef\xbb\xbfID; Version ;NEW_STATUS\r\ne;1;acknowledged\r\n\r\n", true)
	if s := states(semicolons); s != "2 ready" {
		t.Errorf("a file with semicolons and a mark = %s, want its row ready", s)
	}
}

// TestHarmless: no cell begins a formula, and plain gives every text back.
func TestHarmless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`['=+@-][a-z+=']*`)).Draw(t, "cell")
		h := harmless(s)
		if h != "" && strings.ContainsRune(formulaStarts, rune(h[0])) {
			t.Fatalf("harmless(%q) = %q", s, h)
		}
		if len(s) > 1 && s[0] == '\'' && strings.ContainsRune(formulaStarts, rune(s[1])) {
			return // typed so by a person, it counts as put there by us
		}
		if got := plain(h); got != s {
			t.Fatalf("plain(harmless(%q)) = %q", s, got)
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	f.Add("id,version,new_status,reason\na,1,rejected,no-capacity\n")
	f.Add("\xef\xbb\xbfid;version;new_status\r\na;x;\r\n")
	f.Fuzz(func(t *testing.T, file string) {
		rows, err := readCSV(strings.NewReader(file))
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("readCSV = %v, want a sentence for people", err)
		}
		for _, r := range rows {
			if r.line < 2 {
				t.Errorf("a row on line %d", r.line)
			}
		}
	})
}
