package repair

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

var host = regexp.MustCompile(`(?i)^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::\d+)?(?:[/?#]\S*)?$`)

// URL mends a web address: the first of several, with a scheme.
func URL(s string) (string, []Rule) {
	s, done := Line(s)
	if s == "" {
		return "", done
	}
	if list := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ';' || r == ',' }); len(list) > 1 {
		s, done = list[0], append(done, ManyInOne)
	}
	s = strings.Trim(s, ".,;")
	if rest, ok := strings.CutPrefix(s, "http:/"); ok && !strings.HasPrefix(rest, "/") {
		s, done = "http://"+rest, append(done, Scheme)
	}
	if !strings.Contains(s, "://") {
		if !host.MatchString(s) {
			return "", append(done, NotAnURL)
		}
		s, done = "https://"+s, append(done, Scheme)
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || !strings.Contains(u.Host, ".") || u.Scheme != "http" && u.Scheme != "https" {
		return "", append(done, NotAnURL)
	}
	return s, done
}

// Emails reads a cell with one or several addresses.
func Emails(s string) ([]string, []Rule) {
	s, done := Line(s)
	var out []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;|<>()", r) }) {
		part = strings.TrimPrefix(strings.Trim(part, ".:"), "mailto:")
		if a, err := mail.ParseAddress(part); err == nil && strings.Contains(a.Address, ".") {
			out = append(out, a.Address)
		}
	}
	switch {
	case len(out) > 1:
		done = append(done, ManyInOne)
	case len(out) == 0 && s != "":
		done = append(done, Unreadable)
	}
	return out, done
}

// Place is an address in the United States, cut into its parts.
type Place struct {
	Street, City, State, ZIP string
}

// oneLine finds the end of an address in one line: the state, with a ZIP code or without.
var oneLine = regexp.MustCompile(`^(?:(.*?)[,\s]\s*)?([A-Za-z]{2})\.?(?:[,\s]+(\d{5}(?:-\d{4})?))?\s*(?:,?\s*(?:USA?|United States))?$`)

// Address reads an address in one line, "491 N. State Road 7, Plantation, FL
// 33317": the last part before the state is the city, what is before that the
// street. ok is false where it ends with no state.
func Address(s string) (Place, bool) {
	s, _ = Line(s)
	m := oneLine.FindStringSubmatch(strings.Trim(s, " ,.;"))
	if m == nil {
		return Place{}, false
	}
	st, ok := geo.LookupState(m[2])
	if !ok {
		return Place{}, false
	}
	out := Place{State: st.Code, ZIP: m[3]}
	before := strings.Trim(m[1], " ,")
	if i := strings.LastIndex(before, ","); i >= 0 {
		out.Street, out.City = strings.Trim(before[:i], " ,"), strings.TrimSpace(before[i+1:])
	} else if !strings.ContainsAny(before, "0123456789:") {
		out.City = before
	} else {
		out.Street = strings.TrimSuffix(before, ":")
	}
	if out.Street == "State" { // "State: FL", as forms write it
		out.Street = ""
	}
	return out, true
}
