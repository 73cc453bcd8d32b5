package feed_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory/feed"
)

// toldRules are the ways in which code names the rule of a line.
var toldRules = regexp.MustCompile(`\bRule: *"([a-z-]+)"|\bRule(?:, [a-z.A-Z]+)? += "([a-z-]+)"|refusal\("([a-z-]+)"\)|tell\(.*"([a-z-]+)", (?:Info|Warning|Error)`)

// TestEveryRuleHasAText reads the code for the rules that it can tell of.
func TestEveryRuleHasAText(t *testing.T) {
	var told []string
	for _, room := range []string{".", "..", "../repair"} {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range toldRules.FindAllStringSubmatch(string(code), -1) {
				told = append(told, strings.Join(m[1:], ""))
			}
		}
	}
	slices.Sort(told)
	if d := cmp.Diff(slices.Compact(told), feed.Rules()); d != "" {
		t.Errorf("rules that the code names (-) and rules with a text (+):\n%s", d)
	}
	if got := feed.RuleText("not-yet-known"); got != "not-yet-known" {
		t.Errorf("a rule without a text says %q, want its code", got)
	}
}
