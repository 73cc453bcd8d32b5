package indextest

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory"
)

// Shared makes entries of so many services out of the texts of real services,
// which are not part of the repository: the directory of Washington, DC, and
// food banks of many states. Each text is used several times, with words left
// out, until there are enough. Without the data the test or benchmark is skipped.
func Shared(tb testing.TB, services int) []directory.Entry {
	tb.Helper()
	folder := sharedFolder(tb)
	real := append(dcServices(tb, filepath.Join(folder, "dc-orservices-hsds2")), foodBanks(tb, filepath.Join(folder, "foodbanks-haarrrvest-us"))...)
	g := newGenerator(3)
	out := make([]directory.Entry, 0, services)
	for i := range services {
		e := g.service(fmt.Sprintf("r-%06d", i))
		text := real[i%len(real)]
		e.Name, e.OrganizationName, e.Eligibility, e.City = text.Name, text.OrganizationName, text.Eligibility, text.City
		e.Description = text.Description
		if i >= len(real) {
			e.Name += " " + e.City
			e.Description = g.thin(text.Description)
		}
		out = append(out, e)
	}
	return out
}

// sharedFolder finds the shared directory data beside the repository.
func sharedFolder(tb testing.TB) string {
	tb.Helper()
	root := os.Getenv("HAVENLOOP_SHARED")
	for up := "."; root == "" && up != "../../../../.."; up = filepath.Join(up, "..") {
		if _, err := os.Stat(filepath.Join(up, "go.mod")); err == nil {
			root = filepath.Join(up, "..", "shared")
		}
	}
	folder := filepath.Join(root, "data", "directory")
	if _, err := os.Stat(folder); err != nil {
		tb.Skipf("The shared directory data is not here (%v); set HAVENLOOP_SHARED to its folder.", err)
	}
	return folder
}

// thin leaves out every tenth word or so.
func (g *generator) thin(text string) string {
	list := strings.Fields(text)
	kept := list[:0]
	for _, w := range list {
		if g.IntN(10) > 0 {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// dcServices reads the services of the Washington, DC, directory.
func dcServices(tb testing.TB, folder string) []directory.Entry {
	tb.Helper()
	organizations := map[string]string{}
	for _, row := range readCSV(tb, filepath.Join(folder, "organizations.csv")) {
		organizations[row["id"]] = row["name"]
	}
	var out []directory.Entry
	for _, row := range readCSV(tb, filepath.Join(folder, "services.csv")) {
		out = append(out, directory.Entry{
			Name: row["service_name"], OrganizationName: organizations[row["service_organization"]],
			Description: row["service_description"], Eligibility: row["access_requirement"], City: "Washington",
		})
	}
	return out
}

func readCSV(tb testing.TB, path string) []map[string]string {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatalf("read shared data: %v", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	rows, err := r.ReadAll()
	if err != nil {
		tb.Fatalf("read %s: %v", path, err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, v := range row {
			if i < len(rows[0]) {
				m[rows[0][i]] = v
			}
		}
		out = append(out, m)
	}
	return out
}

// foodBanks reads the harvested food bank records.
func foodBanks(tb testing.TB, folder string) []directory.Entry {
	tb.Helper()
	f, err := os.Open(filepath.Join(folder, "harvested.ndjson"))
	if err != nil {
		tb.Fatalf("read shared data: %v", err)
	}
	defer f.Close()
	var out []directory.Entry
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Record map[string]any `json:"record"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			continue // raw data: a few lines are broken
		}
		text := func(key string) string { s, _ := line.Record[key].(string); return s }
		out = append(out, directory.Entry{
			Name: text("name"), OrganizationName: text("food_bank"), City: text("city"),
			Description: strings.TrimSpace(text("notes") + " " + text("hours") + " " + text("address")), Eligibility: text("county"),
		})
	}
	if err := lines.Err(); err != nil {
		tb.Fatalf("read food banks: %v", err)
	}
	return out
}
