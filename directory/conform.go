package directory

import (
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// What we publish must be as the schemas of HSDS 3.2.3 have it, whatever was
// imported or typed: a value that they do not allow in an optional field is
// mended, else left out. What is stored stays as it is.

// conform does so with an object and all below it; it must be the caller's own.
func conform(object any) { conformValue(reflect.ValueOf(object).Elem()) }

// conformed is an object as conform leaves it.
func conformed[T any](object T) T {
	conform(&object)
	return object
}

func conformValue(v reflect.Value) {
	for _, f := range conformFields(v.Type()) {
		field := v.Field(f.index)
		switch {
		case f.mend != nil:
			if text := field.String(); text != "" {
				if fixed := f.mend(text); fixed != text {
					field.SetString(fixed)
				}
			}
		case field.Kind() == reflect.Pointer:
			if !field.IsNil() {
				conformValue(field.Elem())
			}
		default:
			for i := range field.Len() {
				conformValue(field.Index(i))
			}
		}
	}
}

// conformField is a field that conform looks at: a text with a rule, or objects.
type conformField struct {
	index int
	mend  func(string) string
}

// mends are the rules of fields, by the field's name, and by object and field
// where it depends. Source: the formats and enums of the compiled schemas.
var mends = map[string]func(string) string{
	"email": mendEmail, "assurer_email": mendEmail,
	"url": mendURI, "website": mendURI, "uri": mendURI, "term_uri": mendURI, "schedule_link": mendURI,
	"wkst": oneOf("MO", "TU", "WE", "TH", "FR", "SA", "SU"), "freq": oneOf("WEEKLY", "MONTHLY"),
}

var conformCache sync.Map // reflect.Type → []conformField

func conformFields(t reflect.Type) []conformField {
	if known, ok := conformCache.Load(t); ok {
		return known.([]conformField)
	}
	var out []conformField
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		mend := mends[name]
		if t == reflect.TypeFor[ServiceArea]() {
			mend = nil // its uri has no format
		}
		text := f.Type.Kind() == reflect.String && mend != nil
		object := f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct
		list := f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct
		switch {
		case text:
			out = append(out, conformField{i, mend})
		case object && t == reflect.TypeFor[Attribute](): // terms are shared with others; their own publishing mends them
		case object || list:
			out = append(out, conformField{index: i})
		}
	}
	conformCache.Store(t, out)
	return out
}

// mailAddress is what the schemas' format "email" takes of RFC 5321: no comments, no quotes.
var mailAddress = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`)

// mendEmail is the first e-mail address in a text, or "".
func mendEmail(s string) string {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
		if mailAddress.MatchString(part) {
			return part
		}
	}
	return ""
}

// mendURI is an absolute URI, or "".
func mendURI(s string) string {
	text := strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
	u, err := url.Parse(text)
	if err != nil || !u.IsAbs() || strings.ContainsAny(text, " \\") {
		return ""
	}
	return text
}

func oneOf(values ...string) func(string) string {
	return func(s string) string {
		for _, v := range values {
			if strings.EqualFold(strings.TrimSpace(s), v) {
				return v
			}
		}
		return ""
	}
}
