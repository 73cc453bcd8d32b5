package feed_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// rowsOf reads a table.
func rowsOf(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	in := csv.NewReader(f)
	in.FieldsPerRecord, in.LazyQuotes = -1, true
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func writeRows(t *testing.T, file string, rows [][]string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // Flush tells
	out := csv.NewWriter(f)
	if err := out.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
}

// slice writes so many services of a package of tables, and all that they and
// their rows name, into a folder.
func slice(t *testing.T, from string, services int) string {
	t.Helper()
	to := t.TempDir()
	files, err := filepath.Glob(filepath.Join(from, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	keep := map[string]bool{}
	note := func(row []string) {
		for _, c := range row {
			if longNumber.MatchString(c) {
				keep[c] = true
			}
		}
	}
	all := rowsOf(t, filepath.Join(from, "services.csv"))
	for _, row := range all[:min(len(all), services+1)] {
		note(row)
	}
	places := rowsOf(t, filepath.Join(from, "services_at_location.csv"))
	for _, row := range places {
		if slices.ContainsFunc(row, func(c string) bool { return keep[c] }) {
			note(row)
		}
	}
	for _, file := range files {
		rows := rowsOf(t, file)
		if name := filepath.Base(file); name == "services.csv" || name == "services_at_location.csv" || name == "locations.csv" || name == "organizations.csv" {
			rows = append(rows[:1:1], slices.DeleteFunc(rows[1:], func(row []string) bool { return !keep[row[0]] && (name != "services_at_location.csv" || !keep[row[1]]) })...)
		}
		writeRows(t, filepath.Join(to, filepath.Base(file)), rows)
	}
	return to
}

// beginning is a table cut after so many rows; a folder stays whole.
func beginning(t *testing.T, path string, rows int) string {
	t.Helper()
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return path
	}
	all := rowsOf(t, path)
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	writeRows(t, to, all[:min(len(all), rows+1)])
	return to
}
