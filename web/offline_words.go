package web

import (
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// offlineKeys are the words that the app without a connection shows: single
// keys, and whole families that end in a dot.
var offlineKeys = []string{
	"offline.", "absent.", "app.title", "begin.", "choice.", "consent.until", "distance.miles", "field.", "field-hint.", "form.",
	"language.unknown", "list.comma", "list.separator", "method.", "need.private", "need.urgent", "patients.birth-date", "patients.phone",
	"priority.", "question.", "refer.", "register.birth-date-hint", "register.family-name", "register.given-name", "register.lead",
	"register.reach", "register.safe-hours", "register.safe-hours-hint", "register.safe-to-text", "register.safe-to-voicemail",
	"register.spoken", "register.title", "register.who", "register.written", "register.zip", "respondent.", "result.", "review.",
	"summary.", "urgent.",
}

// takeTodayKeys are the words that the card on the start page fills in.
var takeTodayKeys = []string{"offline.waiting", "offline.last-sent", "offline.nothing-waits", "offline.taken-until", "offline.attention"}

// offlineWords are the words of the app as JSON: by key a text, or texts by
// plural form. Values stand in them as {name}.
func offlineWords(l *Locale) string { return wordsJSON(l, familiesIn(offlineKeys)) }

// takeTodayWords are those of the card on the start page.
func takeTodayWords(l *Locale) string { return wordsJSON(l, takeTodayKeys) }

// offlineLanguages are the languages to choose from, as JSON.
func offlineLanguages() string {
	list := make([][2]string, len(languages))
	for i, t := range languages {
		list[i] = [2]string{t.tag, t.name}
	}
	return marshal(list)
}

// everyKey lists the keys of all words, in order.
var everyKey = sync.OnceValue(func() []string {
	files, err := fs.Glob(localeFiles, "locales/en/*.json")
	if err != nil {
		panic(err) // the pattern is sound
	}
	all := map[string]json.RawMessage{}
	for _, file := range files {
		b, err := localeFiles.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(b, &all)
		}
		if err != nil {
			panic(err) // LoadWords has read the files before
		}
	}
	return slices.Sorted(maps.Keys(all))
})

// familiesIn are the keys of the list, with families in place of their beginnings.
func familiesIn(list []string) []string {
	var out []string
	for _, key := range list {
		if !strings.HasSuffix(key, ".") {
			out = append(out, key)
			continue
		}
		for _, known := range everyKey() {
			if strings.HasPrefix(known, key) {
				out = append(out, known)
			}
		}
	}
	return out
}

// pluralForms gives for each plural category of CLDR a number that has it,
// in every language that has the category.
var pluralForms = map[string]int{"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}

// standIns stand for the values of a text, to be filled in on the device.
var standIns = func() map[string]any {
	names := map[string]any{}
	for _, n := range []string{"at", "by", "count", "date", "instrument", "list", "max", "min", "n", "name", "need", "number", "of", "page", "progress", "time", "title", "unit", "what", "who"} {
		names[n] = "{" + n + "}"
	}
	return names
}()

func wordsJSON(l *Locale, keys []string) string {
	out := make(map[string]any, len(keys))
	for _, key := range keys {
		forms := map[string]string{}
		for form, n := range pluralForms {
			forms[form] = l.form(key, n)
		}
		for form, words := range forms {
			if form != "other" && words == forms["other"] {
				delete(forms, form)
			}
		}
		if len(forms) == 1 {
			out[key] = forms["other"]
		} else {
			out[key] = forms
		}
	}
	return marshal(out)
}

// form is the text of the key for a number of things, with its values to be
// filled in later.
func (l *Locale) form(key string, n int) string {
	text, err := l.words.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: standIns, PluralCount: n})
	if err != nil && text == "" {
		return key
	}
	return text
}

func marshal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and maps of them marshal
	}
	return string(b)
}
