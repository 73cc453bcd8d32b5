package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

func TestLanguagesOfAScreening(t *testing.T) {
	p := samplePage(t, "chw", "/patients/p1/screenings/new", "begin.title")
	v := beginView(p, p.form(), patients.Patient{}, []screening.Info{
		{ID: "a", Languages: []string{"en", "es", "vi"}, Unreviewed: []string{"vi"}},
		{ID: "b", Languages: []string{"en", "ar", "es"}, Unreviewed: []string{"ar", "es"}},
	})
	want := []Option{
		{Value: "en", Label: "English", Lang: "en"},
		{Value: "es", Label: "Español", Lang: "es", Hint: "Not checked by a person yet"},
		{Value: "vi", Label: "Tiếng Việt", Lang: "vi", Hint: "Not checked by a person yet"},
		{Value: "ar", Label: "العربية", Lang: "ar", Hint: "Not checked by a person yet"},
	}
	if diff := cmp.Diff(want, v.Languages); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
}
