package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestMergedServiceGoesOnWorking: a referral that is under way names a service
// that is merged into another; the referral goes on, and its service leads to
// the one that stayed.
func TestMergedServiceGoesOnWorking(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	referral := v.do("vega", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)
	old := referral["service"].(object)["id"].(string)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	doc, err := v.Directory.ServiceByID(ctx, old)
	if err != nil {
		t.Fatal(err)
	}
	twin := doc
	twin.ID, twin.Version, twin.Service.ID = "", 0, ""
	for i := range twin.Service.ServiceAtLocations {
		twin.Service.ServiceAtLocations[i].ID = ""
	}
	if twin, err = v.Directory.PutService(ctx, twin); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Directory.FindDuplicates(ctx); err != nil {
		t.Fatal(err)
	}
	list, err := v.Directory.Duplicates(ctx, directory.DuplicateOpen, directory.KindService, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	merged := false
	for _, p := range list.Items {
		if (p.Records[0].ID == old || p.Records[1].ID == old) && (p.Records[0].ID == twin.ID || p.Records[1].ID == twin.ID) {
			if _, err := v.Directory.MergeDuplicate(ctx, p.ID, directory.MergeInput{Keep: twin.ID}); err != nil {
				t.Fatal(err)
			}
			merged = true
		}
	}
	if !merged {
		t.Fatalf("the copy of a service is not among the proposals %+v", list.Items)
	}
	if got := v.do("vega", http.MethodGet, "/api/v1/services/"+old, nil, http.StatusOK); got["id"] != twin.ID {
		t.Errorf("the id of the merged service answers %v, want %s", got["id"], twin.ID)
	}
	v.move("harris", id, object{"to": "acknowledged"}, http.StatusOK)
	v.move("harris", id, object{"to": "accepted"}, http.StatusOK)
}

func TestOnlyTheNetworkSeesDuplicates(t *testing.T) {
	h := servertest.Open(t)
	look := func(name, path string) int {
		return h.Send(t, "GET", path, "", http.Header{"Authorization": {"Bearer " + h.Token(t, name)}}).Status
	}
	for name, want := range map[string]int{"park": http.StatusOK, "moreno": http.StatusForbidden, "vega": http.StatusForbidden} {
		if got := look(name, "/admin/duplicates"); got != want {
			t.Errorf("GET /admin/duplicates as %s = %d, want %d", name, got, want)
		}
	}
	for _, query := range []string{"status=gone", "kind=person"} {
		if got := look("park", "/admin/duplicates?"+query); got != http.StatusBadRequest {
			t.Errorf("GET /admin/duplicates?%s = %d, want 400", query, got)
		}
	}
	if got := look("park", "/admin/duplicates/"+nobody); got != http.StatusNotFound {
		t.Errorf("GET of a pair that does not exist = %d, want 404", got)
	}
}

// TestServiceSaysWhereItComesFrom: everybody reads which feed or that people
// entered it; who said each field is for those who may change the listing.
func TestServiceSaysWhereItComesFrom(t *testing.T) {
	h := servertest.Open(t)
	path := "/api/v1/services/" + seed.ID("valley-food-bank/pantry")
	for name, want := range map[string]bool{"vega": false, "park": true, "harris": false} {
		body := string(h.Do(t, name, "GET", path, "").Body)
		if !strings.Contains(body, `"origin"`) || strings.Contains(body, `"sources"`) != want {
			t.Errorf("%s reads %s, want the origin, and the sources: %v", name, body, want)
		}
	}
}
