package server_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/server/servertest"
)

// talkOn finds a referral of the county on which vega and somebody of the food
// bank can write to each other.
func talkOn(t testing.TB, h *servertest.House) (id, agent string) {
	t.Helper()
	theirs := map[string]bool{}
	for _, i := range h.Do(t, "vega", http.MethodGet, "/api/v1/referrals?limit=100", "").JSON(t)["items"].([]any) {
		r := i.(object)
		if r["canMessage"] == true && r["settled"] == false && r["worker"].(object)["id"] == servertest.Account(t, "vega").UserID {
			theirs[r["id"].(string)] = true
		}
	}
	for _, agent := range []string{"harris", "moreno"} {
		for _, i := range h.Do(t, agent, http.MethodGet, "/api/v1/referrals?limit=100", "").JSON(t)["items"].([]any) {
			r := i.(object)
			if id := r["id"].(string); theirs[id] && r["canMessage"] == true && (r["status"] == "accepted" || r["status"] == "in-progress") {
				return id, agent
			}
		}
	}
	t.Fatal("the county has no referral on which two can talk")
	return "", ""
}

func TestTalkOverTheAPI(t *testing.T) {
	h := servertest.Open(t)
	id, agent := talkOn(t, h)
	path := "/api/v1/referrals/" + id
	file := "%PDF-1.7\n" + strings.Repeat("a letter\n", 60_000) // more than other bodies may have
	upload := func(as, body string) servertest.Answer {
		header := http.Header{"Authorization": {"Bearer " + h.Token(t, as)}, "Content-Type": {"application/pdf"}}
		a := h.Send(t, http.MethodPost, path+"/files?name=proof%2Fof%20income", body, header)
		servertest.Hold(t, http.MethodPost, path+"/files", a)
		return a
	}
	put := upload(agent, file)
	if put.Status != http.StatusCreated || put.JSON(t)["name"] != "of income.pdf" {
		t.Fatalf("the file = %d %s", put.Status, put.Body)
	}
	fileID := put.JSON(t)["id"].(string)
	for name, body := range map[string]string{"a script": "#!/bin/sh", "nothing": ""} {
		if a := upload(agent, body); a.Status != http.StatusBadRequest {
			t.Errorf("%s = %d %s, want 400", name, a.Status, a.Body)
		}
	}
	for _, size := range []int{files.MaxSize + 1, files.MaxSize + 2} {
		if a := upload(agent, "%PDF-1.7"+strings.Repeat(" ", size-8)); a.Status != http.StatusRequestEntityTooLarge || !strings.Contains(string(a.Body), "10 MB") {
			t.Errorf("a file of %d bytes = %d %s, want 413", size, a.Status, a.Body)
		}
	}
	do := func(as, method, path, body string, want int) object {
		t.Helper()
		a := h.Do(t, as, method, path, body)
		if a.Status != want {
			t.Fatalf("%s %s as %s = %d %s, want %d", method, path, as, a.Status, a.Body, want)
		}
		return a.JSON(t)
	}
	before := do("vega", http.MethodGet, "/api/v1/referrals/unread", "", http.StatusOK)["referrals"].(float64)
	do("vega", http.MethodGet, path+"/messages", "", http.StatusOK)
	do(agent, http.MethodPost, path+"/messages", `{"text":"Here it is.","files":["`+fileID+`"]}`, http.StatusCreated)
	do(agent, http.MethodPost, path+"/messages", `{"text":""}`, http.StatusBadRequest)
	do(agent, http.MethodPost, path+"/notes", `{"text":"our own business"}`, http.StatusCreated)
	do(agent, http.MethodPost, path+"/notes", `{"text":""}`, http.StatusBadRequest)
	if err := h.Relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := do("vega", http.MethodGet, "/api/v1/referrals/unread", "", http.StatusOK)["referrals"].(float64); n < 1 || n < before {
		t.Errorf("unread = %v, before %v", n, before)
	}
	for _, part := range []string{"", "/messages", "/notes"} {
		if a := h.Do(t, "vega", http.MethodGet, path+part, ""); bytes.Contains(a.Body, []byte("our own business")) {
			t.Errorf("GET %s shows the agency's note to the sender", path+part)
		}
	}
	for _, at := range []string{"/fhir/Task/" + id, "/fhir/ServiceRequest/" + id} {
		if a := h.Send(t, http.MethodGet, at, "", http.Header{"Authorization": {"Bearer " + h.Token(t, "vega")}}); a.Status != http.StatusOK || bytes.Contains(a.Body, []byte("our own business")) {
			t.Errorf("GET %s = %d, with the agency's note %v", at, a.Status, bytes.Contains(a.Body, []byte("our own business")))
		}
	}
	for _, at := range []string{path + "/files/" + fileID, "/referrals/" + id + "/files/" + fileID} {
		header := http.Header{"Authorization": {"Bearer " + h.Token(t, "vega")}}
		a := h.Send(t, http.MethodGet, at, "", header)
		if a.Status != http.StatusOK || string(a.Body) != file {
			t.Errorf("GET %s = %d with %d bytes, want the %d sent", at, a.Status, len(a.Body), len(file))
		}
		for name, want := range map[string]string{
			"Content-Type": "application/pdf", "Content-Disposition": `attachment; filename="of income.pdf"`,
			"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store",
		} {
			if got := a.Header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("GET %s: %s = %q, want %q", at, name, got, want)
			}
		}
	}
	stranger := "chan" // of another care organization
	for _, part := range []string{"/messages", "/notes", "/colleagues", "/files/" + fileID} {
		do(stranger, http.MethodGet, path+part, "", http.StatusNotFound)
	}
	seen := do(agent, http.MethodGet, path+"/messages", "", http.StatusOK)["items"].([]any)
	last := seen[len(seen)-1].(object)
	if by, _ := last["seenBy"].([]any); len(by) != 1 {
		t.Errorf("seen by %v, want vega", last["seenBy"])
	}
	if by, _ := last["files"].([]any)[0].(object)["seenBy"].([]any); len(by) != 1 {
		t.Errorf("opened by %v, want vega", by)
	}
	colleagues := do(agent, http.MethodGet, path+"/colleagues", "", http.StatusOK)["items"].([]any)
	for _, c := range colleagues {
		if c.(object)["id"] == servertest.Account(t, agent).UserID {
			t.Error("one may mention oneself")
		}
	}
}
