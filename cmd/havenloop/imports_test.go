package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/havenloop/havenloop/"

// rooms says for each room which other rooms its code (not its tests) may look
// into. The longest matching name counts; imports go down only.
var rooms = map[string][]string{
	"cmd":                {"server", "web", "seed", "referrals", "screening", "directory", "internal"},
	"server":             {"server/auth", "server/api", "server/hsds", "server/fhir", "web", "referrals", "screening", "directory", "internal"},
	"server/auth":        {"internal"},
	"server/servertest":  {"server", "seed", "directory", "internal"}, // opens everything, for tests alone
	"server/api":         {"referrals", "screening", "directory", "internal"},
	"server/hsds":        {"directory", "internal"},
	"server/fhir":        {"referrals", "screening", "directory", "internal"},
	"web":                {"referrals", "screening", "directory", "internal"},
	"seed":               {"referrals", "screening", "directory", "internal"},
	"referrals":          {"screening", "directory", "internal"},
	"referrals/careplan": {"screening", "internal"},
	"referrals/figures":  {"referrals", "internal"},
	"referrals/visits":   {"referrals", "screening", "directory", "internal"},
	"screening":          {"internal"},
	"directory":          {"internal"},
	"internal":           {"internal"},
}

// keepers says which rooms alone may import a library, or a room that only
// they may know.
var keepers = []struct {
	path string
	only []string
}{
	{"github.com/labstack/echo/v4", []string{"server", "web"}},
	{"github.com/go-co-op/gocron/v2", []string{"server"}},
	{"go.mongodb.org/mongo-driver", []string{"internal/docstore/mongo"}},
	{"modernc.org/sqlite", []string{"internal/docstore/sqlite"}},
	{"github.com/meilisearch/meilisearch-go", []string{"directory/index/meili"}},
	{"github.com/RoaringBitmap/roaring", []string{"directory/index/memory"}},
	{"net/http", []string{"server", "web", "cmd", "directory/index/meili", "internal/notify/sms", "internal/notify/webhook", "internal/notify/webpush", "internal/outward"}},
	{module + "seed", []string{"cmd", "server/servertest"}},
	{module + "internal/docstore/mongo", []string{"cmd"}},
	{module + "internal/docstore/sqlite", []string{"cmd", "server/servertest"}},
	{module + "directory/index/memory", []string{"cmd", "server/servertest"}},
	{module + "directory/index/meili", []string{"cmd"}},
	{module + "internal/notify/smtp", []string{"cmd"}},
	{module + "internal/notify/sms", []string{"cmd"}},
	{module + "internal/notify/log", []string{"cmd"}},
}

func TestImportsGoDownOnly(t *testing.T) {
	for _, p := range listPackages(t) {
		from, own := strings.CutPrefix(p.ImportPath, module)
		if !own || p.Name == "main" && !strings.HasPrefix(from, "cmd/") { // generators
			continue
		}
		for _, imp := range p.Imports {
			if to, own := strings.CutPrefix(imp, module); own && !mayImport(from, to) {
				t.Errorf("%s imports %s, which lies above or beside it", from, to)
			}
			for _, k := range keepers {
				if under(imp, k.path) && !under(from, strings.TrimPrefix(k.path, module)) && !slices.ContainsFunc(k.only, func(r string) bool { return under(from, r) }) {
					t.Errorf("%s imports %s, which only %v may", from, imp, k.only)
				}
			}
		}
	}
}

func TestImportRulesRefuse(t *testing.T) {
	for _, edge := range [][2]string{
		{"screening", "directory"}, {"directory", "screening"}, {"internal/patients", "screening"},
		{"web", "server/auth"}, {"server/api", "web"}, {"referrals", "server"}, {"server/auth", "server/api"},
	} {
		if mayImport(edge[0], edge[1]) {
			t.Errorf("mayImport(%q, %q) = true, want false", edge[0], edge[1])
		}
	}
}

func mayImport(from, to string) bool {
	room := ""
	for r := range rooms {
		if under(from, r) && len(r) > len(room) {
			room = r
		}
	}
	if room != "" && under(to, room) && (room != "server" || !strings.Contains(to, "/")) {
		return true // within the room
	}
	return slices.ContainsFunc(rooms[room], func(allowed string) bool { return under(to, allowed) })
}

func under(path, room string) bool { return path == room || strings.HasPrefix(path, room+"/") }

type listed struct {
	ImportPath, Name string
	Imports          []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Name,Imports", module+"...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("decode go list: %v", err)
		}
		all = append(all, p)
	}
	if len(all) < 20 {
		t.Fatalf("go list found %d packages, want the whole tree", len(all))
	}
	return all
}
