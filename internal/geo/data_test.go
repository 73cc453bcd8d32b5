package geo

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// source reads a file of the facts that gen took, or skips the test.
func source(t *testing.T, name string) [][]string {
	path := filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../../shared"), "data", "geo", name)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the source data is not here: %v", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return rows[1:]
}

func TestEmbeddedZIPsAgreeWithTheirSource(t *testing.T) {
	rows := source(t, "zcta.csv")
	if got := len(load().zips); got != len(rows) {
		t.Errorf("embedded ZIP codes = %d, want %d", got, len(rows))
	}
	counties, joined := 0, 0
	for _, r := range rows {
		z, ok := LookupZIP(r[0])
		if !ok {
			t.Errorf("LookupZIP(%q) = nothing, want %v", r[0], r)
			continue
		}
		if Valid(z.Point) != (r[1] != "") {
			t.Errorf("LookupZIP(%q).Point = %v, want %q, %q", r[0], z.Point, r[1], r[2])
		}
		if r[1] != "" && (!near(z.Point.Lat, r[1]) || !near(z.Point.Lng, r[2])) {
			t.Errorf("LookupZIP(%q).Point = %v, want %s, %s", r[0], z.Point, r[1], r[2])
		}
		if r[3] == "" {
			continue
		}
		counties++
		code, name, _ := strings.Cut(r[3], ":")
		st, _ := LookupState(code)
		if z.State != st.FIPS {
			t.Errorf("LookupZIP(%q).State = %q, want %s", r[0], z.State, code)
		}
		if len(z.Counties) != 1 {
			continue
		}
		c, _ := County(z.Counties[0])
		if c.State != st.FIPS || c.Name != name && !gone[r[3]] {
			t.Errorf("LookupZIP(%q) is in %v, want %s", r[0], c, r[3])
		}
		joined++
	}
	t.Logf("%d of %d ZIP codes with a county name joined to a FIPS code", joined, counties)
	if joined < counties {
		t.Errorf("%d of %d county names of ZIP codes joined, want all", joined, counties)
	}
}

// gone are the counties of 2010 that have another name or county today.
var gone = map[string]bool{
	"SD:Shannon County": true, "AK:Wade Hampton Census Area": true, "AK:Petersburg Census Area": true, "VA:Bedford city": true,
}

func near(got float64, want string) bool {
	w, err := strconv.ParseFloat(want, 64)
	return err == nil && math.Abs(got-w) <= 1/scale
}

func TestEmbeddedCountiesAgreeWithTheirSource(t *testing.T) {
	rows := source(t, "county-names.csv")
	if got := len(load().counties); got != len(rows) {
		t.Errorf("embedded counties = %d, want %d", got, len(rows))
	}
	for _, r := range rows {
		c, ok := County(r[0])
		if !ok || !strings.HasPrefix(squeeze(c.Name), squeeze(r[1])) {
			t.Errorf("County(%q) = %v, want %s", r[0], c, r[1])
		}
	}
}

func squeeze(s string) string { return strings.ReplaceAll(Normal(s), " ", "") }

func TestDecodeOfCutData(t *testing.T) {
	for _, n := range []int{0, 5, 100, len(census) / 2, len(census) - 9} {
		if _, err := decode(bytes.NewReader(census[:n])); err == nil {
			t.Errorf("decode of the first %d bytes succeeds, want an error", n)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(bytes.NewReader(census)); err != nil {
			b.Fatal(err)
		}
	}
}
