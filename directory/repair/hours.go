package repair

import (
	"regexp"
	"slices"
	"strings"
)

// Opening is an opening time, or a closed day, read from words.
type Opening struct {
	// ByDay are RRULE days: "MO,TU", or with Monthly "1SA,3SA".
	ByDay   string
	Monthly bool
	// Opens and Closes are "HH:MM"; both empty: open that day, times unknown.
	Opens, Closes string
	Closed        bool
}

// maxHours bounds a text about hours, in bytes; longer ones are prose.
const maxHours = 2000

// Hours reads opening hours in words. It is all or nothing: where a word is not
// understood, ok is false and the text has to stay as text, since hours half
// understood send people to closed doors.
func Hours(s string) (list []Opening, ok bool) {
	s, _ = Text(s)
	if s == "" || len(s) > maxHours {
		return nil, false
	}
	p := hoursParser{tokens: tokens(s)}
	if !p.run() {
		return nil, false
	}
	return p.out, len(p.out) > 0
}

// Weekdays reads days alone, such as "Monday-Friday", "Mon & Wed", "1" (Monday
// to 7, Sunday) and "MO,WE", as RRULE days.
func Weekdays(s string) (string, bool) {
	s, _ = Line(s)
	if n := strings.TrimSpace(s); len(n) == 1 && n[0] >= '1' && n[0] <= '7' {
		return codes[n[0]-'1'], true
	}
	p := hoursParser{tokens: tokens(s)}
	if !p.run() || len(p.out) == 0 || slices.ContainsFunc(p.out, func(o Opening) bool { return o.Opens != "" || o.Closed }) {
		return "", false
	}
	var days []string
	for _, o := range p.out {
		for d := range strings.SplitSeq(o.ByDay, ",") {
			if !slices.Contains(days, d) {
				days = append(days, d)
			}
		}
	}
	return strings.Join(days, ","), true
}

// codes are the RRULE codes of the days from Monday.
var codes = [7]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// kind is what a word of a text about hours is.
type kind uint8

const (
	unknownWord kind = iota
	dayWord          // a weekday; n from 0 for Monday
	nthWord          // first to fifth, -1 for the last
	timeWord
	dashWord // to, -, through
	andWord  // and, comma, slash
	stopWord // ; and the end of a line
	dailyWord
	workdayWord
	weekendWord
	closedWord
	allDayWord // 24 hours
	monthWord  // the days must be numbered
	fillWord   // says nothing of its own
)

type token struct {
	kind kind
	n    int
	at   moment
}

// words are what is understood, in small letters and without dots.
var words = func() map[string]token {
	m := map[string]token{
		"to": {kind: dashWord}, "thru": {kind: dashWord}, "through": {kind: dashWord}, "until": {kind: dashWord}, "till": {kind: dashWord},
		"til": {kind: dashWord}, "-": {kind: dashWord}, "and": {kind: andWord}, "&": {kind: andWord}, ",": {kind: andWord}, "+": {kind: andWord},
		"/": {kind: andWord}, ";": {kind: stopWord}, "\n": {kind: stopWord}, "|": {kind: stopWord},
		"daily": {kind: dailyWord}, "everyday": {kind: dailyWord}, "7 days": {kind: dailyWord},
		"weekdays": {kind: workdayWord}, "weekday": {kind: workdayWord}, "weekends": {kind: weekendWord}, "weekend": {kind: weekendWord},
		"closed": {kind: closedWord}, "24hours": {kind: allDayWord}, "24/7": {kind: allDayWord, n: 7}, "24hrs": {kind: allDayWord},
		"last": {kind: nthWord, n: -1}, "month": {kind: monthWord}, "monthly": {kind: monthWord},
	}
	for i, names := range [7][]string{
		{"monday", "mondays", "mon", "mo", "m", "lunes"}, {"tuesday", "tuesdays", "tues", "tue", "tu", "martes"},
		{"wednesday", "wednesdays", "wed", "weds", "we", "w", "miercoles", "miércoles"}, {"thursday", "thursdays", "thurs", "thur", "thu", "th", "jueves"},
		{"friday", "fridays", "fri", "fr", "f", "viernes"}, {"saturday", "saturdays", "sat", "sa", "sabado", "sábado"}, {"sunday", "sundays", "sun", "su", "domingo"},
	} {
		for _, n := range names {
			m[n] = token{kind: dayWord, n: i}
		}
	}
	for i, names := range [5][]string{{"first", "1st"}, {"second", "2nd"}, {"third", "3rd"}, {"fourth", "4th"}, {"fifth", "5th"}} {
		for _, n := range names {
			m[n] = token{kind: nthWord, n: i + 1}
		}
	}
	for _, w := range []string{"every", "each", "weekly", "hours", "hour", "open", "from", "on", "of", "the", "are", "is", "a", "week", "at", "hrs", "office", "business", "ever", "between", "opens"} {
		m[w] = token{kind: fillWord}
	}
	return m
}()

// word cuts a text into words, times and signs.
var word = regexp.MustCompile(`24\s*/\s*7|24\s*-?\s*(?:hours?|hrs?)(?:\s+a\s+day)?|7\s+days(?:\s+(?:a|per)\s+week)?|12\s*(?:noon|midnight)\b|noon\b|midnight\b|midday\b|` +
	`\d{1,2}(?:st|nd|rd|th)\b|\d{1,2}(?:[:.]\d{2}(?::\d{2})?)?\s*(?:[ap]\.?\s?m\b\.?|[ap]\b)|\d{1,2}:\d{2}(?::\d{2})?|\d{3,4}\b|\d{1,2}\b|` +
	`[\p{L}]+\.?|[-–—−&,+/;|\n]|[^\s]`)

func tokens(s string) []token {
	var out []token
	for _, w := range word.FindAllString(strings.ToLower(s), -1) {
		w = strings.TrimSpace(w)
		out = append(out, read(w))
	}
	return out
}

func read(w string) token {
	switch {
	case w == "":
		return token{kind: stopWord}
	case strings.ContainsAny(w, "–—−"):
		return token{kind: dashWord}
	case w == ":" || w == "." || w == "(" || w == ")" || w == "*":
		return token{kind: fillWord}
	case strings.HasPrefix(w, "24") && strings.Contains(w, "7") && strings.Contains(w, "/"):
		return token{kind: allDayWord, n: 7}
	case strings.HasPrefix(w, "24") && strings.Contains(w, "h"):
		return token{kind: allDayWord}
	case strings.HasPrefix(w, "7") && strings.Contains(w, "days"):
		return token{kind: dailyWord}
	}
	if t, ok := words[strings.TrimSuffix(w, ".")]; ok {
		return t
	}
	if at, ok := readTime(strings.ReplaceAll(strings.ReplaceAll(w, " ", ""), "noon", " noon")); ok {
		return token{kind: timeWord, at: at}
	}
	if at, ok := readTime(strings.TrimSpace(w)); ok {
		return token{kind: timeWord, at: at}
	}
	return token{kind: unknownWord}
}
