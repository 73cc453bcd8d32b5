package web

import (
	"net/url"
	"strconv"
	"strings"
)

// findChips are the filters in use; what is wrong is not used.
func findChips(f Form) []Chip {
	var out []Chip
	for _, name := range findFields {
		value := strings.TrimSpace(f.Value(name))
		if value == "" || f.Problem(name) != "" {
			continue
		}
		label := value
		switch name {
		case findText:
			label = f.T("directory.quoted", "text", value)
		case findZIP:
			label = f.T("directory.near", "zip", value)
		case findNeed:
			label = f.T("domain." + value)
		case findLanguage:
			label = languageName(value)
		case findMiles:
			n, _ := strconv.Atoi(value) // what is no number was refused
			label = f.T("directory.within", "count", n)
		case findOpen:
			label = f.T("open.open")
		}
		out = append(out, Chip{Label: label, Remove: findAddress(f, name, "")})
	}
	return out
}

// findAddress is the search with one field changed, on its first page. A
// search that asks for nothing any more is still a search for all.
func findAddress(f Form, name, value string) string {
	q := url.Values{}
	for _, n := range findFields {
		if v := f.Value(n); v != "" {
			q.Set(n, v)
		}
	}
	q.Del(name)
	if len(q) == 0 {
		q.Set(findText, "")
	}
	if value != "" {
		q.Set(name, value)
	}
	return "/directory?" + q.Encode()
}
