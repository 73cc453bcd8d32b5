package web

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/havenloop/havenloop/internal/fault"
)

//go:embed locales
var localeFiles embed.FS

// Words holds the text of all pages in all languages there are.
type Words struct {
	bundle *i18n.Bundle
	match  language.Matcher
	tags   []language.Tag
}

// LoadWords reads the embedded files locales/LANGUAGE/ROOM.json; English comes
// first and stands in where another language lacks a sentence.
func LoadWords() (*Words, error) {
	w := &Words{bundle: i18n.NewBundle(language.English)}
	w.bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	paths, err := fs.Glob(localeFiles, "locales/*/*.json")
	if err != nil {
		return nil, err
	}
	for _, file := range paths {
		b, err := localeFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		tag := path.Base(path.Dir(file))
		if _, err := w.bundle.ParseMessageFileBytes(b, tag+".json"); err != nil {
			return nil, fmt.Errorf("locale file %s: %w", file, err)
		}
	}
	for _, tag := range pageLanguages {
		w.tags = append(w.tags, language.MustParse(tag))
	}
	w.match = language.NewMatcher(w.tags)
	return w, nil
}

// For chooses the language for a person from their wishes, the strongest
// first, and the instant and time zone in which times are told. A wish is a
// BCP 47 tag or a whole Accept-Language value; the first one that can be met
// counts, English when none can.
func (w *Words) For(now time.Time, zone *time.Location, wishes ...string) *Locale {
	tag := w.choose(wishes)
	return &Locale{
		Language: tag.String(), Dir: direction(tag), Zone: zone, Now: now.In(zone),
		words: i18n.NewLocalizer(w.bundle, tag.String()),
	}
}

func (w *Words) choose(wishes []string) language.Tag {
	for _, wish := range wishes {
		wanted, _, _ := language.ParseAcceptLanguage(wish) // what cannot be read is no wish
		if len(wanted) == 0 {
			continue
		}
		if _, i, sure := w.match.Match(wanted...); sure > language.No {
			return w.tags[i]
		}
	}
	return language.English
}

// Locale tells words, dates and amounts in one person's language and time zone.
type Locale struct {
	Language string // BCP 47
	Dir      string // ltr or rtl
	Zone     *time.Location
	Now      time.Time // in Zone

	words *i18n.Localizer
}

// T is the text for the key. args are names and values in turn, used in the
// text as {{.name}}; the value named count chooses the plural form. Numbers are
// told as the language writes them (see [Locale.Number]), and texts of another
// direction are kept apart. A key without text shows itself, so that nothing is
// lost in silence.
func (l *Locale) T(key string, args ...any) string {
	config := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		data := make(map[string]any, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			name, _ := args[i].(string)
			var operand any
			data[name], operand = l.told(args[i+1])
			if name == "count" {
				config.PluralCount = operand
			}
		}
		config.TemplateData = data
	}
	text, err := l.words.Localize(config)
	if err != nil && text == "" {
		return key
	}
	return text
}

// told is a value as it stands in a text, and what the plural form is chosen by.
func (l *Locale) told(value any) (shown string, operand any) {
	switch v := value.(type) {
	case int:
		return l.Number(v), v
	case float64:
		return l.Decimal(v), oneDigit(v)
	case string:
		return l.isolate(v), v
	default:
		return l.isolate(fmt.Sprint(v)), v
	}
}

// Has tells whether there is a text for the key.
func (l *Locale) Has(key string) bool {
	_, err := l.words.Localize(&i18n.LocalizeConfig{MessageID: key})
	return err == nil
}

// Sentence is a domain room's sentence in the person's language. Its English
// format is its key; without a translation the English stands. What has a label
// of its own, such as a status, is told by it.
func (l *Locale) Sentence(format string, args ...any) string {
	if l.Has(format) {
		format = l.T(format)
	}
	if len(args) == 0 {
		return format
	}
	apart := slices.Clone(args)
	for i, a := range apart {
		switch a := a.(type) {
		case string:
			apart[i] = l.isolate(a)
		case interface{ Label() string }:
			apart[i] = l.isolate(l.Sentence(a.Label()))
		}
	}
	return fmt.Sprintf(format, apart...)
}

// Fault is the sentence of a failure that the person may read; what is not
// meant for them becomes a general one.
func (l *Locale) Fault(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return l.Sentence(f.Format, f.Args...)
	}
	return l.T("error.500.text")
}

// direction of the script that the language is written in.
func direction(tag language.Tag) string {
	switch script, _ := tag.Script(); script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa":
		return "rtl"
	default:
		return "ltr"
	}
}
