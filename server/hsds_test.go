package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

// hsds gets an address of the HSDS API as nobody and wants the status.
func (v visit) hsds(path string, status int) object {
	v.t.Helper()
	a := v.Send(v.t, http.MethodGet, "/hsds"+path, "", nil)
	if a.Status != status {
		v.t.Fatalf("GET /hsds%s = %d, want %d: %.300s", path, a.Status, status, a.Body)
	}
	return a.JSON(v.t)
}

func TestHSDSDescribesItself(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	base := v.hsds("", http.StatusOK)
	if base["version"] != "3.2.3" || base["profile"] == "" {
		t.Errorf("GET /hsds = %v, want version 3.2.3 and the profile", base)
	}
	path, _ := strings.CutPrefix(base["openapi_url"].(string), servertest.BaseURL+"/hsds")
	var described, routes []string
	for path, item := range v.hsds(path, http.StatusOK)["paths"].(object) {
		for method := range item.(object) {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+strings.ReplaceAll(path, "{id}", ":id"))
			}
		}
	}
	for _, r := range v.Server.Routes() {
		if strings.HasPrefix(r.Path, "/hsds") && r.Path != "/hsds/" { // as a base address and a path make it
			routes = append(routes, r.Method+" "+r.Path)
		}
	}
	slices.Sort(described)
	slices.Sort(routes)
	if !slices.Equal(described, routes) {
		t.Errorf("routes = %v\ndescribed = %v", routes, described)
	}
}

func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
