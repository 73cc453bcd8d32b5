package feed_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/havenloop/havenloop/directory/feed"
)

// FuzzRead: arbitrary files are read without a panic, and what is read can be taken apart.
func FuzzRead(f *testing.F) {
	f.Add("services.csv", []byte("id,organization_id,name\ns1,o1,\"x\n"))
	f.Add("phones.csv", []byte("id,number,service_id\r1,1-800-FLOWERS ext 5,\r"))
	f.Add("x.json", []byte(`{"contents":[{"id":"1","name":"a","status":"active","phones":[{"number":"1"}],"service_at_locations":[{"location":{"id":"l"}}]}]}`))
	f.Add("x.ndjson", []byte("{\"name\":\"a\",\"description\":\"b\"}\n{\"name\":1}\n"))
	f.Add("schedules.csv", []byte("id,service_id,byday,opens_at\n1,1,\"Mon-Fri, 9-5\",25:99\n"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		if !slices.Contains([]string{".csv", ".json", ".ndjson"}, filepath.Ext(name)) || strings.ContainsAny(name, `/\`) || !fstestValid(name) {
			return
		}
		s, err := feed.OpenFS(fstest.MapFS{name: {Data: b}})
		if err != nil {
			return
		}
		r, err := feed.Read(t.Context(), s, feed.Feed{Name: "fuzz"}, &feed.Report{})
		if err != nil {
			return
		}
		for s := range r.Services() {
			if s.ID == "" {
				t.Error("a service without id")
			}
		}
		for range r.Locations() {
		}
		for range r.Organizations() {
		}
		r.Finish()
	})
}

func fstestValid(name string) bool { return name != "" && name[0] != '.' }
