// Command gen writes the Census facts that package geo embeds, from two CSV
// files with facts of the US Census Bureau (public domain):
//
//	zcta.csv          zip, latitude, longitude, counties as "STATE:County name"
//	                  (2021 Gazetteer of ZIP Code Tabulation Areas; 2010 ZCTA to county relationship file)
//	county-names.csv  fips, name without kind (cartographic boundary files)
//
// The output is gzip of varints (u unsigned, s signed) and strings (u length, bytes):
//
//	u number of counties, then for each, by FIPS code: u FIPS code, string full name
//	u number of ZIP codes, then for each, in order, as difference to the one
//	before: u ZIP code, s latitude, s longitude (1/100 000 degree, 0 0 unknown);
//	then u county (from 1; 0 unknown) and u place of the state among the
//	states by FIPS code (from 1; 0 unknown)
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// renamed gives the present county for names of 2010 that are gone.
var renamed = map[string]string{
	"SD:Shannon County":           "46102", // Oglala Lakota County since 2015
	"AK:Wade Hampton Census Area": "02158", // Kusilvak Census Area since 2015
	"AK:Petersburg Census Area":   "02195", // Petersburg Borough since 2013
	"VA:Bedford city":             "51019", // a town of Bedford County since 2013
}

// territories gives the states of ZIP prefixes for which the relationship file
// has no counties.
var territories = map[string]string{"008": "78", "9691": "66", "9692": "66", "9693": "66", "9695": "69", "96799": "60"}

func main() {
	dir := flag.String("data", "../../../shared/data/geo", "folder with zcta.csv and county-names.csv")
	out := flag.String("out", "census.gz", "file to write")
	flag.Parse()
	if err := run(*dir, *out); err != nil {
		log.Fatal(err)
	}
}

func run(dir, out string) error {
	names, err := readCSV(filepath.Join(dir, "county-names.csv"))
	if err != nil {
		return err
	}
	zips, err := readCSV(filepath.Join(dir, "zcta.csv"))
	if err != nil {
		return err
	}
	j := join(names, zips)
	for _, n := range j.lost {
		log.Printf("no county for %s", n)
	}
	log.Printf("%d of %d county names joined, %d ZIP codes of %d with a county, %d with a state",
		len(j.full), len(j.full)+len(j.lost), j.withCounty, len(zips), j.withState)

	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(encode(j)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}

func readCSV(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return rows[1:], nil
}

type joined struct {
	fips  []string          // of all counties, in order
	name  map[string]string // FIPS code → name to show
	full  map[string]string // "STATE:County name" → FIPS code
	lost  []string          // names without a county
	zips  [][]string        // rows of zcta.csv
	state map[string]string // ZIP code → state

	withCounty, withState int
}

func join(names, zips [][]string) *joined {
	j := &joined{name: map[string]string{}, full: map[string]string{}, state: map[string]string{}, zips: zips}
	byName := map[string][]string{} // state FIPS + squeezed name → county FIPS codes
	for _, r := range names {
		j.fips = append(j.fips, r[0])
		j.name[r[0]] = r[1]
		k := r[0][:2] + squeeze(r[1])
		byName[k] = append(byName[k], r[0])
	}
	slices.Sort(j.fips)
	slices.SortFunc(zips, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	prefix := map[string]map[string]bool{} // first three digits → states
	for _, r := range zips {
		if r[3] == "" {
			continue
		}
		code, name, _ := strings.Cut(r[3], ":")
		st, _ := geo.LookupState(code)
		if prefix[r[0][:3]] == nil {
			prefix[r[0][:3]] = map[string]bool{}
		}
		prefix[r[0][:3]][st.FIPS] = true
		if j.full[r[3]] != "" || slices.Contains(j.lost, r[3]) {
			continue
		}
		fips := renamed[r[3]]
		if fips == "" {
			fips = one(byName, st.FIPS, name)
		}
		if fips == "" {
			j.lost = append(j.lost, r[3])
			continue
		}
		j.full[r[3]] = fips
		if renamed[r[3]] == "" {
			j.name[fips] = name
		}
	}
	for _, r := range zips {
		if j.full[r[3]] != "" {
			j.withCounty++
		}
		if s := stateOf(r, prefix[r[0][:3]]); s != "" {
			j.state[r[0]] = s
			j.withState++
		}
	}
	return j
}

// stateOf is the state of the row's county; without one, the state of the
// other ZIP codes with the same first three digits when they agree.
func stateOf(row []string, neighbours map[string]bool) string {
	if code, _, ok := strings.Cut(row[3], ":"); ok {
		st, _ := geo.LookupState(code)
		return st.FIPS
	}
	for n := 3; n <= 5; n++ {
		if s := territories[row[0][:n]]; s != "" {
			return s
		}
	}
	if len(neighbours) == 1 {
		for s := range neighbours {
			return s
		}
	}
	return ""
}

// one finds the only county of the state that the full name can mean. Where a
// county and an independent city share a name, the city has a code from 500.
func one(byName map[string][]string, state, full string) string {
	normal := geo.Normal(full)
	for _, kind := range []string{"", " city and borough", " census area", " municipality", " municipio", " borough", " county", " parish", " city"} {
		base, ok := strings.CutSuffix(normal, kind)
		found := byName[state+squeeze(base)]
		if !ok || len(found) == 0 {
			continue
		}
		if len(found) == 1 {
			return found[0]
		}
		for _, f := range found {
			if (f[2:] >= "500") == strings.HasSuffix(normal, " city") {
				return f
			}
		}
	}
	return ""
}

// squeeze makes "La Salle" and "LaSalle" the same.
func squeeze(name string) string { return strings.ReplaceAll(geo.Normal(name), " ", "") }

func encode(j *joined) []byte {
	place := map[string]uint64{}
	b := binary.AppendUvarint(nil, uint64(len(j.fips)))
	for i, f := range j.fips {
		place[f] = uint64(i) + 1
		b = binary.AppendUvarint(b, number(f))
		b = binary.AppendUvarint(b, uint64(len(j.name[f])))
		b = append(b, j.name[f]...)
	}
	b = binary.AppendUvarint(b, uint64(len(j.zips)))
	var zip uint64
	var lat, lng int64
	for _, r := range j.zips {
		z, y, x := number(r[0]), steps(r[1]), steps(r[2])
		b = binary.AppendUvarint(b, z-zip)
		b = binary.AppendVarint(b, y-lat)
		b = binary.AppendVarint(b, x-lng)
		b = binary.AppendUvarint(b, place[j.full[r[3]]])
		b = binary.AppendUvarint(b, uint64(geo.StateOrder(j.state[r[0]])))
		zip, lat, lng = z, y, x
	}
	return b
}

func number(digits string) uint64 {
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

// steps is a coordinate in steps of 1/100 000 degree, 0 when there is none.
func steps(degrees string) int64 {
	if degrees == "" {
		return 0
	}
	f, err := strconv.ParseFloat(degrees, 64)
	if err != nil {
		log.Fatal(err)
	}
	return int64(math.Round(f * 1e5))
}
