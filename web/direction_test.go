package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// physical finds what has one side of the screen in mind rather than where a
// line begins and ends, so that pages which run to the left would be wrong.
var physical = regexp.MustCompile(`(?m)(?:^|[\s{;])(?:(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)|left|right|top|bottom|(?:min-|max-)?(?:width|height)|float|clear)\s*:|(?:text-align|justify-content|justify-items|justify-self)\s*:\s*(?:left|right))`)

func TestStylesKnowNoLeftAndRight(t *testing.T) {
	files, err := filepath.Glob("client/styles/*.css")
	if err != nil || len(files) == 0 {
		t.Fatalf("client/styles has %d files, %v", len(files), err)
	}
	media := regexp.MustCompile(`@media[^{]*`)
	comment := regexp.MustCompile(`(?s)/\*.*?\*/`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range physical.FindAllString(comment.ReplaceAllString(media.ReplaceAllString(string(b), ""), ""), -1) {
			t.Errorf("%s: %q; use the logical property, such as inline-size, margin-inline-start or text-align: start", f, strings.TrimSpace(m))
		}
	}
}

func TestPhysicalPropertiesAreFound(t *testing.T) {
	for style, want := range map[string]bool{
		"a { margin-left: 1px; }": true, "a {\n\twidth: 2px;\n}": true, "a { text-align: right; }": true, "a { left: 0 }": true,
		"a { margin-inline-start: 1px; inline-size: 2px; text-align: start; line-height: 1; border-width: 1px }": false,
	} {
		if got := physical.MatchString(style); got != want {
			t.Errorf("physical in %q = %v, want %v", style, got, want)
		}
	}
}
