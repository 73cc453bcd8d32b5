package web

import (
	"fmt"
	"strconv"

	"github.com/havenloop/havenloop/directory"
)

// DuplicateView sets two records beside each other.
type DuplicateView struct {
	Page
	Form    Form
	Back    string
	Version string
	Action  string
	Likely  string
	Tone    Tone
	Because []BecauseRow
	Keep    Group // which record stays
	Columns [3]string
	Differ  []ComparedRow
	Same    []SummaryRow
	// Status says what is done with the pair.
	Open, Merged, Distinct bool
	Decided                string
	// Missing says that a record is there no longer although nothing was decided.
	Missing bool
}

// BecauseRow is one thing that speaks for or against two records being the same.
type BecauseRow struct {
	Text string
	For  bool
}

// ComparedRow is a field in which the two records differ.
type ComparedRow struct {
	Name, Label string
	Sides       [2]ComparedCell
	// Choices are what can stay.
	Choices Group
}

// ComparedCell is what one record says in a field, and who said so.
type ComparedCell struct {
	Values []string
	Source string
}

func duplicateView(p Page, f Form, d directory.Comparison, people map[string]string) DuplicateView {
	l := p.Locale
	v := DuplicateView{
		Page: p, Back: duplicatesPath(d.Status, ""), Action: duplicatePath(d.ID), Version: strconv.FormatInt(d.Version, 10),
		Likely: likelyText(l, d.Score), Tone: Info, Open: d.Status == directory.DuplicateOpen && !d.Gone,
		Merged: d.Status == directory.DuplicateMerged, Distinct: d.Status == directory.DuplicateDistinct,
		Missing: d.Gone && d.Status == directory.DuplicateOpen,
	}
	if d.Score >= veryLikely {
		v.Tone = Warning
	}
	for _, b := range d.Because {
		v.Because = append(v.Because, BecauseRow{Text: l.T("duplicates.because." + b.Code), For: b.Weight > 0})
	}
	if !d.DecidedAt.IsZero() {
		v.Decided = joined(l, people[d.Decided], l.At(d.DecidedAt))
	}
	stays := usualRecord(d)
	if f.Values == nil {
		f = f.With("keep", d.Sides[stays].ID)
	}
	v.Keep = Group{Name: "keep", Legend: l.T("duplicates.keep")}
	for i, s := range d.Sides {
		v.Columns[i+1] = l.T("duplicates.record", "n", i+1)
		v.Keep.Options = append(v.Keep.Options, Option{
			Value: s.ID, Label: l.T("duplicates.record-named", "n", i+1, "name", s.Name), Hint: sideText(l, d.Kind, s),
		})
	}
	v.Columns[0] = l.T("duplicates.field")
	for _, field := range d.Fields {
		label := fieldLabel(l, field.Name)
		if field.Same {
			v.Same = append(v.Same, SummaryRow{Label: label, Values: shown(l, field, 0)})
			continue
		}
		row := ComparedRow{Name: field.Name, Label: label, Choices: fieldChoices(l, d, field)}
		for i := range row.Sides {
			row.Sides[i] = ComparedCell{Values: shown(l, field, i), Source: sourceText(l, field.Sources[i], people)}
		}
		if name := fieldPrefix + field.Name; f.Value(name) == "" {
			f = f.With(name, usualValue(d, field, stays))
		}
		v.Differ = append(v.Differ, row)
	}
	v.Form = f
	return v
}

// usualRecord is the place of the record that mostly stays: the one with users,
// else the one with more below it.
func usualRecord(d directory.Comparison) int {
	a, b := d.Sides[0], d.Sides[1]
	if b.HasUsers && !a.HasUsers || a.HasUsers == b.HasUsers && b.Services+b.Locations > a.Services+a.Locations {
		return 1
	}
	return 0
}

// usualValue is the value that mostly stays: a record's id, or "both".
func usualValue(d directory.Comparison, f directory.ComparedField, stays int) string {
	switch f.Usual[stays] {
	case directory.ChooseBoth:
		return string(directory.ChooseBoth)
	case directory.ChooseDrop:
		return d.Sides[1-stays].ID
	}
	return d.Sides[stays].ID
}

func fieldChoices(l *Locale, d directory.Comparison, f directory.ComparedField) Group {
	g := Group{Name: fieldPrefix + f.Name, Legend: l.T("duplicates.choose", "field", fieldLabel(l, f.Name))}
	for i, s := range d.Sides {
		g.Options = append(g.Options, Option{Value: s.ID, Label: l.T("duplicates.record", "n", i+1)})
	}
	if f.List {
		g.Options = append(g.Options, Option{Value: string(directory.ChooseBoth), Label: l.T("duplicates.both")})
	}
	return g
}

// shown are the values of a field as they may show.
func shown(l *Locale, f directory.ComparedField, side int) []string {
	switch {
	case f.Hidden:
		return []string{l.T("service.confidential")}
	case len(f.Values[side]) == 0:
		return []string{l.T("duplicates.nothing")}
	}
	return f.Values[side]
}

// sideText tells what is to be weighed of a record.
func sideText(l *Locale, kind string, s directory.ComparedSide) string {
	parts := []string{feedText(l, s.Feed)}
	if kind == directory.KindOrganization {
		parts = append(parts, l.T("duplicates.services", "count", s.Services), l.T("duplicates.places", "count", s.Locations))
	}
	if s.HasUsers {
		parts = append(parts, l.T("duplicates.users"))
	}
	if !s.MissingSince.IsZero() {
		parts = append(parts, l.T("duplicates.missing-since", "date", l.Date(s.MissingSince)))
	}
	return joined(l, parts...)
}

// fieldLabel is a field of HSDS in plain words.
func fieldLabel(l *Locale, name string) string {
	if key := "hsds." + name; l.Has(key) {
		return l.T(key)
	}
	return name
}

// sourceText tells who says a value, and since when.
func sourceText(l *Locale, s directory.Source, people map[string]string) string {
	at := ""
	if !s.At.IsZero() {
		at = l.Date(s.At)
	}
	switch {
	case s.Feed != "":
		return joined(l, l.T("duplicates.from-feed", "feed", s.Feed), at)
	case people[s.By] != "":
		return joined(l, l.T("duplicates.from-person", "name", people[s.By]), at)
	case s.By != "":
		return joined(l, l.T("duplicates.from-system"), at)
	}
	return at
}

// wholeNumber reads a number that a form carries; 0 for none.
func wholeNumber(text string) int {
	n := 0
	if _, err := fmt.Sscan(text, &n); err != nil {
		return 0
	}
	return n
}
