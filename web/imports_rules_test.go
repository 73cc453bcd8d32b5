package web

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory/feed"
)

// TestRulesOfReportsAreInWords: the page says of every rule what its English
// text in files says, and other languages have words of their own.
func TestRulesOfReportsAreInWords(t *testing.T) {
	words, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	english, spanish := words.For(time.Now(), time.UTC, "en"), words.For(time.Now(), time.UTC, "es")
	for _, rule := range feed.Rules() {
		if got, want := ruleText(english, rule), feed.RuleText(rule); got != want {
			t.Errorf("rule %s is %q on the page and %q in files", rule, got, want)
		}
		if ruleText(spanish, rule) == feed.RuleText(rule) {
			t.Errorf("rule %s has no words in Spanish", rule)
		}
	}
	if got := ruleText(english, "not-yet-known"); got != "not-yet-known" {
		t.Errorf("a rule without words says %q, want its code", got)
	}
}
