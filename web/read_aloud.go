package web

import "github.com/a-h/templ"

// readAloud has the part of the page offered to be read aloud, see
// client/speak.ts. The words on the button are in the language of the page,
// those that are read in that of the part.
func readAloud(l *Locale) templ.Attributes {
	return templ.Attributes{"data-module": Asset("speak.js"), "data-read": l.T("read.aloud"), "data-stop": l.T("read.stop")}
}
