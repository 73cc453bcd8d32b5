package web

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/havenloop/havenloop/directory"
)

// listed is what a section of a listing shows or changes.
type listed struct {
	org     directory.OrganizationDoc
	service directory.ServiceDoc
	place   directory.LocationDoc   // the one to change
	places  []directory.LocationDoc // all of the organization
}

// version is that of what an edit of the kind changes.
func (x listed) version(kind string) string {
	v := x.service.Version
	switch kind {
	case directory.LocationEdit:
		v = x.place.Version
	case directory.OrganizationEdit:
		v = x.org.Version
	}
	return strconv.FormatInt(v, 10)
}

// section is a page's worth of a listing.
type section struct {
	slug, title string // title is a key
	at          string // the place that the title names; "" for none
	note        string // said above the form; "" for nothing
	hours       bool   // opening hours are asked before the fields
	fields      []listingField
	// fill puts into a form what is stored; read takes from the form what differs from that.
	fill func(Form, listed) Form
	read func(e *serviceEntry, before Form, x *listed)
	// alias gives the form's names of inputs that the directory calls otherwise.
	alias map[string]string
}

// heading is the title of the section in words.
func (s section) heading(l *Locale) string { return l.T(s.title, "place", s.at) }

// label names an input of the section; "" for one that has no name.
func (s section) label(l *Locale, name string) string {
	for _, f := range s.fields {
		if f.Name == name {
			return f.Label
		}
	}
	if day, ok := intervalDay(name); ok && s.hours {
		return l.T("weekday." + strconv.Itoa(day))
	}
	return ""
}

// listingField is an input of a section.
type listingField struct {
	Field
	Area    bool // several lines
	Group   *Group
	Several bool // of the group
	most    int  // characters
}

func line(l *Locale, name, label string) listingField {
	return listingField{Field: Field{Name: name, Label: l.T(label), Optional: true}, most: maxServiceLine}
}

func paragraph(l *Locale, name, label, hint string) listingField {
	return listingField{Field: Field{Name: name, Label: l.T(label), Hint: l.T(hint), Optional: true}, Area: true, most: maxServiceText}
}

func pick(name, legend string, several bool, options []Option) listingField {
	return listingField{Field: Field{Name: name, Label: legend}, Group: &Group{Name: name, Legend: legend, Options: options, Optional: several}, Several: several}
}

// texts is a section of plain texts: each input stands for one of them.
func texts(slug, title string, fields []listingField, at func(*listed) map[string]*string) section {
	s := section{slug: slug, title: title, fields: fields}
	s.fill = func(f Form, x listed) Form {
		for name, value := range at(&x) {
			f = f.With(name, *value)
		}
		return f
	}
	s.read = func(e *serviceEntry, _ Form, x *listed) {
		for name, value := range at(x) {
			*value = e.text(name)
		}
	}
	return s
}

// differs tells whether an input was changed by the person.
func differs(e *serviceEntry, before Form, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		return !slices.Equal(filled(e.Values[n]...), filled(before.Values[n]...))
	})
}

// checkLengths tells which texts of the section are too long.
func (s section) checkLengths(e *serviceEntry) {
	for _, f := range s.fields {
		if f.most > 0 {
			e.wrong.Check(utf8.RuneCountInString(e.text(f.Name)) <= f.most, f.Name, "Use at most %d characters.", f.most)
		}
	}
}

// serviceSections are all sections of a service, in the order in which they are shown.
func serviceSections(l *Locale, x listed) []section {
	list := []section{
		statusSection(l), aboutSection(l), phoneSection(l, "phones", func(x *listed) *[]directory.Phone { return &x.service.Service.Phones }),
		hoursSection(l), whoSection(l), rulesSection(l, x), areaSection(l), takeSection(l), placesSection(l, x),
	}
	list = append(list, hoursAtSections(l, x)...)
	for i := range list {
		read, s := list[i].read, list[i]
		list[i].read = func(e *serviceEntry, before Form, x *listed) {
			s.checkLengths(e)
			read(e, before, x)
		}
	}
	return list
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// lines are the lines of a text that say something.
func linesOf(s string) []string {
	var out []string
	for part := range strings.SplitSeq(strings.ReplaceAll(s, "\r", ""), "\n") {
		out = append(out, strings.TrimSpace(part))
	}
	return filled(out...)
}
