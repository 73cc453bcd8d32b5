package web

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/imports"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// adminSamples renders the pages that keep the directory of a network in order.
func adminSamples(t testing.TB) map[string]templ.Component {
	as := func(path, title string) Page { return samplePage(t, identity.NetworkAdmin, path, title) }
	list := as("/admin/duplicates", "duplicates.title")
	open, gone := sampleComparison(directory.DuplicateOpen), sampleComparison(directory.DuplicateOpen)
	gone.Gone = true
	pair := func(c directory.Comparison) DuplicateView {
		p := as("/admin/duplicates/d1", "duplicates.compare")
		return duplicateView(p, p.form(), c, map[string]string{"u1": "Rosa Vega"})
	}
	wrong := pair(open)
	wrong.Form.Problems, wrong.Page.Invalid = []Problem{{Field: "keep", Text: "Choose which record stays."}}, true
	kept := serviceView(as("/directory/services/s1", "directory.title"), sampleDetail(t))
	kept.Said = []SummaryRow{{Label: "All the rest", Values: []string{"From the feed county-211, March 2"}}, {Label: "Phones", Values: []string{"From Rosa Vega, March 5"}}}
	start := as("/admin/imports/r1", "imports.one")
	tabs := []Tab{{Label: "To look at", Href: "/admin/duplicates", Count: 1, Current: true}, {Label: "Merged", Href: "/admin/duplicates?status=merged", Count: 3}}
	return map[string]templ.Component{
		"duplicates":         duplicatesPage(DuplicatesView{Page: list, Tabs: tabs, Kinds: tabs, Rows: []DuplicateRow{duplicateRow(list.Locale, open.Duplicate)}, Pager: Pager{Status: "Showing 1 pair"}}),
		"duplicates-none":    duplicatesPage(DuplicatesView{Page: list, Tabs: tabs, Kinds: tabs}),
		"duplicate":          duplicatePage(pair(open)),
		"duplicate-wrong":    duplicatePage(wrong),
		"duplicate-gone":     duplicatePage(pair(gone)),
		"duplicate-merged":   duplicatePage(pair(sampleComparison(directory.DuplicateMerged))),
		"duplicate-distinct": duplicatePage(pair(sampleComparison(directory.DuplicateDistinct))),
		"service-said":       servicePage(kept),
		"imports":            importsPage(sampleImports(as("/admin/imports", "imports.title"))),
		"imports-none":       importsPage(ImportsView{Page: start, Form: start.form()}),
		"import-running":     importRunPage(sampleImport(start, imports.Running)),
		"import-done":        importRunPage(sampleImport(start, imports.Done)),
		"import-failed":      importRunPage(sampleImport(start, imports.Failed)),
	}
}

func sampleRun(state imports.State) imports.Run {
	r := imports.Run{
		Meta: docstore.Meta{ID: "r1"}, Feed: "county-211", Source: "county.zip", Mapping: "icarol", DryRun: true, State: state, ByName: "Rosa Vega",
		AskedAt: sampleNow.Add(-time.Minute), StepAt: sampleNow.Add(-30 * time.Second), BeatAt: sampleNow, File: "kept",
		Progress: feed.Progress{Step: "service", Done: 500, All: 1637},
	}
	if r.Over() {
		r.EndedAt = sampleNow
		r.Groups = []imports.Group{{Rule: "no-name", Level: feed.Error, Done: feed.Dropped, Count: 1}, {Rule: "swapped", Level: feed.Info, Done: feed.Repaired, Count: 1200}}
	}
	if state == imports.Done {
		r.Result = &feed.Result{Counts: map[string]*directory.ImportCounts{"service": {New: 1636, Refused: 1}}}
	}
	if state == imports.Failed {
		r.Problem = "open the archive: zip: not a valid zip file"
	}
	return r
}

func sampleImports(p Page) ImportsView {
	f := p.form().With("dry", "yes").With("feed", "")
	f.Problems = []Problem{{Field: "feed", Text: "Give the feed a name of at most 100 letters."}}
	p.Invalid = true
	return ImportsView{
		Page: p, Form: f, Mappings: []Option{{Label: "HSDS"}, {Value: "icarol", Label: "icarol"}},
		Feeds: []SummaryRow{{Label: "county-211", Values: []string{"1,637 records", "3 records are missing from the feed"}}},
		Rows:  []ImportRow{importRow(p.Locale, sampleRun(imports.Done)), importRow(p.Locale, sampleRun(imports.Interrupted))},
		Pager: Pager{Status: "Showing 2 imports"},
	}
}

func sampleImport(p Page, state imports.State) ImportRunView {
	r := sampleRun(state)
	v := importRunView(p, p.form(), r)
	v.Filter, v.Report = filterForm(p, r, imports.Filter{}), "/admin/imports/r1/report?rule="
	if state == imports.Done {
		v.Lines = []ReportLine{
			reportLine(p.Locale, feed.Line{File: "services.csv", Row: 12, Column: "name", Rule: "no-name", Level: feed.Error, Done: feed.Dropped}),
			reportLine(p.Locale, feed.Line{File: "locations.csv", Row: 40, Column: "latitude", Value: "-122.4222, 37.7955", Rule: "swapped", Level: feed.Info, Done: feed.Repaired}),
		}
		v.Pager = Pager{Status: "Showing 2 lines"}
	}
	return v
}

func sampleComparison(s directory.DuplicateStatus) directory.Comparison {
	at := sampleNow.Add(-48 * time.Hour)
	sides := [2]directory.DuplicateSide{{ID: "n", Name: "The Mission Pantry, Inc.", Feed: "county-211"}, {ID: "s", Name: "Mission Pantry (North)"}}
	c := directory.Comparison{Duplicate: directory.Duplicate{
		Meta: docstore.Meta{ID: "d1", Version: 1}, Kind: directory.KindOrganization, Records: sides, Score: 0.97, Status: s,
		Because: []directory.Because{{Code: "same-name", Weight: 4}, {Code: "same-phone", Weight: 3}, {Code: "other-website", Weight: -0.5}},
	}}
	if s != directory.DuplicateOpen {
		c.Decided, c.DecidedAt, c.Gone = "u1", at, s == directory.DuplicateMerged
	}
	c.Sides = [2]directory.ComparedSide{{DuplicateSide: sides[0], Services: 4, Locations: 2, MissingSince: at}, {DuplicateSide: sides[1], Services: 1, Locations: 1, HasUsers: true}}
	feed, person := directory.Source{Feed: "county-211", At: at}, directory.Source{By: "u1", At: at}
	c.Fields = []directory.ComparedField{
		{Name: "name", Values: [2][]string{{"The Mission Pantry, Inc."}, {"Mission Pantry (North)"}}, Sources: [2]directory.Source{feed, person}, Usual: [2]directory.Choice{directory.ChooseKeep, directory.ChooseKeep}},
		{Name: "phones", Values: [2][]string{{"415-555-0100"}, {"415-555-0100", "415-555-0101"}}, Sources: [2]directory.Source{feed, person}, List: true, Usual: [2]directory.Choice{directory.ChooseBoth, directory.ChooseKeep}},
		{Name: "email", Values: [2][]string{nil, {"help@pantry.example.org"}}, Sources: [2]directory.Source{feed, {By: "job", At: at}}, Usual: [2]directory.Choice{directory.ChooseDrop, directory.ChooseKeep}},
		{Name: "addresses", Hidden: true, List: true},
		{Name: "website", Same: true, Values: [2][]string{{"https://pantry.example.org"}, {"https://pantry.example.org"}}},
	}
	return c
}

// TestCodesOfDuplicatesHaveWords: every reason and kind has words.
func TestCodesOfDuplicatesHaveWords(t *testing.T) {
	l := samplePage(t, "", "/", "nav.home").Locale
	for _, code := range directory.BecauseCodes() {
		if !l.Has("duplicates.because." + code) {
			t.Errorf("no words for duplicates.because.%s", code)
		}
	}
	for _, k := range directory.Kinds() {
		if !l.Has("duplicates.kind."+k) || !l.Has("duplicates.kinds."+k) {
			t.Errorf("no words for the kind %s", k)
		}
	}
	for _, field := range directory.MergeFields() {
		if fieldLabel(l, field) == field {
			t.Errorf("no words for the field %s", field)
		}
	}
}

// TestMergeForm: the page names records, a merge what stays and what goes.
func TestMergeForm(t *testing.T) {
	c := sampleComparison(directory.DuplicateOpen)
	p := samplePage(t, identity.NetworkAdmin, "/admin/duplicates/d1", "duplicates.compare")
	v := duplicateView(p, p.form(), c, nil)
	if v.Form.Value("keep") != "s" {
		t.Errorf("the page keeps %q, want s, which has users", v.Form.Value("keep"))
	}
	in := mergeInput(v.Form.With("field.phones", "both").With("field.name", "n").With("version", "7"))
	if in.Keep != "s" || in.Version != 7 || in.Fields["name"] != directory.ChooseDrop || in.Fields["phones"] != directory.ChooseBoth || in.Fields["email"] != directory.ChooseKeep {
		t.Errorf("the form means %+v", in)
	}
}
