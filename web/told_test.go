package web

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/notify"
)

// TestNoticesHaveWords: each notice says something in each language, short
// enough for a subject and a text message, and leads to its link.
func TestNoticesHaveWords(t *testing.T) {
	words, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range pageLanguages {
		l := words.For(time.Time{}, time.UTC, tag)
		for _, name := range append(notify.Templates(), "digest") {
			subject, text := l.T("told."+name+".subject", "count", 3), l.T("told."+name+".text", "count", 3)
			if n := utf8.RuneCountInString(subject); strings.HasPrefix(subject, "told.") || n > 60 {
				t.Errorf("%s: subject of %s = %q of %d letters, want at most 60", tag, name, subject, n)
			}
			if strings.HasPrefix(text, "told.") || !strings.HasSuffix(text, ":") && !strings.HasSuffix(text, "：") || utf8.RuneCountInString(text) > 160 {
				t.Errorf("%s: text of %s = %q, want at most 160 letters with a colon before the link", tag, name, text)
			}
		}
	}
}
