package web

import (
	"strconv"

	"github.com/nyaruka/phonenumbers"

	"github.com/havenloop/havenloop/directory"
)

// maxPhones is how many numbers a section shows.
const maxPhones = 3

func phoneSection(l *Locale, slug string, at func(*listed) *[]directory.Phone) section {
	s := section{slug: slug, title: "section.phones"}
	for i := range maxPhones {
		n := strconv.Itoa(i + 1)
		number := listingField{Field: Field{Name: "phone-" + n, Label: l.T("section.phone", "n", n), Type: "tel", InputMode: "tel", Optional: true}, most: maxServiceLine}
		about := listingField{Field: Field{Name: "phone-about-" + n, Label: l.T("section.phone-about", "n", n), Optional: true}, most: maxServiceLine}
		s.fields = append(s.fields, number, about)
	}
	s.fill = func(f Form, x listed) Form {
		for i, p := range *at(&x) {
			if n := strconv.Itoa(i + 1); i < maxPhones {
				f = f.With("phone-"+n, phoneWithExtension(p)).With("phone-about-"+n, p.Description)
			}
		}
		return f
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		old, out := *at(x), []directory.Phone{}
		for i := range maxPhones {
			name := "phone-" + strconv.Itoa(i+1)
			about := "phone-about-" + strconv.Itoa(i+1)
			switch {
			case !differs(e, before, name) && i < len(old):
				p := old[i]
				p.Description = e.text(about)
				out = append(out, p)
			case e.text(name) != "":
				p := e.phoneIn(name)
				p.Description = e.text(about)
				out = append(out, p)
			}
		}
		if len(old) > maxPhones {
			out = append(out, old[maxPhones:]...)
		}
		*at(x) = out
	}
	return s
}

// phoneWithExtension is a number as people write it, with its extension.
func phoneWithExtension(p directory.Phone) string {
	number := phoneText(p.Number)
	if p.Extension != nil {
		number += " ext. " + strconv.FormatFloat(*p.Extension, 'f', -1, 64)
	}
	return number
}

func (e *serviceEntry) phoneIn(name string) directory.Phone {
	n, err := phonenumbers.Parse(e.text(name), "US")
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		e.wrong.Add(name, "Write the phone number with its area code, for example 415-555-0123.")
		return directory.Phone{}
	}
	p := directory.Phone{Number: phonenumbers.Format(n, phonenumbers.E164), Type: "voice"}
	if ext, err := strconv.ParseFloat(n.GetExtension(), 64); err == nil {
		p.Extension = &ext
	}
	return p
}
