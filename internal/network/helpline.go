package network

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/havenloop/havenloop/internal/fault"
)

// HelpLine is somebody who helps right away, by call, text or web page.
type HelpLine struct {
	// Code names the line, for example "988"; pages have words for the codes of
	// [DefaultHelpLines].
	Code string `json:"code"`
	// Label is the line in words by language (BCP 47); a language that is
	// missing takes our words for the code, else the English label.
	Label map[string]string `json:"label,omitempty"`
	Call  string            `json:"call,omitempty"` // number to dial
	Text  string            `json:"text,omitempty"` // number to send a text message to
	// TextWord is the word to send there; empty for any.
	TextWord string `json:"textWord,omitempty"`
	URL      string `json:"url,omitempty"`
	// For says when the line is shown: ForAlways, ForUrgent, or topics of needs.
	For []string `json:"for"`
}

// When a help line is shown, besides topics of needs.
const (
	ForAlways = "always" // to everybody
	ForUrgent = "urgent" // when anything is urgent
)

// Shown tells whether the line is for somebody with needs of these topics.
func (h HelpLine) Shown(urgent bool, topics ...string) bool {
	return slices.ContainsFunc(h.For, func(f string) bool {
		return f == ForAlways || f == ForUrgent && urgent || slices.Contains(topics, f)
	})
}

// DefaultHelpLines are nationwide in the US and free of charge. Sources, as of 2026:
//
//   - 911: emergencies; Wireless Communications and Public Safety Act of 1999.
//   - 988: Suicide & Crisis Lifeline, call, text or chat; National Suicide
//     Hotline Designation Act of 2020, 47 CFR 52.200.
//   - 211: local help with basic needs; FCC order 00-256, 2000.
//   - National Domestic Violence Hotline: thehotline.org, 1-800-799-SAFE (7233)
//     or the word START to 88788.
func DefaultHelpLines() []HelpLine {
	return []HelpLine{
		{Code: "911", Call: "911", For: []string{ForAlways}},
		{Code: "988", Call: "988", Text: "988", URL: "https://988lifeline.org", For: []string{ForAlways}},
		{Code: "dv-hotline", Call: "1-800-799-7233", Text: "88788", TextWord: "START", URL: "https://www.thehotline.org", For: []string{"safety"}},
		{Code: "211", Call: "211", URL: "https://www.211.org", For: []string{ForAlways}},
	}
}

// Bounds of help lines.
const (
	maxLines = 20
	maxLabel = 120 // characters
)

var (
	code   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	number = regexp.MustCompile(`^\+?[0-9](?:[ ()-]{0,2}[0-9]){2,14}$`)
	word   = regexp.MustCompile(`^[\pL\pN]{1,20}$`)
)

// checkHelpLines answers the lines as they are stored, and tells what is wrong with them.
func checkHelpLines(lines []HelpLine, wrong *fault.Fields) []HelpLine {
	out := make([]HelpLine, len(lines))
	seen := map[string]bool{}
	wrong.Check(len(lines) <= maxLines, "helpLines", "Use at most %d help lines.", maxLines)
	for i, h := range lines {
		name := fmt.Sprintf("helpLines[%d].", i)
		h.check(name, wrong)
		wrong.Check(!seen[h.Code], name+"code", "Two help lines have this code.")
		seen[h.Code] = true
		out[i] = h
	}
	return out
}

func (h *HelpLine) check(name string, wrong *fault.Fields) {
	for _, text := range []*string{&h.Call, &h.Text, &h.TextWord, &h.URL} {
		*text = strings.TrimSpace(*text)
	}
	wrong.Check(len(h.Code) <= 40 && code.MatchString(h.Code), name+"code", "Use a short code of small letters and digits, such as 211.")
	wrong.Check(h.Call+h.Text+h.URL != "", name+"call", "Give a number to call, a number to text or a web page.")
	wrong.Check(h.Call == "" || number.MatchString(h.Call), name+"call", "Write the number with digits, such as 988 or 1-800-555-0123.")
	wrong.Check(h.Text == "" || number.MatchString(h.Text), name+"text", "Write the number with digits, such as 988 or 1-800-555-0123.")
	wrong.Check(h.TextWord == "" || word.MatchString(h.TextWord), name+"textWord", "Use one word of letters and digits.")
	wrong.Check(h.TextWord == "" || h.Text != "", name+"text", "Give the number that the word is sent to.")
	wrong.Check(h.URL == "" || webPage(h.URL), name+"url", "Write the full address, such as https://www.211.org.")
	wrong.Check(len(h.For) > 0, name+"for", "Say when this help line is shown.")
	for _, f := range h.For {
		wrong.Check(code.MatchString(f), name+"for", "Use always, urgent or the topic of a need.")
	}
	labels := map[string]string{}
	for tag, label := range h.Label {
		if label = strings.TrimSpace(label); label == "" {
			continue
		}
		_, err := language.Parse(tag)
		wrong.Check(err == nil, name+"label", "Give each language as a tag such as en, es or zh-Hans.")
		wrong.Check(utf8.RuneCountInString(label) <= maxLabel, name+"label", "Use at most %d characters.", maxLabel)
		labels[tag] = label
	}
	h.Label = labels
}

// webPage tells whether s is a full address of a page that is read in private.
func webPage(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && len(s) <= 300
}
