package web

import (
	"slices"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// languages are those offered for choice, each named in its own spelling. The
// record takes any language; one that is not here is shown by its tag.
var languages = []struct{ tag, name string }{
	{"en", "English"},
	{"es", "Español"},
	{"zh-Hans", "简体中文"},
	{"zh-Hant", "繁體中文"},
	{"tl", "Tagalog"},
	{"vi", "Tiếng Việt"},
	{"ar", "العربية"},
	{"fr", "Français"},
	{"ko", "한국어"},
	{"ru", "Русский"},
	{"pt", "Português"},
	{"hi", "हिन्दी"},
	{"ht", "Kreyòl ayisyen"},
	{"fa", "فارسی"},
	{"so", "Soomaali"},
	{"am", "አማርኛ"},
	{"uk", "Українська"},
	{"hmn", "Hmoob"},
	{"ase", "American Sign Language"},
}

// languageOptions offers the languages, and leaving it open; the one that is
// known already is among them.
func languageOptions(l *Locale, known string) []Option {
	options := []Option{{Value: "", Label: l.T("language.unknown")}}
	for _, t := range languages {
		options = append(options, Option{Value: t.tag, Label: t.name})
	}
	if !slices.ContainsFunc(options, func(o Option) bool { return o.Value == known }) {
		options = append(options, Option{Value: known, Label: languageName(known)})
	}
	return options
}

// languageName is a language in its own spelling; its tag when it has no name.
func languageName(tag string) string {
	for _, t := range languages {
		if t.tag == tag {
			return t.name
		}
	}
	if t, err := language.Parse(tag); err == nil && tag != "" {
		if name := display.Self.Name(t); name != "" {
			return name
		}
	}
	return tag
}
