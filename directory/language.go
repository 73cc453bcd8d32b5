package directory

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/havenloop/havenloop/internal/geo"
)

// languageNames maps the English names of languages, in the form of
// geo.Normal, to their codes. The names are those of Unicode CLDR.
var languageNames = sync.OnceValue(func() map[string]string {
	m := map[string]string{
		"american sign language": "ase", "asl": "ase", "sign language": "ase", "mandarin": "zh", "chinese mandarin": "zh",
		"cantonese": "yue", "chinese cantonese": "yue", "farsi": "fa", "tagalog": "fil", "haitian creole": "ht", "creole": "ht",
		"espanol": "es", "cambodian": "km",
	}
	names := display.English.Languages()
	for _, tag := range display.Supported.Tags() {
		base, _ := tag.Base()
		if n := geo.Normal(names.Name(language.Make(base.String()))); n != "" && m[n] == "" {
			m[n] = base.String()
		}
	}
	for _, code := range []string{"hmn", "yue", "so", "om", "ti", "am", "ht", "sm", "to", "ku", "ps", "prs", "nv", "hil", "ilo", "rw"} {
		if n := geo.Normal(names.Name(language.Make(code))); n != "" {
			m[n] = code
		}
	}
	return m
})

// LanguageCode is the shortest ISO 639 code of a language given by code, tag
// or English name: "es" for "spa", "es-MX" and "Spanish"; "" when unknown.
func LanguageCode(s string) string {
	name := geo.Normal(s)
	if code, ok := languageNames()[name]; ok || name == "na" { // "not available", hardly Nauruan
		return code
	}
	tag, err := language.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	base, sure := tag.Base()
	if sure == language.No {
		return ""
	}
	return base.String()
}

// languageCodes are the codes of the languages, each once.
func languageCodes(groups ...[]Language) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, group := range groups {
		for _, l := range group {
			code := LanguageCode(l.Code)
			if l.Code == "" || code == "" {
				code = LanguageCode(l.Name)
			}
			if !seen[code] {
				seen[code] = true
				out = append(out, code)
			}
		}
	}
	return out
}
