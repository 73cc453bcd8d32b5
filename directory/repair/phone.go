package repair

import (
	"regexp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone is one telephone number.
type Phone struct {
	// Number is written as people in the United States do: "(202) 555-0143";
	// short numbers such as 211 and what cannot be read stay as they were.
	Number string
	// Extension is digits; "" for none.
	Extension string
	// Description is what stood beside the number: "Intake", "after 5 pm".
	Description string
	// Type is fax, cell, text or textphone where the text says so, else "".
	Type string
	// Known tells that it is a telephone number, or one of three digits.
	Known bool
}

var (
	// dialled finds numbers of ten digits, with 1 in front or without; letters
	// as on a telephone's keys count (1-800-FLOWERS).
	dialled   = regexp.MustCompile(`(?:\+?1[\s.·-]*)?(?:\(\d{3}\)|\d{3})[\s.·/–-]*[0-9]{3}[\s.·–-]*[0-9]{4}|(?:1[\s.-]*)?8(?:00|88|77|66|55|44|33)[\s.-]*[A-Z0-9-]{7,9}`)
	shortCode = regexp.MustCompile(`\b(?:[2-9]11|988)\b`)
	extension = regexp.MustCompile(`(?i)^[\s,;]*(?:ext(?:ension)?\.?|x|#)\s*:?\s*(\d{1,7})\b`)
	kinds     = []struct{ word, kind string }{
		{"tty", "textphone"}, {"tdd", "textphone"}, {"fax", "fax"}, {"cell", "cell"}, {"mobile", "cell"}, {"text", "text"}, {"sms", "text"},
	}
	trim = " \t\n,;:/|-–—()[]"
)

// Phones reads a cell with one or several numbers.
func Phones(s string) ([]Phone, []Rule) {
	s, done := Line(s)
	if s == "" {
		return nil, done
	}
	spots := slices.DeleteFunc(dialled.FindAllStringIndex(s, -1), func(at []int) bool { return inDigits(s, at) })
	if len(spots) == 0 {
		spots = shortCode.FindAllStringIndex(s, -1)
	}
	if spots == nil {
		return []Phone{{Number: s}}, append(done, Unreadable)
	}
	if len(spots) > 1 {
		done = append(done, ManyInOne)
	}
	var out []Phone
	from := 0
	for i, at := range spots {
		p := Phone{Number: format(s[at[0]:at[1]]), Known: true}
		end := at[1]
		if m := extension.FindStringSubmatchIndex(s[end:]); m != nil {
			p.Extension = s[end+m[2] : end+m[3]]
			end += m[1]
			done = append(done, Extension)
		}
		before, after := s[from:at[0]], ""
		if i == len(spots)-1 {
			after = s[end:]
		} else if next := s[end:spots[i+1][0]]; strings.HasPrefix(strings.TrimSpace(next), "(") {
			if n := strings.Index(next, ")"); n >= 0 { // "555-0143 (intake), 555-0144"
				after = next[:n+1]
				end += n + 1
			}
		}
		p.Description = strings.TrimSpace(strings.Trim(before, trim) + " " + strings.Trim(after, trim))
		p.Type = kindOf(p.Description)
		from = end
		out = append(out, p)
	}
	return out, done
}

// inDigits tells whether a number has more digits right beside it: then one was
// typed too often, and nobody knows which.
func inDigits(s string, at []int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	return digit(at[0]-1) || digit(at[1]) && digit(at[1]-1)
}

// format writes a number in the national way.
func format(s string) string {
	n, err := phonenumbers.Parse(s, "US")
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return strings.TrimSpace(s)
	}
	if n.GetCountryCode() != 1 {
		return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.NATIONAL)
}

func kindOf(text string) string {
	text = strings.ToLower(text)
	for _, k := range kinds {
		if strings.Contains(text, k.word) {
			return k.kind
		}
	}
	return ""
}
