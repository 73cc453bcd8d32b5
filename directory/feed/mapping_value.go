package feed

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/havenloop/havenloop/directory/repair"
)

// transform turns a text into another; ok is false where it cannot be read.
// Dates, times, numbers, telephone numbers, web addresses and opening hours
// need none: fields of those kinds are read as they are in any feed.
type transform func(string) (out string, ok bool)

// transforms are those that a mapping can name.
var transforms = map[string]transform{
	"title":  func(s string) (string, bool) { return titleCase(s), true },
	"upper":  func(s string) (string, bool) { return strings.ToUpper(s), true },
	"lower":  func(s string) (string, bool) { return strings.ToLower(s), true },
	"digits": onlyDigits,
	"number": firstNumber,
	"date":   func(s string) (string, bool) { day, _ := repair.Day(s); return day, day != "" },
	"year":   year,
	"yes-no": yesNo,
	"phone":  onePhone,
	"hours":  timesOfDay,

	"visionlink-hours": visionLinkHours,
	"county":           func(s string) (string, bool) { return county(s), true },
}

// small are words that a title does not begin with a capital.
var small = map[string]bool{"a": true, "an": true, "and": true, "at": true, "by": true, "for": true, "in": true, "of": true, "on": true, "or": true, "the": true, "to": true, "with": true}

// titleCase writes a text that is all in capitals, or all in small letters, as
// a title; other texts know better.
func titleCase(s string) string {
	if strings.ToUpper(s) != s && strings.ToLower(s) != s {
		return s
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		if i > 0 && small[w] {
			continue
		}
		up := true
		words[i] = strings.Map(func(r rune) rune {
			if up && unicode.IsLetter(r) {
				up = false
				return unicode.ToUpper(r)
			}
			up = up || r == '-' || r == '/' || r == '('
			return r
		}, w)
	}
	return strings.Join(words, " ")
}

func onlyDigits(s string) (string, bool) {
	s = strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	return s, s != ""
}

// firstNumber is the first number in a text: "$12.50 a month" is 12.50.
func firstNumber(s string) (string, bool) {
	start := strings.IndexFunc(s, unicode.IsDigit)
	if start < 0 {
		return "", false
	}
	end := start
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || s[end] == ',') {
		end++
	}
	s = strings.TrimRight(s[start:end], ".,")
	_, ok := number(s)
	return strings.ReplaceAll(s, ",", ""), ok
}

var yearForm = regexp.MustCompile(`\b(?:1[5-9]|20)\d\d\b`)

// year is the year in a date: "January 01, 1970" is 1970.
func year(s string) (string, bool) {
	found := yearForm.FindString(s)
	return found, found != ""
}

func yesNo(s string) (string, bool) {
	switch s = strings.ToLower(strings.TrimSpace(s)); {
	case yes[s]:
		return "true", true
	case s == "false" || s == "no" || s == "n" || s == "0" || s == "f":
		return "false", true
	}
	return "", false
}

func onePhone(s string) (string, bool) {
	list, _ := repair.Phones(s)
	if len(list) == 0 || !list[0].Known {
		return "", false
	}
	return list[0].Number, true
}

// timesOfDay lets opening hours pass that can be read and say a time, so that a
// setting after it can take another column where they do not.
func timesOfDay(s string) (string, bool) {
	list, ok := repair.Hours(s)
	return s, ok && slices.ContainsFunc(list, func(o repair.Opening) bool { return o.Opens != "" })
}

// county says of a name in a column for counties that it is one.
func county(s string) string {
	lower := strings.ToLower(s)
	for _, kind := range []string{"county", "parish", "borough", "census area", "municipio", "city", "district of columbia"} {
		if strings.HasSuffix(lower, kind) {
			return s
		}
	}
	return s + " County"
}

// visionLinkHours writes opening hours as VisionLink keeps them,
// {"open": {"Monday": [[[9,0],[17,30]]]}}, in words that are read as any others.
func visionLinkHours(s string) (string, bool) {
	var hours struct {
		Open map[string][][][]int `json:"open"`
	}
	if json.Unmarshal([]byte(s), &hours) != nil {
		return "", false
	}
	var days []string
	for _, day := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"} {
		for _, span := range hours.Open[day] {
			if len(span) != 2 || len(span[0]) != 2 || len(span[1]) != 2 {
				return "", false
			}
			days = append(days, fmt.Sprintf("%s %02d:%02d-%02d:%02d", day, span[0][0], span[0][1], span[1][0], span[1][1]))
		}
	}
	return strings.Join(days, "; "), len(days) > 0
}
