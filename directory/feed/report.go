package feed

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"sync"
)

// Severity says how much a line of a report matters.
type Severity string

// The severities.
const (
	Info    Severity = "info"    // mended without loss
	Warning Severity = "warning" // something is missing or doubtful
	Error   Severity = "error"   // a record or a value was not taken
)

// Action says what was done with a value.
type Action string

// The actions.
const (
	Kept     Action = "kept"
	Repaired Action = "repaired"
	Dropped  Action = "dropped"
)

// Line is one thing that a report tells.
type Line struct {
	File   string   `json:"file"`
	Row    int      `json:"row,omitempty"` // as a spreadsheet counts, the header is row 1; 0 for the whole file
	Column string   `json:"column,omitempty"`
	Value  string   `json:"value,omitempty"` // as it was
	Rule   string   `json:"rule"`
	Level  Severity `json:"severity"`
	Done   Action   `json:"done"`
}

// maxValue bounds the values that a report quotes, in bytes.
const maxValue = 200

// Counts are how many lines a report has, by rule and action.
type Counts map[string]map[Action]int

// Report takes lines as they come and counts them. Lines go to Each, so that a
// long report needs no memory; nil counts only.
type Report struct {
	mu     sync.Mutex // objects are read while others are stored
	Each   func(Line)
	Counts Counts
	Errors int
}

func (r *Report) add(l Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(l.Value) > maxValue {
		l.Value = l.Value[:maxValue] + "…"
	}
	if r.Counts == nil {
		r.Counts = Counts{}
	}
	if r.Counts[l.Rule] == nil {
		r.Counts[l.Rule] = map[Action]int{}
	}
	r.Counts[l.Rule][l.Done]++
	if l.Level == Error {
		r.Errors++
	}
	if r.Each != nil {
		r.Each(l)
	}
}

// CSV answers a function for Report.Each that writes lines as CSV, the rule by
// its code and as [RuleText], and one that ends the table.
func CSV(w io.Writer) (each func(Line), end func() error) {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"file", "row", "column", "value", "rule", "severity", "done", "text"}) // Flush tells
	each = func(l Line) {
		row := ""
		if l.Row > 0 {
			row = strconv.Itoa(l.Row)
		}
		_ = out.Write([]string{l.File, row, l.Column, plain(l.Value), l.Rule, string(l.Level), string(l.Done), RuleText(l.Rule)})
	}
	return each, func() error {
		out.Flush()
		return out.Error()
	}
}

// plain keeps a spreadsheet from taking a value for a formula.
func plain(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@') {
		return "'" + s
	}
	return s
}

// JSON answers a function for Report.Each that writes each line as an object,
// the rule by its code and as [RuleText], and one that ends the list.
func JSON(w io.Writer) (each func(Line), end func() error) {
	var failed error
	first := true
	write := func(s string) {
		if failed == nil {
			_, failed = io.WriteString(w, s)
		}
	}
	each = func(l Line) {
		if first {
			write("[\n")
		} else {
			write(",\n")
		}
		first = false
		b, err := json.Marshal(struct {
			Line
			Text string `json:"text"`
		}{l, RuleText(l.Rule)})
		if err != nil && failed == nil {
			failed = err
		}
		write(string(b))
	}
	return each, func() error {
		if first {
			write("[")
		}
		write("\n]\n")
		return failed
	}
}
