package repair

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// maxDepth bounds how often a text is unescaped: feeds escape twice, seldom more.
const maxDepth = 3

var (
	entity = regexp.MustCompile(`&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});`)
	// tag is an element of HTML: a name that begins with a letter right after
	// the bracket, so that "age < 18 and > 3" stays.
	tag    = regexp.MustCompile(`(?s)</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>|<!--.*?-->`)
	block  = regexp.MustCompile(`(?i)</?(?:p|div|br|li|ul|ol|tr|table|h[1-6]|blockquote)(?:\s[^<>]*)?/?>`)
	cell   = regexp.MustCompile(`(?i)</?(?:td|th|dt|dd|time|option)(?:\s[^<>]*)?/?>`)
	hidden = regexp.MustCompile(`(?is)<(script|style)\b.*?</(?:script|style)\s*>`)
)

// placeholders are words that stand for nothing, in small letters. They count
// only when they are all there is.
var placeholders = map[string]bool{
	"na": true, "n/a": true, "n.a.": true, "#n/a": true, "none": true, "null": true, "nil": true, "nan": true, "undefined": true,
	"not provided": true, "not available": true, "not applicable": true, "not specified": true, "unknown": true, "tbd": true,
	"-": true, "--": true, "---": true, ".": true, "?": true, "x": true, "no data": true, "none listed": true, "no information": true,
	"no information available": true, "\\n": true, "[object object]": true,
}

// masked is a stand-in such as ###MON### that a template left behind.
var masked = regexp.MustCompile(`^#{2,}[A-Za-z0-9_ ]*#{2,}$`)

// Text mends a text of one or several lines.
func Text(s string) (string, []Rule) {
	var done []Rule
	note := func(r Rule, after string) {
		if after != s {
			done = append(done, r)
			s = after
		}
	}
	if !utf8.ValidString(s) {
		note(Encoding, decode(s))
	}
	note(LineBreaks, literalBreaks(s))
	for range maxDepth {
		if !entity.MatchString(s) {
			break
		}
		note(Entities, html.UnescapeString(s))
	}
	note(Tags, strip(s))
	note(Encoding, mojibake(s))
	note(Spaces, spaces(s))
	if blank(s) {
		note(Placeholder, "")
	}
	return s, slices.Compact(done)
}

// Line mends a text of one line, such as a name.
func Line(s string) (string, []Rule) {
	out, done := Text(s)
	if strings.Contains(out, "\n") {
		out = strings.Join(strings.Fields(out), " ")
		done = append(done, LineBreaks)
	}
	return out, slices.Compact(done)
}

// blank tells whether a text stands for nothing.
func blank(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) <= longestBlank && placeholders[strings.ToLower(s)] || strings.HasPrefix(s, "##") && masked.MatchString(s)
}

// Blank tells whether a text says nothing: it is empty, or a stand-in such as "NA".
func Blank(s string) bool {
	s = strings.TrimSpace(s)
	return s == "" || len(s) <= longestBlank && blank(s)
}

// longestBlank is how long a stand-in can be, in bytes.
const longestBlank = 40

func literalBreaks(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\r\n`, "\n", `\n`, "\n", `\r`, "\n", `\t`, " ").Replace(s)
}

func strip(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	s = hidden.ReplaceAllString(s, " ")
	s = block.ReplaceAllString(s, "\n")
	s = cell.ReplaceAllString(s, " ")
	return tag.ReplaceAllString(s, "")
}

// lineEnds are all ways to end a line.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\x00", "")

func spaces(s string) string {
	if tidy(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	gap, breaks := false, 0 // blanks and line breaks since the last sign
	for _, r := range lineEnds.Replace(s) {
		switch {
		case r == '\n':
			breaks++
			continue
		case isBlank(r):
			gap = true
			continue
		case breaks > 0:
			b.WriteString("\n\n"[:min(breaks, maxBreaks)])
		case gap:
			b.WriteByte(' ')
		}
		gap, breaks = false, 0
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// maxBreaks is how many line breaks follow upon each other at most.
const maxBreaks = 2

// isBlank tells whether a sign is a space within a line.
func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\u00a0' || r == '\u200b' }

// tidy tells, at a glance, that spaces has nothing to do. Most texts are.
func tidy(s string) bool {
	if s == "" {
		return true
	}
	blank := func(b byte) bool { return b == ' ' || b == '\n' }
	if blank(s[0]) || blank(s[len(s)-1]) {
		return false
	}
	for i := range len(s) {
		switch b := s[i]; {
		case b < ' ' && b != '\n', b == 0xc2, b == 0xe2: // the last two may begin a space that is no ASCII
			return false
		case b == ' ' && blank(s[i+1]), b == '\n' && s[i+1] == ' ', b == '\n' && s[i+1] == '\n' && s[i+2] == '\n':
			return false
		}
	}
	return true
}

// decode reads bytes that are no UTF-8 as Windows-1252, as browsers do.
func decode(s string) string {
	out, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "")
	}
	return out
}

// suspects are what the first bytes of UTF-8 letters look like when they are
// read as Windows-1252.
const suspects = "ÂÃâÅÄ"

// foreign is a run of letters and signs that are not ASCII.
var foreign = regexp.MustCompile(`[^\x00-\x7f]+`)

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// mojibake undoes UTF-8 that was read as Windows-1252, once or twice: a run of
// letters must turn into valid UTF-8, else it stays.
func mojibake(s string) string {
	for range 2 {
		if isASCII(s) || !strings.ContainsAny(s, suspects) {
			break
		}
		s = foreign.ReplaceAllStringFunc(s, func(run string) string {
			raw, err := charmap.Windows1252.NewEncoder().String(run)
			if err != nil || !utf8.ValidString(raw) || !strings.ContainsAny(run, suspects) {
				return run
			}
			return raw
		})
	}
	return s
}
