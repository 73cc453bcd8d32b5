package words_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory/index/words"
)

// TestCoverage measures how many groups of two public lists of synonyms ours
// covers: those of which one phrase leads to another. Many groups of the first
// name places and organizations of one city, which ours leaves out.
func TestCoverage(t *testing.T) {
	dir := filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../../../shared"), "data", "directory")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("No other lists of synonyms at hand (%s): nothing is measured.", dir)
	}
	read := func(path string) []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var listed []struct{ Synonyms []string }
	if err := json.Unmarshal(read("sf-linksf-2016/lib/tasks/algolia-synonyms.json"), &listed); err != nil {
		t.Fatal(err)
	}
	var city, region [][]string
	for _, l := range listed {
		city = append(city, l.Synonyms)
	}
	text, _, _ := strings.Cut(string(read("bay-area-baynavigator/src/data/search-config.yml")), "\nbest_bets:")
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z][a-z0-9 -]*):\s*\[([^\]]*)\]`).FindAllStringSubmatch(text, -1) {
		region = append(region, append(strings.Split(m[2], ","), m[1]))
	}
	for _, tt := range []struct {
		name   string
		groups [][]string
		least  float64
	}{{"sf-linksf-2016", city, 0.35}, {"bay-area-baynavigator", region, 0.85}} {
		n := 0
		for _, g := range tt.groups {
			if covered(words.Default(), g) {
				n++
			}
		}
		share := float64(n) / float64(max(1, len(tt.groups)))
		t.Logf("%s: ours covers %d of %d groups, %.2f", tt.name, n, len(tt.groups), share)
		if share < tt.least {
			t.Errorf("%s: ours covers %.2f of the groups, want at least %.2f", tt.name, share, tt.least)
		}
	}
}

// covered tells whether one phrase of the group leads to another.
func covered(set words.Set, group []string) bool {
	var phrases []string
	for _, p := range group {
		phrases = append(phrases, words.Phrase(p))
	}
	return slices.ContainsFunc(phrases, func(from string) bool {
		return slices.ContainsFunc(set.Synonyms[from], func(to string) bool { return slices.Contains(phrases, to) })
	})
}
