package files

import (
	"errors"
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var errBroken = errors.New("broken image")

// maxName is the longest name, in bytes with its ending. File systems take 255.
const maxName = 120

// endings are those that fit each type, the usual one first.
var endings = map[Type][]string{
	PDF:  {".pdf"},
	JPEG: {".jpg", ".jpeg", ".jfif"},
	PNG:  {".png"},
	WebP: {".webp"},
}

// SafeName makes a name that can be shown and saved under: no folders, no
// characters that are not seen or turn the direction of the text, no dot in
// front, an ending that fits the type. A name that has nothing left is "file".
func SafeName(name string, t Type) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r): // control and formatting characters
			return -1
		}
		return r
	}, name)
	name = strings.TrimRight(strings.Join(strings.Fields(name), " "), ". ")
	ending := path.Ext(name)
	if fits := endings[t]; slices.Contains(fits, strings.ToLower(ending)) {
		name = name[:len(name)-len(ending)]
	} else {
		ending = fits[0]
	}
	name = strings.Trim(cut(strings.TrimLeft(name, ". "), maxName-len(ending)), ". ")
	if name == "" {
		name = "file"
	}
	return name + ending
}

// cut shortens s to at most n bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// Headers are those under which a file is served: saved and never shown in the
// page's origin, its type not guessed anew, and without rights should a browser
// open it all the same.
func (f File) Headers() map[string]string {
	return map[string]string{
		"Content-Type":            string(f.Type),
		"Content-Length":          strconv.FormatInt(f.Size, 10),
		"Content-Disposition":     mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}),
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox",
		"Cache-Control":           "no-store",
	}
}
