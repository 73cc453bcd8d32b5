package visits

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse takes any text apart and puts it together: it never panics, no
// part is lost without a word, and what is kept reads the same again.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", "{", "null", "[]", "{}", `{"patient":null}`, `{"patient":{"id":"p","version":"x"}}`, `{"weather":1,"wanted":{"food":true}}`,
		`{"screening":{"answers":{"/1":["a"],"/2":{"absent":"asked-declined"},"/3":true,"/4":[{"value":5,"unit":"kg"}]}}}`,
		`{"consent":{"fields":["x"]},"referral":{"serviceIds":["s"],"topic":7}}`, `{"collectedAt":"2026-01-01T00:00:00Z"}`, "{} {}",
	} {
		f.Add(text)
	}
	now := time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		parts, wrong := split([]byte(text))
		if parts == nil && len(wrong) == 0 {
			t.Fatalf("split(%q) lost all without a word", text)
		}
		var all map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &all) == nil && parts != nil {
			for name, raw := range all {
				if string(raw) != "null" && parts[name] == nil && len(wrong) == 0 {
					t.Errorf("split(%q) lost %q without a word", text, name)
				}
			}
		}
		v, problems := assemble(parts, now)
		kept, _ := split(rawPart(parts))
		again, same := assemble(kept, now)
		if diff := cmp.Diff(v, again); diff != "" || len(problems) != len(same) {
			t.Errorf("kept and read again, %q is another visit:\n%s", text, diff)
		}
	})
}
