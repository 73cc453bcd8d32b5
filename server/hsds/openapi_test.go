package hsds

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDescribedParameters wants every parameter that is taken described, and no other.
func TestDescribedParameters(t *testing.T) {
	var doc struct {
		Paths map[string]struct {
			Get struct {
				Parameters []struct {
					Name   string
					Schema struct{ Maximum, Default any }
				}
			}
		}
	}
	if err := json.Unmarshal(description, &doc); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range doc.Paths["/hsds/services"].Get.Parameters {
		got = append(got, p.Name)
		if p.Name == "per_page" && (p.Schema.Maximum != float64(perPageMost) || p.Schema.Default != float64(perPageDefault)) {
			t.Errorf("per_page is described as %+v, want at most %d and usually %d", p.Schema, perPageMost, perPageDefault)
		}
	}
	if diff := cmp.Diff(listParameters, got); diff != "" {
		t.Errorf("parameters (-taken +described):\n%s", diff)
	}
}
