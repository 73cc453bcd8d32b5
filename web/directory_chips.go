package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// chipTexts tells what a filter asks for; a filter that is not here has no chip
// of its own. The part of a day is told with the day.
var chipTexts = map[string]func(f Form, value string) string{
	findText:     func(f Form, value string) string { return f.T("directory.quoted", "text", value) },
	findZIP:      func(f Form, value string) string { return f.T("directory.near", "zip", value) },
	findNeed:     func(f Form, value string) string { return f.T("domain." + value) },
	findLanguage: func(_ Form, value string) string { return languageName(value) },
	findMiles: func(f Form, value string) string {
		n, _ := strconv.Atoi(value) // what is no number was refused
		return f.T("directory.within", "count", n)
	},
	findOpen:    openChip,
	findUnknown: func(f Form, _ string) string { return f.T("open.unknown") },
	findRoom:    func(f Form, value string) string { return f.T("capacity." + value) },
	findFree:    func(f Form, _ string) string { return f.T("service.free") },
	findAccess:  func(_ Form, value string) string { return value },
}

// openChip tells when it is to be open: "Open now", "Open Saturday, evening".
func openChip(f Form, value string) string {
	part := f.Value(findPart)
	switch {
	case value == openNow:
		return f.T("open.open")
	case part == "":
		return f.T("open.on", "day", f.weekdayWord(value))
	default:
		return f.T("open.on-part", "day", f.weekdayWord(value), "part", f.T("daypart."+part))
	}
}

// findChips are the filters in use; what is wrong is not used.
func findChips(f Form) []Chip {
	var out []Chip
	for _, name := range findFields {
		value := strings.TrimSpace(f.Value(name))
		tell := chipTexts[name]
		if value == "" || f.Problem(name) != "" || tell == nil || name == findUnknown && f.Value(findOpen) == "" {
			continue
		}
		out = append(out, Chip{Label: tell(f, value), Remove: findAddress(f, name, ""), field: name})
	}
	return out
}

// hangOn lists the fields that mean nothing without another one.
var hangOn = map[string][]string{findOpen: {findPart, findUnknown}}

// dropped is the form without a field and what hangs on it, on its first page.
func dropped(f Form, name string) Form {
	out := f.With(name).With(findPage)
	for _, other := range hangOn[name] {
		out = out.With(other)
	}
	return out
}

// findAddress is the search with one field changed, on its first page. A
// search that asks for nothing any more is still a search for all.
func findAddress(f Form, name, value string) string {
	if value == "" {
		f = dropped(f, name)
	}
	q := url.Values{}
	for _, n := range findFields {
		if v := f.Value(n); v != "" && n != name {
			q.Set(n, v)
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	if !slices.ContainsFunc(findFields, q.Has) {
		q.Set(findText, "")
	}
	return "/directory?" + q.Encode()
}
