package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

func TestInboxByTheAPI(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	all := v.do("harris", http.MethodGet, "/api/v1/referrals?turn=agency&need=food-insecurity", nil, http.StatusOK)
	if items := all["items"].([]any); len(items) == 0 {
		t.Fatal("no referral for food waits for the food bank")
	}
	counts := v.do("harris", http.MethodGet, "/api/v1/referrals/counts", nil, http.StatusOK)
	if counts["waitingOnUs"].(float64) == 0 || counts["byStatus"].(object)["requested"].(float64) == 0 {
		t.Errorf("counts = %v", counts)
	}
	v.do("harris", http.MethodGet, "/api/v1/referrals?status=requested&turn=agency", nil, http.StatusBadRequest)
	v.do("harris", http.MethodGet, "/api/v1/referrals/counts?box=outbox", nil, http.StatusBadRequest)
	v.do("harris", http.MethodGet, "/api/v1/referrals/csv?status=lost", nil, http.StatusBadRequest)
	moved := v.do("harris", http.MethodPost, "/api/v1/referrals/bulk", object{"to": "acknowledged", "items": []any{
		object{"id": id, "version": 1}, object{"id": "nowhere", "version": 1},
	}}, http.StatusOK)["items"].([]any)
	first, second := moved[0].(object), moved[1].(object)
	if first["referral"].(object)["status"] != "acknowledged" || second["error"].(object)["kind"] != "not-found" {
		t.Errorf("bulk = %v", moved)
	}
	v.do("harris", http.MethodPost, "/api/v1/referrals/bulk", object{"to": "acknowledged", "items": []any{}}, http.StatusBadRequest)

	file := v.Do(t, "harris", http.MethodGet, "/api/v1/referrals/csv?status=acknowledged", "")
	if kind := file.Header.Get("Content-Type"); kind != "text/csv; charset=utf-8" || !strings.Contains(string(file.Body), id+",2,") {
		t.Fatalf("the file is %s:\n%s", kind, file.Body)
	}
	answers := "id,version,new_status,reason\r\n" + id + ",2,rejected,no-capacity\r\n" + id + ",2,rejected,\r\n"
	for _, want := range []struct{ path, count string }{
		{"/api/v1/referrals/csv?dryRun=true", "ready"}, {"/api/v1/referrals/csv", "applied"}, {"/api/v1/referrals/csv", "done"},
	} {
		a := v.do("harris", http.MethodPost, want.path, object{"file": answers}, http.StatusOK)
		if n := a["counts"].(object)[want.count]; n != 1.0 {
			t.Errorf("%s: %v, want one row %s", want.path, a, want.count)
		}
	}
	header := http.Header{"Authorization": {"Bearer " + v.Token(t, "harris")}, "Content-Type": {"text/csv"}}
	raw := v.Send(t, http.MethodPost, "/api/v1/referrals/csv", answers, header)
	if raw.Status != http.StatusOK || !strings.Contains(string(raw.Body), `"done":1`) {
		t.Errorf("the file as text/csv = %d %s", raw.Status, raw.Body)
	}
	v.do("harris", http.MethodPost, "/api/v1/referrals/csv", object{"file": "name\n"}, http.StatusBadRequest)
	v.do("vega", http.MethodPost, "/api/v1/referrals/csv", object{"file": answers}, http.StatusForbidden)
}
