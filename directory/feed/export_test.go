package feed_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/fault"
)

var endings = map[feed.Format]string{feed.HSDSJSON: ".json", feed.NDJSON: ".ndjson", feed.HSDSCSV: ".zip"}

func (h *house) export(f feed.Format) []byte {
	h.Helper()
	var b bytes.Buffer
	if _, err := feed.Write(h.ctx, h.dir, f, &b, h.clock.Now()); err != nil {
		h.Fatalf("export as %s: %v", f, err)
	}
	return b.Bytes()
}

// roundTrip exports what h has, takes that into an empty directory, and answers
// what that one exports.
func (h *house) roundTrip(f feed.Format) (before, after []byte) {
	h.Helper()
	before = h.export(f)
	file := filepath.Join(h.TempDir(), "export"+endings[f])
	if err := os.WriteFile(file, before, 0o600); err != nil {
		h.Fatal(err)
	}
	other := open(h.T)
	r, err := other.tryPath(file)
	if err != nil {
		h.Fatalf("import of an export as %s: %v", f, err)
	}
	if r.Refused > 0 {
		h.Errorf("import of an export as %s refused %d: %+v", f, r.Refused, other.lines)
	}
	return before, other.export(f)
}

// tables are the files of an archive, without the description of the package.
func tables(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

func TestExportImportExport(t *testing.T) {
	fill := map[string]func(*testing.T) *house{
		"small": func(t *testing.T) *house {
			h := open(t)
			h.take(small())
			return h
		},
		"city": func(t *testing.T) *house {
			h, _ := city.take(t, shared(t, cityPath), 0)
			return h
		},
		"part of the city": func(t *testing.T) *house {
			h, _ := partOfCity.take(t, shared(t, cityPath), 100)
			return h
		},
		"official": func(t *testing.T) *house {
			h := open(t)
			if _, err := h.tryPath(shared(t, "standards/hsds/examples/service_full.json")); err != nil {
				t.Fatal(err)
			}
			return h
		},
	}
	for name, take := range fill {
		for _, f := range feed.Formats() {
			if name == "city" && f != feed.HSDSCSV {
				continue // a part of it is enough for forms that write the objects as they are
			}
			t.Run(name+"/"+string(f), func(t *testing.T) {
				t.Parallel()
				before, after := take(t).roundTrip(f)
				if f == feed.HSDSCSV {
					if d := cmp.Diff(tables(t, before), tables(t, after)); d != "" {
						t.Errorf("another export after a round trip (-before +after):\n%.3000s", d)
					}
					return
				}
				if !bytes.Equal(before, after) {
					t.Errorf("another export after a round trip (-before +after):\n%.3000s", cmp.Diff(strings.Split(string(before), "\n"), strings.Split(string(after), "\n")))
				}
			})
		}
	}
}

func TestExportForms(t *testing.T) {
	h := open(t)
	h.take(small())
	var list []map[string]any
	if err := json.Unmarshal(h.export(feed.HSDSJSON), &list); err != nil || len(list) == 0 {
		t.Errorf("hsds-json: %d objects, %v", len(list), err)
	}
	if n := strings.Count(string(h.export(feed.NDJSON)), "\n"); n != len(list) {
		t.Errorf("ndjson has %d lines, want %d", n, len(list))
	}
	files := tables(t, h.export(feed.HSDSCSV))
	var p struct {
		Resources []struct{ Path string }
	}
	if err := json.Unmarshal([]byte(files["datapackage.json"]), &p); err != nil || len(p.Resources) != len(files)-1 {
		t.Errorf("datapackage.json names %d of %d tables, %v", len(p.Resources), len(files)-1, err)
	}
	rows, err := csv.NewReader(strings.NewReader(files["phones.csv"])).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Errorf("phones.csv has %d rows, %v", len(rows), err)
	}
	empty := open(t)
	if got := string(empty.export(feed.HSDSJSON)); got != "[\n\n]\n" {
		t.Errorf("an empty directory is %q", got)
	}
	if _, err := feed.Write(h.ctx, h.dir, "pdf", io.Discard, h.clock.Now()); err == nil {
		t.Error("an unknown format was written")
	}
	if _, err := feed.Write(t.Context(), h.dir, feed.NDJSON, io.Discard, h.clock.Now()); !fault.Is(err, fault.Login) {
		t.Errorf("an export for nobody: %v", err)
	}
}

// TestExportHidesConfidentialPlaces: no form of the export has the address.
func TestExportHidesConfidentialPlaces(t *testing.T) {
	h := open(t)
	h.take(small())
	doc, err := h.dir.ServiceByID(h.ctx, h.found()[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	loc, err := h.dir.LocationByID(h.ctx, doc.Service.ServiceAtLocations[0].LocationID)
	if err != nil {
		t.Fatal(err)
	}
	for _, hide := range []func(){
		func() { doc.Confidential = true },
		func() { doc.Confidential, loc.Confidential = false, true },
	} {
		hide()
		stored, err := h.dir.PutService(h.ctx, directory.ServiceDoc{Meta: doc.Meta, Service: doc.Service, Confidential: doc.Confidential})
		if err != nil {
			t.Fatal(err)
		}
		doc.Meta = stored.Meta
		kept, err := h.dir.PutLocation(h.ctx, loc)
		if err != nil {
			t.Fatal(err)
		}
		loc.Meta = kept.Meta
		for _, f := range feed.Formats() {
			all := string(h.export(f))
			if f == feed.HSDSCSV {
				all = ""
				for _, text := range tables(t, h.export(f)) {
					all += text
				}
			}
			for _, secret := range []string{"1 Main St", "37.77", "94103"} {
				if strings.Contains(all, secret) {
					t.Errorf("%s shows %q of a confidential place", f, secret)
				}
			}
		}
	}
}
