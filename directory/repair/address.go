package repair

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"
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
