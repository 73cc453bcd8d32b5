package feed_test

import (
	"archive/zip"
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/fault"
)

func TestSourcesThatAreRefused(t *testing.T) {
	h := open(t)
	if _, err := h.try(nil); err == nil {
		t.Error("an empty folder was taken")
	}
	if _, err := h.try(map[string]string{"prices.csv": "a,b\n1,2\n"}); err == nil {
		t.Error("a table of another kind was taken")
	}
	if _, err := h.tryPath(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file was taken")
	}
	if _, err := h.try(small(), func(o *feed.Options) { o.Name = "" }); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a name: %v", err)
	}
}

func archive(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchives(t *testing.T) {
	inFolder := map[string]string{"datapackage.json": "{}", "__MACOSX/data/services.csv": "junk"}
	for name, text := range small() {
		inFolder["export/data/"+name] = text
	}
	b := archive(t, inFolder)
	s, err := feed.OpenArchive(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	h := open(t)
	r, err := feed.Run(h.ctx, h.dir, s, feed.Options{Feed: feed.Feed{Name: "zip"}}, &feed.Report{})
	if err != nil || r.Counts["service"].New != 1 {
		t.Errorf("archive: %+v, %v", r.Counts["service"], err)
	}
	for name, files := range map[string]map[string]string{
		"bomb":       {"services.csv": strings.Repeat("0", 8<<20)},
		"path trick": {"../../etc/services.csv": "id,name\n1,x\n"},
	} {
		b := archive(t, files)
		s, err := feed.OpenArchive(bytes.NewReader(b), int64(len(b)))
		if err == nil {
			_, err = feed.Read(t.Context(), s, feed.Feed{Name: "x"}, &feed.Report{})
		}
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := feed.OpenArchive(strings.NewReader("no zip"), 6); err == nil {
		t.Error("a file that is no archive was taken")
	}
}
