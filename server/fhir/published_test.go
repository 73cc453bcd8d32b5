package fhir

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/referrals"
)

// shared answers a file of the standards, or skips the test aloud.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../../shared"), "standards/fhir-sdohcc", name))
	if err != nil {
		t.Skipf("the published files are not here (set HAVENLOOP_SHARED): %v", err)
	}
	return b
}

// leaves flattens JSON into its values by path.
func leaves(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				walk(path+"."+k, x)
			}
		case []any:
			for i, x := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), x)
			}
		default:
			out[strings.TrimPrefix(path, ".")] = v
		}
	}
	walk("", v)
	return out
}

// example is the referral of the published examples as its sender sees it.
func example(id string, status referrals.Status) referrals.View {
	return referrals.View{
		ID: id, Status: status, Version: 1,
		Patient:            &referrals.PatientView{ID: "pat-53234", GivenName: "COLIN", FamilyName: "ABBAS"},
		Need:               &referrals.NeedView{ID: "need", Topic: "food", Domain: "food-insecurity"},
		ServiceName:        "Food pantry",
		SenderOrganization: referrals.Ref{ID: "SDOHCC-OrganizationCoordinationPlatformExample", Name: "ABC Coordination Platform"},
		OrganizationID:     "SDOHCC-OrganizationClinicExample", OrganizationName: "Better Health Clinic",
		CreatedAt: time.Date(2020, 9, 12, 20, 56, 53, 671e6, time.UTC),
	}
}

// TestAsPublished maps the referrals of the guide's examples and wants every
// element of the examples, save what is ours to say.
func TestAsPublished(t *testing.T) {
	const task, request = "Task-SDOHCC-TaskReferralManagementOrder", "ServiceRequest-SDOHCC-ServiceRequest"
	tests := []struct {
		file   string
		status referrals.Status
		change func(*referrals.View)
		// ours begin the paths that differ: texts, resources that we do not
		// have, codes of the single service.
		ours []string
	}{
		{task + "SubtaskAcceptedExample", referrals.Accepted, func(*referrals.View) {}, []string{"text.", "partOf", "focus.reference"}},
		{task + "SubtaskCompletedExample", referrals.Completed, func(v *referrals.View) {
			v.Outcome, v.CreatedAt = "received-service", time.Date(2019, 9, 12, 21, 56, 54, 671e6, time.UTC)
		}, []string{"text.", "partOf", "focus.reference", "output[0].valueReference"}},
		{request + "ActiveFoodPantryApplicationAssistExample", referrals.Accepted, func(*referrals.View) {},
			[]string{"text.", "code.coding", "reasonReference"}},
		{request + "SubreferralSummerFoodProgramExample", referrals.Completed, func(v *referrals.View) { v.Settled = true },
			[]string{"text.", "basedOn", "intent", "code.coding", "reasonReference"}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			want := leaves(t, shared(t, "ig-examples-json/"+tt.file+".json"))
			v := example(want["id"].(string), tt.status)
			tt.change(&v)
			var resource any = taskFrom(v)
			if want["resourceType"] == "ServiceRequest" {
				resource = serviceRequestFrom(v)
			}
			b, err := json.Marshal(resource)
			if err != nil {
				t.Fatal(err)
			}
			got := leaves(t, b)
			for _, path := range slices.Sorted(maps.Keys(want)) {
				if slices.ContainsFunc(tt.ours, func(p string) bool { return strings.HasPrefix(path, p) }) {
					continue
				}
				if got[path] != want[path] {
					t.Errorf("%s = %v, want %v as published", path, got[path], want[path])
				}
			}
		})
	}
}

// TestDomainsAsPublished wants the display of every category as the guide has it.
func TestDomainsAsPublished(t *testing.T) {
	codes := string(shared(t, "fsh/codesystems/SDOHCCCodeSystemTemporaryCodes.fsh"))
	for _, domain := range []string{
		"sdoh-category-unspecified", "food-insecurity", "housing-instability", "homelessness", "inadequate-housing",
		"transportation-insecurity", "financial-insecurity", "material-hardship", "educational-attainment", "employment-status",
		"veteran-status", "stress", "social-connection", "intimate-partner-violence", "elder-abuse", "personal-health-literacy",
		"health-insurance-coverage-status", "medical-cost-burden", "digital-literacy", "digital-access", "utility-insecurity",
		"incarceration-status", "language-access", "protective-factor",
	} {
		c := domainConcept(domain).Coding[0]
		if line := fmt.Sprintf("* #%s %q ", c.Code, c.Display); !strings.Contains(codes, line) {
			t.Errorf("category %s is shown as %q, not as the guide has it", c.Code, c.Display)
		}
	}
}
