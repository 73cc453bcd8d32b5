package referrals

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// RowState says what becomes of a row of a file.
type RowState string

// The states.
const (
	RowReady   RowState = "ready"   // a dry run found nothing wrong
	RowApplied RowState = "applied" // the move was made
	RowDone    RowState = "done"    // it was made before; nothing changed
	RowEmpty   RowState = "empty"   // no new status is given
	RowRefused RowState = "refused"
)

// RowResult is what became of one row.
type RowResult struct {
	// Line is where the row begins in the file; the heading is line 1.
	Line  int      `json:"line"`
	ID    string   `json:"id"`
	To    Status   `json:"to,omitempty"`
	State RowState `json:"state"`
	// Problem says why it was refused.
	Problem *fault.Error `json:"-"`
}

// ImportResult is what became of a file.
type ImportResult struct {
	DryRun bool             `json:"dryRun"`
	Counts map[RowState]int `json:"counts"`
	Rows   []RowResult      `json:"rows"`
}

// importMost is how many rows one file may have.
const importMost = 5000

// csvRow is a row that asks for a move.
type csvRow struct {
	line int
	id   string
	in   MoveInput
}

// ImportCSV reads a file that ExportCSV wrote and somebody filled in, and makes
// the moves that it asks for, each as [Service.Move] does. With dryRun it only
// tells what would become of each row. A row that is refused does not stop the
// others. The same file again changes nothing.
func (s *Service) ImportCSV(ctx context.Context, file io.Reader, dryRun bool) (ImportResult, error) {
	actor, err := identity.Require(ctx, identity.ReferralsAnswer)
	if err != nil {
		return ImportResult{}, err
	}
	rows, err := readCSV(file)
	if err != nil {
		return ImportResult{}, err
	}
	out := ImportResult{DryRun: dryRun, Counts: map[RowState]int{}, Rows: make([]RowResult, len(rows))}
	for i, row := range rows {
		r := RowResult{Line: row.line, ID: row.id, To: row.in.To}
		state, err := s.importRow(row.request(ctx), actor, row, dryRun)
		if err != nil {
			f, refused := errors.AsType[*fault.Error](err)
			if !refused {
				return out, fmt.Errorf("line %d: %w", row.line, err)
			}
			state, r.Problem = RowRefused, f
		}
		r.State = state
		out.Rows[i] = r
		out.Counts[state]++
	}
	return out, nil
}

// importRow makes, or only tries, the move of a row.
func (s *Service) importRow(ctx context.Context, actor identity.Actor, row csvRow, dryRun bool) (RowState, error) {
	if row.in.To == "" {
		return RowEmpty, nil
	}
	r, v, err := s.open(ctx, actor, row.id)
	if err != nil {
		return "", err
	}
	again, err := r.Replayed(ctx)
	switch {
	case err != nil:
		return "", err
	case again, r.Status == row.in.To && r.Reason == row.in.Reason && r.Outcome == row.in.Outcome:
		return RowDone, nil
	case !dryRun:
		_, err := s.Move(ctx, row.id, row.in)
		return RowApplied, err
	}
	m := mover{s: s, actor: actor, in: row.in, viewer: v}
	_, err = m.checked(ctx, &r)
	return RowReady, err
}

// request is the context in which the row is carried out: the same row counts
// as the same request, whatever the file around it.
func (row csvRow) request(ctx context.Context) context.Context {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", []any{row.id, row.in}))
	hash := hex.EncodeToString(sum[:])
	return docstore.WithRequest(ctx, "csv/"+hash, hash)
}

// byteOrderMark is what some spreadsheets begin UTF-8 files with.
var byteOrderMark = []byte("\xef\xbb\xbf")

// readCSV reads the rows of a file. A file that is none of ours is refused as a
// whole; what is wrong with a row, a move says.
func readCSV(file io.Reader) ([]csvRow, error) {
	body, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	body = bytes.TrimPrefix(body, byteOrderMark)
	read := csv.NewReader(bytes.NewReader(body))
	read.Comma = separator(body)
	read.FieldsPerRecord = -1
	head, err := read.Read()
	if err != nil {
		return nil, errNoTable
	}
	at := map[string]int{}
	for i, name := range head {
		at[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, needed := range []string{columnID, columnVersion, columnTo} {
		if _, ok := at[needed]; !ok {
			return nil, fault.New(fault.Invalid, "The file has no column %s. Use the file as it was downloaded.", needed)
		}
	}
	var rows []csvRow
	for {
		cells, err := read.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, errNoTable
		}
		if len(rows) == importMost {
			return nil, fault.New(fault.Invalid, "Send at most %d rows at a time.", importMost)
		}
		cell := func(name string) string {
			if i, ok := at[name]; ok && i < len(cells) {
				return plain(strings.TrimSpace(cells[i]))
			}
			return ""
		}
		if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue
		}
		line, _ := read.FieldPos(0)
		version, _ := strconv.ParseInt(cell(columnVersion), 10, 64) // what is no number is refused as version 0
		rows = append(rows, csvRow{line: line, id: cell(columnID), in: MoveInput{
			To: Status(cell(columnTo)), Reason: cell(columnReason), Outcome: Outcome(cell(columnOutcome)), Note: cell(columnNote), Version: version,
		}})
	}
}

var errNoTable = fault.New(fault.Invalid, "The file could not be read as a table. Save it as CSV and send it again.")

// separator is the comma, or the semicolon that spreadsheets of some countries write.
func separator(body []byte) rune {
	head, _, _ := bytes.Cut(body, []byte("\n"))
	if bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) {
		return ';'
	}
	return ','
}
