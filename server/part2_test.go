package server_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

const redisclosure = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."

// labelled tells whether the labels of 42 CFR Part 2 are on a resource.
func labelled(resource object) bool {
	meta, _ := resource["meta"].(object)
	codes := ""
	for _, c := range asList(meta["security"]) {
		codes += c.(object)["code"].(string) + " "
	}
	return codes == "R 42CFRPart2 NORDSCLCD "
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

// TestProtectedRecordsSayThatTheyAre follows a person from a substance use
// program: wherever the record goes, the words of the law go with it.
func TestProtectedRecordsSayThatTheyAre(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, needs := v.screened()
	food := needs["food"]
	ctx := identity.With(t.Context(), v.actor("vega"))
	p, err := v.Patients.Get(ctx, patient)
	if err != nil {
		t.Fatal(err)
	}
	p.Part2 = true
	if _, err := v.Patients.Update(ctx, p); err != nil {
		t.Fatal(err)
	}
	v.do("vega", http.MethodPatch, "/api/v1/needs/"+food["id"].(string), object{"wanted": true, "version": food["version"]}, http.StatusOK)
	consent := object{
		"patientId": patient, "recipients": object{"organizationIds": []string{seed.ID("valley-food-bank")}}, "needs": []any{food["domain"]},
		"fields": []string{"contact", "identity", "need"}, "method": "verbal", "signer": object{"name": "Pilar Quiroga", "relationship": "self"}, "language": "es",
	}
	v.do("vega", http.MethodPost, "/api/v1/consents", consent, http.StatusUnprocessableEntity)
	consent["method"] = "written"
	given := v.do("vega", http.MethodPost, "/api/v1/consents", consent, http.StatusCreated)
	r := v.do("vega", http.MethodPost, "/api/v1/referrals", object{
		"patientId": patient, "needId": food["id"], "serviceId": seed.ID("valley-food-bank/pantry"), "consentId": given["id"],
	}, http.StatusCreated)
	id := r["id"].(string)

	for _, who := range []string{"harris", "vega"} {
		for _, path := range []string{"/Task/" + id, "/ServiceRequest/" + id} {
			if got, _ := v.fhir(who, path, http.StatusOK); !labelled(got) {
				t.Errorf("%s for %s has the meta %v, want the labels", path, who, got["meta"])
			}
		}
		bundle, _ := v.fhir(who, "/Task?_count=100", http.StatusOK)
		found, _ := entries(bundle)
		for _, one := range found {
			if labelled(one) != (one["id"] == id) {
				t.Errorf("for %s the task %s is labelled: %v", who, one["id"], labelled(one))
			}
		}
		if !labelled(bundle) {
			t.Errorf("the bundle for %s is not labelled", who)
		}
	}
	screening, _ := v.fhir("vega", "/QuestionnaireResponse/"+food["screeningId"].(string), http.StatusOK)
	if !labelled(screening) {
		t.Error("the answers are not labelled")
	}

	file := v.Do(t, "harris", http.MethodGet, "/api/v1/referrals/csv", "")
	rows, err := csv.NewReader(strings.NewReader(string(file.Body))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if has := strings.Contains(strings.Join(row, "|"), redisclosure); has != (row[0] == id) {
			t.Errorf("row %s carries the words of the law: %v", row[0], has)
		}
	}
	site := onTheWeb(t, v.House)
	desk := newPhone(t, site)
	desk.signIn("harris")
	desk.open("/referrals/"+id).statusIs(http.StatusOK, redisclosure)
	desk.open("/referrals?tab=all").statusIs(http.StatusOK, redisclosure) // on paper
	desk.open("/referrals/export.csv?tab=nowhere").statusIs(http.StatusBadRequest)
	if saved := desk.header.Get("Content-Disposition"); saved != "" {
		t.Errorf("an error is saved as %s", saved)
	}
}
