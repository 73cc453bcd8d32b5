package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// fhir gets an address of the FHIR API and wants the status and FHIR JSON.
func (v visit) fhir(as, path string, status int) (object, http.Header) {
	v.t.Helper()
	header := http.Header{}
	if as != "" {
		header.Set("Authorization", "Bearer "+v.Token(v.t, as))
	}
	a := v.Send(v.t, http.MethodGet, "/fhir"+path, "", header)
	if a.Status != status {
		v.t.Fatalf("GET /fhir%s as %q = %d, want %d: %.300s", path, as, a.Status, status, a.Body)
	}
	if kind := a.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/fhir+json") {
		v.t.Errorf("GET /fhir%s has the content type %q", path, kind)
	}
	resource := a.JSON(v.t)
	if want := "OperationOutcome"; status >= http.StatusBadRequest && resource["resourceType"] != want {
		v.t.Errorf("GET /fhir%s answers %d with a %v, want %s", path, status, resource["resourceType"], want)
	}
	return resource, a.Header
}

// entries are the resources of a searchset, and the address of the next page.
func entries(bundle object) (resources []object, next string) {
	list, _ := bundle["entry"].([]any)
	for _, e := range list {
		resources = append(resources, e.(object)["resource"].(object))
	}
	for _, l := range bundle["link"].([]any) {
		if l.(object)["relation"] == "next" {
			next = l.(object)["url"].(string)
		}
	}
	return resources, next
}

// TestFHIRStatementAndRoutesAgree wants every route under /fhir in the
// statement, and nothing more.
func TestFHIRStatementAndRoutesAgree(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	statement, _ := v.fhir("", "/metadata", http.StatusOK)
	want := []string{"/fhir/metadata"}
	for _, r := range statement["rest"].([]any)[0].(object)["resource"].([]any) {
		address := "/fhir/" + r.(object)["type"].(string)
		for _, i := range r.(object)["interaction"].([]any) {
			want = append(want, map[any]string{"read": address + "/:id", "search-type": address}[i.(object)["code"]])
		}
	}
	var got []string
	for _, r := range v.Server.Routes() {
		if strings.HasPrefix(r.Path, "/fhir") {
			got = append(got, r.Path)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("routes = %v\nstated = %v", got, want)
	}
}

// TestFHIRRouteMatrix tries every FHIR route as every role.
func TestFHIRRouteMatrix(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	people := map[identity.Role]string{
		identity.CHW: "vega", identity.Supervisor: "lindqvist", identity.AgencyStaff: "harris", identity.NetworkAdmin: "park",
	}
	for _, r := range v.Server.Routes() {
		path, ok := strings.CutPrefix(r.Path, "/fhir")
		if !ok || r.Permission == identity.Public {
			continue
		}
		path = strings.ReplaceAll(path, ":id", "00000000-0000-4000-8000-000000000000")
		v.fhir("", path, http.StatusUnauthorized)
		for role, name := range people {
			status := http.StatusOK
			if strings.HasSuffix(r.Path, ":id") {
				status = http.StatusNotFound
			}
			if !(identity.Actor{Role: role}).May(r.Permission) {
				status = http.StatusForbidden
			}
			v.fhir(name, path, status)
		}
	}
}

func TestFHIRQuestionnaires(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	const url = "https://havenloop.org/fhir/Questionnaire/ahc-hrsn-core"
	for query, want := range map[string]int{
		"?url=" + url:                     1,
		"?url=" + url + "&version=1.0.0":  1,
		"?url=" + url + "&version=0.9":    0,
		"?url=" + url + "x":               0,
		"?url=" + url + "&_format=json":   1,
		"?version=1.0.0&url=" + url + "x": 0,
	} {
		bundle, _ := v.fhir("vega", "/Questionnaire"+query, http.StatusOK)
		found, _ := entries(bundle)
		if bundle["total"] != float64(want) || len(found) != want {
			t.Errorf("Questionnaire%s = %v of %v, want %d", query, len(found), bundle["total"], want)
		}
		if want == 1 && (found[0]["url"] != url || found[0]["item"] == nil) {
			t.Errorf("Questionnaire%s has url %v, want the whole of %s", query, found[0]["url"], url)
		}
	}
	all, _ := v.fhir("vega", "/Questionnaire", http.StatusOK)
	found, _ := entries(all)
	if len(found) < 2 {
		t.Errorf("Questionnaire = %d, want every instrument", len(found))
	}
	for _, q := range found {
		if one, _ := v.fhir("vega", "/Questionnaire/"+q["id"].(string), http.StatusOK); one["url"] != q["url"] {
			t.Errorf("Questionnaire/%v has the url %v, want %v", q["id"], one["url"], q["url"])
		}
	}
	v.fhir("vega", "/Questionnaire?title=hunger", http.StatusBadRequest)
	v.fhir("vega", "/Questionnaire?_format=xml", http.StatusBadRequest)
}

func TestFHIRQuestionnaireResponse(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, needs := v.screened()
	id := needs["food"]["screeningId"].(string)
	r, header := v.fhir("vega", "/QuestionnaireResponse/"+id, http.StatusOK)
	if r["resourceType"] != "QuestionnaireResponse" || r["id"] != id || r["status"] != "completed" || r["language"] != "es" ||
		r["questionnaire"] != "https://havenloop.org/fhir/Questionnaire/ahc-hrsn-core|1.0.0" {
		t.Errorf("QuestionnaireResponse = %.400v, want the screening", r)
	}
	if text := jsonText(r["item"]); !strings.Contains(text, `"LA28397-0"`) || !strings.Contains(text, `"asked-declined"`) {
		t.Errorf("items = %.400s, want the answers and what was declined", text)
	}
	if header.Get("ETag") != `W/"1"` || header.Get("Last-Modified") == "" {
		t.Errorf("ETag, Last-Modified = %q, %q; want those of version 1", header.Get("ETag"), header.Get("Last-Modified"))
	}
	v.fhir("moreno", "/QuestionnaireResponse/"+id, http.StatusForbidden) // agencies read no screenings
}

func TestFHIRTaskFollowsTheReferral(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, id := v.sent()
	task, header := v.fhir("harris", "/Task/"+id, http.StatusOK)
	if task["status"] != "requested" || task["for"].(object)["reference"] != "Patient/"+patient || header.Get("ETag") != `W/"`+task["meta"].(object)["versionId"].(string)+`"` {
		t.Errorf("task as sent = %v with ETag %s", task, header.Get("ETag"))
	}
	focus := task["focus"].(object)["reference"].(string)
	request, _ := v.fhir("harris", "/"+focus, http.StatusOK)
	if request["status"] != "active" || !strings.Contains(jsonText(request["category"]), `"food-insecurity"`) {
		t.Errorf("service request as sent = %v, want it active and about food", request)
	}

	v.move("harris", id, object{"to": "acknowledged"}, http.StatusOK)
	seen, _ := v.fhir("vega", "/Task/"+id, http.StatusOK)
	if seen["status"] != "requested" || !strings.Contains(jsonText(seen["businessStatus"]), `"acknowledged"`) {
		t.Errorf("task as acknowledged = %v, want requested with the business status", seen)
	}
	if before, after := task["meta"].(object)["versionId"], seen["meta"].(object)["versionId"]; before == after {
		t.Errorf("versionId stays %v after a move", before)
	}
	v.move("harris", id, object{"to": "accepted"}, http.StatusOK)
	v.move("harris", id, object{"to": "in-progress"}, http.StatusOK)
	v.move("harris", id, object{"to": "completed", "outcome": "received-service"}, http.StatusOK)
	done, _ := v.fhir("vega", "/Task/"+id, http.StatusOK)
	if done["status"] != "completed" || !strings.Contains(jsonText(done["output"]), `"resulting-activity"`) {
		t.Errorf("task as completed = %v, want an output", done)
	}
	if request, _ = v.fhir("vega", "/ServiceRequest/"+id, http.StatusOK); request["status"] != "active" {
		t.Errorf("service request before the patient confirms = %v, want active", request["status"])
	}
	v.do("vega", http.MethodPost, "/api/v1/referrals/"+id+"/confirmations", object{"received": "yes", "needResolved": true, "by": "patient"}, http.StatusOK)
	if request, _ = v.fhir("vega", "/ServiceRequest/"+id, http.StatusOK); request["status"] != "completed" {
		t.Errorf("service request after the patient confirmed = %v, want completed", request["status"])
	}
}

func TestFHIRShowsNoStranger(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	for _, name := range []string{"quinn", "abadi"} { // of another agency
		for _, resource := range []string{"/Task/", "/ServiceRequest/"} {
			outcome, _ := v.fhir(name, resource+id, http.StatusNotFound)
			if text := jsonText(outcome); strings.Contains(text, "Pilar") || !strings.Contains(text, `"not-found"`) {
				t.Errorf("outcome = %s, want not-found and nothing of the patient", text)
			}
		}
	}
}

// TestFHIRTaskSearch walks the pages of a search by status: each task once,
// all of the asked status, all of the own organization.
func TestFHIRTaskSearch(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	seen := map[string]bool{}
	for path := "/Task?status=requested,accepted&_count=1"; path != ""; {
		bundle, _ := v.fhir("harris", path, http.StatusOK)
		tasks, next := entries(bundle)
		if len(tasks) > 1 {
			t.Fatalf("a page of _count=1 holds %d tasks", len(tasks))
		}
		for _, task := range tasks {
			if seen[task["id"].(string)] {
				t.Fatalf("task %v is on two pages", task["id"])
			}
			seen[task["id"].(string)] = true
			if s := task["status"]; s != "requested" && s != "accepted" {
				t.Errorf("a search for requested and accepted answers one that is %v", s)
			}
			if owner := task["owner"].(object)["reference"]; owner != "Organization/"+seed.ID("valley-food-bank") {
				t.Errorf("the inbox holds a task of %v", owner)
			}
		}
		path = strings.TrimPrefix(next, servertest.BaseURL+"/fhir")
	}
	if !seen[id] {
		t.Errorf("the search did not find the referral just sent, of %d", len(seen))
	}
	all, _ := v.fhir("vega", "/Task?_count=1000", http.StatusOK)
	if tasks, _ := entries(all); len(tasks) == 0 {
		t.Error("the care organization finds no task that it sent")
	}
	for _, bad := range []string{"status=acknowledged", "status=ready", "_count=0", "_count=x", "patient=" + seed.ID("patient/rosa-delgado"), "_cursor=9.z"} {
		v.fhir("vega", "/Task?"+bad, http.StatusBadRequest)
	}
}
